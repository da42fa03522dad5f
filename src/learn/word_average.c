#include "learn/word_average.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/temporary.h"
#include "net/kernel.h"

#define LAST_PART 0.3 /* of training */

enum { BLOCK = 1 << 18 }; /* numbers of the sum that a thread has in memory, unless all of them may stay: */
#define MAY_STAY ((size_t)64 << 20)

oriel_status word_average_init(struct word_average *a, const struct pair_tables *t, oriel_error *err)
{
    FILE *file;
    *a = (struct word_average){.n = t->n_rows * t->stride};
    oriel_status status = temporary_open(&file, err);
    if (status)
        return status;
    size_t size = a->n * sizeof *a->sum;
    errno = posix_fallocate(fileno(file), 0, (off_t)size);
    int flags = MAP_SHARED | (size <= MAY_STAY ? MAP_POPULATE : 0);
    void *at = errno ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fileno(file), 0);
    if (at == MAP_FAILED)
        status = temporary_failed(err);
    else
        a->sum = at;
    fclose(file);
    return status;
}

void word_average_clear(struct word_average *a)
{
    if (a->sum)
        munmap(a->sum, a->n * sizeof *a->sum);
    *a = (struct word_average){0};
}

/* The moments lie in the middle of equal shares of the last part. */
static double next_moment(const struct word_average *a)
{
    return 1 - LAST_PART * (WORD_AVERAGE_MOST - (double)a->n_added - 0.5) / WORD_AVERAGE_MOST;
}

/* ---- block by block ---- */

struct pass {
    const struct word_average *a;
    const struct pair_tables *t;
    void (*f)(const struct pass *p, size_t begin, size_t end);
};

static void add_rows(const struct pass *p, size_t begin, size_t end)
{
    vector_add(p->a->sum + begin, p->t->inner + begin, 1, end - begin);
}

static void find_mean(const struct pass *p, size_t begin, size_t end)
{
    real n = (real)(p->a->n_added + 1);
    for (size_t i = begin; i < end; i++)
        p->t->inner[i] = (p->t->inner[i] + p->a->sum[i]) / n;
}

/* What was changed stays in the file. */
static void let_go(const struct word_average *a, size_t begin, size_t end)
{
    if (a->n * sizeof *a->sum > MAY_STAY)
        madvise(a->sum + begin, (end - begin) * sizeof *a->sum, MADV_DONTNEED);
}

static void pass_block(void *context, size_t block, size_t worker)
{
    const struct pass *p = context;
    size_t begin = block * BLOCK;
    size_t end = p->a->n - begin < BLOCK ? p->a->n : begin + BLOCK;
    (void)worker;
    p->f(p, begin, end);
    let_go(p->a, begin, end);
}

static void pass_all(struct pass *p, struct workers *crew)
{
    workers_run(crew, (p->a->n + BLOCK - 1) / BLOCK, pass_block, p);
}

void word_average_step(struct word_average *a, const struct pair_tables *t, double done, struct workers *crew)
{
    if (a->n_added == WORD_AVERAGE_MOST || done < next_moment(a))
        return;
    pass_all(&(struct pass){a, t, add_rows}, crew);
    a->n_added++;
}

void word_average_give(const struct word_average *a, const struct pair_tables *t, struct workers *crew)
{
    if (a->n_added > 0)
        pass_all(&(struct pass){a, t, find_mean}, crew);
}
