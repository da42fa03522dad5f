/*
 * Threads sleep until a run is opened, take blocks by counting up, and the first that finds none left closes the run.  The caller works along and then waits only for those who joined: a thread that wakes too late finds the run
 * closed and sleeps on, so that a short run does not wait for slow wakers.
 *
 * To wake a thread takes up to 150 microseconds, longer than many a run of a training step.  So whoever waits first looks for
 * a while whether the next run comes.  (To give up the processor between two looks, as sched_yield does, loses it for
 * milliseconds where others want it.)
 */
#include "base/workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/memory.h"

#define SECONDS_OF_LOOKING 300e-6

enum { PAUSES_A_LOOK = 8 };

/* Leaves the processor's other thread its parts for a moment. */
static inline void pause_a_little(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

struct worker {
    struct workers *crew;
    size_t index; /* 0: the caller, whose thread is not ours */
    pthread_t thread;
    atomic_size_t next; /* of its share of a run, the first block that nobody took */
    size_t end;         /* of its share */
    char apart[64];     /* from the next one's: taking blocks shall not slow others down */
};

struct workers {
    size_t n_threads;
    struct worker *workers; /* [n_threads] */
    size_t n_started;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t may_start, may_return;
    bool is_open;           /* blocks of this run may be left */
    bool is_over;           /* the threads shall end */
    atomic_size_t n_busy;   /* threads, without the caller, inside this run */
    atomic_size_t n_opened; /* runs so far, and one more at the end */
    workers_fn *f;
    void *context;
    size_t n_blocks;
};

static void divide(struct workers *w)
{
    for (size_t i = 0; i < w->n_threads; i++) {
        atomic_store_explicit(&w->workers[i].next, w->n_blocks * i / w->n_threads, memory_order_relaxed);
        w->workers[i].end = w->n_blocks * (i + 1) / w->n_threads;
    }
}

/* Takes blocks until none is left, its own share first and then what others have left of theirs.  Runs without the lock: a
 * run's f, context and shares do not change while a thread is counted in n_busy. */
static void take_blocks(struct workers *w, size_t index)
{
    for (size_t k = 0; k < w->n_threads; k++) {
        struct worker *from = &w->workers[(index + k) % w->n_threads];
        for (;;) {
            size_t block = atomic_fetch_add_explicit(&from->next, 1, memory_order_relaxed);
            if (block >= from->end)
                break;
            w->f(w->context, block, index);
        }
    }
}

/* Without the lock, until the value is another or it has been long enough; false: it is not. */
static bool changes_soon(atomic_size_t *value, size_t old)
{
    double end = clock_seconds() + SECONDS_OF_LOOKING;
    while (atomic_load_explicit(value, memory_order_relaxed) == old) {
        if (clock_seconds() > end)
            return false;
        for (int i = 0; i < PAUSES_A_LOOK; i++)
            pause_a_little();
    }
    return true;
}

static void *worker_main(void *of)
{
    struct worker *self = of;
    struct workers *w = self->crew;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        if (!w->is_open && !w->is_over) {
            size_t n_opened = w->n_opened;
            pthread_mutex_unlock(&w->lock);
            changes_soon(&w->n_opened, n_opened);
            pthread_mutex_lock(&w->lock);
        }
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
        struct worker *worker = &w->workers[w->n_started + 1];
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
    atomic_init(&w->n_busy, 0);
    atomic_init(&w->n_opened, 0);
    pthread_mutex_init(&w->lock, NULL); /* these three cannot fail with default attributes */
    pthread_cond_init(&w->may_start, NULL);
    pthread_cond_init(&w->may_return, NULL);
    w->workers = mem_zero(w->n_threads, sizeof *w->workers);
    for (size_t i = 0; w->workers && i < w->n_threads; i++) {
        w->workers[i].crew = w;
        w->workers[i].index = i;
        atomic_init(&w->workers[i].next, 0);
    }
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
    divide(w);
    w->is_open = true;
    w->n_opened++;
    pthread_cond_broadcast(&w->may_start);
    pthread_mutex_unlock(&w->lock);
    take_blocks(w, 0);
    for (size_t n_busy = w->n_busy; n_busy > 0 && changes_soon(&w->n_busy, n_busy);)
        n_busy = w->n_busy;
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
    w->n_opened++;
    pthread_cond_broadcast(&w->may_start);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < w->n_started; i++)
        pthread_join(w->workers[i + 1].thread, NULL);
    pthread_cond_destroy(&w->may_return);
    pthread_cond_destroy(&w->may_start);
    pthread_mutex_destroy(&w->lock);
    mem_free(w->workers);
    mem_free(w);
}
