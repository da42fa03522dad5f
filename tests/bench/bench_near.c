/*
 * Loading vectors of 350,000 words, 100 wide, from each kind of file, and the neighbours of a word among them.  Files are
 * made in TMPDIR and removed; the page cache is warm.  A line for each format; medians of RUNS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "bench/bench_time.h"
#include "model/vectors.h"

enum { V = 350000, DIM = 100, RUNS = 5, NEIGHBOURS = 10, PATH_ROOM = 4096 };

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static oriel_vectors *make(void)
{
    struct random r = random_seeded(1);
    struct vocab *words = vocab_new();
    float *rows = mem_alloc(V, DIM * sizeof *rows);
    oriel_vectors *v = NULL;
    if (!words || !rows)
        exit(1);
    for (size_t i = 0; i < V; i++) {
        char word[24];
        int n = snprintf(word, sizeof word, "w%x", (unsigned)(i * 2654435761U));
        if (vocab_add(words, word, (size_t)n, 0) < 0)
            exit(1);
    }
    for (size_t i = 0; i < (size_t)V * DIM; i++)
        rows[i] = (float)random_uniform(&r) - 0.5F;
    if (!vocab_freeze(words, 0) || vectors_from_parts(&v, words, rows, DIM, NULL))
        exit(1);
    return v;
}

static void measure(const char *name, const char *path)
{
    double load[RUNS];
    double near[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        oriel_vectors *v;
        oriel_neighbour out[NEIGHBOURS];
        size_t n;
        double begin = seconds_by(CLOCK_MONOTONIC);
        if (oriel_vectors_load(&v, path, 0, NULL))
            exit(1);
        load[i] = seconds_by(CLOCK_MONOTONIC) - begin;
        begin = seconds_by(CLOCK_MONOTONIC);
        if (oriel_vectors_near(v, i * 1000, out, NEIGHBOURS, &n, NULL))
            exit(1);
        near[i] = seconds_by(CLOCK_MONOTONIC) - begin;
        oriel_vectors_free(v);
    }
    qsort(load, RUNS, sizeof *load, by_size);
    qsort(near, RUNS, sizeof *near, by_size);
    printf("%-12s %d words, %d wide: loaded in %6.1f ms, %d neighbours in %5.1f ms\n", name, V, DIM,
           1e3 * load[RUNS / 2], NEIGHBOURS, 1e3 * near[RUNS / 2]);
}

int main(void)
{
    static const struct {
        const char *name, *file;
        oriel_vector_format format;
    } formats[] = {{"binary", "near.bin", ORIEL_WORD2VEC_BINARY},
                   {"npy", "near.npy", ORIEL_NPY},
                   {"safetensors", "near.safetensors", ORIEL_SAFETENSORS}};
    const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    char path[PATH_ROOM];
    char words[PATH_ROOM];
    oriel_vectors *v = make();
    snprintf(words, sizeof words, "%s/near.words", folder);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, formats[i].file);
        if (oriel_vectors_save(v, path, formats[i].format, 1, NULL))
            return 1;
        measure(formats[i].name, path);
        unlink(path);
    }
    unlink(words);
    oriel_vectors_free(v);
    return 0;
}
