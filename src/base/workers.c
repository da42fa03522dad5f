/*
 * Threads sleep until a run is opened, take blocks by counting up one number, and the first that finds none left closes
 * the run.  The caller works along and then waits only for those who joined: a thread that wakes too late finds the run
 * closed and sleeps on, so that a short run does not wait for slow wakers.
 */
#include "base/workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/memory.h"

struct worker {
    struct workers *crew;
    size_t index; /* 1 .. n_threads-1 */
    pthread_t thread;
};

struct workers {
    size_t n_threads;
    struct worker *workers; /* [n_threads-1] */
    size_t n_started;
    pthread_mutex_t lock; /* of what follows, but not of next_block */
    pthread_cond_t may_start, may_return;
    bool is_open;  /* blocks of this run may be left */
    bool is_over;  /* the threads shall end */
    size_t n_busy; /* threads, without the caller, inside this run */
    workers_fn *f;
    void *context;
    size_t n_blocks;
    atomic_size_t next_block;
};

/* Takes blocks until none is left.  Runs without the lock: a run's f, context and n_blocks do not change while a thread is
 * counted in n_busy. */
static void take_blocks(struct workers *w, size_t index)
{
    for (;;) {
        size_t block = atomic_fetch_add_explicit(&w->next_block, 1, memory_order_relaxed);
        if (block >= w->n_blocks)
            return;
        w->f(w->context, block, index);
    }
}

static void *worker_main(void *of)
{
    struct worker *self = of;
    struct workers *w = self->crew;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->is_open && !w->is_over)
            pthread_cond_wait(&w->may_start, &w->lock);
        if (w->is_over)
            break;
        w->n_busy++;
        pthread_mutex_unlock(&w->lock);
        take_blocks(w, self->index);
        pthread_mutex_lock(&w->lock);
        w->is_open = false;
        w->n_busy--;
        if (w->n_busy == 0)
            pthread_cond_signal(&w->may_return);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Starts the threads with all signals blocked: signals are the host program's, and go to its own threads. */
static bool start_threads(struct workers *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = 0;
    while (w->n_started + 1 < w->n_threads && result == 0) {
        struct worker *worker = &w->workers[w->n_started];
        *worker = (struct worker){.crew = w, .index = w->n_started + 1};
        result = pthread_create(&worker->thread, NULL, worker_main, worker);
        if (result == 0)
            w->n_started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0;
}

struct workers *workers_new(size_t n_threads)
{
    struct workers *w = mem_zero(1, sizeof *w);
    if (!w)
        return NULL;
    w->n_threads = n_threads > 0 ? n_threads : 1;
    atomic_init(&w->next_block, 0);
    pthread_mutex_init(&w->lock, NULL); /* these three cannot fail with default attributes */
    pthread_cond_init(&w->may_start, NULL);
    pthread_cond_init(&w->may_return, NULL);
    w->workers = mem_alloc(w->n_threads - 1, sizeof *w->workers);
    if (w->workers && start_threads(w))
        return w;
    workers_free(w);
    return NULL;
}

void workers_run(struct workers *w, size_t n_blocks, workers_fn *f, void *context)
{
    if (w->n_started == 0 || n_blocks <= 1) {
        for (size_t block = 0; block < n_blocks; block++)
            f(context, block, 0);
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->f = f;
    w->context = context;
    w->n_blocks = n_blocks;
    atomic_store_explicit(&w->next_block, 0, memory_order_relaxed);
    w->is_open = true;
    pthread_cond_broadcast(&w->may_start);
    pthread_mutex_unlock(&w->lock);
    take_blocks(w, 0);
    pthread_mutex_lock(&w->lock);
    w->is_open = false;
    while (w->n_busy > 0)
        pthread_cond_wait(&w->may_return, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

size_t workers_count(const struct workers *w)
{
    return w->n_threads;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_over = true;
    pthread_cond_broadcast(&w->may_start);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < w->n_started; i++)
        pthread_join(w->workers[i].thread, NULL);
    pthread_cond_destroy(&w->may_return);
    pthread_cond_destroy(&w->may_start);
    pthread_mutex_destroy(&w->lock);
    mem_free(w->workers);
    mem_free(w);
}
