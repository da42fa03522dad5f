/*
 * A text that is as long as one likes: words w0, w1, ... by Zipf's law (the r-th has a share of about 1 / (r ln V)), 20 a line,
 * to standard output.  bench_text TOKENS [WORDS [SEED]]; without an argument it says so and does nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"

enum { LINE_WORDS = 20, BUFFER = 1 << 20 };

int main(int argc, char **argv)
{
    static char buffer[BUFFER];
    if (argc < 2) {
        fprintf(stderr, "bench_text TOKENS [WORDS [SEED]]\n");
        return 0;
    }
    unsigned long long n_tokens = strtoull(argv[1], NULL, 10);
    double spread = log(argc > 2 ? strtod(argv[2], NULL) : 1e6);
    struct random r = random_seeded(argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    for (unsigned long long i = 1; i <= n_tokens; i++) {
        double rank = floor(exp(random_uniform(&r) * spread)); /* log-uniform: a rank's share falls as 1 / rank */
        printf("w%.0f%c", rank - 1, i % LINE_WORDS && i < n_tokens ? ' ' : '\n');
    }
    return fflush(stdout) != 0 || ferror(stdout);
}
