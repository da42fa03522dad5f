#include "cli/vectors_from.h"

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
