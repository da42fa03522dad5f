/*
 * Option values with a form of their own, shared by the commands: columns, hidden layers, and the names of choices.
 */
#ifndef ORIEL_CLI_FORMS_H
#define ORIEL_CLI_FORMS_H

#include "cli/options.h"

extern const struct option_form form_columns; /* oriel_columns: TOKEN,TAG */
extern const struct option_form form_hidden;  /* oriel_train_options: sizes with commas between, or "none" */
extern const struct option_form form_o_bias;  /* oriel_train_options: a number, or "auto" */

extern const char *const names_of_inputs[];         /* oriel_input */
extern const char *const names_of_vector_formats[]; /* oriel_vector_format */
#define HELP_OF_VECTOR_FORMATS                                                                                         \
    "word2vec (text with a first line \"V d\"), word2vec-binary, glove (text without it), npy (with a file "           \
    ".words), safetensors; auto: by the ending .npy or .safetensors of the name, else word2vec"

enum { MOST_LINE_BYTES = 1 << 30, MOST_COLUMN = 1000000 };

#endif
