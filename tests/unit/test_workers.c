#include "support/test.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/workers.h"

enum { N_BLOCKS = 1000 };

struct tally {
    int times[N_BLOCKS]; /* each written by the one thread that has the block: a race is a sanitizer's find */
    atomic_int by_worker[8];
};

static void count(void *context, size_t block, size_t worker)
{
    struct tally *t = context;
    t->times[block]++;
    atomic_fetch_add(&t->by_worker[worker], 1);
}

static void test_every_block_runs_exactly_once(void **state)
{
    (void)state;
    for (size_t n_threads = 1; n_threads <= 8; n_threads++) {
        struct workers *w = workers_new(n_threads);
        assert_non_null(w);
        assert_int_equal(workers_count(w), n_threads);
        struct tally t = {0};
        for (int run = 1; run <= 20; run++) {
            workers_run(w, N_BLOCKS, count, &t);
            for (size_t i = 0; i < N_BLOCKS; i++)
                assert_int_equal(t.times[i], run);
        }
        int sum = 0;
        for (size_t i = 0; i < n_threads; i++)
            sum += atomic_load(&t.by_worker[i]);
        assert_int_equal(sum, 20 * N_BLOCKS);
        workers_free(w);
    }
}

static void test_short_runs_follow_each_other(void **state)
{
    (void)state;
    struct workers *w = workers_new(3);
    struct tally t = {0};
    int expected[4] = {0};
    for (size_t run = 0; run < 20000; run++) {
        size_t n_blocks = run % 5;
        workers_run(w, n_blocks, count, &t);
        for (size_t i = 0; i < n_blocks; i++)
            expected[i]++;
        assert_memory_equal(t.times, expected, sizeof expected);
    }
    workers_free(w);
}

/* Each block waits until the other has begun: only two threads at once can finish it. */
static void meet(void *context, size_t block, size_t worker)
{
    (void)worker;
    atomic_int *arrived = context;
    atomic_fetch_add(arrived, 1);
    for (int i = 0; i < 20000 && atomic_load(arrived) < 2; i++)
        usleep(1000);
    if (atomic_load(arrived) < 2)
        atomic_store(arrived, -100 - (int)block);
}

static void test_blocks_run_at_the_same_time(void **state)
{
    (void)state;
    struct workers *w = workers_new(2);
    atomic_int arrived = 0;
    workers_run(w, 2, meet, &arrived);
    assert_int_equal(atomic_load(&arrived), 2);
    workers_free(w);
}

/* Blocks that pass a number round, each waiting for its turn; with more threads than processors they have to sleep. */
enum { ROUNDS = 500 };

struct ring {
    struct workers *w;
    size_t n_threads;
    atomic_size_t turn;
    size_t sum; /* not atomic on purpose: taking turns must order it */
};

struct turn {
    struct ring *ring;
    size_t number;
};

static bool is_its_turn(void *context)
{
    const struct turn *t = context;
    return atomic_load(&t->ring->turn) == t->number;
}

static void pass_round(void *context, size_t block, size_t worker)
{
    struct ring *ring = context;
    assert_true(worker < ring->n_threads);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct turn mine = {ring, round * ring->n_threads + block};
        workers_wait(ring->w, is_its_turn, &mine);
        ring->sum += block + 1;
        atomic_store(&ring->turn, mine.number + 1);
        workers_tell(ring->w);
    }
}

static void test_blocks_wait_for_each_other(void **state)
{
    (void)state;
    for (size_t n_threads = 2; n_threads <= 6; n_threads++) {
        struct ring ring = {workers_new(n_threads), n_threads, 0, 0};
        workers_run(ring.w, n_threads, pass_round, &ring);
        assert_int_equal(ring.sum, ROUNDS * n_threads * (n_threads + 1) / 2);
        workers_free(ring.w);
    }
}

/* The blocks meet; then the one that is not the caller's takes its time. */
struct slow {
    atomic_int arrived;
    int is_done; /* not atomic on purpose: the end of the run must order it */
};

static void meet_then_linger(void *context, size_t block, size_t worker)
{
    struct slow *s = context;
    meet(&s->arrived, block, worker);
    if (worker == 0)
        return;
    usleep(50000);
    s->is_done++;
}

static void test_run_returns_when_the_slowest_block_is_done(void **state)
{
    (void)state;
    struct workers *w = workers_new(2);
    struct slow s = {0};
    workers_run(w, 2, meet_then_linger, &s);
    assert_int_equal(s.is_done, 1);
    workers_free(w);
}

static void only_the_caller(void *context, size_t block, size_t worker)
{
    (void)block;
    assert_int_equal(worker, 0);
    ++*(int *)context;
}

static void test_one_thread_is_the_caller_itself(void **state)
{
    (void)state;
    struct workers *w = workers_new(1);
    int n = 0;
    workers_run(w, 7, only_the_caller, &n);
    assert_int_equal(n, 7);
    workers_free(w);
}

static void test_a_crew_that_never_ran_can_be_freed(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        workers_free(workers_new(4));
    workers_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_block_runs_exactly_once),
        cmocka_unit_test(test_short_runs_follow_each_other),
        cmocka_unit_test(test_blocks_run_at_the_same_time),
        cmocka_unit_test(test_blocks_wait_for_each_other),
        cmocka_unit_test(test_run_returns_when_the_slowest_block_is_done),
        cmocka_unit_test(test_one_thread_is_the_caller_itself),
        cmocka_unit_test(test_a_crew_that_never_ran_can_be_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
