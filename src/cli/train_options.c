#include "cli/train_options.h"

#include <assert.h>
#include <stddef.h>

#include "cli/forms.h"
#include "cli/keeping.h"

static const char *const recipe_names[] = {"classic", "standard", NULL};
static const char *const head_names[] = {"sigmoid", "softmax", "crf", NULL};
static const char *const optimizer_names[] = {"sgd", "momentum", "adagrad", "adam", NULL};
static const char *const schedule_names[] = {"linear", "constant", "cosine", "steps", NULL};
static const char *const size_names[] = {"standard", "small", "large", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const batch_names[] = {"tokens", "sentences", NULL};
static const char *const activation_names[] = {"tanh", "sigmoid", "relu", NULL};
static const char *const bad_tag_names[] = {"repair", "refuse", NULL};
static_assert(sizeof(oriel_recipe) == sizeof(unsigned) && sizeof(oriel_activation) == sizeof(unsigned) &&
                  sizeof(oriel_head) == sizeof(unsigned) && sizeof(oriel_optimizer) == sizeof(unsigned) &&
                  sizeof(oriel_schedule) == sizeof(unsigned) && sizeof(oriel_size) == sizeof(unsigned),
              "a choice is stored as unsigned");

#define FIELD(name) offsetof(struct train_settings, name)
#define OPTION(name) offsetof(struct train_settings, options.name)

/* Its place in the list is that of the file. */
static bool parse_known_types(void *field, const char *value)
{
    struct train_settings *s = field;
    while (*value && s->known.n + 1 < s->train.n)
        if (!list_add(&s->known, ""))
            return false;
    return *value && s->known.n + 1 == s->train.n && list_add(&s->known, value);
}

static void show_nothing(const void *field, char *text, size_t size)
{
    (void)field;
    snprintf(text, size, "%s", "");
}

static const struct option_form form_known_types = {
    .must = "names of types, as PER,LOC, once behind the --train that they are about",
    .parse = parse_known_types,
    .show = show_nothing,
};

static const struct option_row rows[] = {
    {.name = "train",
     .kind = OPTION_LIST,
     .offset = FIELD(train),
     .argument = "FILE",
     .help = "corpus, plain or .gz: a token a line with its tag, a blank line after each sentence; may be repeated, "
             "and files without --train are added"},
    {.name = "known-types",
     .kind = OPTION_FORM,
     .offset = 0,
     .argument = "TYPE,...",
     .form = &form_known_types,
     .help =
         "the types that the corpus of the --train before it labels; where it says O there may be others, which other "
         "corpora teach [all types]"},
    {.name = "dev",
     .kind = OPTION_TEXT,
     .offset = OPTION(dev),
     .argument = "FILE",
     .help = "corpus that decides when to stop [a tenth of the training sentences, held out by the seed]"},
    {.name = "dev-types",
     .kind = OPTION_TEXT,
     .offset = OPTION(dev_types),
     .argument = "TYPE,...",
     .help = "the types that dev labels: only these are scored there [all]"},
    {.name = "model", .kind = OPTION_TEXT, .offset = FIELD(model), .argument = "FILE", .help = "where the model goes"},
    {.name = "vectors",
     .kind = OPTION_TEXT,
     .offset = OPTION(vectors),
     .argument = "FILE",
     .help =
         "word vectors to start from (word2vec, GloVe, fastText .vec, .npy, safetensors; plain or .gz); other words "
         "begin with those of their letter groups if the file has these [random]"},
    {.name = "max-vectors",
     .kind = OPTION_SIZE,
     .offset = OPTION(max_vectors),
     .argument = "N",
     .least = 0,
     .most = 1e9,
     .help = "words of the vectors that are read, from the first on; 0: all"},
    {.name = "prune-vectors",
     .kind = OPTION_SIZE,
     .offset = OPTION(keep_vectors),
     .argument = "N",
     .least = 0,
     .most = 1e9,
     .help = "a smaller model: rows of the first N words of the vectors and of words that training sees, no others "
             "[all that are read]"},
    {.name = "size",
     .kind = OPTION_CHOICE,
     .offset = OPTION(size),
     .argument = "SIZE",
     .choices = size_names,
     .help = "of the model; standard: rows of a byte a number; small: rows of 60,000 words only; large: four bytes"},
    {.name = "recipe",
     .kind = OPTION_CHOICE,
     .offset = OPTION(recipe),
     .argument = "NAME",
     .choices = recipe_names,
     .help =
         "what to train; standard: letters as well as words, labels decided for whole sentences; classic: a window of "
         "word vectors, a yes or no for each type. The other options then have its defaults; those shown are of "
         "standard"},
    {.name = "continue-from",
     .kind = OPTION_TEXT,
     .offset = FIELD(continue_from),
     .argument = "MODEL",
     .help =
         "learn more, with this model to begin from: its sizes, features, words and types stay, new words and types "
         "join them. A file without --known-types labels the types that occur in the training files; for the "
         "others, what the model finds there counts as right, so that they are not unlearned. Dev is scored for "
         "the types that occur in it. Half the learning rate, 10 epochs and the model's own o-bias, if not said "
         "otherwise"},
    {.name = "type",
     .kind = OPTION_TEXT,
     .offset = OPTION(type),
     .argument = "NAME",
     .help = "learn this type only; any: one type for all names [a yes or no for each type]"},
    {.name = "window",
     .kind = OPTION_SIZE,
     .offset = OPTION(window),
     .argument = "W",
     .least = 1,
     .most = 31,
     .is_odd = true,
     .help = "words seen at once, odd: 5 is two on each side"},
    {.name = "dim",
     .kind = OPTION_SIZE,
     .offset = OPTION(dim),
     .argument = "D",
     .least = 1,
     .most = 4096,
     .help = "width of a word vector; --vectors brings its own"},
    {.name = "hidden",
     .kind = OPTION_FORM,
     .offset = FIELD(options),
     .argument = "H,...",
     .form = &form_hidden,
     .help = "units of each hidden layer, as 100 or 300,100; none: no hidden layer"},
    {.name = "activation",
     .kind = OPTION_CHOICE,
     .offset = OPTION(activation),
     .argument = "NAME",
     .choices = activation_names,
     .help = "of the hidden layers: tanh, sigmoid or relu"},
    {.name = "learning-rate",
     .kind = OPTION_NUMBER,
     .offset = OPTION(learning_rate),
     .argument = "ETA",
     .least = 1e-9,
     .most = 1000,
     .help = "step size of gradient descent"},
    {.name = "schedule",
     .kind = OPTION_CHOICE,
     .offset = OPTION(schedule),
     .argument = "NAME",
     .choices = schedule_names,
     .help = "how the step size goes on: linear and cosine fall to 0 at the last epoch; steps: a tenth after half of "
             "them, a hundredth after three quarters; constant"},
    {.name = "clip",
     .kind = OPTION_NUMBER,
     .offset = OPTION(clip),
     .argument = "NORM",
     .least = 0,
     .most = 1e9,
     .help = "a step's gradient that is longer is cut to this length; 0: none is"},
    {.name = "lambda",
     .kind = OPTION_NUMBER,
     .offset = OPTION(lambda),
     .argument = "X",
     .least = 0,
     .most = 1e9,
     .help = "weight of the L2 penalty"},
    {.name = "threshold",
     .kind = OPTION_NUMBER,
     .offset = OPTION(threshold),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "probability that a type must reach; stored in the model"},
    {.name = "o-bias",
     .kind = OPTION_FORM,
     .offset = FIELD(options),
     .argument = "X|auto",
     .form = &form_o_bias,
     .help =
         "softmax, crf: taken off the score of \"outside\", stored in the model; more finds more names and more that "
         "are none; auto: the best on dev"},
    {.name = "epochs",
     .kind = OPTION_SIZE,
     .offset = OPTION(epochs),
     .argument = "N",
     .least = 0,
     .most = 100000,
     .help = "passes over the corpus, at most; 0: 12, and more for a small corpus"},
    {.name = "patience",
     .kind = OPTION_SIZE,
     .offset = OPTION(patience),
     .argument = "N",
     .least = 0,
     .most = 100000,
     .help = "stop after so many epochs without a better dev F1; 0: never"},
    {.name = "head",
     .kind = OPTION_CHOICE,
     .offset = OPTION(head),
     .argument = "NAME",
     .choices = head_names,
     .help = "what decides: sigmoid, a yes or no for each type; softmax, one label for each word; crf, labels for the "
             "whole sentence at once"},
    {.name = "features",
     .kind = OPTION_TEXT,
     .offset = OPTION(features),
     .argument = "LIST",
     .help = "what a token is made of: word, shape, coarse, prefixN, suffixN, ngramsN, with commas, the word first"},
    {.name = "feature-dim",
     .kind = OPTION_SIZE,
     .offset = OPTION(feature_dim),
     .argument = "N",
     .least = 1,
     .most = 4096,
     .help = "width of each feature's vectors but the word's"},
    {.name = "optimizer",
     .kind = OPTION_CHOICE,
     .offset = OPTION(optimizer),
     .argument = "NAME",
     .choices = optimizer_names,
     .help = "how a step is made of gradients: sgd, momentum, adagrad, adam"},
    {.name = "row-optimizer",
     .kind = OPTION_CHOICE,
     .offset = OPTION(row_optimizer),
     .argument = "NAME",
     .choices = optimizer_names,
     .help = "the same for the vectors of words and features, of which a step touches few"},
    {.name = "row-rate",
     .kind = OPTION_NUMBER,
     .offset = OPTION(row_rate),
     .argument = "ETA",
     .least = 0,
     .most = 1000,
     .help = "step size of these; 0: --learning-rate"},
    {.name = "input-dropout",
     .kind = OPTION_NUMBER,
     .offset = OPTION(input_dropout),
     .argument = "P",
     .least = 0,
     .most = 0.95,
     .help = "share of the input numbers that a step leaves out"},
    {.name = "hidden-dropout",
     .kind = OPTION_NUMBER,
     .offset = OPTION(hidden_dropout),
     .argument = "P",
     .least = 0,
     .most = 0.95,
     .help = "share of the hidden units that a step leaves out"},
    {.name = "word-dropout",
     .kind = OPTION_NUMBER,
     .offset = OPTION(word_dropout),
     .argument = "A",
     .least = 0,
     .most = 1000,
     .help =
         "a step takes a word that the corpus has C times as unknown with probability A / (A + C): rare words teach "
         "what to do with unknown ones"},
    {.name = "feature-dropout",
     .kind = OPTION_NUMBER,
     .offset = OPTION(feature_dropout),
     .argument = "A",
     .least = 0,
     .most = 1000,
     .help = "the same for each value of the other features"},
    {.name = "swap-names",
     .kind = OPTION_NUMBER,
     .offset = OPTION(swap_names),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "a step puts another name of the corpus, of the same type and as many words, in a name's place with this "
             "probability: what stands around names is learned as well as the names"},
    {.name = "case-copies",
     .kind = OPTION_NUMBER,
     .offset = OPTION(case_copies),
     .argument = "P",
     .least = 0,
     .most = 1,
     .help = "share of the sentences that are trained in lower case too, and a third as many in capitals, so that text "
             "without its usual capitals is read as well"},
    {.name = "average",
     .kind = OPTION_CHOICE,
     .offset = FIELD(average),
     .argument = "NAME",
     .choices = no_yes,
     .help = "whether weights are averaged over the second half of the epochs"},
    {.name = "batch-of",
     .kind = OPTION_CHOICE,
     .offset = FIELD(batch_of),
     .argument = "NAME",
     .choices = batch_names,
     .help = "what a batch is so many of"},
    {.name = "batch",
     .kind = OPTION_SIZE,
     .offset = OPTION(batch),
     .argument = "N",
     .least = 1,
     .most = 100000,
     .help = "so many to a step; more is faster and learns less from each"},
    {.name = "min-count",
     .kind = OPTION_SIZE,
     .offset = OPTION(min_count),
     .argument = "N",
     .least = 1,
     .most = 1e9,
     .help = "words seen less often share one vector"},
    {.name = "threads",
     .kind = OPTION_SIZE,
     .offset = OPTION(threads),
     .argument = "N",
     .least = 1,
     .most = 256,
     .help = "the result does not depend on it"},
    {.name = "seed",
     .kind = OPTION_SEED,
     .offset = OPTION(seed),
     .argument = "N",
     .help = "same seed, options and corpus: the same model"},
    {.name = "columns",
     .kind = OPTION_FORM,
     .offset = OPTION(columns),
     .argument = "TOKEN,TAG",
     .form = &form_columns,
     .help = "which columns of the corpus, counted from 1"},
    {.name = "bad-tags",
     .kind = OPTION_CHOICE,
     .offset = FIELD(bad_tags),
     .argument = "WHAT",
     .choices = bad_tag_names,
     .help = "an impossible tag sequence: repair reads it as conlleval does and counts it, refuse stops"},
    {.name = "max-line",
     .kind = OPTION_SIZE,
     .offset = OPTION(columns.max_line),
     .argument = "BYTES",
     .least = 1,
     .most = MOST_LINE_BYTES,
     .help = "a longer line of a corpus is an error"},
    {.name = "tokenizer",
     .kind = OPTION_TEXT,
     .offset = OPTION(tokenizer),
     .argument = "FILE",
     .help = "rules that cut raw text into words, stored in the model (\"oriel info --tokenizer MODEL\" prints them) "
             "[built in]"},
    {.name = "about",
     .kind = OPTION_TEXT,
     .offset = OPTION(about),
     .argument = "TEXT",
     .help = "a note for the model, such as the licence of the corpus"},
    ROW_CHECKPOINT(OPTION(checkpoint)),
    ROW_CHECKPOINT_EVERY(OPTION(checkpoint_seconds)),
    {.name = "resume",
     .kind = OPTION_FLAG,
     .offset = OPTION(resume),
     .help = "go on from the checkpoint, with the same options and data, to the same model as without a break; begin "
             "if there "
             "is none yet"},
    {.name = "log",
     .kind = OPTION_TEXT,
     .offset = FIELD(log),
     .argument = "FILE",
     .help =
         "a table with a row for each epoch, between tabs: epoch, loss, precision, recall and F1 on dev, the rate of "
         "its last step, seconds since training began"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(is_quiet), .help = "say nothing but errors"},
};

const struct usage train_usage = {
    .command = "train",
    .about = "learn a tagger from a tagged corpus",
    .synopsis = "train --train FILE... [--dev FILE] --model FILE [options]",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
    .notes = "Columns are separated by tabs or blanks. Tags are IO, IOB1, IOB2, IOBES or plain\n"
             "labels; which of them is recognised. Ctrl-C once: the best model so far is saved;\n"
             "twice: nothing is.\n"
             "\n"
             "Example:\n"
             "  oriel train --train train.conll --dev dev.conll --model names.oriel\n",
};
