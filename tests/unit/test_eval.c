#include "support/test.h"

#include <stdio.h>

#include "model/eval.h"
#include "support/conlleval.h"

/* Writes a file of the test's folder and returns its path. */
static const char *file(const char *name, const char *lines)
{
    const char *path = test_path(name);
    test_write(path, lines, strlen(lines));
    return path;
}

static void assert_counts(oriel_score s, const char *name, uint64_t gold, uint64_t predicted, uint64_t correct)
{
    if (strcmp(s.name, name) != 0 || s.gold != gold || s.predicted != predicted || s.correct != correct)
        fail_msg("%s: gold %d, predicted %d, correct %d; expected %s: %d, %d, %d", s.name, (int)s.gold,
                 (int)s.predicted, (int)s.correct, name, (int)gold, (int)predicted, (int)correct);
}

static oriel_scores *must_score(const char *gold, const char *predicted, const oriel_eval_options *o)
{
    oriel_scores *s;
    oriel_error err;
    assert_ok(oriel_eval_files(&s, gold, predicted, o, &err), err);
    return s;
}

/* ---- two files, or two columns ---- */

static const char gold_lines[] =
    "-DOCSTART- O\n\n# a comment\nAda B-PER\nKing I-PER\nsaw O\nRome B-LOC\n\nOslo B-LOC\n";
static const char predicted_lines[] = "Ada B-PER\nKing E-PER\nsaw S-ORG\nRome S-ORG\n\n\nOslo S-LOC\n";

/* PER right, Rome taken for ORG, "saw" for another ORG, Oslo right; each file in a scheme of its own. */
static void test_one_file_is_scored_against_another(void **state)
{
    (void)state;
    oriel_scores *s = must_score(file("gold", gold_lines), file("predicted", predicted_lines), NULL);
    assert_int_equal(oriel_scores_types(s), 3);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 0), "LOC", 2, 1, 1);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 1), "PER", 1, 1, 1);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 2), "ORG", 0, 2, 0);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 3, 4, 2);
    oriel_scores_facts facts = oriel_scores_about(s);
    assert_int_equal(facts.n_sentences, 2);
    assert_int_equal(facts.n_tokens, 5);
    assert_int_equal(facts.n_bad_tags, 0);
    assert_close(&facts.accuracy, &(double){0.6}, 1, 1e-12, 0);
    assert_false(facts.knows_seen);
    oriel_scores_free(s);
}

static void test_the_last_two_columns_are_gold_and_prediction(void **state)
{
    (void)state;
    const char *path = file("pair", "Ada x B-PER B-PER\nKing x I-PER I-PER\nsaw x O I-ORG\nRome x B-LOC B-ORG\n\n"
                                    "Oslo x B-LOC B-LOC\n");
    oriel_scores *s = must_score(path, NULL, NULL);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 3, 4, 2);
    assert_int_equal(oriel_scores_about(s).n_bad_tags, 1); /* I-ORG after O */
    oriel_scores_free(s);

    oriel_eval_options o = {.columns = {.token_column = 2, .tag_column = 1}};
    path = file("turned", "B-PER Ada x B-PER\nO saw x B-PER\n");
    s = must_score(path, NULL, &o);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 1, 2, 1);
    oriel_scores_free(s);
}

static void test_malformed_tags_count_as_conlleval_counts_them(void **state)
{
    (void)state;
    const char *tags[][2] = {{"O", "I-PER"},     {"I-PER", "B-PER"}, {"I-PER", "I-PER"}, {"I-LOC", "E-PER"},
                             {"E-LOC", "I-PER"}, {"I-LOC", "S-LOC"}, {"B-LOC", "I-LOC"}, {"B-LOC", "E-LOC"}};
    enum { N = sizeof tags / sizeof *tags };
    struct oracle_tag gold[N];
    struct oracle_tag predicted[N];
    struct conlleval expected = {0};
    char lines[512] = "";
    for (size_t i = 0; i < N; i++) {
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "w%zu %s %s\n", i, tags[i][0], tags[i][1]);
        gold[i] = (struct oracle_tag){tags[i][0][0], tags[i][0][0] == 'O' ? "" : tags[i][0] + 2};
        predicted[i] = (struct oracle_tag){tags[i][1][0], tags[i][1][0] == 'O' ? "" : tags[i][1] + 2};
    }
    conlleval_add(&expected, gold, predicted, N);
    oriel_scores *s = must_score(file("malformed", lines), NULL, NULL);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", expected.gold, expected.predicted, expected.correct);
    /* by hand: gold PER[1,3) LOC[3,5) LOC[5,6) LOC[6,7) LOC[7,8);
     *          predicted PER[0,1) PER[1,4) PER[4,5) LOC[5,6) LOC[6,8); right: LOC[5,6) */
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 5, 5, 1);
    oriel_scores_free(s);
}

static void test_plain_labels_are_scored_by_token(void **state)
{
    (void)state;
    const char *path = file("plain", "the DET DET\nold ADJ NOUN\nman NOUN NOUN\n\nruns VERB O\n");
    oriel_scores *s = must_score(path, NULL, NULL);
    oriel_scores_facts facts = oriel_scores_about(s);
    assert_true(facts.has_plain_labels);
    assert_close(&facts.accuracy, &(double){0.5}, 1, 1e-12, 0);
    assert_counts(oriel_scores_micro(s, ORIEL_TOKENS), "micro", 4, 3, 2);
    oriel_scores_free(s);
}

static void test_gold_decides_what_bare_names_are(void **state)
{
    (void)state;
    const char *gold = file("bare-gold", "Ada PER\nKing PER\nsaw O\n");
    const char *predicted = file("bare-predicted", "Ada PER\nKing PER\nsaw PER\n");
    oriel_scores *s = must_score(gold, predicted, NULL);
    assert_counts(oriel_scores_micro(s, ORIEL_ENTITIES), "micro", 1, 1, 0);
    oriel_scores_free(s);
}

static void test_seen_names_are_those_of_the_training_file(void **state)
{
    (void)state;
    const char *train = file("train", "Ada I-PER\nKing I-PER\nsang O\n\nOslo I-ORG\n");
    oriel_eval_options o = {.train = train};
    oriel_scores *s = must_score(file("gold", gold_lines), file("predicted", predicted_lines), &o);
    assert_true(oriel_scores_about(s).knows_seen);
    assert_counts(oriel_scores_micro(s, ORIEL_SEEN), "micro", 1, 1, 1);
    assert_counts(oriel_scores_micro(s, ORIEL_UNSEEN), "micro", 2, 3, 1);
    oriel_scores_free(s);
}

/* ---- what does not fit ---- */

static const struct {
    const char *gold, *predicted; /* predicted NULL: one file */
    size_t line;
    const char *message; /* holds "gold" and "predicted" for the names of the files */
} refused[] = {
    {"a O\nb O\n", "a O\nc O\n", 2, "gold:2: token 'b', but 'c' at "},
    {"a O\nb O\n", "# x\n\na O\nc O\n", 2, "predicted:4"},
    {"a O\nb O\n", "a O\n", 1, "gold:1: a sentence of 2 tokens, but of 1 at "},
    {"a O\nb O\n", "a O\n\nb O\n", 1, "predicted:1"},
    {"a O\n\nb O\n", "a O\n", 3, "gold:3: sentence 2, but the last one is at "},
    {"a O\n", "a O\n\n\nb O\n", 4, "predicted:4: sentence 2, but the last one is at "},
    {"a N\n", "a B-PER\n", 1, "predicted:1: tag 'B-PER' has a prefix"},
    {"a O\n", NULL, 1, "gold:1: expected token, gold tag and predicted tag, found 2 columns"},
};

static void test_files_that_do_not_fit_are_refused_with_both_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *gold = file("gold", refused[i].gold);
        const char *predicted = refused[i].predicted ? file("predicted", refused[i].predicted) : NULL;
        oriel_scores *s;
        oriel_error err = {0};
        oriel_status status = oriel_eval_files(&s, gold, predicted, NULL, &err);
        if (status != ORIEL_EFORMAT || s || err.line != refused[i].line || !strstr(err.text, refused[i].message))
            fail_msg("case %zu: %s, line %zu: %s", i, oriel_status_name(status), err.line, err.text);
    }
    oriel_scores *s;
    assert_int_equal(oriel_eval_files(&s, test_path("none"), NULL, NULL, NULL), ORIEL_EIO);
    assert_null(s);
}

/* ---- mistakes ---- */

struct told {
    char text[2048];
    const char *file;
};

/* "line:gold type[first,last)<words>-predicted type[first,last)" with ~ where there is none. */
static void write_mistake(void *user, const oriel_mistake *m)
{
    struct told *told = user;
    size_t n = strlen(told->text);
    told->file = m->file;
    snprintf(told->text + n, sizeof told->text - n, "%zu:%s", m->line, m->gold_type ? m->gold_type : "~");
    for (size_t i = m->gold.begin; i < m->gold.end; i++) {
        oriel_range r = m->sentence->tokens[i];
        n = strlen(told->text);
        snprintf(told->text + n, sizeof told->text - n, "_%.*s", (int)(r.end - r.begin), m->sentence->text + r.begin);
    }
    n = strlen(told->text);
    snprintf(told->text + n, sizeof told->text - n, "/%s", m->predicted_type ? m->predicted_type : "~");
    for (size_t i = m->predicted.begin; i < m->predicted.end; i++) {
        oriel_range r = m->sentence->tokens[i];
        n = strlen(told->text);
        snprintf(told->text + n, sizeof told->text - n, "_%.*s", (int)(r.end - r.begin), m->sentence->text + r.begin);
    }
    strcat(told->text, "\n");
    assert_int_equal(m->sentence->n_text, 2 * m->sentence->n_tokens - 1); /* one letter a token, blanks between */
}

static void test_mistakes_are_pairs_misses_and_spurious_ones(void **state)
{
    (void)state;
    const char *path = file("mistakes", "x O O\n\n"                /* nothing wrong */
                                        "a B-PER B-PER\nb O O\n\n" /* right */
                                        "a B-PER B-LOC\n"          /* type */
                                        "b B-PER B-PER\n"          /* boundary: 6..7 against 6..8 */
                                        "c I-PER I-PER\n"
                                        "d O I-PER\n"
                                        "e B-LOC O\n"     /* missed */
                                        "f O B-ORG\n"     /* spurious */
                                        "g B-ORG B-ORG\n" /* right */
                                        "h B-PER B-LOC\n" /* one gold, two predictions: the second is alone */
                                        "i I-PER B-LOC\n\n"
                                        "j O B-LOC\n" /* one prediction, two gold: the second is missed */
                                        "k B-PER I-LOC\n"
                                        "l B-LOC I-LOC\n");
    struct told told = {.text = ""};
    oriel_eval_options o = {.on_mistake = write_mistake, .user = &told};
    oriel_scores *s = must_score(path, NULL, &o);
    assert_string_equal(told.text, "6:PER_a/LOC_a\n"
                                   "6:PER_b_c/PER_b_c_d\n"
                                   "6:LOC_e/~\n"
                                   "6:~/ORG_f\n"
                                   "6:PER_h_i/LOC_h\n"
                                   "6:~/LOC_i\n"
                                   "16:PER_k/LOC_j_k_l\n"
                                   "16:LOC_l/~\n");
    assert_string_equal(told.file, path);
    oriel_scores_free(s);
}

/* ---- a model ---- */

static const char training_lines[] =
    "Ada B-PER\nKing I-PER\nsaw O\nRome B-LOC\n\nBob B-PER\nsaw O\nAda B-PER\n\n"
    "Rome B-LOC\nsaw O\nOslo B-LOC\nin O\nIBM B-ORG\n\nin O\nRome B-LOC\nsaw O\nBob B-PER\n";

static oriel_model *trained(const char *type)
{
    const char *train = file("train", training_lines);
    const char *files[] = {train};
    oriel_train_options o;
    oriel_train_options_default(&o, ORIEL_CLASSIC);
    o.train = files;
    o.n_train = 1;
    o.dev = train;
    o.type = type;
    o.dim = 8;
    o.hidden[0] = 8;
    o.epochs = 60;
    o.patience = 0;
    o.min_count = 1;
    o.learning_rate = 0.2;
    oriel_model *m;
    oriel_error err;
    assert_ok(oriel_train(&m, &o, NULL, NULL, &err), err);
    return m;
}

static void assert_same_scores(const oriel_scores *a, const oriel_scores *b)
{
    assert_int_equal(oriel_scores_types(a), oriel_scores_types(b));
    for (size_t i = 0; i < oriel_scores_types(a); i++) {
        for (oriel_level level = ORIEL_ENTITIES; level <= ORIEL_UNSEEN; level++) {
            oriel_score x = oriel_scores_type(a, level, i);
            assert_counts(oriel_scores_type(b, level, i), x.name, x.gold, x.predicted, x.correct);
        }
    }
}

static oriel_scores *must_score_model(const oriel_model *m, const char *gold, const oriel_eval_options *o)
{
    oriel_scores *s;
    oriel_error err;
    assert_ok(oriel_eval_model(&s, m, &gold, 1, o, &err), err);
    return s;
}

/* Tags a file with the public calls and writes token and tag in columns. */
static void tag_file(char *out, size_t size, const oriel_model *m, const char *path)
{
    struct tagset *types = tagset_new();
    struct corpus c;
    oriel_tagger *tagger;
    oriel_error err;
    assert_ok(corpus_read(&c, types, true, &path, 1, &(oriel_columns){0}, &err), err);
    assert_ok(oriel_tagger_new(&tagger, m, NULL, &err), err);
    for (size_t k = 0; k < c.s.n_sentences; k++) {
        oriel_sentence sentence = {.text = c.s.text.at,
                                   .n_text = c.s.text.n,
                                   .tokens = c.s.tokens + c.s.starts[k],
                                   .n_tokens = c.s.starts[k + 1] - c.s.starts[k]};
        oriel_tags tags;
        assert_ok(oriel_tag_sentence(tagger, &sentence, &tags, &err), err);
        for (size_t i = 0; i < sentence.n_tokens; i++) {
            size_t n = strlen(out);
            oriel_range r = sentence.tokens[i];
            snprintf(out + n, size - n, "%.*s %s\n%s", (int)(r.end - r.begin), sentence.text + r.begin,
                     oriel_model_tag_name(m, tags.tags[i]), i + 1 == sentence.n_tokens ? "\n" : "");
        }
    }
    oriel_tagger_free(tagger);
    corpus_clear(&c);
    tagset_free(types);
}

static void test_a_model_scores_as_its_tags_do_in_a_file(void **state)
{
    (void)state;
    oriel_model *m = trained(NULL);
    char predicted[1024] = "";
    const char *gold = file("gold", "Bob B-PER\nKing I-PER\nsaw O\nIBM B-ORG\n\nRome B-LOC\nin O\nAda B-PER\n\n"
                                    "Paris B-LOC\n");
    tag_file(predicted, sizeof predicted, m, gold);
    oriel_eval_options o = {.train = file("seen", training_lines), .threshold = -1};
    oriel_scores *by_model = must_score_model(m, gold, NULL);
    oriel_scores *by_file = must_score(gold, file("predicted", predicted), &o);
    assert_true(oriel_scores_about(by_model).knows_seen);
    assert_same_scores(by_model, by_file);
    assert_true(oriel_scores_micro(by_model, ORIEL_ENTITIES).correct > 0);
    oriel_scores_free(by_model);
    oriel_scores_free(by_file);
    oriel_model_free(m);
}

static void test_types_that_a_model_does_not_know_are_missed(void **state)
{
    (void)state;
    oriel_model *m = trained(NULL);
    struct told told = {.text = ""};
    oriel_eval_options o = {.threshold = 1, .on_mistake = write_mistake, .user = &told};
    oriel_scores *s = must_score_model(m, file("gold", "x S-PET\ny O\n\nz B-PET\nz E-PET\n"), &o);
    assert_int_equal(oriel_scores_types(s), 1);
    assert_counts(oriel_scores_type(s, ORIEL_ENTITIES, 0), "PET", 2, 0, 0);
    assert_string_equal(told.text, "1:PET_x/~\n4:PET_z_z/~\n");
    oriel_scores_free(s);
    oriel_model_free(m);
}

static void test_gold_is_seen_as_the_model_sees_it(void **state)
{
    (void)state;
    const char *gold = file("gold", "Ada B-PER\nRome B-LOC\nsaw O\n\nx B-PET\n\nAda ?\n");
    oriel_model *one = trained("PER");
    oriel_scores *s = must_score_model(one, gold, NULL);
    assert_int_equal(oriel_scores_micro(s, ORIEL_ENTITIES).gold, 1);
    assert_int_equal(oriel_scores_about(s).n_tokens, 4); /* what is not known is no entity of another type */
    oriel_scores_free(s);
    oriel_model_free(one);

    oriel_model *any = trained("any");
    s = must_score_model(any, gold, NULL);
    assert_int_equal(oriel_scores_types(s), 1);
    assert_string_equal(oriel_scores_type(s, ORIEL_ENTITIES, 0).name, "any");
    assert_int_equal(oriel_scores_micro(s, ORIEL_ENTITIES).gold, 3);
    oriel_scores_free(s);
    oriel_model_free(any);
}

/* 300 sentences are several blocks for several threads. */
static void test_scores_do_not_depend_on_threads(void **state)
{
    (void)state;
    static const char *const sentences[] = {"Ada B-PER\nsaw O\nRome B-LOC\n\n", "in O\nOslo B-LOC\n\n",
                                            "King B-PER\nBob I-PER\nin O\nIBM B-ORG\n\n"};
    static char lines[32768];
    lines[0] = 0;
    for (size_t i = 0; i < 300; i++)
        strcat(lines, sentences[i * i % 7 % 3]);
    oriel_model *m = trained(NULL);
    const char *gold = file("many", lines);
    oriel_eval_options o = {.threshold = -1, .threads = 1};
    oriel_scores *one = must_score_model(m, gold, &o);
    o.threads = 5;
    oriel_scores *five = must_score_model(m, gold, &o);
    assert_same_scores(one, five);
    assert_int_equal(oriel_scores_about(five).n_sentences, 300);
    assert_true(oriel_scores_about(one).accuracy == oriel_scores_about(five).accuracy);
    oriel_scores_free(one);
    oriel_scores_free(five);
    oriel_scores *none;
    o.threads = 257;
    assert_int_equal(oriel_eval_model(&none, m, &gold, 1, &o, NULL), ORIEL_EARG);
    assert_null(none);
    oriel_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_file_is_scored_against_another),
        cmocka_unit_test(test_the_last_two_columns_are_gold_and_prediction),
        cmocka_unit_test(test_malformed_tags_count_as_conlleval_counts_them),
        cmocka_unit_test(test_plain_labels_are_scored_by_token),
        cmocka_unit_test(test_gold_decides_what_bare_names_are),
        cmocka_unit_test(test_seen_names_are_those_of_the_training_file),
        cmocka_unit_test(test_files_that_do_not_fit_are_refused_with_both_places),
        cmocka_unit_test(test_mistakes_are_pairs_misses_and_spurious_ones),
        cmocka_unit_test(test_a_model_scores_as_its_tags_do_in_a_file),
        cmocka_unit_test(test_types_that_a_model_does_not_know_are_missed),
        cmocka_unit_test(test_gold_is_seen_as_the_model_sees_it),
        cmocka_unit_test(test_scores_do_not_depend_on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
