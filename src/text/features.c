/*
 * Channels: a token's form, found in the channel's vocabulary or cut into n-grams and hashed.
 */
#include "text/features.h"

#include <string.h>

#include "base/memory.h"
#include "text/ngrams.h"

/* ---- names ------------------------------------------------------------------------------------------------------ */

static const char *const kind_names[] = {"word", "shape", "coarse", "prefix", "suffix", "ngrams"};
enum { N_KINDS = sizeof kind_names / sizeof *kind_names };

static bool has_size(enum feature_kind kind)
{
    return kind == FEATURE_PREFIX || kind == FEATURE_SUFFIX || kind == FEATURE_NGRAMS;
}

void feature_name(char out[FEATURE_NAME_SIZE], struct feature f)
{
    size_t n = strlen(kind_names[f.kind]);
    memcpy(out, kind_names[f.kind], n);
    if (has_size(f.kind))
        out[n++] = (char)('0' + f.size);
    out[n] = 0;
}

bool feature_from_name(struct feature *out, const char *name, size_t n)
{
    for (size_t k = 0; k < N_KINDS; k++) {
        enum feature_kind kind = (enum feature_kind)k;
        size_t n_word = strlen(kind_names[k]);
        if (n != n_word + has_size(kind) || memcmp(name, kind_names[k], n_word) != 0)
            continue;
        char digit = has_size(kind) ? name[n_word] : '0';
        if (has_size(kind) && (digit < '1' || digit > '0' + FEATURE_SIZE_MAX))
            return false;
        *out = (struct feature){kind, (size_t)(digit - '0')};
        return true;
    }
    return false;
}

/* A prefix begins with all shorter ones; a shape has the same runs as the coarse one. */
bool feature_tells(struct feature a, struct feature b)
{
    if (a.kind != b.kind)
        return a.kind == FEATURE_SHAPE && b.kind == FEATURE_COARSE;
    return (a.kind == FEATURE_PREFIX || a.kind == FEATURE_SUFFIX) && a.size > b.size;
}

/* ---- channels --------------------------------------------------------------------------------------------------- */

bool channel_count(struct channel *c, struct feature_scratch *s, const char *token, size_t n, uint64_t count)
{
    if (c->feature.kind == FEATURE_NGRAMS)
        return true;
    if (!feature_form(s, c->feature, token, n))
        return false;
    return s->form.n == 0 || vocab_add(c->values, s->form.at, s->form.n, count) >= 0;
}

size_t channel_rows(const struct channel *c)
{
    return c->feature.kind == FEATURE_NGRAMS ? VOCAB_SPECIAL + c->n_buckets : vocab_size(c->values);
}

void channels_clear(struct channels *c)
{
    for (size_t i = 0; i < c->n; i++)
        vocab_free(c->at[i].values);
    *c = (struct channels){0};
}

/* ---- ids -------------------------------------------------------------------------------------------------------- */

int32_t channel_id_of(const struct channel *c, const char *form, size_t n)
{
    int32_t id = n > 0 ? vocab_find(c->values, form, n) : -1;
    return id >= 0 ? id : VOCAB_UNKNOWN;
}

int32_t channel_id(const struct channel *c, struct feature_scratch *s, const char *token, size_t n)
{
    if (c->feature.kind == FEATURE_WORD)
        return vocab_look_up(c->values, &s->words, token, n);
    if (!feature_form(s, c->feature, token, n))
        return -1;
    return channel_id_of(c, s->form.at, s->form.n);
}

/* Writes the ids of the n-grams of a form that lies between its marks; returns how many there are. */
static size_t write_ngrams(int32_t *ids, const struct channel *c, const struct bytes *form)
{
    size_t n = ngram_buckets(ids, form->at, form->n, c->feature.size, c->n_buckets);
    for (size_t i = 0; i < n; i++)
        ids[i] += VOCAB_SPECIAL;
    return n;
}

bool channel_ids(const struct channel *c, struct feature_scratch *s, const char *token, size_t n, int32_t **ids,
                 size_t *n_ids, size_t *cap)
{
    bool has_ngrams = c->feature.kind == FEATURE_NGRAMS;
    int32_t id = has_ngrams ? VOCAB_UNKNOWN : channel_id(c, s, token, n);
    if (id < 0 || (has_ngrams && !feature_form(s, c->feature, token, n)))
        return false;
    size_t n_new = has_ngrams ? s->form.n : 1; /* at most one n-gram to a byte */
    int32_t *grown = n_new <= SIZE_MAX - *n_ids ? mem_grow(*ids, cap, *n_ids + n_new, sizeof *grown) : NULL;
    if (!grown)
        return false;
    *ids = grown;
    size_t n_ngrams = has_ngrams ? write_ngrams(*ids + *n_ids, c, &s->form) : 0;
    if (n_ngrams == 0)
        (*ids)[*n_ids] = id;
    *n_ids += n_ngrams > 0 ? n_ngrams : 1;
    return true;
}
