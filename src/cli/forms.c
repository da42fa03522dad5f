#include "cli/forms.h"

#include <stdlib.h>
#include <string.h>

#include "oriel.h"

const char *const names_of_inputs[] = {"text", "tokens", "conll", NULL};
const char *const names_of_vector_formats[] = {"word2vec", "word2vec-binary", "glove", "npy", "safetensors", "auto",
                                               NULL};

/* Takes the whole number before the next comma off *s; false if there is none in the range. */
static bool take_number(const char **s, uint64_t least, uint64_t most, size_t *out)
{
    char digits[24];
    size_t n = strcspn(*s, ",");
    uint64_t value;
    if (n >= sizeof digits)
        return false;
    memcpy(digits, *s, n);
    digits[n] = 0;
    if (!options_whole(digits, &value) || value < least || value > most)
        return false;
    *s += n;
    *out = (size_t)value;
    return true;
}

static bool parse_columns(void *field, const char *value)
{
    oriel_columns *columns = field;
    if (!take_number(&value, 1, MOST_COLUMN, &columns->token_column) || *value++ != ',')
        return false;
    return take_number(&value, 1, MOST_COLUMN, &columns->tag_column) && !*value;
}

static void show_columns(const void *field, char *text, size_t size)
{
    (void)field;
    snprintf(text, size, "first,last");
}

const struct option_form form_columns = {
    .must = "two column numbers such as 1,4",
    .parse = parse_columns,
    .show = show_columns,
};

static bool parse_hidden(void *field, const char *value)
{
    oriel_train_options *options = field;
    options->n_hidden = 0;
    if (strcmp(value, "none") == 0 || strcmp(value, "0") == 0)
        return true;
    while (options->n_hidden < ORIEL_MAX_LAYERS) {
        if (!take_number(&value, 1, 65536, &options->hidden[options->n_hidden++]))
            return false;
        if (!*value)
            return true;
        value++;
    }
    return false;
}

static void show_hidden(const void *field, char *text, size_t size)
{
    const oriel_train_options *options = field;
    size_t n = (size_t)snprintf(text, size, "%s", options->n_hidden ? "" : "none");
    for (size_t i = 0; i < options->n_hidden && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%zu", i ? "," : "", options->hidden[i]);
}

const struct option_form form_hidden = {
    .must = "none, or up to 8 sizes from 1 to 65536 such as 100 or 300,100",
    .parse = parse_hidden,
    .show = show_hidden,
};

static bool parse_o_bias(void *field, const char *value)
{
    oriel_train_options *options = field;
    options->tune_outside = strcmp(value, "auto") == 0;
    options->o_bias = 0;
    if (options->tune_outside)
        return true;
    char *end;
    options->o_bias = strtod(value, &end);
    return !value[strspn(value, "0123456789.+-eE")] && end > value && !*end && options->o_bias >= 0 &&
           options->o_bias <= 100;
}

static void show_o_bias(const void *field, char *text, size_t size)
{
    const oriel_train_options *options = field;
    if (options->tune_outside)
        snprintf(text, size, "auto");
    else
        snprintf(text, size, "%g", options->o_bias);
}

const struct option_form form_o_bias = {
    .must = "auto, or a number from 0 to 100",
    .parse = parse_o_bias,
    .show = show_o_bias,
};
