#include "learn/text_ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/source.h"
#include "base/status.h"
#include "text/reader.h"
#include "text/utf8.h"

enum { BUFFER_IDS = 1 << 15, COPY_BYTES = 1 << 16 };

/* ---- a file without a name ---- */

static oriel_status open_temporary(FILE **out, oriel_error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    if (!folder || !*folder)
        folder = "/tmp";
    int n = snprintf(path, sizeof path, "%s/oriel-XXXXXX", folder);
    int fd = n > 0 && (size_t)n < sizeof path ? mkostemp(path, 02000000) : -1; /* O_CLOEXEC */
    *out = fd >= 0 ? fdopen(fd, "w+b") : NULL;
    if (fd >= 0)
        unlink(path);
    if (fd >= 0 && !*out)
        close(fd);
    if (!*out)
        return error_at(err, ORIEL_EIO, folder, 0, "no temporary file for the text's words: %s", strerror(errno));
    return ORIEL_OK;
}

static oriel_status temporary_failed(oriel_error *err)
{
    return error_at(err, ORIEL_EIO, NULL, 0, "the temporary file for the text's words (see TMPDIR): %s",
                    strerror(errno));
}

/* ---- a pass over the text ---- */

struct pass {
    struct text_ids *t;
    const oriel_vectors_options *o;
    struct vocab_scratch forms;
    uint64_t forget_below; /* words with a count below were forgotten */
    FILE *spool;           /* standard input's bytes */
};

typedef oriel_status pass_fn(struct pass *p, const oriel_sentence *s, oriel_error *err);

static oriel_status read_all(struct pass *p, struct source *take_source, pass_fn *f, oriel_error *err)
{
    oriel_reader_options options = {.format = p->o->raw_text ? ORIEL_INPUT_TEXT : ORIEL_INPUT_TOKENS};
    oriel_reader *reader;
    oriel_status status = reader_new(&reader, NULL, take_source, &options, err);
    bool more = status == ORIEL_OK;
    while (status == ORIEL_OK && more) {
        oriel_sentence s;
        status = oriel_reader_next(reader, &s, &more, err);
        if (status == ORIEL_OK && more && s.n_tokens > 0)
            status = f(p, &s, err);
    }
    if (status == ORIEL_OK)
        p->t->n_replaced += oriel_reader_replaced(reader);
    oriel_reader_free(reader);
    return status;
}

/* What a pipe brings is kept. */
static oriel_status spool_input(struct pass *p, oriel_error *err)
{
    struct source *s;
    char *buffer = mem_alloc(COPY_BYTES, 1);
    if (!buffer)
        return error_memory(err);
    oriel_status status = source_open(&s, "-", err);
    if (status == ORIEL_OK)
        status = open_temporary(&p->spool, err);
    size_t n = 1;
    while (status == ORIEL_OK && n > 0) {
        status = source_read(s, buffer, COPY_BYTES, &n, err);
        if (status == ORIEL_OK && fwrite(buffer, 1, n, p->spool) != n)
            status = temporary_failed(err);
    }
    if (status == ORIEL_OK && fflush(p->spool) != 0)
        status = temporary_failed(err);
    source_close(s);
    mem_free(buffer);
    return status;
}

static oriel_status open_text(struct source **out, struct pass *p, const char *path, oriel_error *err)
{
    if (strcmp(path, "-") != 0)
        return source_open(out, path, err);
    char name[64];
    if (!p->spool) {
        oriel_status status = spool_input(p, err);
        if (status)
            return status;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fileno(p->spool));
    return source_open(out, name, err);
}

static oriel_status pass_over(struct pass *p, pass_fn *f, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    p->t->n_replaced = 0;
    for (size_t i = 0; i < p->o->n_text && status == ORIEL_OK; i++) {
        struct source *s;
        status = open_text(&s, p, p->o->text[i], err);
        if (status == ORIEL_OK)
            status = read_all(p, s, f, err);
    }
    return status;
}

/* ---- counting ---- */

/* The words of *v with at least `least` occurrences, and of these the first `most`, as a new vocabulary that is still open. */
static oriel_status keep_words(struct vocab **v, uint64_t least, size_t most, oriel_error *err)
{
    struct vocab *kept = vocab_new();
    bool is_good = kept != NULL;
    size_t n_kept = 0;
    for (size_t id = VOCAB_SPECIAL; id < vocab_size(*v) && n_kept < most && is_good; id++) {
        uint64_t count = vocab_word_count(*v, (int32_t)id);
        size_t n;
        const char *word = vocab_word(*v, (int32_t)id, &n);
        if (count < least)
            continue;
        is_good = vocab_add(kept, word, n, count) >= 0;
        n_kept++;
    }
    if (!is_good) {
        vocab_free(kept);
        return error_memory(err);
    }
    vocab_free(*v);
    *v = kept;
    return ORIEL_OK;
}

/* As word2vec's program does it: each time the table is full, the bar is raised by one. */
static oriel_status forget_rare(struct pass *p, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    while (status == ORIEL_OK && vocab_size(p->t->words) > p->o->max_words + VOCAB_SPECIAL)
        status = keep_words(&p->t->words, ++p->forget_below, SIZE_MAX, err);
    return status;
}

static oriel_status count_sentence(struct pass *p, const oriel_sentence *s, oriel_error *err)
{
    for (size_t i = 0; i < s->n_tokens; i++) {
        size_t n = s->tokens[i].end - s->tokens[i].begin;
        const char *word = s->text + s->tokens[i].begin;
        if (!vocab_form(&p->forms, p->o->lower_case, &word, &n) || vocab_add(p->t->words, word, n, 1) < 0)
            return error_memory(err);
    }
    p->t->n_tokens += s->n_tokens;
    if (vocab_size(p->t->words) > 2 * p->o->max_words + VOCAB_SPECIAL)
        return forget_rare(p, err);
    return ORIEL_OK;
}

static oriel_status make_vocabulary(struct pass *p, oriel_error *err)
{
    struct text_ids *t = p->t;
    if (!vocab_freeze(t->words, p->o->min_count))
        return error_memory(err);
    if (vocab_size(t->words) > p->o->max_words + VOCAB_SPECIAL) {
        oriel_status status = keep_words(&t->words, 0, p->o->max_words, err);
        if (status)
            return status;
        if (!vocab_freeze(t->words, 1))
            return error_memory(err);
    }
    t->V = vocab_size(t->words) - VOCAB_SPECIAL;
    if (t->V == 0)
        return error_at(err, ORIEL_EFORMAT, strcmp(p->o->text[0], "-") == 0 ? "standard input" : p->o->text[0], 0,
                        "no word is there %zu times or more (--min-count); the text has %llu words", p->o->min_count,
                        (unsigned long long)t->n_tokens);
    return ORIEL_OK;
}

/* ---- ids ---- */

static oriel_status write_ids(struct text_ids *t, oriel_error *err)
{
    size_t n = t->n_buffer;
    t->n_buffer = 0;
    return fwrite(t->buffer, sizeof *t->buffer, n, t->file) == n ? ORIEL_OK : temporary_failed(err);
}

static oriel_status put_id(struct text_ids *t, int32_t id, oriel_error *err)
{
    t->buffer[t->n_buffer++] = id;
    return t->n_buffer < BUFFER_IDS ? ORIEL_OK : write_ids(t, err);
}

static oriel_status write_sentence(struct pass *p, const oriel_sentence *s, oriel_error *err)
{
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < s->n_tokens && status == ORIEL_OK; i++) {
        size_t n = s->tokens[i].end - s->tokens[i].begin;
        const char *word = s->text + s->tokens[i].begin;
        if (!vocab_form(&p->forms, p->o->lower_case, &word, &n))
            return error_memory(err);
        int32_t id = vocab_find(p->t->words, word, n);
        if (id < VOCAB_SPECIAL)
            continue;
        p->t->n_words++;
        status = put_id(p->t, id - VOCAB_SPECIAL, err);
    }
    return status == ORIEL_OK ? put_id(p->t, ID_SENTENCE_END, err) : status;
}

oriel_status text_ids_rewind(struct text_ids *t, oriel_error *err)
{
    t->n_buffer = 0;
    t->next = 0;
    t->n_before = 0;
    return fseek(t->file, 0, SEEK_SET) == 0 ? ORIEL_OK : temporary_failed(err);
}

uint64_t text_ids_offset(const struct text_ids *t)
{
    return t->n_before + t->next;
}

oriel_status text_ids_go_to(struct text_ids *t, uint64_t offset, oriel_error *err)
{
    if (fseeko(t->file, 0, SEEK_END) != 0)
        return temporary_failed(err);
    off_t end = ftello(t->file);
    if (end < 0)
        return temporary_failed(err);
    if (offset > (uint64_t)end / sizeof *t->buffer)
        return error_at(err, ORIEL_EFORMAT, NULL, 0, "the checkpoint goes on behind the end of the text");
    t->n_buffer = 0;
    t->next = 0;
    t->n_before = offset;
    return fseeko(t->file, (off_t)(offset * sizeof *t->buffer), SEEK_SET) == 0 ? ORIEL_OK : temporary_failed(err);
}

oriel_status text_ids_next(struct text_ids *t, int32_t *id, oriel_error *err)
{
    if (t->next == t->n_buffer) {
        t->n_before += t->n_buffer;
        t->n_buffer = fread(t->buffer, sizeof *t->buffer, BUFFER_IDS, t->file);
        t->next = 0;
        if (t->n_buffer == 0 && ferror(t->file))
            return temporary_failed(err);
    }
    *id = t->next < t->n_buffer ? t->buffer[t->next++] : ID_TEXT_END;
    return ORIEL_OK;
}

oriel_status text_ids_make(struct text_ids *t, const oriel_vectors_options *o, oriel_error *err)
{
    struct pass p = {.t = t, .o = o};
    *t = (struct text_ids){.words = vocab_new()};
    t->buffer = mem_alloc(BUFFER_IDS, sizeof *t->buffer);
    oriel_status status = t->words && t->buffer ? open_temporary(&t->file, err) : error_memory(err);
    if (status == ORIEL_OK)
        status = pass_over(&p, count_sentence, err);
    if (status == ORIEL_OK)
        status = make_vocabulary(&p, err);
    if (status == ORIEL_OK)
        status = pass_over(&p, write_sentence, err);
    if (status == ORIEL_OK)
        status = write_ids(t, err);
    if (status == ORIEL_OK && fflush(t->file) != 0)
        status = temporary_failed(err);
    if (status == ORIEL_OK)
        status = text_ids_rewind(t, err);
    if (p.spool)
        fclose(p.spool);
    vocab_scratch_clear(&p.forms);
    return status;
}

void text_ids_clear(struct text_ids *t)
{
    if (t->file)
        fclose(t->file);
    vocab_free(t->words);
    mem_free(t->buffer);
    *t = (struct text_ids){0};
}
