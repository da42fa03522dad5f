#include "support/conlleval.h"

#include <stdbool.h>
#include <string.h>

static const char order[] = "OBIES";

/* Rows: the earlier prefix, columns: the later one, both in that order. */
static const bool end_table[5][5] = {
    {0, 0, 0, 0, 0}, /* nothing to end */
    {1, 1, 0, 0, 1}, /* after B */
    {1, 1, 0, 0, 1}, /* after I */
    {1, 1, 1, 1, 1}, /* E is an end */
    {1, 1, 1, 1, 1}, /* S is an end */
};

static const bool start_table[5][5] = {
    {0, 1, 1, 1, 1}, /* after O everything starts */
    {0, 1, 0, 0, 1}, /* I and E go on after B */
    {0, 1, 0, 0, 1}, /* and after I */
    {0, 1, 1, 1, 1}, /* after an end everything starts */
    {0, 1, 1, 1, 1},
};

static bool look_up(const bool table[5][5], char earlier, char later)
{
    return table[strchr(order, earlier) - order][strchr(order, later) - order];
}

static bool ends(struct oracle_tag earlier, struct oracle_tag later)
{
    return look_up(end_table, earlier.prefix, later.prefix) ||
           (earlier.prefix != 'O' && strcmp(earlier.type, later.type) != 0);
}

static bool starts(struct oracle_tag earlier, struct oracle_tag later)
{
    return look_up(start_table, earlier.prefix, later.prefix) ||
           (later.prefix != 'O' && strcmp(earlier.type, later.type) != 0);
}

/* A chunk is open as right while both sides started it together with one type and neither has ended it. */
void conlleval_add(struct conlleval *c, const struct oracle_tag *gold, const struct oracle_tag *predicted, size_t n)
{
    const struct oracle_tag outside = {'O', ""};
    struct oracle_tag g0 = outside;
    struct oracle_tag p0 = outside;
    bool is_open = false;
    for (size_t i = 0; i <= n; i++) {
        struct oracle_tag g = i < n ? gold[i] : outside;
        struct oracle_tag p = i < n ? predicted[i] : outside;
        c->correct += is_open && ends(g0, g) && ends(p0, p);
        if (ends(g0, g) || ends(p0, p))
            is_open = false;
        if (starts(g0, g) && starts(p0, p) && strcmp(g.type, p.type) == 0)
            is_open = true;
        c->gold += starts(g0, g);
        c->predicted += starts(p0, p);
        c->right_tags += i < n && g.prefix == p.prefix && strcmp(g.type, p.type) == 0;
        g0 = g;
        p0 = p;
    }
}
