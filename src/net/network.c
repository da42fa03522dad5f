#include "net/network.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

size_t network_in(const struct blueprint *b, size_t layer)
{
    return layer == 0 ? b->window * b->width : b->hidden[layer - 1];
}

size_t network_out(const struct blueprint *b, size_t layer)
{
    return layer == b->n_hidden ? b->n_outputs : b->hidden[layer];
}

size_t network_count(const struct blueprint *b)
{
    size_t n = 0;
    for (size_t l = 0; l <= b->n_hidden; l++)
        n += (network_in(b, l) + 1) * network_out(b, l);
    return b->head == HEAD_CRF ? n + b->n_outputs * (b->n_outputs + 2) : n;
}

bool params_init(struct params *p, const struct blueprint *b)
{
    *p = (struct params){.block = mem_zero(network_count(b), sizeof *p->block)};
    if (!p->block)
        return false;
    real *at = p->block;
    for (size_t l = 0; l <= b->n_hidden; l++) {
        p->weight[l] = at;
        p->bias[l] = at + network_in(b, l) * network_out(b, l);
        at = p->bias[l] + network_out(b, l);
    }
    if (b->head == HEAD_CRF) {
        p->start = at;
        p->end = at + b->n_outputs;
        p->trans = at + 2 * b->n_outputs;
    }
    return true;
}

void params_clear(struct params *p)
{
    mem_free(p->block);
    *p = (struct params){0};
}

void params_clear_sums(struct params *p, const struct blueprint *b)
{
    for (size_t l = 0; l <= b->n_hidden; l++)
        memset(p->bias[l], 0, network_out(b, l) * sizeof(real));
    if (b->head == HEAD_CRF)
        memset(p->start, 0, b->n_outputs * (b->n_outputs + 2) * sizeof(real));
}

void params_randomise(struct params *p, const struct blueprint *b, struct random *r)
{
    for (size_t l = 0; l <= b->n_hidden; l++) {
        size_t in = network_in(b, l);
        size_t out = network_out(b, l);
        double bound = sqrt(6.0 / (double)(in + out));
        for (size_t i = 0; i < in * out; i++)
            p->weight[l][i] = (real)((2 * random_uniform(r) - 1) * bound);
        memset(p->bias[l], 0, out * sizeof *p->bias[l]);
    }
}

double network_weight_squares(const struct blueprint *b, const struct params *p)
{
    double sum = 0;
    for (size_t l = 0; l <= b->n_hidden; l++)
        sum += vector_squares(p->weight[l], network_in(b, l) * network_out(b, l));
    return sum;
}
