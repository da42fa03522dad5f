/*
 * Document 004's student: will they get an A?  Four dense numbers instead of words, two hidden layers, learned by steps
 * in place.  The rule is that both a talent (grade point average and IQ) and a health (sleep against body mass) must be
 * there, as its section 1 imagines the hidden units; no linear net can say "both".
 */
#include "support/test.h"

#include <math.h>

#include "net/heads.h"
#include "net/network.h"

enum { N_FEATURES = 4, N_STUDENTS = 400, BATCH = 20, EPOCHS = 150 };

struct students {
    double features[N_STUDENTS * N_FEATURES]; /* each with mean 0 and deviation 1 */
    int32_t gold[N_STUDENTS];                 /* 0: an A, -1: none */
};

/* Uniform in [low, high), and the same standardised. */
static double draw(struct random *r, double low, double high, double *standardised)
{
    double share = random_uniform(r);
    *standardised = (share - 0.5) * sqrt(12);
    return low + share * (high - low);
}

static void draw_students(struct students *s, struct random *r)
{
    for (size_t i = 0; i < N_STUDENTS; i++) {
        double *x = s->features + i * N_FEATURES;
        double gpa = draw(r, 0, 4, &x[0]);
        double iq = draw(r, 70, 140, &x[1]);
        double bmi = draw(r, 16, 36, &x[2]);
        double sleep = draw(r, 4, 10, &x[3]);
        bool is_talented = gpa / 4 + (iq - 70) / 70 > 0.8;
        bool is_healthy = (sleep - 4) / 6 - (bmi - 16) / 20 > -0.2;
        s->gold[i] = is_talented && is_healthy ? 0 : -1;
    }
}

static struct net_input batch_of(const struct students *s, size_t first, size_t n)
{
    return (struct net_input){.rows = s->features + first * N_FEATURES, .n_rows = n, .slots = NULL, .n = n};
}

static double mean_loss(const struct blueprint *b, const struct params *p, const struct students *s)
{
    static double delta[N_STUDENTS];
    struct net_work work = {0};
    struct net_input x = batch_of(s, 0, N_STUDENTS);
    assert_true(network_forward(b, p, &x, &work));
    double sum = sigmoid_loss(delta, network_scores(b, &work), s->gold, NULL, N_STUDENTS, 1, 1.0 / N_STUDENTS);
    net_work_clear(&work);
    return sum / N_STUDENTS;
}

static double accuracy(const struct blueprint *b, const struct params *p, const struct students *s)
{
    size_t n_right = 0;
    struct net_work work = {0};
    struct net_input x = batch_of(s, 0, N_STUDENTS);
    assert_true(network_forward(b, p, &x, &work));
    for (size_t i = 0; i < N_STUDENTS; i++)
        n_right += (network_scores(b, &work)[i] > 0) == (s->gold[i] == 0);
    net_work_clear(&work);
    return (double)n_right / N_STUDENTS;
}

static void learn(const struct blueprint *b, struct params *p, const struct students *s)
{
    const double eta = 0.5;
    const double lambda_by_m = 1e-5;
    struct net_work work = {0};
    struct net_back step = {.into = p, .scale = -eta, .keep = 1 - eta * lambda_by_m};
    for (size_t epoch = 0; epoch < EPOCHS; epoch++)
        for (size_t first = 0; first < N_STUDENTS; first += BATCH) {
            double delta[BATCH];
            struct net_input x = batch_of(s, first, BATCH);
            assert_true(network_forward(b, p, &x, &work));
            sigmoid_loss(delta, network_scores(b, &work), s->gold + first, NULL, BATCH, 1, 1.0 / BATCH);
            network_back(b, p, &x, &work, delta, &step, NULL);
        }
    net_work_clear(&work);
}

static const struct blueprint two_layers = {
    .width = N_FEATURES, .window = 1, .n_hidden = 2, .hidden = {8, 4}, .n_outputs = 1, .activation = ACTIVATION_TANH};

static struct students taught, unseen;

static void init_students(struct random *r)
{
    draw_students(&taught, r);
    draw_students(&unseen, r);
}

static void test_two_hidden_layers_learn_who_gets_an_a(void **state)
{
    (void)state;
    for (int f = ACTIVATION_TANH; f <= ACTIVATION_RELU; f++) {
        struct blueprint b = two_layers;
        b.activation = (enum activation)f;
        b.hidden[0] = 16; /* a few units of relu may be dead from the start */
        b.hidden[1] = 8;
        struct random r = random_seeded(test_seed(4));
        init_students(&r);
        struct params p;
        assert_true(params_init(&p, &b));
        params_randomise(&p, &b, &r);
        double before = mean_loss(&b, &p, &taught);
        learn(&b, &p, &taught);
        double after = mean_loss(&b, &p, &taught);
        if (!(after < before / 3) || !(accuracy(&b, &p, &unseen) > 0.93))
            fail_msg("%s: loss %g before, %g after; accuracy on unseen students %g", activation_name(b.activation),
                     before, after, accuracy(&b, &p, &unseen));
        params_clear(&p);
    }
}

static void test_a_linear_net_cannot_learn_who_gets_an_a(void **state)
{
    (void)state;
    struct blueprint b = two_layers;
    b.n_hidden = 0;
    struct random r = random_seeded(test_seed(4));
    init_students(&r);
    struct params p;
    assert_true(params_init(&p, &b));
    learn(&b, &p, &taught);
    double share = accuracy(&b, &p, &unseen);
    if (!(share > 0.75 && share < 0.93))
        fail_msg("accuracy on unseen students %g", share);
    params_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_hidden_layers_learn_who_gets_an_a),
        cmocka_unit_test(test_a_linear_net_cannot_learn_who_gets_an_a),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
