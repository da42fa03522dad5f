#include "net/mask.h"

#include "net/clones.h"

enum { CHUNK = 512 };

/* Of 256, how many are dropped. */
static unsigned limit_of(double drop)
{
    return (unsigned)(drop * 256 + 0.5);
}

double mask_keep(double drop)
{
    return (256.0 - limit_of(drop)) / 256.0;
}

/* Random bytes, at least n; the least significant of a number first, whatever the machine's order. */
static void draw_bytes(struct random *r, uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        uint64_t bits = random_next(r);
        for (size_t k = 0; k < 8; k++)
            bytes[i + k] = (uint8_t)(bits >> (8 * k));
    }
}

FOR_EACH_CPU static void compare(real *restrict mask, const uint8_t *restrict bytes, size_t n, unsigned limit,
                                 real kept)
{
    for (size_t i = 0; i < n; i++)
        mask[i] = bytes[i] < limit ? 0 : kept;
}

void mask_draw(struct random *r, real *mask, size_t n, double drop)
{
    unsigned limit = limit_of(drop);
    real kept = (real)(256.0 / (256.0 - limit));
    uint8_t bytes[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t n_here = n - i < CHUNK ? n - i : CHUNK;
        draw_bytes(r, bytes, n_here);
        compare(mask + i, bytes, n_here, limit, kept);
    }
}
