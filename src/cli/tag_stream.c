#include "cli/tag_stream.h"

#include <pthread.h>
#include <stdlib.h>

#include "cli/batch.h"
#include "cli/machine.h"

struct shared {
    const struct tag_stream *order;
    pthread_mutex_t reading; /* guards what follows */
    oriel_reader *reader;    /* NULL: the next file is not open */
    size_t n_files;          /* opened so far */
    uint64_t n_batches;      /* read so far */
    bool has_ended;          /* nothing more is to be read */
    oriel_status status;
    oriel_error error;
    uint64_t n_replaced;
    pthread_mutex_t writing; /* guards what follows */
    pthread_cond_t turn;
    uint64_t n_written;    /* batches */
    struct output **ready; /* [n_ready] of batches that are tagged, by their number modulo n_ready; NULL: not yet */
    size_t n_ready;        /* more are never on their way */
    int write_error;
};

/* A hand may be done with one batch before its turn to be written, and go on with the next. */
enum { OUTPUTS = 2 };

struct hand {
    struct shared *shared;
    oriel_tagger *tagger;
    struct batch batch;
    struct output outs[OUTPUTS];
    size_t which;           /* of them is in use */
    uint64_t ends[OUTPUTS]; /* batches that are written when that output is free again */
    struct tagged form;
    uint64_t number; /* of its batch */
    struct tag_stats stats;
};

static oriel_status no_memory(oriel_error *err)
{
    *err = (oriel_error){.code = ORIEL_ENOMEM, .text = "out of memory"};
    return err->code;
}

/* ---- reading: with the lock ---- */

static void fail(struct shared *s, oriel_status status, const oriel_error *error)
{
    s->has_ended = true;
    if (s->status != ORIEL_OK)
        return;
    s->status = status;
    s->error = *error;
}

static void close_reader(struct shared *s)
{
    s->n_replaced += oriel_reader_replaced(s->reader);
    oriel_reader_free(s->reader);
    s->reader = NULL;
}

/* false: there are no more files, or one cannot be opened. */
static bool open_next(struct shared *s)
{
    const struct operands *files = &s->order->files;
    oriel_error error;
    if (s->n_files == (files->n ? files->n : 1)) {
        s->has_ended = true;
        return false;
    }
    const char *path = files->n ? files->at[s->n_files] : "-";
    s->n_files++;
    oriel_status status = oriel_reader_open(&s->reader, s->order->model, path, s->order->reader, &error);
    if (status != ORIEL_OK)
        fail(s, status, &error);
    return status == ORIEL_OK;
}

static void read_sentence(struct shared *s, struct batch *b)
{
    oriel_sentence sentence;
    oriel_error error;
    bool more;
    oriel_status status = oriel_reader_next(s->reader, &sentence, &more, &error);
    if (status == ORIEL_OK && !batch_add(b, &sentence))
        status = no_memory(&error);
    if (status != ORIEL_OK)
        fail(s, status, &error);
    if (!more)
        close_reader(s);
}

static void fill(struct shared *s, struct batch *b)
{
    while (!s->has_ended && !batch_is_full(b)) {
        if (!s->reader && !open_next(s))
            continue;
        if (b->n > 0 && oriel_reader_would_block(s->reader))
            break;
        read_sentence(s, b);
    }
}

/* false: there is nothing more to do. */
static bool read_batch(struct hand *h)
{
    struct shared *s = h->shared;
    batch_empty(&h->batch);
    pthread_mutex_lock(&s->reading);
    double begin = now_in_seconds();
    fill(s, &h->batch);
    bool is_any = h->batch.n > 0;
    h->number = s->n_batches;
    s->n_batches += is_any;
    h->stats.reading += now_in_seconds() - begin;
    pthread_mutex_unlock(&s->reading);
    batch_settle(&h->batch);
    return is_any;
}

/* ---- tagging ---- */

static void tag_batch(struct hand *h)
{
    const struct batch *b = &h->batch;
    oriel_error error;
    oriel_status status = oriel_tagger_begin(h->tagger, b->sentences, b->n, &error);
    double begin = now_in_seconds();
    for (size_t i = 0; i < b->n && status == ORIEL_OK; i++) {
        oriel_tags tags;
        status = oriel_tagger_next(h->tagger, &tags, &error);
        if (status == ORIEL_OK)
            tagged_write(&h->form, &b->sentences[i], &tags);
        h->stats.n_sentences += b->sentences[i].n_tokens > 0;
    }
    h->stats.deciding += now_in_seconds() - begin;
    if (status == ORIEL_OK)
        return;
    pthread_mutex_lock(&h->shared->reading);
    fail(h->shared, status, &error);
    pthread_mutex_unlock(&h->shared->reading);
}

/* ---- writing ---- */

/* Everything whose turn it is.  After a failure nothing more leaves: what came behind a gap would look whole. */
static void write_ready(struct shared *s)
{
    for (;;) {
        struct output **next = &s->ready[s->n_written % s->n_ready];
        if (!*next)
            return;
        if (!s->write_error && !output_flush(*next))
            s->write_error = (*next)->error;
        *next = NULL;
        s->n_written++;
    }
}

/* A batch is left for the thread whose batch comes before it, and only two in turn: so threads seldom wait for each other, and what
 * they keep has a limit. */
static void hand_out(struct hand *h)
{
    struct shared *s = h->shared;
    pthread_mutex_lock(&s->writing);
    s->ready[h->number % s->n_ready] = &h->outs[h->which];
    h->ends[h->which] = h->number + 1;
    double begin = now_in_seconds();
    write_ready(s);
    h->stats.writing += now_in_seconds() - begin;
    pthread_cond_broadcast(&s->turn);
    h->which = (h->which + 1) % OUTPUTS;
    while (s->n_written < h->ends[h->which])
        pthread_cond_wait(&s->turn, &s->writing);
    bool is_broken = s->write_error != 0;
    pthread_mutex_unlock(&s->writing);
    h->outs[h->which].n = 0;
    h->form.out = &h->outs[h->which];
    if (!is_broken)
        return;
    pthread_mutex_lock(&s->reading);
    s->has_ended = true;
    pthread_mutex_unlock(&s->reading);
}

static void *work(void *context)
{
    struct hand *h = context;
    while (read_batch(h)) {
        tag_batch(h);
        hand_out(h);
    }
    return NULL;
}

/* ---- all hands ---- */

static oriel_status make_hand(struct hand *h, struct shared *s, oriel_tagger *tagger, oriel_error *err)
{
    h->shared = s;
    h->tagger = tagger;
    h->form = s->order->form;
    h->form.out = &h->outs[0];
    for (size_t i = 0; i < OUTPUTS; i++) {
        if (!output_open(&h->outs[i], s->order->fd))
            return no_memory(err);
        h->outs[i].is_held = true;
    }
    return ORIEL_OK;
}

/* Their taggers share what they keep of tokens. */
static oriel_status make_hands(struct hand *hands, struct shared *s, oriel_error *err)
{
    size_t n = s->order->threads;
    oriel_tagger **taggers = calloc(n, sizeof *taggers);
    if (!taggers)
        return no_memory(err);
    oriel_status status = oriel_taggers_new(taggers, n, s->order->model, s->order->tagger, err);
    for (size_t i = 0; i < n && taggers[i]; i++) {
        oriel_status made = make_hand(&hands[i], s, taggers[i], err);
        status = made != ORIEL_OK ? made : status;
    }
    free(taggers);
    return status;
}

/* The first hand is the caller's own; where no more threads are to be had, those that are there do all. */
static void run(struct hand *hands, size_t n)
{
    pthread_t *threads = calloc(n, sizeof *threads);
    size_t n_started = 1;
    while (threads && n_started < n && pthread_create(&threads[n_started], NULL, work, &hands[n_started]) == 0)
        n_started++;
    work(&hands[0]);
    for (size_t i = 1; i < n_started && threads; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static void gather(struct tag_stats *sum, const struct hand *h)
{
    oriel_tagger_stats t = oriel_tagger_about(h->tagger);
    sum->n_sentences += h->stats.n_sentences;
    sum->reading += h->stats.reading;
    sum->deciding += h->stats.deciding;
    sum->writing += h->stats.writing;
    sum->tagger.n_tokens += t.n_tokens;
    sum->tagger.n_computed += t.n_computed;
    sum->tagger.looking_up += t.looking_up;
    sum->tagger.computing += t.computing;
    sum->tagger.network += t.network;
}

static void clear_hand(struct hand *h)
{
    oriel_tagger_free(h->tagger);
    batch_clear(&h->batch);
    for (size_t i = 0; i < OUTPUTS; i++)
        output_clear(&h->outs[i]);
}

oriel_status tag_stream(const struct tag_stream *order, struct tag_stats *stats, oriel_error *err)
{
    struct shared s = {.order = order,
                       .reading = PTHREAD_MUTEX_INITIALIZER,
                       .writing = PTHREAD_MUTEX_INITIALIZER,
                       .turn = PTHREAD_COND_INITIALIZER};
    struct hand *hands = calloc(order->threads, sizeof *hands);
    *stats = (struct tag_stats){0};
    s.n_ready = OUTPUTS * order->threads;
    s.ready = calloc(s.n_ready, sizeof *s.ready);
    if (!hands || !s.ready) {
        free(hands);
        free(s.ready);
        return no_memory(err);
    }
    oriel_status status = make_hands(hands, &s, err);
    if (status == ORIEL_OK) {
        run(hands, order->threads);
        status = s.status;
        *err = s.error;
    }
    for (size_t i = 0; i < order->threads; i++) {
        if (hands[i].tagger)
            gather(stats, &hands[i]);
        clear_hand(&hands[i]);
    }
    if (s.reader)
        close_reader(&s);
    stats->n_replaced = s.n_replaced;
    stats->write_error = s.write_error;
    free(s.ready);
    free(hands);
    return status;
}
