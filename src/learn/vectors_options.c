/*
 * Options of word vectors: the defaults, and what is wrong with a set of them.
 */
#include <math.h>

#include "base/status.h"
#include "net/pair_step.h"
#include "oriel.h"

void oriel_vectors_options_default(oriel_vectors_options *o)
{
    *o = (oriel_vectors_options){.method = ORIEL_SKIPGRAM,
                                 .loss = ORIEL_NEGATIVE,
                                 .dim = 100,
                                 .context = 5,
                                 .negatives = 5,
                                 .sample = 1e-4,
                                 .min_count = 5,
                                 .max_words = 1000000,
                                 .buckets = 200000,
                                 .epochs = 5,
                                 .threads = 1,
                                 .checkpoint_seconds = 300,
                                 .seed = 1};
}

static oriel_status check_whole(const char *name, size_t value, size_t least, size_t most, oriel_error *err)
{
    if (value >= least && value <= most)
        return ORIEL_OK;
    return error_at(err, ORIEL_EARG, NULL, 0, "--%s must be between %zu and %zu, not %zu", name, least, most, value);
}

oriel_status oriel_vectors_options_check(const oriel_vectors_options *o, oriel_error *err)
{
    const struct {
        const char *name;
        size_t value, least, most;
    } rules[] = {
        {"dim", o->dim, 1, 4096},
        {"context", o->context, 1, PAIRS_MAX_REACH},
        {"negatives", o->negatives, 1, 100},
        {"min-count", o->min_count, 1, 1000000000},
        {"max-vocab", o->max_words, 1, 100000000},
        {"buckets", o->buckets, 1, 100000000},
        {"epochs", o->epochs, 1, 100000},
        {"threads", o->threads, 1, 256},
    };
    if (o->n_text == 0)
        return error_at(err, ORIEL_EARG, NULL, 0, "no text given");
    if ((unsigned)o->method > ORIEL_CBOW || (unsigned)o->loss > ORIEL_SOFTMAX)
        return error_at(err, ORIEL_EARG, NULL, 0, "there is no such method or loss");
    if (!isfinite(o->learning_rate) || o->learning_rate < 0 || o->learning_rate > 1000)
        return error_at(err, ORIEL_EARG, NULL, 0, "--learning-rate must be between 0 and 1000, not %g",
                        o->learning_rate);
    if (!(o->checkpoint_seconds >= 0 && o->checkpoint_seconds <= 1e6))
        return error_at(err, ORIEL_EARG, NULL, 0, "--checkpoint-every must be between 0 and 1e6, not %g",
                        o->checkpoint_seconds);
    if (o->resume && !o->checkpoint)
        return error_at(err, ORIEL_EARG, NULL, 0, "--resume goes on from the file of --checkpoint, which is missing");
    if (!(o->sample >= 0 && o->sample < 1))
        return error_at(err, ORIEL_EARG, NULL, 0, "--sample must be 0 or more and less than 1, not %g", o->sample);
    oriel_status status = ORIEL_OK;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && status == ORIEL_OK; i++)
        status = check_whole(rules[i].name, rules[i].value, rules[i].least, rules[i].most, err);
    return status;
}
