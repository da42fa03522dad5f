#include "learn/text_ids.h"

#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/temporary.h"
#include "learn/text_words.h"

enum { BUFFER_IDS = 1 << 15 };

struct making {
    struct text_ids *t;
    const oriel_vectors_options *o;
    struct text_words words;
    uint64_t forget_below; /* words with a count below were forgotten; 0: none was */
};

/* ---- ids to the file ---- */

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

/* The first n ids of the file are all of it. */
static oriel_status cut_file(struct text_ids *t, uint64_t n, oriel_error *err)
{
    bool is_done = fflush(t->file) == 0 && ftruncate(fileno(t->file), (off_t)(n * sizeof *t->buffer)) == 0;
    return is_done ? text_ids_rewind(t, err) : temporary_failed(err);
}

/* The buffer's first n ids as they are now; words that were dropped go. */
static size_t renumber_buffer(struct text_ids *t, size_t n, const int32_t *ids)
{
    size_t n_left = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t id = t->buffer[i];
        bool is_word = id != ID_SENTENCE_END;
        if (is_word)
            id = ids[id + VOCAB_SPECIAL] - VOCAB_SPECIAL;
        if (is_word && id < 0)
            continue;
        t->buffer[n_left++] = id;
        t->n_words += is_word;
    }
    return n_left;
}

/* The file again, in its own place, with the ids that words have now instead of those that they were counted by. */
static oriel_status renumber(struct text_ids *t, const int32_t *ids, oriel_error *err)
{
    uint64_t n_read = 0;
    uint64_t n_written = 0;
    size_t n = 1;
    while (n > 0) {
        if (fseeko(t->file, (off_t)(n_read * sizeof *t->buffer), SEEK_SET) != 0)
            return temporary_failed(err);
        n = fread(t->buffer, sizeof *t->buffer, BUFFER_IDS, t->file);
        if (n == 0 && ferror(t->file))
            return temporary_failed(err);
        n_read += n;
        t->n_buffer = renumber_buffer(t, n, ids);
        if (fseeko(t->file, (off_t)(n_written * sizeof *t->buffer), SEEK_SET) != 0)
            return temporary_failed(err);
        n_written += t->n_buffer;
        oriel_status status = write_ids(t, err);
        if (status)
            return status;
    }
    return cut_file(t, n_written, err);
}

/* ---- counting ---- */

/* The words with at least `least` occurrences, as a new vocabulary that is still open. */
static oriel_status keep_words(struct vocab **v, uint64_t least, oriel_error *err)
{
    struct vocab *kept = vocab_new();
    bool is_good = kept != NULL;
    for (size_t id = VOCAB_SPECIAL; id < vocab_size(*v) && is_good; id++) {
        uint64_t count = vocab_word_count(*v, (int32_t)id);
        size_t n;
        const char *word = vocab_word(*v, (int32_t)id, &n);
        is_good = count < least || vocab_add(kept, word, n, count) >= 0;
    }
    if (!is_good) {
        vocab_free(kept);
        return error_memory(err);
    }
    vocab_free(*v);
    *v = kept;
    return ORIEL_OK;
}

/* As word2vec's program does it: each time the table is full, the bar is raised by one.  What was written so far tells
 * nothing any more. */
static oriel_status forget_rare(struct making *m, oriel_error *err)
{
    struct text_ids *t = m->t;
    oriel_status status = ORIEL_OK;
    while (status == ORIEL_OK && vocab_size(t->words) > m->o->max_words + VOCAB_SPECIAL)
        status = keep_words(&t->words, ++m->forget_below, err);
    t->n_buffer = 0;
    return status ? status : cut_file(t, 0, err);
}

static oriel_status put_counted(struct making *m, int32_t id, oriel_error *err)
{
    return m->forget_below == 0 ? put_id(m->t, id, err) : ORIEL_OK;
}

static oriel_status count_word(void *context, const char *word, size_t n, oriel_error *err)
{
    struct making *m = context;
    struct text_ids *t = m->t;
    if (n == 0 && vocab_size(t->words) > 2 * m->o->max_words + VOCAB_SPECIAL)
        return forget_rare(m, err);
    if (n == 0)
        return put_counted(m, ID_SENTENCE_END, err);
    int32_t id = vocab_add(t->words, word, n, 1);
    if (id < 0)
        return error_memory(err);
    t->n_tokens++;
    return put_counted(m, id - VOCAB_SPECIAL, err);
}

/* The vocabulary as it stays, and its ids in the file unless words were forgotten. */
static oriel_status end_counting(struct making *m, oriel_error *err)
{
    struct text_ids *t = m->t;
    int32_t *ids = mem_alloc(vocab_size(t->words), sizeof *ids);
    oriel_status status = ORIEL_OK;
    if (!ids || !vocab_freeze_most(t->words, m->o->min_count, m->o->max_words, ids))
        status = error_memory(err);
    t->V = vocab_size(t->words) - VOCAB_SPECIAL;
    if (status == ORIEL_OK && t->V == 0)
        status = error_at(err, ORIEL_EFORMAT, strcmp(m->o->text[0], "-") == 0 ? "standard input" : m->o->text[0], 0,
                          "no word is there %zu times or more (--min-count); the text has %llu words", m->o->min_count,
                          (unsigned long long)t->n_tokens);
    if (status == ORIEL_OK && m->forget_below == 0)
        status = write_ids(t, err);
    if (status == ORIEL_OK && m->forget_below == 0)
        status = renumber(t, ids, err);
    mem_free(ids);
    return status;
}

/* ---- the second time ---- */

static oriel_status find_word(void *context, const char *word, size_t n, oriel_error *err)
{
    struct making *m = context;
    struct text_ids *t = m->t;
    if (n == 0)
        return put_id(t, ID_SENTENCE_END, err);
    int32_t id = vocab_find(t->words, word, n);
    if (id < VOCAB_SPECIAL)
        return ORIEL_OK;
    t->n_words++;
    return put_id(t, id - VOCAB_SPECIAL, err);
}

static oriel_status find_words(struct making *m, struct workers *crew, oriel_error *err)
{
    oriel_status status = text_words_each(&m->words, crew, find_word, m, err);
    if (status == ORIEL_OK)
        status = write_ids(m->t, err);
    if (status == ORIEL_OK && fflush(m->t->file) != 0)
        status = temporary_failed(err);
    return status ? status : text_ids_rewind(m->t, err);
}

/* ---- making ---- */

oriel_status text_ids_make(struct text_ids *t, const oriel_vectors_options *o, struct workers *crew, oriel_error *err)
{
    struct making m = {.t = t, .o = o};
    *t = (struct text_ids){.words = vocab_new()};
    t->buffer = mem_alloc(BUFFER_IDS, sizeof *t->buffer);
    oriel_status status = text_words_init(&m.words, o, &t->words, err);
    if (status == ORIEL_OK)
        status = t->words && t->buffer ? temporary_open(&t->file, err) : error_memory(err);
    if (status == ORIEL_OK)
        status = text_words_each(&m.words, crew, count_word, &m, err);
    if (status == ORIEL_OK)
        status = end_counting(&m, err);
    if (status == ORIEL_OK && m.forget_below > 0)
        status = find_words(&m, crew, err);
    text_words_clear(&m.words);
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

/* ---- reading ---- */

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
