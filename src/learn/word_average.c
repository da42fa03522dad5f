#include "learn/word_average.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/temporary.h"
#include "net/kernel.h"

#define LAST_PART 0.3 /* of training */

enum { BLOCK = 1 << 20 }; /* numbers of the sum that are in memory at a time, unless all of it may be: */
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

static size_t block_end(size_t begin, size_t n)
{
    return n - begin < BLOCK ? n : begin + BLOCK;
}

/* What was changed stays in the file. */
static void let_go(const struct word_average *a, size_t begin, size_t end)
{
    if (a->n * sizeof *a->sum > MAY_STAY)
        madvise(a->sum + begin, (end - begin) * sizeof *a->sum, MADV_DONTNEED);
}

/* The moments lie in the middle of equal shares of the last part. */
static double next_moment(const struct word_average *a)
{
    return 1 - LAST_PART * (WORD_AVERAGE_MOST - (double)a->n_added - 0.5) / WORD_AVERAGE_MOST;
}

void word_average_step(struct word_average *a, const struct pair_tables *t, double done)
{
    if (a->n_added == WORD_AVERAGE_MOST || done < next_moment(a))
        return;
    for (size_t begin = 0; begin < a->n; begin = block_end(begin, a->n)) {
        size_t end = block_end(begin, a->n);
        vector_add(a->sum + begin, t->inner + begin, 1, end - begin);
        let_go(a, begin, end);
    }
    a->n_added++;
}

void word_average_give(const struct word_average *a, const struct pair_tables *t)
{
    real n = (real)(a->n_added + 1);
    for (size_t begin = 0; a->n_added > 0 && begin < a->n; begin = block_end(begin, a->n)) {
        size_t end = block_end(begin, a->n);
        for (size_t i = begin; i < end; i++)
            t->inner[i] = (t->inner[i] + a->sum[i]) / n;
        let_go(a, begin, end);
    }
}
