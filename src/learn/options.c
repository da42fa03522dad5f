/*
 * Training options: the defaults of each recipe, and what is wrong with a set of them.
 */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "learn/continue.h"
#include "oriel.h"
#include "text/features.h"

#define STANDARD_FEATURES "word,shape,coarse,prefix2,prefix3,prefix4,suffix1,suffix2,suffix3,suffix4"

/* More words are seldom seen again. */
enum { MAX_VECTORS = 400000 };

/* The classifier of document 000. */
static const oriel_train_options classic = {
    .recipe = ORIEL_CLASSIC,
    .window = 5,
    .dim = 50,
    .n_hidden = 1,
    .hidden = {100},
    .activation = ORIEL_TANH,
    .head = ORIEL_HEAD_SIGMOID,
    .features = "word",
    .feature_dim = 16,
    .optimizer = ORIEL_SGD,
    .row_optimizer = ORIEL_SGD,
    .learning_rate = 0.1,
    .threshold = 0.5,
    .epochs = 15,
    .patience = 10,
    .batch = 1,
    .min_count = 2,
    .threads = 1,
    .seed = 1,
    .checkpoint_seconds = 300,
    .max_vectors = MAX_VECTORS,
    .keep_vectors = SIZE_MAX,
};

static const oriel_train_options standard = {
    .recipe = ORIEL_STANDARD,
    .window = 5,
    .dim = 100,
    .n_hidden = 1,
    .hidden = {300},
    .activation = ORIEL_RELU,
    .head = ORIEL_HEAD_CRF,
    .features = STANDARD_FEATURES,
    .feature_dim = 16,
    .optimizer = ORIEL_ADAM,
    .row_optimizer = ORIEL_ADAGRAD,
    .row_rate = 0.03,
    .input_dropout = 0.5,
    .hidden_dropout = 0.5,
    .word_dropout = 0.25,
    .feature_dropout = 4,
    .case_copies = 0.3,
    .average = true,
    .sentences = true,
    .tune_outside = true,
    .learning_rate = 0.001,
    .threshold = 0.5,
    .epochs = 0,
    .patience = 0,
    .batch = 16,
    .min_count = 1,
    .threads = 1,
    .seed = 1,
    .checkpoint_seconds = 300,
    .max_vectors = MAX_VECTORS,
    .keep_vectors = SIZE_MAX,
};

void oriel_train_options_default(oriel_train_options *o, oriel_recipe recipe)
{
    *o = recipe == ORIEL_STANDARD ? standard : classic;
}

/* One row a whole number with a range; the name is that of the option. */
struct whole_rule {
    const char *name;
    size_t value, min, max;
};

static oriel_status check_whole(const struct whole_rule *r, oriel_error *err)
{
    if (r->value >= r->min && r->value <= r->max)
        return ORIEL_OK;
    return error_at(err, ORIEL_EARG, NULL, 0, "--%s must be between %zu and %zu, not %zu", r->name, r->min, r->max,
                    r->value);
}

struct real_rule {
    const char *name;
    double value, min, max;
};

static oriel_status check_real(const struct real_rule *r, oriel_error *err)
{
    if (isfinite(r->value) && r->value >= r->min && r->value <= r->max)
        return ORIEL_OK;
    return error_at(err, ORIEL_EARG, NULL, 0, "--%s must be between %g and %g, not %g", r->name, r->min, r->max,
                    r->value);
}

static oriel_status check_numbers(const oriel_train_options *o, oriel_error *err)
{
    const struct whole_rule whole[] = {
        {"dim", o->dim, 1, 4096},         {"feature-dim", o->feature_dim, 1, 4096},
        {"epochs", o->epochs, 0, 100000}, {"patience", o->patience, 0, 100000},
        {"batch", o->batch, 1, 100000},   {"min-count", o->min_count, 1, 1000000000},
        {"threads", o->threads, 1, 256},
    };
    const struct real_rule reals[] = {
        {"learning-rate", o->learning_rate, 1e-9, 1000},
        {"input-dropout", o->input_dropout, 0, 0.95},
        {"hidden-dropout", o->hidden_dropout, 0, 0.95},
        {"row-rate", o->row_rate, 0, 1000},
        {"word-dropout", o->word_dropout, 0, 1000},
        {"feature-dropout", o->feature_dropout, 0, 1000},
        {"case-copies", o->case_copies, 0, 1},
        {"lambda", o->lambda, 0, 1e9},
        {"threshold", o->threshold, 0, 1},
        {"o-bias", o->o_bias, 0, 100},
        {"clip", o->clip, 0, 1e9},
        {"checkpoint-every", o->checkpoint_seconds, 0, 1e6},
    };
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < sizeof whole / sizeof *whole && status == ORIEL_OK; i++)
        status = check_whole(&whole[i], err);
    for (size_t i = 0; i < sizeof reals / sizeof *reals && status == ORIEL_OK; i++)
        status = check_real(&reals[i], err);
    for (size_t i = 0; i < o->n_hidden && status == ORIEL_OK; i++)
        status = check_whole(&(struct whole_rule){"hidden", o->hidden[i], 1, 65536}, err);
    return status;
}

/* Is the feature [n] also in the list before it? */
static bool is_repeated(const char *list, const char *at, size_t n)
{
    for (const char *other = list; other < at; other += strcspn(other, ",") + 1)
        if (strcspn(other, ",") == n && memcmp(other, at, n) == 0)
            return true;
    return false;
}

static oriel_status check_features(const char *list, oriel_error *err)
{
    struct feature f;
    if (!list || strncmp(list, "word", 4) != 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "--features must begin with word");
    for (const char *at = list;; at++) {
        size_t n = strcspn(at, ",");
        if (!feature_from_name(&f, at, n))
            return error_at(err, ORIEL_EARG, NULL, 0, "--features: \"%.*s\" is no feature that is known here", (int)n,
                            at);
        if (is_repeated(list, at, n))
            return error_at(err, ORIEL_EARG, NULL, 0, "--features: %.*s stands there twice", (int)n, at);
        at += n;
        if (!*at)
            return ORIEL_OK;
    }
}

oriel_status oriel_train_options_check(const oriel_train_options *o, oriel_error *err)
{
    if (o->n_train == 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "no training corpus given (--train)");
    if ((unsigned)o->recipe > ORIEL_STANDARD)
        return error_at(err, ORIEL_EARG, NULL, 0, "there is no such recipe");
    if ((unsigned)o->activation > ORIEL_RELU)
        return error_at(err, ORIEL_EARG, NULL, 0, "there is no such activation");
    if ((unsigned)o->head > ORIEL_HEAD_CRF || (unsigned)o->optimizer > ORIEL_ADAM ||
        (unsigned)o->row_optimizer > ORIEL_ADAM)
        return error_at(err, ORIEL_EARG, NULL, 0, "there is no such head or optimizer");
    if ((unsigned)o->schedule > ORIEL_STEPS)
        return error_at(err, ORIEL_EARG, NULL, 0, "there is no such schedule");
    if (o->resume && !o->checkpoint)
        return error_at(err, ORIEL_EARG, NULL, 0, "--resume goes on from the file of --checkpoint, which is missing");
    if (o->head == ORIEL_HEAD_CRF && !o->sentences)
        return error_at(err, ORIEL_EARG, NULL, 0, "--head crf needs batches of sentences (--batch-of sentences)");
    bool asks_for_bias =
        o->o_bias != 0 || (o->tune_outside && o->recipe == ORIEL_CLASSIC); /* standard's default does not */
    if (o->head == ORIEL_HEAD_SIGMOID && asks_for_bias)
        return error_at(err, ORIEL_EARG, NULL, 0, "--o-bias is for --head softmax and crf; sigmoid has --threshold");
    if (o->window % 2 == 0 || o->window > 31)
        return error_at(err, ORIEL_EARG, NULL, 0, "--window must be odd and between 1 and 31, not %zu", o->window);
    if (o->type && !*o->type)
        return error_at(err, ORIEL_EARG, NULL, 0, "--type must be the name of a type, or any");
    if (o->known_types && o->type && strcmp(o->type, "any") == 0)
        return error_at(err, ORIEL_EARG, NULL, 0,
                        "--type any makes one of all types, so --known-types cannot tell them apart");
    if (o->dev_types && !o->dev)
        return error_at(err, ORIEL_EARG, NULL, 0, "--dev-types is about the file of --dev, which is missing");
    if (!o->vectors && (o->max_vectors != MAX_VECTORS || o->keep_vectors != SIZE_MAX))
        return error_at(err, ORIEL_EARG, NULL, 0, "--%s is about the file of --vectors, which is missing",
                        o->keep_vectors != SIZE_MAX ? "prune-vectors" : "max-vectors");
    if (o->n_hidden > ORIEL_MAX_LAYERS)
        return error_at(err, ORIEL_EARG, NULL, 0, "--hidden must be at most %d layers, not %zu", ORIEL_MAX_LAYERS,
                        o->n_hidden);
    if (o->columns.tag_column && o->columns.token_column == o->columns.tag_column)
        return error_at(err, ORIEL_EARG, NULL, 0, "--columns must name two columns, not %zu twice",
                        o->columns.tag_column);
    oriel_status status = check_features(o->features, err);
    if (status == ORIEL_OK)
        status = check_numbers(o, err);
    return status == ORIEL_OK ? continue_check(o, err) : status;
}
