/*
 * A run is opened by its number.  Every thread has a share of the blocks, and the next block of each share that nobody took stands
 * in one word with the number of the run: so a block is taken by one exchange, and who comes too late, when the run is over, finds
 * another number and takes none.  The caller works along and waits until all blocks are done: not for a thread that
 * has not woken up, so that a short run does not wait for slow wakers.  From one processor to another go a word at the beginning and one at
 * the end, and no lock is taken where nobody sleeps.
 *
 * To wake a thread takes up to 150 microseconds, longer than many a run of a training step.  So whoever waits first looks for
 * a while whether the next run comes.  (To give up the processor between two looks, as sched_yield does, loses it for
 * milliseconds where others want it.)
 */
#include "base/workers.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/memory.h"

#define SECONDS_OF_LOOKING 300e-6 /* none where there are more threads than processors: others need this one */

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

/* What others write on lines of its own. */
struct worker {
    _Alignas(MEM_CACHE_LINE) struct workers *crew;
    size_t index; /* 0: the caller, whose thread is not ours */
    pthread_t thread;
    /* Number of the run << 32 | the first block of its share that nobody took. */
    _Alignas(MEM_CACHE_LINE) _Atomic uint64_t next;
    /* Blocks that this thread has done, since it began. */
    _Alignas(MEM_CACHE_LINE) _Atomic uint64_t n_done;
};

struct sleepers {
    atomic_size_t n;
    pthread_cond_t wake;
};

struct workers {
    size_t n_threads;
    struct worker *workers; /* [n_threads] */
    size_t n_started;
    double seconds_of_looking;
    uint64_t n_ordered; /* blocks of all runs so far */
    /* The run that is open, or was; f, context and n_blocks belong to no other number as long as a block of it is not done. */
    _Alignas(MEM_CACHE_LINE) _Atomic uint32_t run;
    atomic_bool is_over; /* the threads shall end */
    _Atomic(workers_fn *) f;
    _Atomic(void *) context;
    atomic_size_t n_blocks;
    _Alignas(MEM_CACHE_LINE) struct sleepers threads, caller, blocks;
    pthread_mutex_t lock; /* of who goes to sleep */
};

/* ---- blocks ---- */

static size_t share_begin(const struct workers *w, size_t n_blocks, size_t index)
{
    return n_blocks * index / w->n_threads;
}

/* Takes blocks of a run until none is left, its own share first and then what others have left of theirs.  What f, context and
 * n_blocks are is read before a block is taken: if the run was another by then, there is none to take. */
static void take_blocks(struct workers *w, uint32_t run, size_t index)
{
    workers_fn *f = atomic_load_explicit(&w->f, memory_order_acquire);
    void *context = atomic_load_explicit(&w->context, memory_order_acquire);
    size_t n_blocks = atomic_load_explicit(&w->n_blocks, memory_order_acquire);
    uint64_t n_done = 0;
    for (size_t k = 0; k < w->n_threads; k++) {
        struct worker *from = &w->workers[(index + k) % w->n_threads];
        size_t end = share_begin(w, n_blocks, from->index + 1);
        uint64_t next = atomic_load_explicit(&from->next, memory_order_relaxed);
        while (next >> 32 == run && (uint32_t)next < end) {
            if (!atomic_compare_exchange_weak_explicit(&from->next, &next, next + 1, memory_order_acq_rel,
                                                       memory_order_relaxed))
                continue;
            f(context, (uint32_t)next, index);
            n_done++;
            next = atomic_load_explicit(&from->next, memory_order_relaxed);
        }
    }
    if (n_done > 0)
        atomic_fetch_add(&w->workers[index].n_done, n_done);
}

/* ---- waiting ---- */

/* Another run than the last one that a thread has been in. */
struct another {
    struct workers *crew;
    uint32_t last;
};

static bool is_opened(void *context)
{
    const struct another *a = context;
    return atomic_load(&a->crew->run) != a->last;
}

static bool is_closed(void *context)
{
    struct workers *w = context;
    uint64_t n_done = 0;
    for (size_t i = 0; i < w->n_threads; i++)
        n_done += atomic_load(&w->workers[i].n_done);
    return n_done == w->n_ordered;
}

/* Without the lock, until it is there or it has been long enough; false: it is not. */
static bool is_soon_there(const struct workers *w, workers_condition *is_there, void *context)
{
    double end = clock_seconds() + w->seconds_of_looking;
    while (!is_there(context)) {
        if (clock_seconds() > end)
            return false;
        for (int i = 0; i < PAUSES_A_LOOK && !is_there(context); i++)
            pause_a_little();
    }
    return true;
}

/* Who goes to sleep says so before looking a last time; who has something to say looks for sleepers after saying it. */
static void wait_for(struct workers *w, struct sleepers *with, workers_condition *is_there, void *context)
{
    if (is_soon_there(w, is_there, context))
        return;
    pthread_mutex_lock(&w->lock);
    atomic_fetch_add(&with->n, 1);
    while (!is_there(context))
        pthread_cond_wait(&with->wake, &w->lock);
    atomic_fetch_sub(&with->n, 1);
    pthread_mutex_unlock(&w->lock);
}

static void wake(struct workers *w, struct sleepers *who)
{
    if (atomic_load(&who->n) == 0)
        return;
    pthread_mutex_lock(&w->lock);
    pthread_cond_broadcast(&who->wake);
    pthread_mutex_unlock(&w->lock);
}

static void open_run(struct workers *w)
{
    atomic_fetch_add(&w->run, 1);
    wake(w, &w->threads);
}

static void *worker_main(void *of)
{
    struct worker *self = of;
    struct workers *w = self->crew;
    for (struct another a = {w, 0};;) {
        wait_for(w, &w->threads, is_opened, &a);
        a.last = atomic_load(&w->run);
        if (atomic_load(&w->is_over))
            return NULL;
        take_blocks(w, a.last, self->index);
        wake(w, &w->caller);
    }
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

/* Those that this process may use. */
static size_t n_processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : SIZE_MAX;
}

struct workers *workers_new(size_t n_threads)
{
    struct workers *w = mem_zero(1, sizeof *w);
    if (!w)
        return NULL;
    w->n_threads = n_threads > 0 ? n_threads : 1;
    w->seconds_of_looking = n_threads > n_processors() ? 0 : SECONDS_OF_LOOKING;
    pthread_mutex_init(&w->lock, NULL); /* these cannot fail with default attributes */
    pthread_cond_init(&w->threads.wake, NULL);
    pthread_cond_init(&w->caller.wake, NULL);
    pthread_cond_init(&w->blocks.wake, NULL);
    w->workers = mem_zero(w->n_threads, sizeof *w->workers);
    for (size_t i = 0; w->workers && i < w->n_threads; i++) {
        w->workers[i].crew = w;
        w->workers[i].index = i;
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
    uint64_t run = (uint64_t)(atomic_load_explicit(&w->run, memory_order_relaxed) + 1) << 32;
    for (size_t i = 0; i < w->n_threads; i++)
        atomic_store_explicit(&w->workers[i].next, run | share_begin(w, n_blocks, i), memory_order_relaxed);
    atomic_store_explicit(&w->f, f, memory_order_release);
    atomic_store_explicit(&w->context, context, memory_order_release);
    atomic_store_explicit(&w->n_blocks, n_blocks, memory_order_release);
    w->n_ordered += n_blocks;
    open_run(w);
    take_blocks(w, (uint32_t)(run >> 32), 0);
    wait_for(w, &w->caller, is_closed, w);
}

void workers_wait(struct workers *w, workers_condition *is_there, void *context)
{
    wait_for(w, &w->blocks, is_there, context);
}

void workers_tell(struct workers *w)
{
    wake(w, &w->blocks);
}

size_t workers_count(const struct workers *w)
{
    return w->n_threads;
}

void workers_free(struct workers *w)
{
    if (!w)
        return;
    atomic_store(&w->is_over, true);
    open_run(w);
    for (size_t i = 0; i < w->n_started; i++)
        pthread_join(w->workers[i + 1].thread, NULL);
    pthread_cond_destroy(&w->caller.wake);
    pthread_cond_destroy(&w->blocks.wake);
    pthread_cond_destroy(&w->threads.wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(w->workers);
    mem_free(w);
}
