/*
 * The standard recipe as a whole: it learns what it is shown and nothing from what is not known, the seed decides and
 * threads do not, and whatever its weights are, its tags are of the corpus's scheme.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/tiny_corpus.h"

static oriel_train_options small(const char *const *train)
{
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_STANDARD);
    o.train = train;
    o.n_train = 1;
    o.dev = *train;
    o.window = 3;
    o.dim = 8;
    o.feature_dim = 4;
    o.hidden[0] = 24; /* half of them are left out */
    o.learning_rate = 0.02;
    o.batch = 4;
    o.epochs = 3;
    return o;
}

/* n sentences of five tokens: names, and other words that stand among them. */
static const char *sentences(const char *name, size_t n, const char *const *lines, uint64_t n_lines)
{
    static char text[100 * 5 * 24];
    struct random r = random_seeded(11);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 5; k++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s\n", lines[random_below(&r, n_lines)]);
        at += (size_t)snprintf(text + at, sizeof text - at, "\n");
    }
    return tiny_file(name, text);
}

static const char *ninety(void)
{
    static const char *const lines[] = {"Ada\tB-PER", "Rome\tB-LOC", "in\tO", "said\tO", "Bob\tB-PER", "x\tO"};
    return sentences("ninety.conll", 90, lines, 6);
}

/* ---- what is learned -------------------------------------------------------------------------------------------- */

static void assert_learns(oriel_train_options o, const char *what)
{
    o.epochs = 150;
    oriel_model *m = tiny_trained(&o);
    oriel_info i = tiny_info(m);
    double f1 = tiny_f1(m, o.train[0]);
    if (f1 < 1 || i.dev_f1 < 1)
        fail_msg("%s: F1 %g, by its own account %g", what, f1, i.dev_f1);
    oriel_model_free(m);
}

static void test_five_sentences_are_learned_to_f1_100(void **state)
{
    (void)state;
    const char *train = tiny_file("five.conll", TINY_FIVE);
    oriel_train_options o = small(&train);
    assert_learns(o, "crf");
    o.head = ORIEL_HEAD_SOFTMAX;
    assert_learns(o, "softmax");
    o.sentences = false;
    assert_learns(o, "softmax, batches of tokens");
    o.head = ORIEL_HEAD_SIGMOID;
    assert_learns(o, "sigmoid");
    o = small(&train);
    o.features = "word,ngrams3";
    assert_learns(o, "n-grams");
    o = small(&train);
    o.n_hidden = 0;
    assert_learns(o, "no hidden layer");
    o.n_hidden = 2;
    o.hidden[0] = 20; /* as half of the input and a third of each layer is left out */
    o.hidden[1] = 20;
    assert_learns(o, "two hidden layers");
}

/* A label a token, and none of them outside. */
static void test_plain_labels_are_learned(void **state)
{
    (void)state;
    const char *train = tiny_file("plain.conll", "the\tDET\ndog\tNOUN\nbarks\tVERB\n\na\tDET\ncat\tNOUN\nruns\tVERB\n\n"
                                                 "dogs\tNOUN\nbark\tVERB\n\nhe\tPRON\nruns\tVERB\n\n");
    oriel_train_options o = small(&train);
    assert_learns(o, "plain labels");
    oriel_model *m = tiny_trained(&o);
    oriel_info i = tiny_info(m);
    assert_int_equal(i.n_outputs, 4); /* DET NOUN VERB PRON */
    assert_int_equal(i.n_chain_weights, 4 * (4 + 2));
    assert_true(i.o_bias <= 0 && i.o_bias >= 0); /* there is no outside to take it from */
    oriel_model_free(m);
}

/* ---- what is not known ------------------------------------------------------------------------------------------ */

/* The first tag that a model gives to Ada in "Ada met Bob". */
static const char *tag_of_ada(const oriel_model *m)
{
    static const oriel_range tokens[] = {{0, 3}, {4, 7}, {8, 11}};
    oriel_sentence s = {.text = "Ada met Bob", .n_text = 11, .tokens = tokens, .n_tokens = 3};
    oriel_tagger *t;
    oriel_tags tags;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, NULL, &err), err);
    assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
    const char *name = oriel_model_tag_name(m, tags.tags[0]);
    oriel_tagger_free(t);
    return name;
}

/* One sentence says that Ada is a person; nineteen have `tag` in its place. */
static void assert_ada(oriel_head head, const char *tag, const char *expected)
{
    static char text[20 * 40];
    size_t at = 0;
    for (size_t i = 0; i < 20; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "Ada\t%s\nmet\tO\nBob\tO\n\n", i ? tag : "B-PER");
    const char *train = tiny_file("ada.conll", text);
    oriel_train_options o = small(&train);
    o.head = head;
    o.tune_outside = false;
    o.epochs = 40;
    o.input_dropout = 0;
    o.hidden_dropout = 0;
    oriel_model *m = tiny_trained(&o);
    const char *found = tag_of_ada(m);
    if (strcmp(found, expected) != 0)
        fail_msg("head %d: nineteen times %s: expected %s, found %s", (int)head, tag, expected, found);
    oriel_model_free(m);
}

static void test_what_is_not_known_is_not_learned_as_outside(void **state)
{
    (void)state;
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        assert_ada(head, "?", "B-PER");
        assert_ada(head, "O", "O"); /* so the nineteen would have decided */
    }
}

static void test_a_sentence_of_which_nothing_is_known_does_no_harm(void **state)
{
    (void)state;
    const char *train = tiny_file("unknown.conll", TINY_FIVE "who\t?\nknows\t?\n\nunknown\t?\n\n");
    const char *gold = tiny_file("five.conll", TINY_FIVE);
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = small(&train);
        o.head = head;
        o.dev = gold;
        o.epochs = 150;
        oriel_model *m = tiny_trained(&o);
        assert_true(tiny_f1(m, gold) >= 1);
        oriel_model_free(m);
    }
}

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

static char *bytes_of(const oriel_train_options *o, size_t *n)
{
    oriel_model *m = tiny_trained(o);
    char *bytes = tiny_saved(m, "bytes.oriel", n);
    oriel_model_free(m);
    return bytes;
}

static bool are_equal(const oriel_train_options *a, const oriel_train_options *b)
{
    size_t n_a;
    size_t n_b;
    char *of_a = bytes_of(a, &n_a);
    char *of_b = bytes_of(b, &n_b);
    bool result = n_a == n_b && memcmp(of_a, of_b, n_a) == 0;
    free(of_a);
    free(of_b);
    return result;
}

static void test_same_seed_same_bytes_for_any_number_of_threads(void **state)
{
    (void)state;
    const char *train = ninety();
    for (oriel_head head = ORIEL_HEAD_SOFTMAX; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options one = small(&train);
        one.head = head;
        one.batch = 16;
        one.hidden[0] = 40;
        for (size_t threads = 1; threads <= 3; threads++) {
            oriel_train_options other = one;
            other.threads = threads;
            assert_true(are_equal(&one, &other));
        }
    }
}

/* The file holds the seed itself; what was learned must differ too. */
static void test_other_seed_other_weights(void **state)
{
    (void)state;
    const char *train = ninety();
    oriel_train_options one = small(&train);
    oriel_train_options other = one;
    other.seed = 2;
    assert_false(are_equal(&one, &other));
    oriel_model *a = tiny_trained(&one);
    oriel_model *b = tiny_trained(&other);
    double difference = tiny_info(a).loss - tiny_info(b).loss;
    assert_true(difference < 0 || difference > 0);
    oriel_model_free(a);
    oriel_model_free(b);
}

static void test_saved_loaded_and_saved_again_has_equal_bytes(void **state)
{
    (void)state;
    const char *train = ninety();
    for (oriel_head head = ORIEL_HEAD_SIGMOID; head <= ORIEL_HEAD_CRF; head++) {
        oriel_train_options o = small(&train);
        o.head = head;
        o.features = "word,shape,suffix2,ngrams3";
        size_t n;
        size_t n_again;
        char *bytes = bytes_of(&o, &n);
        oriel_model *m;
        oriel_error err;
        assert_ok(oriel_model_parse(&m, bytes, n, &err), err);
        assert_string_equal(tiny_info(m).features, o.features);
        char *again = tiny_saved(m, "again.oriel", &n_again);
        assert_int_equal(n, n_again);
        assert_memory_equal(bytes, again, n);
        oriel_model_free(m);
        free(bytes);
        free(again);
    }
}

/* ---- schemes ---------------------------------------------------------------------------------------------------- */

/* May a tag stand behind another?  NULL: the ends of the sentence.  By the definition of the schemes alone. */
static bool may_follow(const char *scheme, const char *before, const char *after)
{
    bool is_iobes = strcmp(scheme, "IOBES") == 0;
    bool goes_on = after && (*after == 'I' || *after == 'E');
    bool is_open = before && (*before == 'B' || *before == 'I');
    bool is_same = before && after && strlen(before) > 1 && strlen(after) > 1 && strcmp(before + 2, after + 2) == 0;
    if (goes_on)
        return is_open && is_same;
    return !is_iobes || !is_open;
}

/* Thirty sentences of words that were seen in some order, tagged. */
static void assert_well_formed(const oriel_model *m, const char *scheme)
{
    static const char text[] = "Ada New York Jones said of Rome";
    static const oriel_range words[] = {{0, 3}, {4, 7}, {8, 12}, {13, 18}, {19, 23}, {24, 26}, {27, 31}};
    struct random r = random_seeded(5);
    oriel_tagger *t;
    oriel_error err;
    assert_ok(oriel_tagger_new(&t, m, NULL, &err), err);
    for (size_t i = 0; i < 30; i++) {
        char line[256] = "";
        oriel_range tokens[12];
        size_t n = 1 + (size_t)random_below(&r, 12);
        size_t at = 0;
        for (size_t k = 0; k < n; k++) {
            oriel_range w = words[random_below(&r, 7)];
            tokens[k] = (oriel_range){at, at + w.end - w.begin};
            at += (size_t)snprintf(line + at, sizeof line - at, "%.*s ", (int)(w.end - w.begin), text + w.begin);
        }
        oriel_tags tags;
        oriel_sentence s = {.text = line, .n_text = at, .tokens = tokens, .n_tokens = n};
        assert_ok(oriel_tag_sentence(t, &s, &tags, &err), err);
        const char *before = NULL;
        for (size_t k = 0; k <= n; k++) {
            const char *tag = k < n ? oriel_model_tag_name(m, tags.tags[k]) : NULL;
            if (!may_follow(scheme, before, tag))
                fail_msg("%s: %s behind %s in \"%s\"", scheme, tag ? tag : "the end", before ? before : "the start",
                         line);
            before = tag;
        }
    }
    oriel_tagger_free(t);
}

/* After an epoch at most, while nothing has been learned of what may follow what. */
static void test_what_a_scheme_forbids_is_never_said(void **state)
{
    (void)state;
    static const char *const iob2 =
        "Ada\tB-PER\nJones\tI-PER\nsaid\tO\n\nNew\tB-LOC\nYork\tI-LOC\nCity\tI-LOC\n\nof\tO\n\n";
    static const char *const iobes = "Ada\tB-PER\nJones\tE-PER\nsaid\tO\n\nNew\tB-LOC\nYork\tI-LOC\nCity\tE-LOC\n\n"
                                     "of\tO\nRome\tS-LOC\n\n";
    for (size_t i = 0; i < 2 * 2 * 8; i++) {
        const char *scheme = i % 2 ? "IOBES" : "IOB2";
        const char *train = tiny_file("scheme.conll", i % 2 ? iobes : iob2);
        oriel_train_options o = small(&train);
        o.head = i / 2 % 2 ? ORIEL_HEAD_CRF : ORIEL_HEAD_SOFTMAX;
        o.seed = i / 4;
        o.epochs = 1;
        oriel_model *m = tiny_trained(&o);
        assert_string_equal(tiny_info(m).scheme, scheme);
        assert_well_formed(m, scheme);
        oriel_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_sentences_are_learned_to_f1_100),
        cmocka_unit_test(test_plain_labels_are_learned),
        cmocka_unit_test(test_what_is_not_known_is_not_learned_as_outside),
        cmocka_unit_test(test_a_sentence_of_which_nothing_is_known_does_no_harm),
        cmocka_unit_test(test_same_seed_same_bytes_for_any_number_of_threads),
        cmocka_unit_test(test_other_seed_other_weights),
        cmocka_unit_test(test_saved_loaded_and_saved_again_has_equal_bytes),
        cmocka_unit_test(test_what_a_scheme_forbids_is_never_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
