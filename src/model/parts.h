/*
 * The products of new tokens with the first layer's weights, put together from parts: the word, the letter shapes, the prefixes,
 * the suffixes.  Most new tokens share each of their parts with others (no word of the model's, "Xxxx", "pre", "ing"), so
 * a part's products are kept as well (net/products.h), in a cache of fixed size, and a new token is a few rows to add.
 *
 *     A_1[:, place] · row = Σ_part A_1[:, place, part] · row[part]
 *
 * The bits are the same whether a part was kept or is computed anew.  What is kept is shared by the threads that tag with one
 * model; each has a bench of its own to work at.
 */
#ifndef ORIEL_MODEL_PARTS_H
#define ORIEL_MODEL_PARTS_H

#include "model/model.h"
#include "model/token_cache.h"
#include "net/products.h"
#include "net/whole.h"

/* So many tokens are put together at once. */
enum { PARTS_BLOCK = 256 };

/* Channels [first, first + n) and their numbers [from, to) in a token's row.  In the order of parts.asked [first, first + n)
 * each channel tells the values of those behind it (feature_tells). */
struct part {
    size_t first, n, from, to;
};

/* A part of a token of the block whose slot holds nothing yet. */
struct new_part {
    uint32_t token, slot;
    int32_t id; /* of the value that tells the others; -1: n-grams have none */
};

/* What a part of a token is known by. */
struct part_key {
    char at[CACHED_TOKEN_BYTES]; /* [n] */
    size_t n;                    /*         more than has room: the part is new each time */
    uint64_t hash;
    size_t channel;
    int32_t id;          /* of the channel; -1: n-grams have none */
    size_t form, n_form; /* of the channel that is asked first, in parts.forms */
};

struct parts {
    const oriel_model *m; /* on loan */
    struct part at[FEATURES_MAX];
    size_t n;
    size_t asked[FEATURES_MAX]; /* channels, by part */
    struct whole *weights;      /* [W][n]  A_1[:, place, part] */
    struct token_cache cache;   /* by part and key */
    struct products products;
};

struct parts_bench {
    struct parts *p; /* on loan */
    uint16_t asker;  /* of its cache */
    struct feature_scratch scratch;
    /* Of the block at hand: */
    struct bytes forms;    /* of its tokens, in one channel */
    struct part_key *keys; /* [PARTS_BLOCK] */
    uint32_t *slots;       /* [n][PARTS_BLOCK] */
    size_t n_asked;        /* parts whose slots are there */
    struct new_part *new;  /* [PARTS_BLOCK] */
    int32_t *ids;          /* of one token in one channel */
    size_t cap_ids;
    real *row;     /* [D]  of one token */
    int16_t *rows; /* [PARTS_BLOCK][D + 1]  in whole steps of */
    real *scales;  /* [PARTS_BLOCK] */
    real *sums;    /* [PARTS_BLOCK][H']  as in products; 0 beyond H */
};

/* A token (valid UTF-8, on loan) and the slot for its products. */
struct new_token {
    const char *at; /* [n] */
    size_t n;
    uint32_t slot;
};

/* cache_bytes: for what is kept, or as much more as blocks of n_benches need.  m is on loan.  false: no memory, to be cleared
 * all the same. */
bool parts_init(struct parts *p, const oriel_model *m, size_t cache_bytes, size_t n_benches);
void parts_clear(struct parts *p);

/* asker: another for each bench.  false: no memory, to be cleared all the same. */
bool parts_bench_init(struct parts_bench *b, struct parts *p, uint16_t asker);
void parts_bench_clear(struct parts_bench *b);

/* The slots of tokens [n] in out hold their products; n <= PARTS_BLOCK.  false: no memory.  Thread safe, but for the bench and
 * the slots. */
bool parts_fill(struct parts_bench *b, struct products *out, const struct new_token *tokens, size_t n);

/* A slot of out holds the products of what has the given special row in every channel. */
void parts_fill_edge(struct parts_bench *b, struct products *out, uint32_t slot, int32_t row);

#endif
