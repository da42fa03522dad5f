/*
 * Oriel: learns to tag words from an example corpus, tags text, measures itself, learns and exports word vectors.
 *
 * A model never changes once it is made and may be shared by any number of threads; a tagger, a reader and a
 * scores object belong to one thread at a time.  Every call that can fail returns an oriel_status, zero is good, and
 * takes as its last argument an optional oriel_error (NULL: not wanted) that it fills when it fails.  After a failure
 * every output is NULL or zero and nothing leaks.  The library never prints, never exits, and changes no setting of
 * the process.  A free function accepts NULL.
 *
 * Same input, options and seed on one machine: the same bytes, for any number of threads.  Across machines: the same
 * tags and the same F1 to two places.
 */
#ifndef ORIEL_H
#define ORIEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ORIEL_API __attribute__((visibility("default")))
#else
#define ORIEL_API
#endif

#define ORIEL_VERSION "0.1.0"

/* ---- status ----------------------------------------------------------------------------------------------------- */

/* New codes are added at the end only. */
typedef enum {
    ORIEL_OK = 0,
    ORIEL_ENOMEM,    /* an allocation failed */
    ORIEL_EIO,       /* a file could not be opened, read, written or closed */
    ORIEL_EFORMAT,   /* the bytes are not what they should be: corpus, vectors, model, patterns */
    ORIEL_EVERSION,  /* a model of a later format version */
    ORIEL_EENCODING, /* not UTF-8 where UTF-8 is required */
    ORIEL_EARG,      /* an option or argument out of its range */
    ORIEL_ELIMIT,    /* a stated limit was passed, such as the length of a line */
    ORIEL_EDIVERGED, /* the loss is not finite any more */
    ORIEL_ESTOPPED   /* the caller asked to stop before there was a result */
} oriel_status;

typedef struct {
    oriel_status code;
    size_t line;     /* 1-based line of the file that the message names; 0: none */
    char text[1024]; /* "file:line: what was expected, what was found"; cut to fit, always ends in NUL */
} oriel_error;

/* The name of a status ("ORIEL_EIO"); a constant string, also for values that are no status. */
ORIEL_API const char *oriel_status_name(oriel_status status);

/* ---- this machine ----------------------------------------------------------------------------------------------- */

typedef struct {
    const char *version;      /* ORIEL_VERSION of the library */
    const char *commit;       /* the commit it was built from, or "unknown" */
    const char *compiler;     /* compiler and version */
    const char *instructions; /* "avx512", "avx2", "neon" or "plain": what the processor offers of what Oriel uses */
    const char *blas;         /* the BLAS library and its version */
    const char *blas_core;    /* the BLAS kernel family in use, such as "SkylakeX"; "unknown" if it cannot tell */
    const char
        *blas_core_best;  /* the family that suits this processor, as OPENBLAS_CORETYPE names it; NULL: as it is */
    bool blas_is_correct; /* products of odd shapes agree with plain loops, computed at this call */
} oriel_system;

/* Fills *s; all strings are constants.  Thread safe. */
ORIEL_API void oriel_system_describe(oriel_system *s);

/* Lets the BLAS use one thread of its own.  A setting of the whole process, so only a program should call it. */
ORIEL_API void oriel_system_single_blas_thread(void);

/* ---- models ----------------------------------------------------------------------------------------------------- */

typedef struct oriel_model oriel_model;     /* tokenizer, vocabulary, tag set, weights: never changes once made */
typedef struct oriel_vectors oriel_vectors; /* words and their rows of L */

/* Reads a model file.  ORIEL_EIO, ORIEL_EFORMAT (not a model, damaged, cut short), ORIEL_EVERSION, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_model_load(oriel_model **out, const char *path, oriel_error *err);

/* The same from n bytes in memory, which are copied; messages call them "model". */
ORIEL_API oriel_status oriel_model_parse(oriel_model **out, const void *bytes, size_t n, oriel_error *err);

/* Writes aside, syncs, renames: after any failure the file at path is what it was.  A file that is there and is not a
 * model is not overwritten (ORIEL_EFORMAT).  ORIEL_EIO, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_model_save(const oriel_model *m, const char *path, oriel_error *err);

/* Would oriel_model_save be able to write there?  Leaves nothing behind.  ORIEL_EIO, ORIEL_EFORMAT as for saving. */
ORIEL_API oriel_status oriel_model_save_check(const char *path, oriel_error *err);

ORIEL_API void oriel_model_free(oriel_model *m);

#define ORIEL_MAX_LAYERS 8

/* What a model is.  All strings are on loan from the model. */
typedef struct {
    const char *recipe;              /* "classic" */
    const char *head;                /* "sigmoid" */
    const char *activation;          /* "tanh", "sigmoid", "relu" */
    const char *scheme;              /* tag scheme of the training corpus: "IOB2", ... */
    const char *trained_on;          /* "train.conll (2400 sentences, 60114 tokens)" */
    const char *about;               /* what the trainer wrote into it, such as the licence of the corpus; may be "" */
    const char *features;            /* what a token is made of: "word,shape,..." */
    const char *made_by;             /* version and commit of the program that trained it */
    size_t n_words;                  /* V, rows of L, the special rows among them */
    size_t dim;                      /* d, of the word */
    size_t width;                    /* numbers in a token's row, all its features together */
    size_t window;                   /* W */
    size_t n_hidden;                 /* Q */
    size_t hidden[ORIEL_MAX_LAYERS]; /* H_1 .. H_Q */
    size_t n_outputs;                /* Y */
    size_t n_types;                  /* entity types, or plain labels */
    uint64_t n_chain_weights;        /* crf: start, end and transition scores */
    uint64_t n_network_weights;      /* (W*d)*H + H*Y + H + Y for one hidden layer: document 003, Q2d */
    uint64_t n_weights;              /* with L */
    uint64_t seed;
    size_t epochs;                            /* epochs run, and the one whose weights were kept */
    size_t best_epoch;                        /* 0: the starting weights */
    double loss;                              /* mean loss of that epoch on the training corpus */
    double dev_precision, dev_recall, dev_f1; /* 0..1, entity level; tokens for plain labels */
    double threshold;                         /* sigmoid head: a type must reach it */
    double o_bias;                            /* taken from the score of "outside" before labels are chosen */
    double temperature;                       /* scores are divided by it before confidence is computed */
    bool dev_was_held_out;                    /* dev scores are of a part of the training files, held out by seed */
    /* An entity of probability p has the confidence ceiling o / (1 + o), o = factor (p / (1 - p))^power. */
    double confidence_power, confidence_factor, confidence_ceiling;
} oriel_info;

ORIEL_API void oriel_model_info(const oriel_model *m, oriel_info *out);

/* Name of type i < n_types; of a tag as oriel_sentence_tags numbers them, in the scheme of the corpus ("B-PER").  On
 * loan from the model. */
ORIEL_API const char *oriel_model_type_name(const oriel_model *m, size_t type);
ORIEL_API const char *oriel_model_tag_name(const oriel_model *m, int tag);

/* How many tags there are, from 0 ("O", also where no token has it) on. */
ORIEL_API size_t oriel_model_tags(const oriel_model *m);

/* The tokenizer's rules as text, on loan. */
ORIEL_API const char *oriel_model_tokenizer(const oriel_model *m);

/* ---- training --------------------------------------------------------------------------------------------------- */

/* Of a model's rows of words and features: bytes to a number, and how many there are. */
typedef enum {
    ORIEL_SIZE_STANDARD = 0, /* one byte, and a scale for each row: F1 stays as it was */
    ORIEL_SIZE_SMALL, /* the same, for 60,000 words, the first 50,000 of the vectors among them: less than 10 MB */
    ORIEL_SIZE_LARGE  /* four bytes, as they were learned */
} oriel_size;

typedef enum { ORIEL_CLASSIC = 0, ORIEL_STANDARD } oriel_recipe;
typedef enum { ORIEL_TANH = 0, ORIEL_SIGMOID, ORIEL_RELU } oriel_activation;
typedef enum { ORIEL_HEAD_SIGMOID = 0, ORIEL_HEAD_SOFTMAX, ORIEL_HEAD_CRF } oriel_head;
typedef enum { ORIEL_SGD = 0, ORIEL_MOMENTUM, ORIEL_ADAGRAD, ORIEL_ADAM } oriel_optimizer;

/* How the learning rate goes on from its first value.  STEPS: a tenth of it in the third quarter of the epochs, a hundredth
 * in the last. */
typedef enum { ORIEL_LINEAR = 0, ORIEL_CONSTANT, ORIEL_COSINE, ORIEL_STEPS } oriel_schedule;

/* How labelled columns are read.  Zero is the default of each field. */
typedef struct {
    size_t token_column; /* 1-based; 0: the first */
    size_t tag_column;   /* 1-based; 0: the last */
    size_t max_line;     /* bytes; 0: 1 MiB */
    bool
        refuse_bad_tags; /* an impossible tag sequence is an error; else it is read as conlleval reads it, and counted */
} oriel_columns;

typedef struct {
    const char *const *train; /* [n_train] corpus files, plain or .gz; "-" is standard input */
    size_t n_train;
    const char *const *known_types; /* [n_train] the types that each file labels, "PER,LOC": what else is in it is not
                                     * known, where it says "outside" too; NULL or "": all types.  NULL: all of all files */
    const char *dev;                /* NULL: a tenth of the training sentences is held out by seed */
    const char *dev_types;          /* NULL, or the types that dev labels: only those are scored there */
    const char *vectors;            /* NULL, or a vectors file for the first values of L */
    const char *type;      /* NULL: an output per type; "any": one for all types; else the name of the one type */
    const char *tokenizer; /* NULL: the built-in rules; else a file with rules, stored in the model */
    const char *about;     /* NULL, or a note for the model */
    oriel_columns columns;
    oriel_recipe recipe;
    size_t window;                   /* W, odd, 1..31 */
    size_t dim;                      /* d, 1..4096; that of the vectors when there are any */
    size_t n_hidden;                 /* Q, 0..ORIEL_MAX_LAYERS */
    size_t hidden[ORIEL_MAX_LAYERS]; /* 1..65536 each */
    oriel_activation activation;
    oriel_head head;
    const char *features; /* "word,shape,suffix3": the channels of a token, the word first; see `oriel help train` */
    size_t feature_dim;   /* width of the others' rows, 1..4096 */
    oriel_optimizer optimizer;
    double input_dropout, hidden_dropout; /* share that is dropped, 0..0.95 */
    double word_dropout;    /* A: a word seen c times is taken as unknown with A / (A + c), once a batch */
    double feature_dropout; /* the same for each value of the other features */
    double swap_names;    /* probability that a step puts a name of the same type and length in a name's place, 0..1 */
    double case_copies;   /* share of the sentences that are also trained in lower case; a third as many in capitals */
    bool average;         /* weights are averaged over the second half of the epochs */
    bool sentences;       /* a batch is so many sentences, not tokens */
    bool tune_outside;    /* softmax, crf: the constant off the score of "outside" is chosen on dev, for F1 */
    double o_bias;        /* that constant, where it is not chosen: more finds more entities, 0..100 */
    double learning_rate; /* eta, > 0 */
    double lambda;        /* weight of the L2 penalty, >= 0 */
    double threshold;     /* sigmoid head, 0..1 */
    size_t epochs;        /* at most; 0: 12, and more for a small corpus */
    size_t patience;      /* epochs without a better dev F1 before it stops; 0: never */
    size_t batch;         /* examples to a step: tokens or sentences; >= 1 */
    size_t min_count;     /* rarer words share the unknown row; >= 1 */
    size_t threads;       /* 1..256; the result does not depend on it */
    uint64_t seed;
    oriel_schedule schedule; /* of the learning rate; linear and cosine end at 0 with the last epoch */
    double clip;             /* most that the norm of a step's gradient may be; 0: anything */
    /* NULL, or a file that is written at the end of each epoch, and within it when so many seconds have gone by (0: not).  From
     * it a training that was cut off goes on, to the same bytes as without a break. */
    const char *checkpoint;
    double checkpoint_seconds; /* 0..1e6 */
    /* Goes on from the checkpoint; begins when there is none yet.  Options (but not `threads`) and data must be those that it was
     * made with.  Without this, a checkpoint that is there is refused: it may be worth something. */
    bool resume;
    oriel_optimizer row_optimizer; /* of the rows of words and features; `optimizer` is of all other weights */
    double row_rate;     /* its learning rate, in place of learning_rate, whose schedule it follows; 0: the same */
    size_t max_vectors;  /* words of the vectors that are read, from the first on; 0: all */
    size_t keep_vectors; /* of them, the first so many have rows in the model, as have all words that training sees */
    oriel_size size;
    /* NULL, or a model to go on from with new data, on loan; see oriel_train_options_continue. */
    const oriel_model *continue_from;
} oriel_train_options;

/* What training saw before it began. */
typedef struct {
    size_t n_sentences, n_tokens, n_entities, n_types; /* of the part that is trained on */
    size_t n_dev_sentences, n_dev_tokens;
    size_t n_words;        /* V */
    size_t n_bad_tags;     /* tags that were read as conlleval reads them, though their scheme forbids them */
    size_t first_bad_line; /* the first of them, 0: none */
    const char *first_bad_file;
    const char *scheme;
    const char *types; /* "PER LOC ORG", most frequent first */
    bool dev_was_held_out;
    bool has_vectors;
    double share_with_vectors; /* of the running words of the training part, 0..1; made of letter groups: not counted */
    uint64_t seed;
} oriel_corpus_facts;

typedef enum { ORIEL_AT_START = 0, ORIEL_AT_STEP, ORIEL_AT_EPOCH, ORIEL_AT_CHECKPOINT } oriel_moment;

typedef struct {
    oriel_moment moment;
    const oriel_corpus_facts *facts; /* always there */
    size_t epoch, epochs;    /* current (from 1) and at most; at the start: those that a checkpoint has behind it */
    double done;             /* share of this epoch, 0..1; at the start: of the one after those that a checkpoint has */
    double loss;             /* mean per example so far in this epoch */
    double words_per_second; /* of training */
    double seconds_left;     /* until the last epoch would end */
    double dev_precision, dev_recall, dev_f1; /* ORIEL_AT_EPOCH */
    double best_f1;                           /* so far */
    size_t best_epoch;
    double learning_rate; /* of the latest step */
    double seconds;       /* since training began, scoring and all, breaks left out */
    /* ORIEL_AT_CHECKPOINT: NULL, or why it could not be written; then an older one is as it was, and training goes on. */
    const char *checkpoint_error;
} oriel_progress;

/* Called from the thread that trains, several times a second and at the end of each epoch.  A non-zero answer asks to
 * stop: the step is finished and the best model so far returned. */
typedef int oriel_on_progress(void *user, const oriel_progress *p);

/* The defaults of a recipe. */
ORIEL_API void oriel_train_options_default(oriel_train_options *o, oriel_recipe recipe);

/* The defaults of going on from m, which must outlive the training: its recipe and sizes, from which they may not depart;
 * half the rate, ten epochs, m's own o_bias.  Its words, features and types stay, and new ones are added.  known_types: a file
 * without a list labels the types that occur in the training files; for the old types that it does not label, what m finds in
 * it counts as right, so that they are not unlearned.  dev_types: those that occur in dev.  Strings of *o are on loan from m. */
ORIEL_API void oriel_train_options_continue(oriel_train_options *o, const oriel_model *m);

/* ORIEL_EARG with a sentence if an option is out of range or two contradict each other. */
ORIEL_API oriel_status oriel_train_options_check(const oriel_train_options *o, oriel_error *err);

/* Trains a model.  on_progress may be NULL.  Any status; ORIEL_ESTOPPED only when stopped before the first step.  A training
 * that is stopped leaves its checkpoint as it was when it stopped; who has saved the model may remove it. */
ORIEL_API oriel_status oriel_train(oriel_model **out, const oriel_train_options *o, oriel_on_progress *on_progress,
                                   void *user, oriel_error *err);

/* ---- sentences from a stream ------------------------------------------------------------------------------------ */

/* Limits of text that comes down a pipe; longer things are cut there and go through. */
#define ORIEL_MAX_TOKEN_BYTES 4096
#define ORIEL_MAX_SENTENCE_TOKENS 1024

typedef struct {
    size_t begin, end;
} oriel_range; /* bytes [begin, end) */

typedef enum {
    ORIEL_INPUT_TEXT = 0, /* raw text; a line end ends a sentence, unless wrapped */
    ORIEL_INPUT_TOKENS,   /* a sentence a line, tokens between blanks */
    ORIEL_INPUT_CONLL     /* a token a line, columns; a blank line ends a sentence */
} oriel_input;

typedef struct {
    oriel_input format;
    bool strict;         /* invalid UTF-8 and NUL are errors (ORIEL_EENCODING); else U+FFFD stands for them, counted */
    bool wrapped;        /* raw text: only a blank line ends a paragraph, line ends are blanks */
    size_t token_column; /* CoNLL: 1-based; 0: the first */
    size_t max_line;     /* CoNLL: bytes, 0: 1 MiB; a longer line is ORIEL_ELIMIT.  The other formats have no limit */
} oriel_reader_options;

/* One sentence.  Everything is on loan until the next call on its reader. */
typedef struct {
    const char *before;        /* [n_before] bytes since the last sentence that are no part of one: blanks, comments, */
    size_t n_before;           /*            document marks, blank lines                                              */
    const char *text;          /* [n_text] UTF-8, no NUL at its end; CoNLL: the tokens, joined by single blanks */
    size_t n_text;             /*          0 at the end of the stream or when only `before` is passed on         */
    const oriel_range *tokens; /* [n_tokens] of text; ascending, apart */
    size_t n_tokens;
    const char *raw;          /* CoNLL: the lines as they came, without their ends */
    const oriel_range *lines; /* CoNLL: [n_tokens] of raw; NULL for the other formats */
    uint64_t offset;          /* of the sentence in the (repaired) stream, in bytes; CoNLL: of its first line */
    size_t line;              /* 1-based line of its first token */
} oriel_sentence;

typedef struct oriel_reader oriel_reader;

/* Opens a file (plain or .gz; NULL or "-": standard input).  m, whose tokenizer is used, must outlive the reader; NULL:
 * the built-in rules.  ORIEL_EIO, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_reader_open(oriel_reader **out, const oriel_model *m, const char *path,
                                         const oriel_reader_options *o, oriel_error *err);

/* The next sentence, or *more = false at the end.  At the end `before` may still hold bytes.  Memory does not grow with
 * the stream.  ORIEL_EIO, ORIEL_EENCODING, ORIEL_ELIMIT, ORIEL_EFORMAT (a CoNLL line without the token's column). */
ORIEL_API oriel_status oriel_reader_next(oriel_reader *r, oriel_sentence *out, bool *more, oriel_error *err);

/* True when the next call would have to wait for the other end of a pipe: a good moment to flush. */
ORIEL_API bool oriel_reader_would_block(oriel_reader *r);

/* How many invalid sequences U+FFFD stands for so far. */
ORIEL_API uint64_t oriel_reader_replaced(const oriel_reader *r);

ORIEL_API void oriel_reader_free(oriel_reader *r);

/* ---- tagging ---------------------------------------------------------------------------------------------------- */

typedef struct {
    size_t begin, end;  /* bytes [begin, end) of the text */
    size_t first, last; /* tokens [first, last) */
    int type;           /* oriel_model_type_name */
    float confidence;   /* 0..1; softmax, crf: calibrated on dev */
} oriel_span;

/* One way to read a whole sentence. */
typedef struct {
    double probability;      /* 0..1, of all its labels together; 0 also where a double cannot hold it */
    const int *tags;         /* [n_tokens] oriel_model_tag_name */
    const oriel_span *spans; /* [n_spans] */
    size_t n_spans;
} oriel_reading;

/* Tags of one sentence; on loan from the tagger until its next call.  The first of the readings says what tags and spans say;
 * there are fewer than were asked for where the tag scheme allows no more. */
typedef struct {
    const int *tags;         /* [n_tokens] oriel_model_tag_name */
    const oriel_span *spans; /* [n_spans] entities; plain labels: one for each token */
    size_t n_spans;
    const oriel_reading *readings; /* [n_readings] best first */
    size_t n_readings;
    const float *marginals; /* [n_tokens][oriel_model_tags] probability of each tag of a token, whatever the others are;
                             * NULL: not asked for */
} oriel_tags;

typedef struct oriel_tagger oriel_tagger;

typedef struct {
    double threshold;      /* sigmoid head: 0..1; negative: the model's own */
    double min_confidence; /* entities of less are left out, 0..1 */
    /* "PER,LOC": entities of other types are left out; NULL: none are.  Types that no training file labelled together with one of
     * these (known_types) may be other names of the same things: they are not looked for at all. */
    const char *types;
    size_t n_best;      /* readings of a sentence, at most, 0..ORIEL_MAX_READINGS; heads softmax and crf */
    bool marginals;     /* tell the probabilities of each token's tags; heads softmax and crf */
    bool no_confidence; /* nobody asks how sure it is, which takes time: confidence 0, unless min_confidence asks */
    size_t cache_bytes; /* memory for what is kept of tokens; 0: 64 MiB.  Tags do not depend on it */
} oriel_tagger_options;

#define ORIEL_MAX_READINGS 100

/* Every probability is at the model's temperature; an entity's confidence is its probability, calibrated on dev.  Crf: that of the chain.  Softmax: each token for itself, and products
 * over tokens, so that all readings together lack of 1 what sequences have that the scheme forbids.  Entities that are
 * left out, by type or by confidence, are left out of the readings too (two may then look the same); probabilities of
 * readings and tags stay what they are.
 *
 * m must outlive the tagger.  o may be NULL.  ORIEL_ENOMEM, ORIEL_EARG (out of range; the model has no such type, or plain
 * labels; n_best or marginals of a model whose head is sigmoid: a yes or no for each type has no readings). */
ORIEL_API oriel_status oriel_tagger_new(oriel_tagger **out, const oriel_model *m, const oriel_tagger_options *o,
                                        oriel_error *err);

/* The same for n threads, a tagger each: out [n].  They share what they keep of tokens (cache_bytes for all of them, or as much more as
 * n threads need at a time), so that none computes what another did; each is freed by itself, in any order.  All are NULL after an error;
 * ORIEL_EARG also: n is not between 1 and ORIEL_MAX_TAGGERS. */
ORIEL_API oriel_status oriel_taggers_new(oriel_tagger **out, size_t n, const oriel_model *m,
                                         const oriel_tagger_options *o, oriel_error *err);
#define ORIEL_MAX_TAGGERS 256

/* Tags a sentence that a reader gave, or that the caller filled (text, n_text, tokens, n_tokens; tokens in ascending
 * order inside the text, not empty, UTF-8, ORIEL_EARG if not; any number of them, though the n best readings take
 * n_tokens * n_outputs * n_best * 8 bytes).  ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_tag_sentence(oriel_tagger *t, const oriel_sentence *s, oriel_tags *out, oriel_error *err);

/* The same for many sentences, which is quicker, with the same tags: begins with sentences [n], on loan until the last was told,
 * and tells one after the other.  A new beginning forgets what was not told.  ORIEL_ENOMEM, ORIEL_EARG (also next, when all
 * were told). */
ORIEL_API oriel_status oriel_tagger_begin(oriel_tagger *t, const oriel_sentence *sentences, size_t n, oriel_error *err);
ORIEL_API oriel_status oriel_tagger_next(oriel_tagger *t, oriel_tags *out, oriel_error *err);

/* What a tagger has done so far. */
typedef struct {
    uint64_t n_tokens;                     /* looked up */
    uint64_t n_computed;                   /* of them not in the cache */
    double looking_up, computing, network; /* seconds */
} oriel_tagger_stats;
ORIEL_API oriel_tagger_stats oriel_tagger_about(const oriel_tagger *t);

/* All entities of a text of n bytes (UTF-8, need not end in NUL; a byte that is no part of UTF-8, and NUL, is read as
 * U+001A, so that places stay).  Spans refer to the given bytes; `first` and `last` count tokens from the start of the
 * text.  Readings and marginals are for sentences.  On loan until the next call. */
ORIEL_API oriel_status oriel_tag_text(oriel_tagger *t, const char *text, size_t n, const oriel_span **spans,
                                      size_t *n_spans, oriel_error *err);

ORIEL_API void oriel_tagger_free(oriel_tagger *t);

/* ---- scores ----------------------------------------------------------------------------------------------------- */

/* Precision, recall and F1 as conlleval counts them: an entity is right when its first token, its last token and its
 * type are; malformed sequences are read by its rules. */
typedef struct oriel_scores oriel_scores;

typedef enum {
    ORIEL_ENTITIES = 0, /* whole entities */
    ORIEL_TOKENS,       /* tokens inside entities, by type; plain labels: all tokens */
    ORIEL_SEEN,         /* entities whose words and type occur in the training corpus; `gold` only gives recall */
    ORIEL_UNSEEN        /* the others; recall and precision are of the names themselves, seen or unseen */
} oriel_level;

typedef struct {
    const char *name;                  /* a type, "micro" or "macro"; on loan from the scores */
    uint64_t gold, predicted, correct; /* macro: the sums */
    double precision, recall, f1;      /* 0..1; 0 where nothing was there to divide by */
} oriel_score;

typedef struct {
    const oriel_sentence *sentence; /* text and tokens */
    const char *file;
    size_t line;                 /* of the sentence's first token in the gold file */
    const char *gold_type;       /* NULL: nothing there, the prediction is spurious */
    const char *predicted_type;  /* NULL: missed */
    oriel_range gold, predicted; /* tokens [begin, end) */
} oriel_mistake;

typedef void oriel_on_mistake(void *user, const oriel_mistake *m);

typedef struct {
    oriel_columns columns;
    double threshold;             /* with a model, sigmoid head: negative: the model's own */
    const char *types;            /* with a model: only these are counted, "PER,LOC"; NULL: all */
    const char *train;            /* without a model: the training corpus that says which names were seen, or NULL */
    size_t threads;               /* 0 or 1: one */
    oriel_on_mistake *on_mistake; /* may be NULL */
    void *user;
} oriel_eval_options;

/* Scores a model on gold files.  All errors of a corpus file. */
ORIEL_API oriel_status oriel_eval_model(oriel_scores **out, const oriel_model *m, const char *const *gold,
                                        size_t n_gold, const oriel_eval_options *o, oriel_error *err);

/* Scores the tags of one file against another's (same tokens, else ORIEL_EFORMAT with file and line); or, with
 * predicted NULL, the last column of a file against the one before it. */
ORIEL_API oriel_status oriel_eval_files(oriel_scores **out, const char *gold, const char *predicted,
                                        const oriel_eval_options *o, oriel_error *err);

/* Rows by type, most frequent in gold first. */
ORIEL_API size_t oriel_scores_types(const oriel_scores *s);
ORIEL_API oriel_score oriel_scores_type(const oriel_scores *s, oriel_level level, size_t type);
ORIEL_API oriel_score oriel_scores_micro(const oriel_scores *s, oriel_level level);
ORIEL_API oriel_score oriel_scores_macro(const oriel_scores *s, oriel_level level);

/* How far confidence can be believed: predicted entities by tenths of it.  Only a model's own predictions have any. */
enum { ORIEL_RELIABILITY_BINS = 10 };

typedef struct {
    uint64_t predicted, correct;
    double confidence; /* mean */
} oriel_reliability;

/* Of entities with confidence in [bin / 10, (bin + 1) / 10). */
ORIEL_API oriel_reliability oriel_scores_reliability(const oriel_scores *s, size_t bin);

/* Expected calibration error: Σ |confidence - share that is right| over the bins, by their share of the entities. */
ORIEL_API double oriel_scores_calibration_error(const oriel_scores *s);

typedef struct {
    uint64_t n_sentences, n_tokens;
    double accuracy;       /* share of tokens whose tag is right */
    bool knows_seen;       /* ORIEL_SEEN and ORIEL_UNSEEN have figures */
    bool has_plain_labels; /* no entities: figures are of tokens */
    uint64_t n_bad_tags;   /* gold and predicted, that their scheme forbids */
} oriel_scores_facts;

ORIEL_API oriel_scores_facts oriel_scores_about(const oriel_scores *s);
ORIEL_API void oriel_scores_free(oriel_scores *s);

/* ---- word vectors ----------------------------------------------------------------------------------------------- */

typedef enum {
    ORIEL_WORD2VEC_TEXT = 0, /* "V d" on the first line, then a word and d numbers a line */
    ORIEL_WORD2VEC_BINARY,   /* "V d" line, then word, blank, d little-endian 32-bit floats, line end */
    ORIEL_GLOVE_TEXT,        /* no first line */
    ORIEL_NPY,               /* NumPy's table; the words, one a line, in a second file: NAME.npy, NAME.words */
    ORIEL_SAFETENSORS,       /* as a model, with a checksum: tensors vectors, words.text, words.ends, groups */
    ORIEL_FORMAT_BY_NAME     /* for saving: what .npy, .safetensors at the end of the name say, else word2vec text */
} oriel_vector_format;

/* Reads a vectors file, plain or .gz; the format is found out.  NumPy's and safetensors are mapped where they are plain files of
 * 32-bit floats, which must not be changed then as long as the vectors live; safetensors of others hold one table and need a
 * words file.  limit: at most that many words, 0: all.  Refused with
 * file and line or byte: a wrong count in the header, a row that is too short or long, what is not a finite number, a word that
 * stands twice, rows of letter groups of another width or hashed in an unknown way (ORIEL_EFORMAT), not UTF-8
 * (ORIEL_EENCODING). */
ORIEL_API oriel_status oriel_vectors_load(oriel_vectors **out, const char *path, size_t limit, oriel_error *err);

/* Written aside and renamed; "-" is standard output (not for the last two formats, ORIEL_EARG).  A word with a blank inside is
 * ORIEL_EFORMAT, save in the last two formats; a safetensors file that is not a vectors file of ours is not overwritten.
 * Letter groups are left out, save in the last format.  threads: 0 or 1: one; the first three formats, whose numbers must be spelled
 * or moved, use them, and the file does not depend on it.  ORIEL_EIO, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_vectors_save(const oriel_vectors *v, const char *path, oriel_vector_format format,
                                          size_t threads, oriel_error *err);

/* Would oriel_vectors_save, with these, keep letter groups? */
ORIEL_API bool oriel_vectors_keeps_groups(const char *path, oriel_vector_format format);

/* The word rows of a model, without the special ones; the caller frees them.  ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_vectors_of_model(oriel_vectors **out, const oriel_model *m, oriel_error *err);

/* The rows that tokens have in a model's network: those of their channels side by side, in the order of --features (the word's own row,
 * or that of its fallback or of unknown words; then shape, prefixes and so on, n-grams as their mean).  For the words of its
 * vocabulary, or those of a file, one a line, known or not.  ORIEL_ENOMEM; errors of the file with its line. */
ORIEL_API oriel_status oriel_vectors_of_tokens(oriel_vectors **out, const oriel_model *m, const char *words_file,
                                               oriel_error *err);

ORIEL_API size_t oriel_vectors_count(const oriel_vectors *v);
ORIEL_API size_t oriel_vectors_dim(const oriel_vectors *v);
ORIEL_API const char *oriel_vectors_word(const oriel_vectors *v, size_t row); /* on loan */
ORIEL_API const float *oriel_vectors_row(const oriel_vectors *v, size_t row); /* [d], on loan */
/* The row of a word: exact, else its lower-cased form, else with digits folded; SIZE_MAX: none. */
ORIEL_API size_t oriel_vectors_find(const oriel_vectors *v, const char *word);

/* How many rows of letter groups the set has, of which words without a row are made; 0: none.  They are there after a training
 * with subwords, and in a safetensors file of one. */
ORIEL_API size_t oriel_vectors_letter_groups(const oriel_vectors *v);

/* Makes the vector of a word from its letter groups alone, whether it has a row or not (see oriel_vectors_find): the sum of the
 * rows of its groups by one over the root of their number, in the word's normal form NFC, and in lower case if those were that the
 * groups were learned from.  So training makes a word's vector of these and a row of its own (Bojanowski et al. 2017, section 3.2,
 * whose sum is not scaled).  out: [d], the caller's; *n_groups: of how many it was made, 0: it has none, and out is
 * not to be read (a set without letter groups, a word of less than two characters or not in UTF-8, a sum that is not
 * finite).  ORIEL_ENOMEM.  The set is only read, so threads may share it. */
ORIEL_API oriel_status oriel_vectors_compose(const oriel_vectors *v, const char *word, float *out, size_t *n_groups,
                                             oriel_error *err);

typedef struct {
    size_t n_words;    /* of the file */
    size_t n_composed; /* of them made of letter groups */
    size_t n_missing;  /* left out: they have no vector */
} oriel_words_facts;

/* The vectors of the words of a file ("-": standard input), one a line, in that order: rows as oriel_vectors_find finds them, else made
 * of letter groups, which the new set does not have itself.  The caller frees it.  ORIEL_EFORMAT with file and line: an empty line, a word
 * twice, a control character; ORIEL_EENCODING, ORIEL_EIO, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_vectors_of_words(oriel_vectors **out, const oriel_vectors *v, const char *words_file,
                                              oriel_words_facts *facts, oriel_error *err);

typedef struct {
    size_t row;
    float similarity;
} oriel_neighbour; /* cosine, -1..1 */

/* The k rows nearest to a row by cosine, best first, itself left out; returns how many were written to out [k]. */
ORIEL_API oriel_status oriel_vectors_near(const oriel_vectors *v, size_t row, oriel_neighbour *out, size_t k,
                                          size_t *n_out, oriel_error *err);

/* The same for any vector x [d]; no row is left out.  ORIEL_EARG: x is not finite. */
ORIEL_API oriel_status oriel_vectors_near_vector(const oriel_vectors *v, const float *x, oriel_neighbour *out, size_t k,
                                                 size_t *n_out, oriel_error *err);

typedef struct {
    size_t n_pairs;    /* of the file */
    size_t n_known;    /* whose words have vectors both, a row or made of letter groups */
    size_t n_composed; /* different words of the file that were made of letter groups */
    double spearman;   /* rank correlation of the given and the found similarities of those, -1..1 */
} oriel_similarity;

/* Compares cosines with a file of two words and a number a line (blanks or tabs between; empty lines and those with # are
 * passed over).  ORIEL_EIO, ORIEL_EFORMAT with file and line, ORIEL_EENCODING. */
ORIEL_API oriel_status oriel_vectors_similarity(const oriel_vectors *v, const char *path, oriel_similarity *out,
                                                oriel_error *err);

typedef struct {
    const char *section; /* NULL: all of them */
    size_t n_questions;
    size_t n_known;    /* whose three given words have vectors, and whose answer has a row */
    size_t n_composed; /* different given words that were made of letter groups */
    size_t n_right;
} oriel_analogies;

typedef void oriel_on_analogies(void *user, const oriel_analogies *a);

/* Answers questions "a is to b as c is to ?" by the row nearest to b - a + c (rows of length 1), those three left out.  The file has
 * four words a line and ": name" before each section, as question-words.txt.  on_section is called after each, and for
 * all; may be NULL.  Errors as above. */
ORIEL_API oriel_status oriel_vectors_analogies(const oriel_vectors *v, const char *path, oriel_on_analogies *on_section,
                                               void *user, oriel_analogies *total, oriel_error *err);

typedef struct {
    const char *const *words; /* [n_words] to be shown */
    size_t n_words;
    const char
        *words_file; /* more: a word a line, and perhaps its type behind a tab or blanks; '#' begins a comment; NULL */
    size_t n_first;  /* and the first rows, most frequent words in most files */
    const char *title; /* UTF-8; NULL: "Word vectors" */
} oriel_plot_options;

typedef struct {
    size_t n_words;   /* in the picture, 10,000 at most */
    size_t n_missing; /* named, but without a vector */
    size_t n_labels;  /* that found room */
    double share[2];  /* of the variance along each axis, 0..1 */
} oriel_plot_facts;

/* Draws words in the plane of the two principal components of their vectors (of length 1) as one self-contained SVG, types
 * by colour and mark; written aside and renamed, "-" is standard output.  The same bytes for the same vectors.  ORIEL_EARG: fewer than two words;
 * ORIEL_ELIMIT: too many; errors of the words file with file and line; ORIEL_EIO, ORIEL_ENOMEM. */
ORIEL_API oriel_status oriel_vectors_plot(const oriel_vectors *v, const oriel_plot_options *o, const char *path,
                                          oriel_plot_facts *facts, oriel_error *err);

ORIEL_API void oriel_vectors_free(oriel_vectors *v);

/* ---- word vectors from text ------------------------------------------------------------------------------------- */

typedef enum { ORIEL_SKIPGRAM = 0, ORIEL_CBOW } oriel_vectors_method;
typedef enum { ORIEL_NEGATIVE = 0, ORIEL_SOFTMAX } oriel_vectors_loss;

typedef struct {
    const char *const *text; /* [n_text] files, plain or .gz; "-" is standard input */
    size_t n_text;
    bool raw_text;               /* tokens are found as the tagger finds them; else they stand between blanks */
    bool lower_case;             /* words are taken in lower case */
    oriel_vectors_method method; /* skip-gram: a word is to tell those around it; CBOW: they are to tell the word */
    oriel_vectors_loss loss;     /* negative sampling, or the full softmax */
    size_t dim;                  /* d, 1..4096 */
    size_t context;              /* c, 1..100: words on each side at most; how many is drawn anew for each word, 1..c */
    size_t negatives;            /* k, 1..100 for each pair of words */
    double sample;               /* t: words with a larger share of the text are left out at random; 0: none, < 1 */
    size_t min_count;            /* rarer words are left out; >= 1 */
    bool subwords;               /* a word is made of its letter groups, too */
    size_t buckets;              /* that letter groups are hashed into; 1..100 million */
    size_t max_words;            /* V at most: of words that come first in order of count; 1..100 million */
    size_t epochs;               /* >= 1 */
    double learning_rate;        /* eta, falls linearly to nothing; 0: 0.1, for CBOW 0.5 */
    size_t threads;              /* 1..256; the result does not depend on it */
    uint64_t seed;
    const char *checkpoint; /* these three as in oriel_train_options; both tables are in the file */
    double checkpoint_seconds;
    bool resume;
} oriel_vectors_options;

typedef struct {
    oriel_moment moment;
    uint64_t n_tokens;       /* of the text */
    uint64_t n_words;        /* of them that are in the vocabulary */
    size_t V;                /* words in the vocabulary */
    size_t epoch, epochs;    /* current (from 1) and all */
    double done;             /* share of this epoch, 0..1 */
    double loss;             /* mean of a pair of words, with its negatives, estimated from a part of the last ones */
    double words_per_second; /* running words of the vocabulary, since the first step */
    double seconds_left;
    const char *checkpoint_error; /* ORIEL_AT_CHECKPOINT: NULL, or why it could not be written; training goes on */
} oriel_vectors_progress;

/* Called from the thread that trains, several times a second and at the end of each epoch; non-zero asks to stop. */
typedef int oriel_on_vectors_progress(void *user, const oriel_vectors_progress *p);

ORIEL_API void oriel_vectors_options_default(oriel_vectors_options *o);

/* ORIEL_EARG with a sentence if an option is out of range or two contradict each other. */
ORIEL_API oriel_status oriel_vectors_options_check(const oriel_vectors_options *o, oriel_error *err);

/* Learns the vectors of a text's words (Mikolov et al. 2013; document 003), with subwords also rows of letter groups.  The text may be of any size: what is in memory
 * is two tables of V rows; a temporary file in TMPDIR holds 4 bytes for each word.  Words come in order of count.  Stopped by
 * on_progress (may be NULL), it gives what was learned so far.  All errors of a text file; ORIEL_EDIVERGED. */
ORIEL_API oriel_status oriel_vectors_train(oriel_vectors **out, const oriel_vectors_options *o,
                                           oriel_on_vectors_progress *on_progress, void *user, oriel_error *err);

#ifdef __cplusplus
}
#endif
#endif
