/*
 * Scores of a sentence's tokens become tags: how each head decides, how sure it is of what it decided, which other readings
 * there are, and what is left out because nobody asked for it.  Where scores come from is not known here.
 *
 * One distribution over label sequences stands behind every probability, that of the scores divided by the model's
 * temperature: for the crf the chain's own; for softmax each token for itself, so that what all readings together lack of 1
 * is what sequences have that the scheme forbids.  Sigmoid outputs are a yes or no for each type, no distribution over tags.
 */
#ifndef ORIEL_MODEL_DECODER_H
#define ORIEL_MODEL_DECODER_H

#include "model/model.h"

/* The n best, side by side. */
struct readings {
    size_t cap;         /*  T      tokens that the arrays below can hold */
    double *scores;     /* [n_best] */
    oriel_reading *at;  /* [n_best] */
    int32_t *labels;    /* [n_best][T] */
    int32_t *spelled;   /* [n_best][T] */
    int32_t *tags;      /* [T]         of one of them, inside form */
    oriel_span *spans;  /* [n_best][T] */
    float *marginals;   /* [T][tags as they are spelled] */
    size_t cap_numbers; /*         of marginals, in numbers */
};

struct decoder {
    const oriel_model *m;
    double threshold;
    double min_confidence;
    bool *is_wanted; /* [types] NULL: all are */
    bool *is_shut;   /* [types] is not looked for; NULL: all are */
    size_t n_best;
    bool has_marginals;
    bool has_confidence;
    struct crf_work *chain;  /* NULL for the sigmoid head */
    struct crf_work *sure;   /* the same at the model's temperature: how sure it is; NULL unless crf */
    const real *scores;      /* [T][Y]  of the last run, on loan */
    size_t n;                /*         its tokens */
    double log_sum;          /*         crf: log Z at the temperature */
    size_t cap;              /*  T      tokens that the arrays below can hold */
    real *p;                 /* [T][Y]  probabilities of labels */
    int32_t *labels;         /* [T] */
    int32_t *tags;           /* [T]     inside form */
    int32_t *spelled;        /* [T]     as oriel_model_tag_name numbers them */
    float *confidence;       /* [T]     sigmoid: of the tag */
    struct entity *entities; /* [T] */
    oriel_span *spans;       /* [T] */
    struct readings readings;
};

/* What it shall do; o may be NULL.  ORIEL_EARG, ORIEL_ENOMEM; what is left then is for decoder_clear. */
oriel_status decoder_init(struct decoder *d, const oriel_model *m, const oriel_tagger_options *o, oriel_error *err);
void decoder_clear(struct decoder *d);

/* Decides: d->tags [n], those of unwanted types outside.  scores [n][Y] are changed and looked at until the next call.  false:
 * no memory. */
bool decoder_run(struct decoder *d, real *scores, size_t n);

/* Of the entities of the last run: confidence [n], written where one begins. */
void decoder_confidence(struct decoder *d, float *confidence);

/* Everything about the last run, for a caller; tokens [n].  On loan until the next.  false: no memory. */
bool decoder_tell(struct decoder *d, const oriel_range *tokens, oriel_tags *out);

/* ---- for decoder.c and decoder_readings.c alone ---- */

/* Tags [n] of labels [n], those of unwanted types outside. */
void decoder_tags(const struct decoder *d, int32_t *tags, const int32_t *labels, size_t n);

/* The entities of tags [n] that came of labels [n]; those of too little confidence become outside.  Returns how many. */
size_t decoder_spans(struct decoder *d, oriel_span *spans, int32_t *tags, const int32_t *labels,
                     const oriel_range *tokens);

/* Fills out's readings, its marginals.  false: no memory. */
bool decoder_read(struct decoder *d, const oriel_range *tokens, oriel_tags *out);
bool decoder_marginals(struct decoder *d, oriel_tags *out);
void readings_clear(struct readings *r);

#endif
