#include "learn/text_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "base/temporary.h"
#include "text/reader.h"

/* A batch ends with the sentence that reaches one of these: enough that threads seldom wait for each other. */
enum { BATCH_WORDS = 1 << 14, BATCH_BYTES = 1 << 20 };
enum { COPY_BYTES = 1 << 16, WORDS_AHEAD = 32 };

oriel_status text_words_init(struct text_words *t, const oriel_vectors_options *o, struct vocab *const *asked,
                             oriel_error *err)
{
    *t = (struct text_words){.o = o, .asked = asked};
    t->now = &t->batches[0];
    t->next = &t->batches[1];
    for (size_t i = 0; i < 2; i++) {
        t->batches[i].ends = mem_alloc(BATCH_WORDS + ORIEL_MAX_SENTENCE_TOKENS, sizeof *t->batches[i].ends);
        if (!t->batches[i].ends)
            return error_memory(err);
    }
    return ORIEL_OK;
}

void text_words_clear(struct text_words *t)
{
    for (size_t i = 0; i < 2; i++) {
        bytes_clear(&t->batches[i].words);
        mem_free(t->batches[i].ends);
    }
    oriel_reader_free(t->reader);
    vocab_scratch_clear(&t->forms);
    if (t->spool)
        fclose(t->spool);
    *t = (struct text_words){0};
}

/* ---- files ---- */

/* What a pipe brings is kept. */
static oriel_status spool_input(struct text_words *t, oriel_error *err)
{
    struct source *s;
    char *buffer = mem_alloc(COPY_BYTES, 1);
    if (!buffer)
        return error_memory(err);
    oriel_status status = source_open(&s, "-", err);
    if (status == ORIEL_OK)
        status = temporary_open(&t->spool, err);
    size_t n = 1;
    while (status == ORIEL_OK && n > 0) {
        status = source_read(s, buffer, COPY_BYTES, &n, err);
        if (status == ORIEL_OK && fwrite(buffer, 1, n, t->spool) != n)
            status = temporary_failed(err);
    }
    if (status == ORIEL_OK && fflush(t->spool) != 0)
        status = temporary_failed(err);
    source_close(s);
    mem_free(buffer);
    return status;
}

static oriel_status open_text(struct source **out, struct text_words *t, const char *path, oriel_error *err)
{
    if (strcmp(path, "-") != 0)
        return source_open(out, path, err);
    char name[64];
    if (!t->spool) {
        oriel_status status = spool_input(t, err);
        if (status)
            return status;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fileno(t->spool));
    return source_open(out, name, err);
}

static oriel_status open_next(struct text_words *t, oriel_error *err)
{
    oriel_reader_options options = {.format = t->o->raw_text ? ORIEL_INPUT_TEXT : ORIEL_INPUT_TOKENS};
    struct source *s;
    oriel_status status = open_text(&s, t, t->o->text[t->n_opened], err);
    if (status)
        return status;
    t->n_opened++;
    return reader_new(&t->reader, NULL, s, &options, err);
}

/* ---- batches ---- */

static oriel_status add_word(struct text_words *t, struct word_batch *b, const char *word, size_t n, oriel_error *err)
{
    if (!vocab_form(&t->forms, t->o->lower_case, &word, &n) || !bytes_append(&b->words, word, n))
        return error_memory(err);
    b->ends[b->n++] = b->words.n;
    return ORIEL_OK;
}

static oriel_status add_sentence(struct text_words *t, struct word_batch *b, oriel_error *err)
{
    oriel_sentence s;
    bool more;
    oriel_status status = oriel_reader_next(t->reader, &s, &more, err);
    if (status || !more) {
        oriel_reader_free(t->reader);
        t->reader = NULL;
        return status;
    }
    for (size_t i = 0; i < s.n_tokens && status == ORIEL_OK; i++)
        status = add_word(t, b, s.text + s.tokens[i].begin, s.tokens[i].end - s.tokens[i].begin, err);
    if (s.n_tokens > 0)
        b->ends[b->n++] = b->words.n;
    return status;
}

/* A batch is written by one processor and read by another: line by line, as they come to it, each would wait for the other's. */
static void read_batch(struct text_words *t, struct word_batch *b)
{
    mem_expect_to_write(b->words.at, b->words.n);
    mem_expect_to_write(b->ends, b->n * sizeof *b->ends);
    b->words.n = 0;
    b->n = 0;
    b->status = ORIEL_OK;
    while (b->status == ORIEL_OK && b->n < BATCH_WORDS && b->words.n < BATCH_BYTES)
        if (t->reader)
            b->status = add_sentence(t, b, &b->err);
        else if (t->n_opened < t->o->n_text)
            b->status = open_next(t, &b->err);
        else
            break;
}

/* ---- all of them ---- */

struct pass {
    struct text_words *t;
    text_word_fn *f;
    void *context;
    oriel_status status; /* f's */
    oriel_error err;
};

/* Asks the memory for some words from word i on, which begins at `begin`: that saves a fifth of the time of looking them up. */
static void expect_words(const struct vocab *v, const struct word_batch *b, size_t i, size_t begin)
{
    size_t end = b->n - i < WORDS_AHEAD ? b->n : i + WORDS_AHEAD;
    for (; i < end; begin = b->ends[i++])
        vocab_expect(v, b->words.at + begin, b->ends[i] - begin);
}

/* Asks for the batch likewise (read_batch). */
static void use_batch(struct pass *p, const struct word_batch *b)
{
    mem_expect(b->words.at, b->words.n);
    mem_expect(b->ends, b->n * sizeof *b->ends);
    for (size_t i = 0, begin = 0; i < b->n && p->status == ORIEL_OK; begin = b->ends[i++]) {
        if (i % WORDS_AHEAD == 0)
            expect_words(*p->t->asked, b, i, begin);
        p->status = p->f(p->context, b->words.at + begin, b->ends[i] - begin, &p->err);
    }
}

static void work_on_block(void *context, size_t block, size_t worker)
{
    struct pass *p = context;
    (void)worker;
    if (block == 0)
        use_batch(p, p->t->now);
    else
        read_batch(p->t, p->t->next);
}

static void change_places(struct text_words *t)
{
    struct word_batch *used = t->now;
    t->now = t->next;
    t->next = used;
}

oriel_status text_words_each(struct text_words *t, struct workers *crew, text_word_fn *f, void *context,
                             oriel_error *err)
{
    struct pass p = {.t = t, .f = f, .context = context};
    t->n_opened = 0;
    read_batch(t, t->now);
    while (p.status == ORIEL_OK && t->now->status == ORIEL_OK && t->now->n > 0) {
        workers_run(crew, 2, work_on_block, &p);
        change_places(t);
    }
    oriel_status status = p.status ? p.status : t->now->status;
    if (status && err)
        *err = p.status ? p.err : t->now->err;
    return status;
}
