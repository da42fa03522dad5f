/*
 * A token's forms: which strings stand for it in a vocabulary, and which unknown row if none does.
 */
#include <string.h>

#include "text/utf8.h"
#include "text/vocabulary.h"

void vocab_scratch_clear(struct vocab_scratch *s)
{
    bytes_clear(&s->nfc);
    bytes_clear(&s->lower);
    bytes_clear(&s->folded);
}

/* Which unknown row; a digit decides before letters do, for "B747" is no acronym. */
int32_t vocab_unknown_row(const char *token, size_t n)
{
    size_t n_upper = 0;
    size_t n_lower = 0;
    bool begins_upper = false;
    bool has_letter = false;
    for (size_t i = 0, length; i < n; i += length) {
        int32_t c;
        length = utf8_decode(token + i, n - i, &c);
        if (length == 0)
            break;
        if (utf8_is_digit(c))
            return VOCAB_UNKNOWN_DIGIT;
        n_upper += utf8_is_upper(c);
        n_lower += utf8_is_lower(c);
        begins_upper = begins_upper || (i == 0 && n_upper > 0);
        has_letter = has_letter || utf8_is_letter(c);
    }
    if (!has_letter)
        return VOCAB_UNKNOWN_SYMBOL;
    if (n_upper > 1 && n_lower == 0)
        return VOCAB_UNKNOWN_UPPER;
    return begins_upper ? VOCAB_UNKNOWN_CAPITAL : VOCAB_UNKNOWN;
}

bool vocab_form(struct vocab_scratch *s, bool in_lower_case, const char **word, size_t *n)
{
    if (!utf8_normalise(&s->nfc, word, n))
        return false;
    if (!in_lower_case)
        return true;
    if (!utf8_lower(&s->lower, *word, *n))
        return false;
    *word = s->lower.at;
    *n = s->lower.n;
    return true;
}

static bool differs(const struct bytes *form, const char *word, size_t n)
{
    return form->n != n || (n > 0 && memcmp(form->at, word, n) != 0);
}

/* A form that equals the one before it is not looked up again.  NFC is skipped where it surely changes nothing, which
 * includes all of ASCII: then a known word costs one search and no copy. */
int32_t vocab_look_up(const struct vocab *v, struct vocab_scratch *s, const char *token, size_t n)
{
    if (!utf8_normalise(&s->nfc, &token, &n))
        return -1;
    int32_t id = vocab_find(v, token, n);
    if (id >= 0)
        return id;
    if (!utf8_lower(&s->lower, token, n))
        return -1;
    if (differs(&s->lower, token, n))
        id = vocab_find(v, s->lower.at, s->lower.n);
    if (id >= 0)
        return id;
    if (!utf8_fold_digits(&s->folded, s->lower.at, s->lower.n))
        return -1;
    if (differs(&s->folded, s->lower.at, s->lower.n))
        id = vocab_find(v, s->folded.at, s->folded.n);
    return id >= 0 ? id : vocab_unknown_row(token, n);
}

typedef bool form_fn(struct bytes *out, const char *s, size_t n);

/* Words that are counted, but rarer than min_count, add their counts to a form of theirs. */
static bool pass_on(struct vocab *v, uint64_t min_count, form_fn *form)
{
    struct bytes made = {0};
    struct bytes copy = {0}; /* a word moves when the vocabulary grows */
    bool is_done = true;
    size_t n_words = vocab_size(v);
    for (size_t id = VOCAB_SPECIAL; id < n_words && is_done; id++) {
        uint64_t count = vocab_word_count(v, (int32_t)id);
        if (count == 0 || count >= min_count)
            continue;
        size_t n;
        const char *word = vocab_word(v, (int32_t)id, &n);
        copy.n = 0;
        is_done = bytes_append(&copy, word, n) && form(&made, copy.at, copy.n) &&
                  (!differs(&made, copy.at, copy.n) || vocab_add(v, made.at, made.n, count) >= 0);
    }
    bytes_clear(&made);
    bytes_clear(&copy);
    return is_done;
}

bool vocab_pass_on_rare(struct vocab *v, uint64_t min_count)
{
    return pass_on(v, min_count, utf8_lower) && pass_on(v, min_count, utf8_fold_digits);
}
