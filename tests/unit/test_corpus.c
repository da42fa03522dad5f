#include "support/test.h"

#include <stdio.h>
#include <zlib.h>

#include "text/corpus.h"

static const oriel_columns plain_columns;

static oriel_status read_text(struct corpus *c, struct tagset *t, const char *text, const oriel_columns *columns,
                              oriel_error *err)
{
    return corpus_read_bytes(c, t, true, text, strlen(text), "x.conll", columns ? columns : &plain_columns, err);
}

/* Reads the text into a new set and corpus, or fails the test. */
static struct tagset *must_read(struct corpus *c, const char *text, const oriel_columns *columns)
{
    struct tagset *t = tagset_new();
    oriel_error err;
    assert_ok(read_text(c, t, text, columns, &err), err);
    return t;
}

static void assert_token(const struct corpus *c, size_t i, const char *expected)
{
    oriel_range r = c->s.tokens[i];
    assert_int_equal(r.end - r.begin, strlen(expected));
    assert_memory_equal(c->s.text.at + r.begin, expected, strlen(expected));
}

static void test_sentences_tags_and_lines_are_kept(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c,
                                 "Ada\tB-PER\nLovelace\tI-PER\nwrote\tO\n\n\n# a comment\n"
                                 "In O\nRome B-LOC\n",
                                 NULL);
    assert_int_equal(c.s.n_sentences, 2);
    assert_int_equal(c.s.n_tokens, 5);
    assert_int_equal(c.s.starts[1], 3);
    assert_int_equal(c.s.lines[0], 1);
    assert_int_equal(c.s.lines[1], 7);
    assert_token(&c, 1, "Lovelace");
    assert_token(&c, 4, "Rome");
    assert_string_equal(tagset_type_name(t, 0), "PER");
    assert_string_equal(tagset_type_name(t, 1), "LOC");
    const int32_t expected[] = {tag_begin(0), tag_inside(0), TAG_OUTSIDE, TAG_OUTSIDE, tag_begin(1)};
    assert_memory_equal(c.tags, expected, sizeof expected);
    assert_int_equal(tagset_scheme(t), SCHEME_IOB2);
    assert_int_equal(c.n_documents, 0);
    assert_int_equal(c.n_bad_tags, 0);
    assert_null(c.predicted);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_crlf_bom_and_a_missing_last_line_end_change_nothing(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c,
                                 "\xEF\xBB\xBF"
                                 "Ada\tB-PER\r\n\r\nsang\tO",
                                 NULL);
    assert_int_equal(c.s.n_sentences, 2);
    assert_token(&c, 0, "Ada");
    assert_token(&c, 1, "sang");
    assert_string_equal(tagset_type_name(t, 0), "PER");
    corpus_clear(&c);
    tagset_free(t);
}

static void test_columns_can_be_chosen(void **state)
{
    (void)state;
    oriel_columns columns = {.token_column = 2, .tag_column = 3};
    struct corpus c;
    struct tagset *t = must_read(&c, "1 Ada B-PER NOUN\n2 sang O VERB\n", &columns);
    assert_token(&c, 0, "Ada");
    assert_int_equal(tagset_types(t), 1);
    assert_int_equal(c.tags[0], tag_begin(0));
    corpus_clear(&c);
    tagset_free(t);
}

static void test_document_marks_divide_documents_and_sentences(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c,
                                 "-DOCSTART-\tO\n\na\tO\n\nb\tO\n-DOCSTART- O\nc\tO\n\n"
                                 "-DOCSTART-\tO\n\n-DOCSTART-\tO\n\nd\tO\n\n-DOCSTART-\tO\n",
                                 NULL);
    assert_int_equal(c.s.n_sentences, 4);
    assert_int_equal(c.s.n_tokens, 4);
    assert_int_equal(c.n_documents, 3);
    const size_t expected[] = {0, 2, 3};
    assert_memory_equal(c.documents, expected, sizeof expected);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_several_files_are_one_corpus(void **state)
{
    (void)state;
    const char *plain = test_path("plain.conll");
    const char *packed = test_path("packed.conll.gz");
    test_write(plain, "Ada I-PER\n", 10);
    gzFile gz = gzopen(packed, "wb");
    gzputs(gz, "-DOCSTART- O\n\nBob I-PER\nRome B-PER\n\n-DOCSTART- O\n\nOslo I-LOC\n");
    gzclose(gz);
    const char *files[] = {plain, packed};
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read(&c, t, true, files, 2, &plain_columns, &err), err);
    assert_int_equal(c.s.n_sentences, 3);
    assert_int_equal(c.n_files, 2);
    assert_int_equal(c.file_starts[1], 1);
    assert_int_equal(corpus_file_of(&c, 0), 0);
    assert_int_equal(corpus_file_of(&c, 2), 1);
    assert_int_equal(c.s.lines[1], 3);
    assert_int_equal(c.n_documents, 3);
    const size_t documents[] = {0, 1, 2};
    assert_memory_equal(c.documents, documents, sizeof documents);
    /* over both files together: a B- only where it must be */
    assert_int_equal(tagset_scheme(t), SCHEME_IOB1);
    assert_int_equal(c.n_bad_tags, 0);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_bad_tags_are_counted_and_the_first_is_known(void **state)
{
    (void)state;
    const char *good = test_path("good.conll");
    const char *bad = test_path("bad.conll");
    const char bad_text[] = "x O\n\nRome O\nAda I-PER\nAda I-LOC\n\nOslo I-LOC\n";
    test_write(good, "Ada B-PER\n", 10);
    test_write(bad, bad_text, strlen(bad_text));
    const char *files[] = {good, bad};
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read(&c, t, true, files, 2, &plain_columns, &err), err);
    assert_int_equal(c.n_bad_tags, 3);
    assert_int_equal(c.first_bad_file, 1);
    assert_int_equal(c.first_bad_line, 4);
    assert_int_equal(c.tags[3], tag_begin(0));
    assert_int_equal(c.tags[4], tag_begin(1));
    corpus_clear(&c);

    oriel_columns strict = {.refuse_bad_tags = true};
    assert_int_equal(corpus_read(&c, t, true, files, 2, &strict, &err), ORIEL_EFORMAT);
    assert_int_equal(err.line, 4);
    assert_non_null(strstr(err.text, "bad.conll:4: tag 'I-PER'"));
    tagset_free(t);
}

static void test_a_given_scheme_is_not_learned_anew(void **state)
{
    (void)state;
    struct tagset *t = tagset_new();
    tagset_set_scheme(t, SCHEME_IOBES, false);
    struct corpus c;
    oriel_error err;
    const char text[] = "Ada B-PER\nKing I-PER\n"; /* IOBES would end it with E- */
    assert_ok(corpus_read_bytes(&c, t, false, text, strlen(text), "x", &plain_columns, &err), err);
    assert_int_equal(tagset_scheme(t), SCHEME_IOBES);
    assert_int_equal(c.n_bad_tags, 1);
    assert_int_equal(c.first_bad_line, 2);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_what_bare_names_are_stays_as_the_set_has_it(void **state)
{
    (void)state;
    struct corpus c;
    oriel_error err;
    struct tagset *t = must_read(&c, "Ada PER\nKing PER\nsang O\n", NULL);
    assert_int_equal(c.tags[1], tag_inside(0));
    corpus_clear(&c);
    assert_ok(read_text(&c, t, "Ada PER\nKing PER\n", NULL, &err), err); /* alone, these would be labels */
    assert_int_equal(tagset_scheme(t), SCHEME_IO);
    assert_int_equal(c.tags[1], tag_inside(0));
    corpus_clear(&c);
    tagset_free(t);

    t = must_read(&c, "Ada NOUN\nKing NOUN\n", NULL);
    assert_int_equal(tagset_scheme(t), SCHEME_PLAIN);
    assert_int_equal(c.tags[1], tag_begin(0));
    corpus_clear(&c);
    assert_ok(read_text(&c, t, "Ada NOUN\nKing NOUN\nx O\n", NULL, &err), err);
    assert_int_equal(tagset_scheme(t), SCHEME_PLAIN);
    assert_int_equal(c.tags[1], tag_begin(0));
    assert_int_equal(c.tags[2], TAG_OUTSIDE);
    corpus_clear(&c);
    assert_int_equal(read_text(&c, t, "Ada NOUN\n\nKing B-PER\n", NULL, &err), ORIEL_EFORMAT);
    assert_int_equal(err.line, 3);
    tagset_free(t);
}

static void test_two_tag_columns_are_gold_and_prediction(void **state)
{
    (void)state;
    const char text[] = "Ada x I-PER B-PER\nKing x I-PER E-PER\nRome x B-PER S-LOC\n";
    const char *path = test_path("pair.conll");
    test_write(path, text, strlen(text));
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read_pair(&c, t, path, &plain_columns, &err), err);
    const int32_t gold[] = {tag_begin(0), tag_inside(0), tag_begin(0)};
    const int32_t predicted[] = {tag_begin(0), tag_inside(0), tag_begin(1)};
    assert_memory_equal(c.tags, gold, sizeof gold);
    assert_memory_equal(c.predicted, predicted, sizeof predicted);
    assert_int_equal(tagset_scheme(t), SCHEME_IOB1);
    assert_int_equal(c.n_bad_tags, 0); /* each by its own scheme */
    corpus_clear(&c);
    tagset_free(t);
}

static void test_gold_decides_what_bare_names_of_the_prediction_are(void **state)
{
    (void)state;
    const char text[] = "Ada PER PER\nKing PER PER\nsaw O PER\n"; /* the last column alone would be labels */
    const char *path = test_path("bare-pair.conll");
    test_write(path, text, strlen(text));
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_ok(corpus_read_pair(&c, t, path, &plain_columns, &err), err);
    const int32_t predicted[] = {tag_begin(0), tag_inside(0), tag_inside(0)};
    assert_memory_equal(c.predicted, predicted, sizeof predicted);
    corpus_clear(&c);
    tagset_free(t);
}

#define LINE_OF_40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa O-X\n"

static const struct {
    const char *text;
    oriel_status status;
    size_t line;
    const char *message;
    oriel_columns columns;
} refused[] = {
    {"Ada\n", ORIEL_EFORMAT, 1, "x.conll:1: expected token and tag, found 1 column", {0}},
    {"Ada O\n\nBob\n", ORIEL_EFORMAT, 3, "found 1 column", {0}},
    {"Ada O\nBob O\n", ORIEL_EFORMAT, 1, "expected column 4, found 2 columns", {.tag_column = 4}},
    {"Ada x O\nBob O\n", ORIEL_EFORMAT, 2, "expected column 3, found 2 columns", {.token_column = 3, .tag_column = 1}},
    {"Ada O\n", ORIEL_EFORMAT, 1, "two to be the same", {.token_column = 2}},
    {"Ada O\nBob B-\n", ORIEL_EFORMAT, 2, "expected a type after 'B-'", {0}},
    {"Ada O\nBob B\n", ORIEL_EFORMAT, 2, "tag 'B' has no type", {0}},
    {"Ada B-PER\n\nx O\nBob LOC\n", ORIEL_EFORMAT, 4, "tag 'LOC' has no prefix", {0}},
    {"Ada PER\n\nx O\nBob B-LOC\n", ORIEL_EFORMAT, 4, "tag 'B-LOC' has a prefix", {0}},
    {"Ada B-PER\n\nx ?\nBob LOC\n", ORIEL_EFORMAT, 4, "tag 'LOC' has no prefix", {0}},
    {"Ada ?\nBob I-LOC\n\nAl I-LOC\nx B-LOC\ny B-PER\nz ?\n",
     ORIEL_EFORMAT,
     4,
     "tag 'I-LOC' cannot",
     {.refuse_bad_tags = true}},
    {"Ada O\n\n# weight = x\nBob O\n", ORIEL_EFORMAT, 3, "x.conll:3: expected a finite number from 0 on", {0}},
    {"# weight =\nBob O\n", ORIEL_EFORMAT, 1, "after '# weight ='", {0}},
    {"# weight = -0.1\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"# weight = nan\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"# weight = inf\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"# weight = 1e39\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"# weight = 0.3 kg\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"# weight = 0,3\nBob O\n", ORIEL_EFORMAT, 1, "finite number", {0}},
    {"", ORIEL_EFORMAT, 0, "x.conll: expected lines", {0}},
    {"\n\n# c\n-DOCSTART- O\n", ORIEL_EFORMAT, 0, "x.conll: expected lines", {0}},
    {"Ada O\nB\xC3 O\n", ORIEL_EENCODING, 2, "x.conll:2: ", {0}},
    {"Ada O\nB\xED\xA0\x80 O\n", ORIEL_EENCODING, 2, "x.conll:2: ", {0}},
    {"Ada O\n" LINE_OF_40, ORIEL_ELIMIT, 2, "x.conll:2: ", {.max_line = 39}},
};

static void test_what_is_no_corpus_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct tagset *t = tagset_new();
        struct corpus c;
        struct corpus zero = {0};
        oriel_error err = {0};
        oriel_status status = read_text(&c, t, refused[i].text, &refused[i].columns, &err);
        if (status != refused[i].status || err.code != status || err.line != refused[i].line ||
            !strstr(err.text, refused[i].message))
            fail_msg("case %zu: %s, line %zu: %s", i, oriel_status_name(status), err.line, err.text);
        assert_memory_equal(&c, &zero, sizeof c);
        assert_int_equal(read_text(&c, t, refused[i].text, &refused[i].columns, NULL), refused[i].status);
        tagset_free(t);
    }
}

static void test_a_line_at_the_limit_is_read(void **state)
{
    (void)state;
    oriel_columns columns = {.max_line = 40};
    struct corpus c;
    struct tagset *t = must_read(&c, LINE_OF_40, &columns);
    assert_int_equal(c.s.n_tokens, 1);
    corpus_clear(&c);
    tagset_free(t);
}

static void test_nul_is_refused_with_its_line(void **state)
{
    (void)state;
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_int_equal(corpus_read_bytes(&c, t, true, "a O\nb\0c O\n", 10, "x.conll", &plain_columns, &err),
                     ORIEL_EENCODING);
    assert_int_equal(err.line, 2);
    tagset_free(t);
}

static void test_a_missing_file_is_an_io_error(void **state)
{
    (void)state;
    const char *files[] = {test_path("not-there.conll")};
    struct tagset *t = tagset_new();
    struct corpus c;
    oriel_error err;
    assert_int_equal(corpus_read(&c, t, true, files, 1, &plain_columns, &err), ORIEL_EIO);
    assert_non_null(strstr(err.text, "not-there.conll"));
    assert_int_equal(corpus_read(&c, t, true, files, 0, &plain_columns, &err), ORIEL_EARG);
    tagset_free(t);
}

static void test_a_hash_token_is_not_a_comment(void **state)
{
    (void)state;
    struct corpus c;
    struct tagset *t = must_read(&c, "# sent_id = 1\n#\tO\n1\tB-X\n# O\n", NULL);
    assert_int_equal(c.s.n_tokens, 3);
    assert_token(&c, 0, "#");
    assert_token(&c, 2, "#");
    assert_int_equal(c.s.lines[0], 2);
    corpus_clear(&c);
    tagset_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences_tags_and_lines_are_kept),
        cmocka_unit_test(test_crlf_bom_and_a_missing_last_line_end_change_nothing),
        cmocka_unit_test(test_columns_can_be_chosen),
        cmocka_unit_test(test_document_marks_divide_documents_and_sentences),
        cmocka_unit_test(test_several_files_are_one_corpus),
        cmocka_unit_test(test_bad_tags_are_counted_and_the_first_is_known),
        cmocka_unit_test(test_a_given_scheme_is_not_learned_anew),
        cmocka_unit_test(test_what_bare_names_are_stays_as_the_set_has_it),
        cmocka_unit_test(test_two_tag_columns_are_gold_and_prediction),
        cmocka_unit_test(test_gold_decides_what_bare_names_of_the_prediction_are),
        cmocka_unit_test(test_what_is_no_corpus_is_refused_with_its_place),
        cmocka_unit_test(test_a_line_at_the_limit_is_read),
        cmocka_unit_test(test_nul_is_refused_with_its_line),
        cmocka_unit_test(test_a_missing_file_is_an_io_error),
        cmocka_unit_test(test_a_hash_token_is_not_a_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
