/*
 * A labelled corpus in memory: sentences with a tag for each token, in flat arrays with offsets, from one or more
 * column files.  Tags are numbers of a tag set that the files fill (training) or add to (scoring).
 */
#ifndef ORIEL_TEXT_CORPUS_H
#define ORIEL_TEXT_CORPUS_H

#include "oriel.h"
#include "text/sentences.h"
#include "text/tagset.h"

struct corpus {
    struct sentences s; /* S sentences, T tokens */
    int32_t *tags;      /* [T] tag_begin(type), tag_inside(type), TAG_OUTSIDE, or TAG_UNKNOWN where the file has "?" */
    int32_t *predicted; /* [T] the same of the second tag column; NULL unless made by corpus_read_pair */
    float *weights;     /* [S] what a sentence counts for in training: 1, or what the comment before it says */
    size_t *documents;  /* [n_documents] first sentence of each document; none when the files have no marks */
    size_t n_documents;
    size_t *file_starts; /* [n_files] first sentence of each file, for messages; lines are counted within a file */
    size_t n_files;
    size_t n_bad_tags;                     /* read by conlleval's rules though the scheme forbids them */
    size_t first_bad_file, first_bad_line; /* index of the file, 1-based line; meaningless when there are none */
};

/* Reads files in order.  `t`: types are added in the order of their first token; the scheme is recognised over all
 * files together and set if `learn_scheme`, else the set's own is used to count bad tags.  A set that has types already
 * keeps its answer to what names without a prefix are, plain labels or IO.  A tag_column that is 0 is the last column,
 * and then a line needs at least two.  A sentence ends at a blank line, a document mark or the end of its file.  Where
 * there are marks, each file begins a document too; documents without a sentence are left out.  A comment line
 * "# weight = 0.3" is for the next sentence of its file; blanks do not matter, and of several the last one holds.
 *
 * ORIEL_EFORMAT with file and line: too few columns, a tag without a type ("B-"; "B" beside "O"), mixed prefixed and
 * bare tags, a prefix where the set has plain labels, a bad tag when those are refused, a weight that is no finite
 * number or below 0, no token in all files;
 * ORIEL_EENCODING, ORIEL_ELIMIT, ORIEL_EIO, ORIEL_ENOMEM.  After a failure *out is zero; `t` may have got types. */
oriel_status corpus_read(struct corpus *out, struct tagset *t, bool learn_scheme, const char *const *files,
                         size_t n_files, const oriel_columns *columns, oriel_error *err);

/* The same from n bytes in memory (plain or gzip), which messages call `name`. */
oriel_status corpus_read_bytes(struct corpus *out, struct tagset *t, bool learn_scheme, const void *bytes, size_t n,
                               const char *name, const oriel_columns *columns, oriel_error *err);

/* One file with two tags to a token: the last column is the prediction, tag_column (0: the last but one) is gold.  The
 * scheme is that of gold; bad tags are counted in both, each by its own scheme. */
oriel_status corpus_read_pair(struct corpus *out, struct tagset *t, const char *file, const oriel_columns *columns,
                              oriel_error *err);

/* The index of the file that a sentence is from. */
size_t corpus_file_of(const struct corpus *c, size_t sentence);

/* How messages call a file: "-" and NULL are "standard input". */
const char *corpus_file_name(const char *file);

/* Frees what these calls made. */
void corpus_clear(struct corpus *c);

#endif
