/*
 * The forms of a token that its channels know it by.  Most tokens are ASCII, or begin and end so, and then a form is
 * read from the bytes that it is made of: ASCII is its own normal form, and no ASCII character joins the one before
 * it.
 */
#include <string.h>

#include "text/features.h"
#include "text/utf8.h"

enum { LONGEST_RUN = 4, MARK_BEFORE = 0xFE, MARK_AFTER = 0xFF };

void feature_scratch_clear(struct feature_scratch *s)
{
    vocab_scratch_clear(&s->words);
    bytes_clear(&s->nfc);
    bytes_clear(&s->lower);
    bytes_clear(&s->form);
}

static bool is_ascii(const char *s, size_t n)
{
    unsigned char all = 0;
    for (size_t i = 0; i < n; i++)
        all |= (unsigned char)s[i];
    return all < 0x80;
}

static char fold_ascii(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + ('a' - 'A'));
    return c >= '0' && c <= '9' ? '0' : c;
}

/* ---- shapes ----------------------------------------------------------------------------------------------------- */

enum { OTHER = '.', MARK = ',' }; /* beside X x c d */

static const char ascii_classes[] = "................................"  /* controls */
                                    "................dddddddddd......"  /* blank to ? */
                                    ".XXXXXXXXXXXXXXXXXXXXXXXXXX....."  /* @ to _ */
                                    ".xxxxxxxxxxxxxxxxxxxxxxxxxx....."; /* ` to DEL */

static char class_of(int32_t c)
{
    if (c < 0x80)
        return ascii_classes[c];
    if (utf8_is_lower(c))
        return 'x';
    if (utf8_is_upper(c))
        return 'X';
    if (utf8_is_letter(c))
        return 'c';
    if (utf8_is_digit(c))
        return 'd';
    return utf8_is_mark(c) ? MARK : OTHER;
}

/* What came last in a shape, and how often on end. */
struct run {
    const char *at; /* [n] */
    size_t n, length;
};

/* Appends what stands for a character, unless its run is long enough; there is room. */
static void put(struct bytes *form, struct run *run, const char *at, size_t n, size_t longest)
{
    bool goes_on = run->length > 0 && run->n == n && memcmp(run->at, at, n) == 0;
    run->length = goes_on ? run->length + 1 : 1;
    if (run->length > longest)
        return;
    memcpy(form->at + form->n, at, n);
    run->at = form->at + form->n;
    run->n = n;
    form->n += n;
}

/* The same for ASCII, without a branch that depends on the character; there is room. */
static void put_ascii(struct bytes *form, const char *token, size_t n, bool is_coarse, size_t longest)
{
    char last = 0;
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        char class = ascii_classes[(unsigned char)token[i]];
        char other = is_coarse ? '-' : token[i];
        char now = class == OTHER ? other : class;
        length = now == last ? length + 1 : 1;
        last = now;
        form->at[form->n] = now;
        form->n += length <= longest;
    }
}

static bool shape_form(struct feature_scratch *s, const char *token, size_t n, bool is_coarse)
{
    const size_t longest = is_coarse ? 1 : LONGEST_RUN;
    if (!utf8_normalise(&s->nfc, &token, &n) || !bytes_reserve(&s->form, n))
        return false;
    if (is_ascii(token, n)) {
        put_ascii(&s->form, token, n, is_coarse, longest);
        return true;
    }
    struct run run = {0};
    for (size_t i = 0, length; i < n; i += length) {
        int32_t c = (unsigned char)token[i];
        length = c < 0x80 ? 1 : utf8_decode(token + i, n - i, &c);
        if (length == 0)
            break;
        char class = class_of(c);
        if (class == MARK)
            continue;
        if (class == OTHER && is_coarse)
            class = '-';
        put(&s->form, &run, class == OTHER ? token + i : &class, class == OTHER ? length : 1, longest);
    }
    return true;
}

/* ---- folded forms ----------------------------------------------------------------------------------------------- */

/* The whole token folded, to s->form. */
static bool fold(struct feature_scratch *s, const char *token, size_t n)
{
    if (!is_ascii(token, n))
        return utf8_normalise(&s->nfc, &token, &n) && utf8_lower(&s->lower, token, n) &&
               utf8_fold_digits(&s->form, s->lower.at, s->lower.n);
    if (!bytes_reserve(&s->form, n))
        return false;
    for (size_t i = 0; i < n; i++)
        s->form.at[i] = fold_ascii(token[i]);
    s->form.n = n;
    return true;
}

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Bytes of the first `size` characters; 0: there are fewer. */
static size_t first_characters(const struct bytes *form, size_t size)
{
    for (size_t i = 0; i < form->n; i++) {
        if (starts_character(form->at[i]) && size-- == 0)
            return i;
    }
    return size == 0 ? form->n : 0;
}

/* Bytes of the last ones. */
static size_t last_characters(const struct bytes *form, size_t size)
{
    for (size_t i = form->n; i-- > 0;) {
        if (starts_character(form->at[i]) && --size == 0)
            return form->n - i;
    }
    return 0;
}

/* What is beside the prefix matters, for it may be a mark that composes with the last character. */
static bool prefix_form(struct feature_scratch *s, const char *token, size_t n, size_t size)
{
    size_t n_seen = n < size + 1 ? n : size + 1;
    if (is_ascii(token, n_seen))
        return n < size || fold(s, token, size);
    if (!fold(s, token, n))
        return false;
    s->form.n = first_characters(&s->form, size);
    return true;
}

static bool suffix_form(struct feature_scratch *s, const char *token, size_t n, size_t size)
{
    size_t n_seen = n < size ? n : size;
    if (is_ascii(token + n - n_seen, n_seen))
        return n < size || fold(s, token + n - size, size);
    if (!fold(s, token, n))
        return false;
    size_t n_suffix = last_characters(&s->form, size);
    memmove(s->form.at, s->form.at + s->form.n - n_suffix, n_suffix);
    s->form.n = n_suffix;
    return true;
}

static bool marked_form(struct feature_scratch *s, const char *token, size_t n)
{
    if (!fold(s, token, n) || !bytes_reserve(&s->form, s->form.n + 2))
        return false;
    memmove(s->form.at + 1, s->form.at, s->form.n);
    s->form.at[0] = (char)MARK_BEFORE;
    s->form.at[s->form.n + 1] = (char)MARK_AFTER;
    s->form.n += 2;
    return true;
}

bool feature_form(struct feature_scratch *s, struct feature f, const char *token, size_t n)
{
    s->form.n = 0;
    switch (f.kind) {
    case FEATURE_WORD:
        return utf8_normalise(&s->nfc, &token, &n) && bytes_append(&s->form, token, n);
    case FEATURE_SHAPE:
    case FEATURE_COARSE:
        return shape_form(s, token, n, f.kind == FEATURE_COARSE);
    case FEATURE_PREFIX:
        return prefix_form(s, token, n, f.size);
    case FEATURE_SUFFIX:
        return suffix_form(s, token, n, f.size);
    case FEATURE_NGRAMS:
        return marked_form(s, token, n);
    }
    return true;
}
