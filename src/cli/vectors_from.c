#include "cli/vectors_from.h"

#include <stdio.h>
#include <string.h>

oriel_status vectors_from(oriel_vectors **out, const char *file, const char *model, size_t limit, oriel_error *err)
{
    *out = NULL;
    if (file)
        return oriel_vectors_load(out, file, limit, err);
    oriel_model *m;
    oriel_status status = oriel_model_load(&m, model, err);
    if (status == ORIEL_OK)
        status = oriel_vectors_of_model(out, m, err);
    oriel_model_free(m);
    return status;
}

void vectors_say_left_out(const oriel_vectors *v, const char *path, oriel_vector_format form)
{
    if (oriel_vectors_letter_groups(v) > 0 && !oriel_vectors_keeps_groups(path, form))
        fprintf(stderr,
                "oriel: %s: letter groups are left out, so it has no vectors for other words; safetensors keeps them\n",
                strcmp(path, "-") ? path : "standard output");
}
