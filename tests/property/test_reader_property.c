/*
 * Laws of the reader over random texts of odd characters, blanks, line ends and broken bytes: what comes out, put
 * together, is the repaired input; and it is the same when the bytes come through a pipe, a few at a time.  The
 * generator writes the repaired text beside the broken one, so the expected bytes do not come from the code under test.
 */
#include "support/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/random.h"
#include "text/reader.h"

enum { N_TEXTS = 100000, LONGEST = 1 << 19, MOST_PIECES = 60, N_FORMS = 4 };

/* ---- random texts ---- */

struct text {
    char *broken, *right; /* [LONGEST] */
    size_t n_broken, n_right;
    size_t n_replaced;
};

static void add(struct text *t, const char *broken, size_t n_broken, const char *right, size_t n_replaced)
{
    memcpy(t->broken + t->n_broken, broken, n_broken);
    memcpy(t->right + t->n_right, right, strlen(right));
    t->n_broken += n_broken;
    t->n_right += strlen(right);
    t->n_replaced += n_replaced;
}

#define FFFD "\xEF\xBF\xBD"

/* Broken pieces end so that nothing after them can make them whole. */
static const struct {
    const char *broken;
    size_t n;
    const char *right;
    size_t n_replaced;
} bad[] = {
    {"\0", 1, FFFD, 1},
    {"\xFF", 1, FFFD, 1},
    {"\xC3 ", 2, FFFD " ", 1},
    {"\xC0\xAF", 2, FFFD FFFD, 2},
    {"\xE2\x82\n", 3, FFFD "\n", 1},
    {"\xED\xA0\x80", 3, FFFD FFFD FFFD, 3},
    {"\xF0\x9F\x91x", 4, FFFD "x", 1},
    {"\xF4\x90\x80\x80", 4, FFFD FFFD FFFD FFFD, 4},
};

static const char *const good[] = {
    "a",
    "Ada",
    "I",
    "don't",
    "U.S.",
    "Mr.",
    "x@y.org",
    "http://a.b/(c).",
    "1,5",
    "#",
    "#\tO",
    "-DOCSTART-",
    "\"",
    "'",
    ")",
    "-",
    ".",
    "!",
    "?",
    "\xE3\x80\x82",
    "...",
    "e\xCC\x81",
    "\xCC\x81",
    "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9",
    "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
    "\xE4\xB8\xAD",
    "\xC3\x89",
    "\xEF\xBB\xBF",
    "\xE2\x80\x8B",
    "\xF4\x8F\xBF\xBF",
    " ",
    "  ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    "\r",
    "\v",
    "\xC2\xA0",
    "\xE2\x80\xA8",
    "\xC2\x85",
    " O\n",
    "\tB-PER\r\n",
};

/* Long runs now and then, so that texts reach beyond the reader's limits. */
static void add_run(struct text *t, struct random *r)
{
    static const char *const run[] = {"x",   " ",  "\n", ". ", "word ", "\xC3\xA9", "a O\n", "\xE3\x80\x80",
                                      " \n", "A.", "a-"};
    const char *piece = run[random_below(r, sizeof run / sizeof *run)];
    size_t n = 1 + random_below(r, 90000 / strlen(piece));
    for (size_t i = 0; i < n && t->n_right + 8 < LONGEST; i++)
        add(t, piece, strlen(piece), piece, 0);
}

static void draw(struct text *t, struct random *r)
{
    t->n_broken = t->n_right = t->n_replaced = 0;
    if (random_below(r, 8) == 0)
        add(t, "\xEF\xBB\xBF", 3, "\xEF\xBB\xBF", 0);
    bool is_long = random_below(r, 1000) == 0;
    size_t n = random_below(r, MOST_PIECES);
    for (size_t i = 0; i < n; i++) {
        if (is_long && random_below(r, 10) == 0 && t->n_right < LONGEST / 2)
            add_run(t, r);
        size_t k = random_below(r, sizeof bad / sizeof *bad);
        const char *piece = good[random_below(r, sizeof good / sizeof *good)];
        if (random_below(r, 12) == 0)
            add(t, bad[k].broken, bad[k].n, bad[k].right, bad[k].n_replaced);
        else
            add(t, piece, strlen(piece), piece, 0);
    }
    if (random_below(r, 8) == 0)
        add(t, "\xF0\x9F\x91", 3, FFFD, 1); /* cut off by the end */
}

/* ---- reading ---- */

/* All that comes out, as numbers that can be compared. */
struct record {
    size_t *at; /* [cap] */
    size_t n, cap;
};

static void note(struct record *out, size_t value)
{
    if (out->n == out->cap) {
        out->cap = 2 * out->cap + 64;
        out->at = realloc(out->at, out->cap * sizeof *out->at);
        assert_non_null(out->at);
    }
    out->at[out->n++] = value;
}

static size_t end_at(const char *s)
{
    return s[0] == '\r' ? 2 : s[0] == '\n' ? 1 : 0;
}

/* A sentence of text begins and ends with its tokens, which are apart and hold no blank. */
static void check_tokens(const oriel_sentence *s)
{
    size_t last = 0;
    for (size_t i = 0; i < s->n_tokens; i++) {
        oriel_range k = s->tokens[i];
        assert_true(k.begin >= last && k.begin < k.end && k.end <= s->n_text);
        assert_true(k.end - k.begin <= ORIEL_MAX_TOKEN_BYTES);
        assert_true((s->text[k.begin] & 0xC0) != 0x80);
        for (size_t j = k.begin; j < k.end; j++)
            assert_false(s->text[j] == ' ' || s->text[j] == '\t' || s->text[j] == '\n');
        last = k.end;
    }
    assert_true(s->n_tokens <= ORIEL_MAX_SENTENCE_TOKENS);
    assert_int_equal(last, s->n_text);
    assert_true(s->n_tokens == 0 || s->tokens[0].begin == 0);
}

/* The sentence's bytes are those of the repaired text at *at, which moves behind them. */
static void check_bytes(const oriel_sentence *s, const struct text *t, size_t *at)
{
    assert_true(*at + s->n_before <= t->n_right);
    assert_memory_equal(s->before, t->right + *at, s->n_before);
    *at += s->n_before;
    if (s->n_tokens == 0)
        return;
    assert_int_equal(s->offset, *at);
    size_t n = s->lines ? s->lines[s->n_tokens - 1].end + end_at(s->raw + s->lines[s->n_tokens - 1].end) : s->n_text;
    assert_true(*at + n <= t->n_right);
    assert_memory_equal(s->lines ? s->raw : s->text, t->right + *at, n);
    *at += n;
}

struct place {
    size_t at, line; /* of the repaired text; lines are counted up to `counted` */
    size_t counted;
};

static void check_line(const oriel_sentence *s, const struct text *t, struct place *p)
{
    for (; p->counted < s->offset; p->counted++)
        p->line += t->right[p->counted] == '\n';
    if (s->n_tokens > 0)
        assert_int_equal(s->line, p->line);
}

static void take_down(struct record *out, const oriel_sentence *s)
{
    note(out, s->n_before);
    note(out, s->n_text);
    note(out, s->line);
    for (size_t i = 0; i < s->n_tokens; i++) {
        note(out, s->tokens[i].begin);
        note(out, s->tokens[i].end);
        note(out, s->lines ? s->lines[i].end : 0);
    }
}

struct feed {
    int to; /* -1: all bytes are there */
    size_t n_sent;
    struct random *r;
};

/* Sends as long as the reader has nothing to give. */
static void feed(struct feed *f, oriel_reader *reader, const struct text *t)
{
    while (f->to >= 0 && oriel_reader_would_block(reader)) {
        size_t most = t->n_broken < 2000 ? 7 : 60000;
        size_t n = 1 + random_below(f->r, most);
        if (n > t->n_broken - f->n_sent)
            n = t->n_broken - f->n_sent;
        if (n == 0) {
            close(f->to);
            f->to = -1;
            return;
        }
        assert_int_equal(write(f->to, t->broken + f->n_sent, n), n);
        f->n_sent += n;
    }
}

static void read_all(oriel_reader *reader, const struct text *t, struct feed *f, struct record *out)
{
    oriel_sentence s;
    oriel_error err;
    struct place p = {.line = 1};
    bool more = true;
    out->n = 0;
    while (more) {
        feed(f, reader, t);
        assert_ok(oriel_reader_next(reader, &s, &more, &err), err);
        assert_true(s.n_before + s.n_tokens > 0 || !more);
        assert_true(more || s.n_tokens == 0);
        check_tokens(&s);
        check_bytes(&s, t, &p.at);
        check_line(&s, t, &p);
        take_down(out, &s);
    }
    assert_int_equal(p.at, t->n_right);
    assert_int_equal(oriel_reader_replaced(reader), t->n_replaced);
    oriel_reader_free(reader);
}

static const oriel_reader_options form[N_FORMS] = {
    {.format = ORIEL_INPUT_TEXT},
    {.format = ORIEL_INPUT_TEXT, .wrapped = true},
    {.format = ORIEL_INPUT_TOKENS},
    {.format = ORIEL_INPUT_CONLL},
};

static void read_memory(const struct tokenizer *k, const struct text *t, const oriel_reader_options *o,
                        struct record *out)
{
    struct source *s;
    oriel_reader *reader;
    oriel_error err;
    struct feed f = {.to = -1};
    assert_ok(source_from_memory(&s, t->broken, t->n_broken, "mem", &err), err);
    assert_ok(reader_new(&reader, k, s, o, &err), err);
    read_all(reader, t, &f, out);
}

static void read_pipe(const struct tokenizer *k, const struct text *t, const oriel_reader_options *o, struct random *r,
                      struct record *out)
{
    int fd[2];
    char path[32];
    struct source *s;
    oriel_reader *reader;
    oriel_error err;
    assert_int_equal(pipe(fd), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
    assert_ok(source_open(&s, path, &err), err);
    close(fd[0]);
    assert_ok(reader_new(&reader, k, s, o, &err), err);
    struct feed f = {.to = fd[1], .r = r};
    read_all(reader, t, &f, out);
    if (f.to >= 0)
        close(f.to);
}

/* ---- the laws ---- */

static struct tokenizer *tokenizer;
static struct text text;

static int make(void **state)
{
    (void)state;
    text.broken = malloc(LONGEST);
    text.right = malloc(LONGEST);
    alarm(300); /* would_block said that next would not wait, and it waits */
    return tokenizer_new(&tokenizer, tokenizer_default_rules(), "rules", NULL) == ORIEL_OK ? 0 : -1;
}

static int clear(void **state)
{
    (void)state;
    alarm(0);
    tokenizer_free(tokenizer);
    free(text.broken);
    free(text.right);
    return 0;
}

static void test_sentences_make_up_the_repaired_text_however_it_arrives(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(20240131));
    struct record one = {0};
    struct record other = {0};
    for (size_t i = 0; i < N_TEXTS; i++) {
        draw(&text, &r);
        const oriel_reader_options *o = &form[random_below(&r, N_FORMS)];
        read_memory(tokenizer, &text, o, &one);
        if (i % 4 != 0 && text.n_broken < 2000)
            continue;
        read_pipe(tokenizer, &text, o, &r, &other);
        assert_int_equal(one.n, other.n);
        assert_memory_equal(one.at, other.at, one.n * sizeof *one.at);
    }
    free(one.at);
    free(other.at);
}

/* What comes before the first fault is given out, nothing after it, and the message names its byte. */
static void test_strict_reading_stops_at_the_first_fault(void **state)
{
    (void)state;
    struct random r = random_seeded(test_seed(20240131));
    for (size_t i = 0; i < N_TEXTS / 20; i++) {
        draw(&text, &r);
        oriel_reader_options o = form[random_below(&r, N_FORMS)];
        o.strict = true;
        size_t fault = 0; /* the two texts part there */
        while (fault < text.n_broken && fault < text.n_right && text.broken[fault] == text.right[fault])
            fault++;
        struct source *s;
        oriel_reader *reader;
        oriel_error err;
        oriel_sentence sentence;
        bool more = true;
        size_t n_seen = 0;
        char place[64];
        snprintf(place, sizeof place, " at byte %zu", fault);
        assert_ok(source_from_memory(&s, text.broken, text.n_broken, "mem", &err), err);
        assert_ok(reader_new(&reader, tokenizer, s, &o, &err), err);
        oriel_status status = ORIEL_OK;
        while (more && (status = oriel_reader_next(reader, &sentence, &more, &err)) == ORIEL_OK)
            n_seen += sentence.n_before + (sentence.lines ? 0 : sentence.n_text);
        assert_int_equal(status, text.n_replaced > 0 ? ORIEL_EENCODING : ORIEL_OK);
        assert_true(n_seen <= fault);
        if (status)
            assert_non_null(strstr(err.text, place));
        oriel_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences_make_up_the_repaired_text_however_it_arrives),
        cmocka_unit_test(test_strict_reading_stops_at_the_first_fault),
    };
    return cmocka_run_group_tests(tests, make, clear);
}
