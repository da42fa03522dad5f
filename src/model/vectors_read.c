/*
 * Word vectors from a file: which of the three formats it is, and its rows one after the other.  The header's promises are
 * checked against the rows that come; nothing is allocated for rows that have not come.
 *
 * How the format is found: a first line of two whole numbers is a header "V d", without one it is GloVe text (so a GloVe
 * file of width 1 whose first word is a number is mistaken).  After a header, the 4 d bytes behind the first word and its
 * blank (or the rest of the row, if that could hold d numbers) are looked at: if they are UTF-8 without control characters,
 * and the part on the first line mostly digits, points and signs, they are text; else they are floats.
 */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/vectors_formats.h"
#include "text/utf8.h"

enum { MAX_WORD = 4096, MAX_HEADER = 64 };

#define MAX_WORDS ((size_t)INT32_MAX - VOCAB_SPECIAL)

/* A file on its way in. */
struct reading {
    struct input in;
    const char *name;
    oriel_error *err;
    bool has_header;
    size_t n_promised; /* V of the header */
    size_t limit;      /* rows to keep */
    size_t dim;        /* d; 0: not known yet */
    struct vocab *words;
    float *rows; /* [n][d] */
    size_t n, cap_rows;
};

static oriel_status bad_line(const struct reading *r, const char *expected)
{
    return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "%s", expected);
}

/* ---- rows ---- */

/* Room for one row more; its bytes are known to be there. */
static float *next_row(struct reading *r)
{
    if (r->n >= SIZE_MAX / r->dim)
        return NULL;
    float *rows = mem_grow(r->rows, &r->cap_rows, (r->n + 1) * r->dim, sizeof *rows);
    if (!rows)
        return NULL;
    r->rows = rows;
    return rows + r->n * r->dim;
}

/* Names the row that was filled.  *is_new = false: another one has this name. */
static oriel_status add_word(struct reading *r, const char *word, size_t n, bool *is_new)
{
    if (r->n == MAX_WORDS)
        return error_at(r->err, ORIEL_ELIMIT, r->name, r->in.line, "more than %zu words", MAX_WORDS);
    if (vocab_add(r->words, word, n, 0) < 0)
        return error_memory(r->err);
    *is_new = vocab_size(r->words) == r->n + 1 + VOCAB_SPECIAL;
    r->n += *is_new;
    return ORIEL_OK;
}

static bool is_full(const struct reading *r)
{
    return r->n == r->limit || (r->has_header && r->n == r->n_promised);
}

/* ---- text ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t count_fields(const char *s, size_t n)
{
    size_t n_fields = n > 0;
    for (size_t i = 0; i < n; i++)
        n_fields += is_blank(s[i]);
    return n_fields;
}

/* What is wrong with the numbers s [n] of a line, where reading stopped at byte `at`. */
static oriel_status bad_numbers(const struct reading *r, const char *s, size_t n, size_t at)
{
    size_t n_fields = count_fields(s, n);
    if (n_fields != r->dim)
        return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "expected a word and %zu numbers, found %zu",
                        r->dim, n_fields);
    size_t end = at;
    while (end < n && !is_blank(s[end]))
        end++;
    size_t shown = end - at < 40 ? end - at : 40;
    shown = utf8_valid_prefix(s + at, shown);
    return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "expected a finite number, found \"%.*s\"", (int)shown,
                    s + at);
}

/* Exactly d numbers with single blanks between them. */
static oriel_status parse_numbers(struct reading *r, const char *s, size_t n)
{
    if (n < 2 * r->dim - 1) /* a digit each and blanks: so the row is as large as what is there */
        return bad_numbers(r, s, n, 0);
    float *row = next_row(r);
    if (!row)
        return error_memory(r->err);
    size_t at = 0;
    for (size_t i = 0; i < r->dim; i++) {
        size_t used = decimal_read(s + at, n - at, &row[i]);
        bool is_last = i + 1 == r->dim;
        bool ends_well = is_last ? at + used == n : at + used < n && is_blank(s[at + used]);
        if (used == 0 || !ends_well || !isfinite(row[i]))
            return bad_numbers(r, s, n, at);
        at += used + 1;
    }
    return ORIEL_OK;
}

static oriel_status parse_row(struct reading *r, const struct line *line)
{
    const char *s = line->at;
    size_t n = line->n;
    n -= n > 0 && is_blank(s[n - 1]); /* one blank at the end, as word2vec itself writes it */
    size_t n_word = 0;
    while (n_word < n && !is_blank(s[n_word]))
        n_word++;
    oriel_status status = line_check(&(struct line){.at = s, .n = n_word, .number = line->number}, r->name, r->err);
    if (status)
        return status;
    if (n_word == 0)
        return bad_line(r, n == 0 ? "expected a word and its numbers, found an empty line"
                                  : "expected a word, found a blank at the start of the line");
    const char *numbers = s + n_word + (n_word < n);
    size_t n_numbers = n - n_word - (n_word < n);
    if (r->dim == 0)
        r->dim = count_fields(numbers, n_numbers);
    if (r->dim == 0 || r->dim > VECTORS_MAX_DIM)
        return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "expected a word and 1 to %d numbers, found %zu",
                        VECTORS_MAX_DIM, r->dim);
    status = parse_numbers(r, numbers, n_numbers);
    bool is_new = true;
    if (!status)
        status = add_word(r, s, n_word, &is_new);
    if (!status && !is_new)
        return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "the word \"%.*s\" stands there twice",
                        (int)(n_word < MAX_WORD ? n_word : MAX_WORD), s);
    return status;
}

static oriel_status read_text(struct reading *r)
{
    struct line line;
    bool more;
    while (r->n < r->limit) {
        oriel_status status = input_line(&r->in, &line, &more, r->err);
        if (status)
            return status;
        if (!more)
            break;
        if (is_full(r))
            return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line,
                            "expected the end after %zu words, as line 1 says", r->n_promised);
        status = parse_row(r, &line);
        if (status)
            return status;
    }
    if (r->has_header && !is_full(r))
        return error_at(r->err, ORIEL_EFORMAT, r->name, r->in.line, "expected %zu words, as line 1 says, found %zu",
                        r->n_promised, r->n);
    if (r->dim == 0)
        return error_at(r->err, ORIEL_EFORMAT, r->name, 0, "expected word vectors, found an empty file");
    return ORIEL_OK;
}

/* ---- binary ---- */

static oriel_status bad_byte(const struct reading *r, const char *what)
{
    return error_at(r->err, ORIEL_EFORMAT, r->name, 0, "byte %llu: %s (word %zu of %zu)",
                    (unsigned long long)r->in.offset, what, r->n + 1, r->n_promised);
}

static oriel_status check_binary_word(const struct reading *r, const char *word, size_t n)
{
    if (n == 0)
        return bad_byte(r, "expected a word, found a blank");
    if (utf8_valid_prefix(word, n) < n)
        return error_at(r->err, ORIEL_EENCODING, r->name, 0, "byte %llu: expected a word in UTF-8 (word %zu of %zu)",
                        (unsigned long long)r->in.offset + utf8_valid_prefix(word, n), r->n + 1, r->n_promised);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)word[i] < 0x20)
            return bad_byte(r, "expected a word, found a control character");
    return ORIEL_OK;
}

static oriel_status read_floats(struct reading *r, const char *bytes)
{
    float *row = next_row(r);
    if (!row)
        return error_memory(r->err);
    memcpy(row, bytes, r->dim * sizeof *row);
    for (size_t i = 0; i < r->dim; i++)
        if (!isfinite(row[i]))
            return bad_byte(r, "expected finite numbers");
    return ORIEL_OK;
}

/* The line end after a row is there in files of word2vec itself, but not in all. */
static oriel_status skip_line_end(struct reading *r)
{
    oriel_status status = input_fill(&r->in, 1, r->err);
    size_t n;
    const char *s = input_at(&r->in, &n);
    if (!status && n > 0 && *s == '\n')
        input_use(&r->in, 1);
    return status;
}

static oriel_status read_binary_row(struct reading *r)
{
    size_t n_word;
    size_t n;
    size_t n_floats = r->dim * sizeof(float);
    oriel_status status = input_find(&r->in, ' ', MAX_WORD + 1, &n_word, r->err);
    if (status)
        return status;
    input_at(&r->in, &n);
    if (n_word == SIZE_MAX)
        return bad_byte(r,
                        n > MAX_WORD ? "expected a word of at most 4096 bytes and a blank" : "the file is cut short");
    status = input_fill(&r->in, n_word + 1 + n_floats, r->err);
    if (status)
        return status;
    const char *s = input_at(&r->in, &n);
    if (n < n_word + 1 + n_floats)
        return bad_byte(r, "the file is cut short");
    bool is_new = true;
    status = check_binary_word(r, s, n_word);
    if (!status)
        status = read_floats(r, s + n_word + 1);
    if (!status)
        status = add_word(r, s, n_word, &is_new);
    if (!status && !is_new)
        return bad_byte(r, "the word stands there twice");
    input_use(&r->in, n_word + 1 + n_floats);
    return status ? status : skip_line_end(r);
}

static oriel_status read_binary(struct reading *r)
{
    while (!is_full(r)) {
        oriel_status status = read_binary_row(r);
        if (status)
            return status;
    }
    if (r->n < r->n_promised)
        return ORIEL_OK; /* the limit is reached */
    oriel_status status = input_fill(&r->in, 1, r->err);
    size_t n;
    input_at(&r->in, &n);
    if (!status && n > 0)
        return bad_byte(r, "expected the end");
    return status;
}

/* ---- which format ---- */

/* A whole number from the start of s [n]; returns how many bytes it took.  A huge one stays huge. */
static size_t parse_whole(const char *s, size_t n, size_t *out)
{
    size_t i = 0;
    *out = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        *out = *out < SIZE_MAX / 10 - 1 ? *out * 10 + (size_t)(s[i] - '0') : SIZE_MAX / 2;
    return i;
}

/* "V d", perhaps with a blank behind. */
static bool parse_header(struct reading *r, const char *s, size_t n)
{
    n -= n > 0 && s[n - 1] == '\r';
    n -= n > 0 && is_blank(s[n - 1]);
    size_t n_first = parse_whole(s, n, &r->n_promised);
    if (n_first == 0 || n_first + 1 >= n || !is_blank(s[n_first]))
        return false;
    size_t n_second = parse_whole(s + n_first + 1, n - n_first - 1, &r->dim);
    r->has_header = n_first + 1 + n_second == n;
    return r->has_header;
}

/* Uses up the header if there is one, and a BOM. */
static oriel_status read_header(struct reading *r)
{
    static const char bom[] = "\xEF\xBB\xBF";
    size_t n;
    size_t at;
    oriel_status status = input_fill(&r->in, MAX_HEADER, r->err);
    if (status)
        return status;
    if (input_at(&r->in, &n) && n >= 3 && memcmp(input_at(&r->in, &n), bom, 3) == 0)
        input_use(&r->in, 3);
    status = input_find(&r->in, '\n', MAX_HEADER, &at, r->err);
    if (status)
        return status;
    const char *s = input_at(&r->in, &n);
    size_t n_line = at < SIZE_MAX ? at : n;
    if (n_line > MAX_HEADER || !parse_header(r, s, n_line)) {
        r->dim = 0;
        return ORIEL_OK;
    }
    input_use(&r->in, n_line + (at < SIZE_MAX));
    r->in.line = 1;
    if (r->dim == 0 || r->dim > VECTORS_MAX_DIM)
        return error_at(r->err, ORIEL_EFORMAT, r->name, 1, "expected a width of 1 to %d, found %zu", VECTORS_MAX_DIM,
                        r->dim);
    if (r->n_promised > MAX_WORDS)
        return error_at(r->err, ORIEL_EFORMAT, r->name, 1, "expected at most %zu words, found %zu", MAX_WORDS,
                        r->n_promised);
    return ORIEL_OK;
}

/* s [n]: what follows a word and its blank. */
static bool looks_like_text(const char *s, size_t n, size_t dim)
{
    const char *line_end = n > 0 ? memchr(s, '\n', n) : NULL;
    size_t n_line = line_end ? (size_t)(line_end - s) : n;
    if (n_line >= 2 * dim - 1)
        n = n_line;
    if (utf8_valid_prefix(s, n) + utf8_open_tail(s, n) < n)
        return false;
    size_t n_numeric = 0;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)s[i] < 0x20 && s[i] != '\t' && s[i] != '\r' && s[i] != '\n')
            return false;
        n_numeric += i < n_line && (is_blank(s[i]) || (s[i] >= '+' && s[i] <= '9') || s[i] == 'e');
    }
    return 2 * n_numeric >= n_line;
}

static oriel_status find_format(struct reading *r, bool *is_binary)
{
    size_t n_word;
    *is_binary = false;
    oriel_status status = read_header(r);
    if (status || !r->has_header || r->n_promised == 0)
        return status;
    status = input_find(&r->in, ' ', MAX_WORD + 1, &n_word, r->err);
    if (status || n_word == SIZE_MAX)
        return status;
    size_t need = n_word + 1 + r->dim * sizeof(float);
    status = input_fill(&r->in, need, r->err);
    if (status)
        return status;
    size_t n;
    const char *s = input_at(&r->in, &n);
    n = n < need ? n : need;
    *is_binary = !looks_like_text(s + n_word + 1, n - n_word - 1, r->dim);
    return ORIEL_OK;
}

static oriel_status read_all(struct reading *r)
{
    bool is_binary;
    r->words = vocab_new();
    if (!r->words)
        return error_memory(r->err);
    oriel_status status = find_format(r, &is_binary);
    if (status)
        return status;
    status = is_binary ? read_binary(r) : read_text(r);
    if (status)
        return status;
    return vocab_freeze(r->words, 0) ? ORIEL_OK : error_memory(r->err); /* all counts are 0: the order stays */
}

oriel_status vectors_read_rows(oriel_vectors **out, struct input *in, size_t limit, oriel_error *err)
{
    struct reading r = {.in = *in, .name = source_name(in->source), .err = err, .limit = limit > 0 ? limit : SIZE_MAX};
    *out = NULL;
    oriel_status status = read_all(&r);
    *in = r.in;
    if (!status)
        return vectors_from_parts(out, r.words, r.rows, r.dim, err);
    vocab_free(r.words);
    mem_free(r.rows);
    return status;
}
