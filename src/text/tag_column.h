/*
 * A column of tags as it stands in the files: a prefix and a type for each token of a corpus.  Once all of it is there
 * its scheme can be recognised, and it becomes tags.
 */
#ifndef ORIEL_TEXT_TAG_COLUMN_H
#define ORIEL_TEXT_TAG_COLUMN_H

#include "text/corpus.h"

/* All zero is empty. */
struct tag_column {
    char *prefixes; /* [T] as in struct spelled */
    int32_t *types; /* [T] -1 for O and "?" */
    size_t cap_prefixes, cap_types;
};

/* Adds the tag of token n, the next one.  false: no memory, nothing was added. */
bool tag_column_add(struct tag_column *column, size_t n, char prefix, int32_t type);
void tag_column_clear(struct tag_column *column);

/* What a column needs to become tags. */
struct conversion {
    struct corpus *c;         /* its sentences and file_starts are complete; bad tags are counted here */
    struct tagset *t;         /* has all types; gets the scheme if learns_scheme */
    const char *const *files; /* [n_files] as given to corpus_read, for messages */
    bool learns_scheme;
    bool keeps_bare; /* what names without prefix are is settled: plain labels if the set is plain, else IO */
    bool refuses_bad;
    struct spelled *spelled; /* [longest sentence] scratch, as the next one */
    int32_t *types;          /* [longest sentence] */
};

/* Makes the scratch; conversion_clear frees it.  false: no memory. */
bool conversion_reserve(struct conversion *v);
void conversion_clear(struct conversion *v);

/* The column's tags [T], which pass from the column to *tags.  ORIEL_EFORMAT with file and line: mixed prefixed and
 * bare tags, a lost type, a bad tag when those are refused. */
oriel_status conversion_run(struct conversion *v, struct tag_column *column, int32_t **tags, oriel_error *err);

#endif
