#include "learn/fingerprint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* for the state as a value: hashing allocates nothing */
#include <xxhash.h>

#include "base/status.h"
#include "net/optimizer.h"

enum { TEXT_BYTES = 128 };

/* ---- rows ---- */

static bool add(struct bytes *f, const char *name, const char *value)
{
    return bytes_append(f, name, strlen(name) + 1) && bytes_append(f, value, strlen(value) + 1);
}

static bool add_whole(struct bytes *f, const char *name, uint64_t value)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return add(f, name, text);
}

/* With as many digits as it takes. */
static bool add_real(struct bytes *f, const char *name, double value)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%g", value);
    if (strtod(text, NULL) != value)
        snprintf(text, sizeof text, "%.17g", value);
    return add(f, name, text);
}

/* People are told that a hash differs, not what it is. */
#define HASH_MARK '#'

static bool add_hash(struct bytes *f, const char *name, XXH3_state_t *state)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%c%016" PRIx64, HASH_MARK, (uint64_t)XXH3_64bits_digest(state));
    return add(f, name, text);
}

/* ---- options ---- */

static bool add_sizes(struct bytes *f, const oriel_train_options *o)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"--window", o->window},
        {"--dim", o->dim},
        {"--feature-dim", o->feature_dim},
        {"--epochs", o->epochs},
        {"--patience", o->patience},
        {"--batch", o->batch},
        {"--min-count", o->min_count},
        {"--seed", o->seed},
        {"--max-vectors", o->max_vectors},
        {"--prune-vectors", o->keep_vectors},
        {"--size", o->size},
    };
    bool is_done = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && is_done; i++)
        is_done = add_whole(f, rows[i].name, rows[i].value);
    return is_done;
}

static bool add_reals(struct bytes *f, const oriel_train_options *o)
{
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"--learning-rate", o->learning_rate},
        {"--input-dropout", o->input_dropout},
        {"--word-dropout", o->word_dropout},
        {"--feature-dropout", o->feature_dropout},
        {"--row-rate", o->row_rate},
        {"--hidden-dropout", o->hidden_dropout},
        {"--lambda", o->lambda},
        {"--swap-names", o->swap_names},
        {"--case-copies", o->case_copies},
        {"--threshold", o->threshold},
        {"--clip", o->clip},
    };
    bool is_done = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && is_done; i++)
        is_done = add_real(f, rows[i].name, rows[i].value);
    return is_done && (o->tune_outside ? add(f, "--o-bias", "auto") : add_real(f, "--o-bias", o->o_bias));
}

static bool add_hidden(struct bytes *f, const oriel_train_options *o)
{
    char text[TEXT_BYTES] = "none";
    for (size_t l = 0, n = 0; l < o->n_hidden; l++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%zu", l > 0 ? "," : "", o->hidden[l]);
    return add(f, "--hidden", text);
}

static bool add_choices(struct bytes *f, const oriel_train_options *o, const oriel_model *m)
{
    static const char *const schedules[] = {"linear", "constant", "cosine", "steps"};
    return add(f, "--recipe", m->info.recipe) && add(f, "--head", head_name(m->net.head)) &&
           add(f, "--activation", activation_name(m->net.activation)) &&
           add(f, "--optimizer", optimizer_name((enum optimizer_kind)o->optimizer)) &&
           add(f, "--row-optimizer", optimizer_name((enum optimizer_kind)o->row_optimizer)) &&
           add(f, "--schedule", schedules[o->schedule]) && add(f, "--average", o->average ? "yes" : "no") &&
           add(f, "--batch-of", o->sentences ? "sentences" : "tokens");
}

static bool add_texts(struct bytes *f, const oriel_train_options *o, const oriel_model *m, const struct data *d)
{
    return add(f, "the program", m->made_by) && add(f, "the corpus", m->trained_on) &&
           add(f, "--features", o->features) && add(f, "--type", o->type ? o->type : "(all)") &&
           add(f, "--dev-types", d->dev_types ? d->dev_types : "(all)") && add(f, "--about", m->about);
}

/* ---- data ---- */

static void take_sentences(XXH3_state_t *state, const struct sentences *s)
{
    XXH3_64bits_update(state, &s->n_tokens, sizeof s->n_tokens);
    XXH3_64bits_update(state, &s->n_sentences, sizeof s->n_sentences);
    XXH3_64bits_update(state, s->text.at, s->text.n);
    XXH3_64bits_update(state, s->tokens, s->n_tokens * sizeof *s->tokens);
    XXH3_64bits_update(state, s->starts, (s->n_sentences + 1) * sizeof *s->starts);
}

static void take_part(XXH3_state_t *state, const struct part *p)
{
    XXH3_64bits_update(state, p->sentences, p->n * sizeof *p->sentences);
}

static void take_types(XXH3_state_t *state, const struct tagset *t)
{
    const char spelling[] = {(char)tagset_scheme(t), tagset_has_bare_names(t)};
    XXH3_64bits_update(state, spelling, sizeof spelling);
    for (size_t k = 0; k < tagset_types(t); k++) {
        const char *name = tagset_type_name(t, (int32_t)k);
        XXH3_64bits_update(state, name, strlen(name) + 1);
    }
}

static bool add_train(struct bytes *f, const oriel_model *m, const struct data *d)
{
    const struct corpus *c = &d->train_corpus;
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    take_types(&state, m->tags);
    take_sentences(&state, &c->s);
    take_part(&state, &d->train);
    XXH3_64bits_update(&state, c->weights, c->s.n_sentences * sizeof *c->weights);
    XXH3_64bits_update(&state, d->gold.at, c->s.n_tokens * sizeof *d->gold.at);
    XXH3_64bits_update(&state, d->gold.sets, d->gold.n_sets * m->net.n_outputs * sizeof *d->gold.sets);
    return add_hash(f, "training corpus", &state);
}

static bool add_dev(struct bytes *f, const struct data *d)
{
    const struct corpus *c = d->dev.corpus;
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    take_types(&state, d->dev_tags);
    take_sentences(&state, &c->s);
    take_part(&state, &d->dev);
    XXH3_64bits_update(&state, c->tags, c->s.n_tokens * sizeof *c->tags);
    return add_hash(f, "dev corpus", &state);
}

/* Words, values and first weights. */
static bool add_start(struct bytes *f, const oriel_model *m)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, m->params.block, network_count(&m->net) * sizeof(real));
    for (size_t k = 0; k < m->channels.n; k++) {
        const struct vocab *values = m->channels.at[k].values;
        for (size_t id = VOCAB_SPECIAL; values && id < vocab_size(values); id++) {
            uint64_t count = vocab_word_count(values, (int32_t)id);
            size_t n;
            const char *word = vocab_word(values, (int32_t)id, &n);
            XXH3_64bits_update(&state, word, n + 1);
            XXH3_64bits_update(&state, &count, sizeof count);
        }
        XXH3_64bits_update(&state, m->tables.table[k].at,
                           m->tables.table[k].rows * m->tables.table[k].width * sizeof(real));
    }
    return add_hash(f, "set of vectors or first weights", &state);
}

static bool add_tokenizer(struct bytes *f, const oriel_model *m)
{
    const char *rules = tokenizer_rules(m->tokenizer);
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, rules, strlen(rules));
    return add_hash(f, "set of tokenizer rules", &state);
}

/* ---- all of it ---- */

bool fingerprint_take(struct bytes *out, const oriel_train_options *o, const oriel_model *m, const struct data *d)
{
    return add_texts(out, o, m, d) && add_choices(out, o, m) && add_sizes(out, o) && add_hidden(out, o) &&
           add_reals(out, o) && add_train(out, m, d) && add_dev(out, d) && add_tokenizer(out, m) && add_start(out, m);
}

/* ---- word vectors ---- */

static bool add_program(struct bytes *f)
{
    oriel_system system;
    oriel_system_describe(&system);
    return add(f, "the program", system.version) && add(f, "the commit", system.commit);
}

static bool add_vectors_options(struct bytes *f, const oriel_vectors_options *o, double rate)
{
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"--dim", o->dim},
        {"--context", o->context},
        {"--negatives", o->negatives},
        {"--min-count", o->min_count},
        {"--max-vocab", o->max_words},
        {"--buckets", o->subwords ? o->buckets : 0},
        {"--epochs", o->epochs},
        {"--seed", o->seed},
    };
    bool is_done = add_program(f) && add(f, "--model", o->method == ORIEL_CBOW ? "cbow" : "skipgram") &&
                   add(f, "--loss", o->loss == ORIEL_SOFTMAX ? "softmax" : "negative") &&
                   add_real(f, "--learning-rate", rate) && add_real(f, "--sample", o->sample);
    for (size_t i = 0; i < sizeof rows / sizeof *rows && is_done; i++)
        is_done = add_whole(f, rows[i].name, rows[i].value);
    return is_done;
}

/* Whether words were taken in lower case, or found as the tagger does, shows in them. */
static bool add_text_words(struct bytes *f, const struct text_ids *t)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t id = VOCAB_SPECIAL; id < vocab_size(t->words); id++) {
        uint64_t count = vocab_word_count(t->words, (int32_t)id);
        size_t n;
        const char *word = vocab_word(t->words, (int32_t)id, &n);
        XXH3_64bits_update(&state, word, n + 1);
        XXH3_64bits_update(&state, &count, sizeof count);
    }
    return add_hash(f, "set of words", &state);
}

oriel_status fingerprint_take_text(struct bytes *out, const oriel_vectors_options *o, struct text_ids *text,
                                   double rate, oriel_error *err)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    int32_t id = 0;
    oriel_status status = text_ids_rewind(text, err);
    while (status == ORIEL_OK && id != ID_TEXT_END) {
        status = text_ids_next(text, &id, err);
        XXH3_64bits_update(&state, &id, sizeof id);
    }
    if (status == ORIEL_OK)
        status = text_ids_rewind(text, err);
    if (status != ORIEL_OK)
        return status;
    bool is_done = add_vectors_options(out, o, rate) && add_text_words(out, text) && add_hash(out, "text", &state);
    return is_done ? ORIEL_OK : error_memory(err);
}

/* ---- comparing ---- */

/* The string at *at of those in text [n], and *at behind it; "" when there is none. */
static const char *next(const char *text, size_t n, size_t *at)
{
    const char *begin = text + *at;
    const char *end = *at < n ? memchr(begin, 0, n - *at) : NULL;
    *at = end ? (size_t)(end - text) + 1 : n;
    return end ? begin : "";
}

static oriel_status compare(const struct bytes *here, const char *there, size_t n, const char *name, oriel_error *err)
{
    if (here->n == n && memcmp(here->at, there, n) == 0)
        return ORIEL_OK;
    for (size_t at_here = 0, at_there = 0; at_here < here->n;) {
        const char *what = next(here->at, here->n, &at_here);
        const char *what_there = next(there, n, &at_there);
        const char *now = next(here->at, here->n, &at_here);
        const char *then = next(there, n, &at_there);
        if (strcmp(what, what_there) != 0)
            break;
        if (strcmp(now, then) != 0 && *now == HASH_MARK)
            return error_at(err, ORIEL_EARG, name, 0, "was made with another %s", what);
        if (strcmp(now, then) != 0)
            return error_at(err, ORIEL_EARG, name, 0, "was made with %s %s, not %s", what, then, now);
    }
    return error_at(err, ORIEL_EARG, name, 0, "was made by another version of the program");
}

oriel_status fingerprint_check(const struct bytes *here, const struct container *c, oriel_error *err)
{
    struct tensor made;
    oriel_status status = container_tensor(c, "made", DTYPE_U8, 1, &made, err);
    return status ? status : compare(here, made.data, made.shape[0], container_name(c), err);
}
