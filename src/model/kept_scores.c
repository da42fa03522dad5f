#include "model/kept_scores.h"

#include "base/memory.h"

bool kept_scores_init(struct kept_scores *k, const struct corpus *c, const size_t *sentences, size_t n,
                      size_t n_outputs, size_t most)
{
    *k = (struct kept_scores){.n_outputs = n_outputs};
    k->starts = mem_alloc(n, sizeof *k->starts);
    if (!k->starts)
        return false;
    size_t n_tokens = 0;
    for (size_t i = 0; i < n; i++) {
        k->starts[i] = n_tokens;
        n_tokens += c->s.starts[sentences[i] + 1] - c->s.starts[sentences[i]];
    }
    if (n_tokens > most / sizeof *k->at / n_outputs)
        return true;
    k->at = mem_alloc(n_tokens, n_outputs * sizeof *k->at);
    if (!k->at)
        kept_scores_clear(k);
    return k->at;
}

void kept_scores_clear(struct kept_scores *k)
{
    mem_free(k->at);
    mem_free(k->starts);
    *k = (struct kept_scores){0};
}

real *kept_scores_of(const struct kept_scores *k, size_t i)
{
    return k->at ? k->at + k->starts[i] * k->n_outputs : NULL;
}
