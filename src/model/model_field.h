/*
 * One field of a model file: a string, a number, a tensor of floats, or the message that it is not what it should be.
 */
#ifndef ORIEL_MODEL_MODEL_FIELD_H
#define ORIEL_MODEL_MODEL_FIELD_H

#include "model/model.h"

/* What reading keeps at hand: the file, and where to complain. */
struct model_reading {
    oriel_model *m;
    const struct container *c;
    oriel_error *err;
};

/* ORIEL_EFORMAT: what was expected, what was found. */
oriel_status field_bad(const struct model_reading *r, const char *what, const char *found);

/* A status of a part of the library, with the file's name before its message. */
oriel_status field_of_part(const struct model_reading *r, oriel_status status, const oriel_error *why);

/* A string; on loan from the file. */
oriel_status field_text(const struct model_reading *r, const char *key, const char **out);

/* A whole number up to max. */
oriel_status field_number(const struct model_reading *r, const char *key, uint64_t max, uint64_t *out);

oriel_status field_size(const struct model_reading *r, const char *key, uint64_t max, size_t *out);

/* A finite number from 0 to max, in decimal digits. */
oriel_status field_real(const struct model_reading *r, const char *key, double max, double *out);

/* A copy of a string, for the model to own. */
oriel_status field_own_text(const struct model_reading *r, const char *key, char **out);

/* A tensor of finite floats. */
oriel_status field_floats(const struct model_reading *r, const char *name, size_t n_dims, struct tensor *out);

/* Makes r->m->tags, scope and together: model_read_tags.c. */
oriel_status model_read_tagset(const struct model_reading *r);

#endif
