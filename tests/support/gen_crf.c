#include "support/test.h"

#include "support/gen_crf.h"

#include <stdlib.h>

#include "support/gen.h"

static void *allocate(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    assert_non_null(p);
    return p;
}

static void draw_rule(struct random *r, bool *rule, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rule[i] = random_below(r, 4) != 0;
}

/* Half of the tokens are known; the others may have any tag, by -1 or by a set of their own. */
static void draw_gold(struct random *r, struct gen_chain *c)
{
    for (size_t i = 0; i < c->n_tokens * c->n_tags; i++)
        c->sets[i] = random_below(r, 2) == 0;
    for (size_t t = 0; t < c->n_tokens; t++) {
        uint64_t kind = random_below(r, 4);
        c->tags[t] = kind == 0 ? -1 : (int32_t)(kind == 1 ? c->n_tags + t : random_below(r, c->n_tags));
    }
}

void gen_chain_init(struct gen_chain *c, struct random *r, size_t n_tags, size_t n_tokens, double spread)
{
    size_t n_scores = n_tokens * n_tags;
    *c = (struct gen_chain){.n_tags = n_tags, .n_tokens = n_tokens};
    c->start = allocate(n_tags, sizeof *c->start);
    c->end = allocate(n_tags, sizeof *c->end);
    c->trans = allocate(n_tags * n_tags, sizeof *c->trans);
    c->scores = allocate(n_scores, sizeof *c->scores);
    c->may_start = allocate(n_tags, sizeof(bool));
    c->may_end = allocate(n_tags, sizeof(bool));
    c->may_follow = allocate(n_tags * n_tags, sizeof(bool));
    c->tags = allocate(n_tokens, sizeof *c->tags);
    c->sets = allocate(n_scores, sizeof(bool));
    gen_reals(r, c->start, n_tags, -3, 3);
    gen_reals(r, c->end, n_tags, -3, 3);
    gen_reals(r, c->trans, n_tags * n_tags, -3, 3);
    gen_reals(r, c->scores, n_scores, -spread, spread);
    draw_rule(r, c->may_start, n_tags);
    draw_rule(r, c->may_end, n_tags);
    draw_rule(r, c->may_follow, n_tags * n_tags);
    draw_gold(r, c);
    c->gold = (struct crf_gold){c->tags, c->sets};
    c->crf = (struct crf){.n = n_tags, .start = c->start, .end = c->end, .trans = c->trans};
    if (random_below(r, 2) == 0) {
        c->crf.may_start = c->may_start;
        c->crf.may_end = c->may_end;
        c->crf.may_follow = c->may_follow;
    }
    c->work = crf_work_new(n_tags);
    assert_non_null(c->work);
    gen_chain_prepare(c);
}

void gen_chain_any(struct gen_chain *c, struct random *r, size_t most_tags, size_t most_tokens, double spread)
{
    size_t n_tags = gen_size(r, 1, most_tags);
    size_t n_tokens = gen_size(r, 1, most_tokens);
    gen_chain_init(c, r, n_tags, n_tokens, spread);
}

void gen_chain_clear(struct gen_chain *c)
{
    crf_work_free(c->work);
    free(c->start);
    free(c->end);
    free(c->trans);
    free(c->scores);
    free(c->may_start);
    free(c->may_end);
    free(c->may_follow);
    free(c->tags);
    free(c->sets);
}

void gen_chain_prepare(struct gen_chain *c)
{
    crf_prepare(c->work, &c->crf);
}

bool gen_chain_allows(const struct gen_chain *c, const int32_t *tags)
{
    if (!c->crf.may_follow)
        return true;
    bool is_allowed = c->may_start[tags[0]] && c->may_end[tags[c->n_tokens - 1]];
    for (size_t t = 1; t < c->n_tokens; t++)
        is_allowed = is_allowed && c->may_follow[(size_t)tags[t - 1] * c->n_tags + (size_t)tags[t]];
    return is_allowed;
}
