/*
 * A linear-chain CRF over hand-made features with the CRFsuite library, for comparison.
 *
 *     crfsuite_driver train TRAIN MODEL [REACH]        L-BFGS, c1 = c2 = 0.1, up to 150 iterations
 *     crfsuite_driver tag MODEL FILE [REACH]           FILE's tokens with predicted tags, to standard output
 *
 * Files have a token a line, its tag in the last column, a blank line after each sentence.  The features of a token: the
 * forms of itself and of its two neighbours on each side (word, lower case, shapes), and prefixes and suffixes of itself and of
 * REACH neighbours on each side, each marked with where it stands.  (REACH is 1 by default: with 2, affixes of all five, dev F1
 * was 0.1 higher on en-uner-ewt, but 0.6 lower on pt-uner-bosque and 0.7 on ru-factrueval, and training took longer.)  How long what
 * took is said on standard error.
 */
#include <crfsuite.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

enum {
    REACH = 2,        /* tokens seen on each side */
    WHOLE_FORMS = 4,  /* a token's forms before its affixes */
    AFFIX = 4,        /* longest prefix and suffix, in characters */
    MAX_FORMS = 16,   /* of a token */
    MAX_TOKEN = 1024, /* bytes of it that are looked at */
};

static int affix_reach = 1; /* of those, whose affixes are seen */

/* A token's forms, one after the other in a buffer, each ending in NUL.  A form's first byte says where it stands in the
 * window and is set when it is looked up. */
struct token {
    char *text, *tag; /* tag: NULL when there is no second column */
    char *forms;
    size_t starts[MAX_FORMS];
    size_t n_forms;
};

struct sentence {
    struct token *tokens; /* [n] */
    size_t n, cap;
    bool is_mark; /* a document mark, passed on as it is */
    char *line;   /* [line_cap] that was read last */
    size_t line_cap;
};

/* Seconds of the processor, so that others on a busy machine do not count. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void give_up(const char *what, const char *which)
{
    fprintf(stderr, "crfsuite_driver: %s %s\n", what, which);
    exit(1);
}

static void *checked(void *memory)
{
    if (!memory)
        give_up("not enough", "memory");
    return memory;
}

/* ---- forms ---- */

/* The characters of text, as far as they are UTF-8; returns how many, and where each begins in starts [n + 1]. */
static size_t characters(const char *text, wchar_t *out, size_t *starts)
{
    mbstate_t state = {0};
    size_t n = 0;
    size_t at = 0;
    size_t length = strlen(text);
    length = length < MAX_TOKEN ? length : MAX_TOKEN;
    while (at < length) {
        size_t used = mbrtowc(&out[n], text + at, length - at, &state);
        if (used == (size_t)-1 || used == (size_t)-2 || used == 0) {
            out[n] = (unsigned char)text[at];
            used = 1;
            memset(&state, 0, sizeof state);
        }
        starts[n++] = at;
        at += used;
    }
    starts[n] = at;
    return n;
}

/* Begins a form; the byte for its place and that for its kind come first. */
static char *begin_form(struct token *t, char *at, char kind)
{
    t->starts[t->n_forms++] = (size_t)(at - t->forms);
    *at++ = '?';
    *at++ = kind;
    return at;
}

static char *add_bytes(struct token *t, char *at, char kind, const char *bytes, size_t n)
{
    at = begin_form(t, at, kind);
    memcpy(at, bytes, n);
    at[n] = 0;
    return at + n + 1;
}

static char *add_lower(struct token *t, char *at, const wchar_t *text, size_t n)
{
    mbstate_t state = {0};
    at = begin_form(t, at, 'l');
    for (size_t i = 0; i < n; i++) {
        size_t used = wcrtomb(at, (wchar_t)towlower((wint_t)text[i]), &state);
        at += used == (size_t)-1 ? 0 : used;
    }
    *at++ = 0;
    return at;
}

static char class_of(wchar_t c)
{
    if (iswupper((wint_t)c))
        return 'X';
    if (iswdigit((wint_t)c))
        return 'd';
    if (iswalpha((wint_t)c))
        return 'x';
    return c < 0x80 ? (char)c : '-';
}

/* A character each, or with runs of one class made one. */
static char *add_shape(struct token *t, char *at, const wchar_t *text, size_t n, bool is_coarse)
{
    char last = 0;
    at = begin_form(t, at, is_coarse ? 'c' : 's');
    for (size_t i = 0; i < n; i++) {
        char class = class_of(text[i]);
        if (!is_coarse || class != last)
            *at++ = class;
        last = class;
    }
    *at++ = 0;
    return at;
}

static void make_forms(struct token *t)
{
    wchar_t text[MAX_TOKEN];
    size_t starts[MAX_TOKEN + 1];
    size_t n = characters(t->text, text, starts);
    size_t end = starts[n];
    t->forms = checked(malloc((4 + MB_LEN_MAX) * (end + 1) + 2 * AFFIX * (AFFIX * MB_LEN_MAX + 3) + 64));
    t->n_forms = 0;
    char *at = add_bytes(t, t->forms, 'w', t->text, end);
    at = add_lower(t, at, text, n);
    at = add_shape(t, at, text, n, false);
    at = add_shape(t, at, text, n, true);
    for (size_t k = 1; k <= AFFIX && k <= n; k++) {
        at = add_bytes(t, at, (char)('0' + k), t->text, starts[k]);
        at = add_bytes(t, at, (char)('4' + k), t->text + starts[n - k], end - starts[n - k]);
    }
}

/* ---- sentences ---- */

static void add_token(struct sentence *s, char *line)
{
    if (s->n == s->cap) {
        s->cap = 2 * s->cap + 16;
        s->tokens = checked(realloc(s->tokens, s->cap * sizeof *s->tokens));
    }
    char *text = checked(strdup(line));
    char *tag = strrchr(text, '\t') ? strrchr(text, '\t') : strrchr(text, ' ');
    text[strcspn(text, "\t ")] = 0;
    s->tokens[s->n] = (struct token){.text = text, .tag = tag ? tag + 1 : NULL};
    make_forms(&s->tokens[s->n++]);
}

static void empty(struct sentence *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->tokens[i].text);
        free(s->tokens[i].forms);
    }
    s->n = 0;
}

static void clear(struct sentence *s)
{
    empty(s);
    free(s->tokens);
    free(s->line);
}

/* The next sentence; false at the end of the file. */
static bool next_sentence(FILE *f, struct sentence *s)
{
    empty(s);
    while (getline(&s->line, &s->line_cap, f) >= 0) {
        s->line[strcspn(s->line, "\r\n")] = 0;
        if (*s->line == 0 && s->n > 0)
            return true;
        if (*s->line == 0)
            continue;
        s->is_mark = s->n == 0 && strncmp(s->line, "-DOCSTART-", 10) == 0;
        add_token(s, s->line);
    }
    return s->n > 0;
}

/* ---- to the library ---- */

/* The number of an attribute, new ones being added while training; less than 0: the model does not have it. */
typedef int number_of(crfsuite_dictionary_t *d, const char *text);

static void add_attribute(crfsuite_item_t *item, crfsuite_dictionary_t *attributes, number_of *number, const char *text)
{
    crfsuite_attribute_t a;
    int id = number(attributes, text);
    if (id < 0)
        return;
    crfsuite_attribute_set(&a, id, 1);
    crfsuite_item_append_attribute(item, &a);
}

static void add_neighbour(crfsuite_item_t *item, crfsuite_dictionary_t *attributes, number_of *number, struct token *t,
                          int place)
{
    size_t n_forms = abs(place) <= affix_reach ? t->n_forms : WHOLE_FORMS;
    for (size_t k = 0; k < n_forms; k++) {
        char *form = t->forms + t->starts[k];
        *form = (char)('a' + REACH + place);
        add_attribute(item, attributes, number, form);
    }
}

static void make_instance(crfsuite_instance_t *instance, const struct sentence *s, crfsuite_dictionary_t *attributes,
                          number_of *number)
{
    crfsuite_instance_init_n(instance, (int)s->n);
    for (size_t t = 0; t < s->n; t++) {
        crfsuite_item_t *item = &instance->items[t];
        for (int place = -REACH; place <= REACH; place++) {
            size_t at = t + (size_t)place; /* wraps below zero */
            if (at < s->n)
                add_neighbour(item, attributes, number, &s->tokens[at], place);
            else
                add_attribute(item, attributes, number, place < 0 ? "<" : ">");
        }
    }
}

/* ---- training ---- */

static int say_progress(void *user, const char *format, va_list args)
{
    (void)user;
    vfprintf(stderr, format, args);
    return 0;
}

static void read_corpus(crfsuite_data_t *data, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        give_up("cannot read", path);
    crfsuite_data_init(data);
    crfsuite_create_instance("dictionary", (void **)&data->attrs);
    crfsuite_create_instance("dictionary", (void **)&data->labels);
    struct sentence s = {0};
    while (next_sentence(f, &s)) {
        if (s.is_mark)
            continue;
        crfsuite_instance_t instance;
        make_instance(&instance, &s, data->attrs, data->attrs->get);
        for (size_t t = 0; t < s.n; t++)
            instance.labels[t] = data->labels->get(data->labels, s.tokens[t].tag ? s.tokens[t].tag : "O");
        crfsuite_data_append(data, &instance);
        crfsuite_instance_finish(&instance);
    }
    clear(&s);
    fclose(f);
}

static void train(const char *path, const char *model)
{
    double begin = now();
    crfsuite_data_t data;
    crfsuite_trainer_t *trainer;
    read_corpus(&data, path);
    double is_read = now();
    if (!crfsuite_create_instance("train/crf1d/lbfgs", (void **)&trainer))
        give_up("no trainer", "lbfgs");
    crfsuite_params_t *params = trainer->params(trainer);
    params->set(params, "c1", "0.1");
    params->set(params, "c2", "0.1");
    params->set(params, "max_iterations", "150");
    params->release(params);
    trainer->set_message_callback(trainer, NULL, say_progress);
    if (trainer->train(trainer, &data, model, -1) != 0)
        give_up("cannot train", model);
    trainer->release(trainer);
    fprintf(stderr, "reading_seconds %.2f\ntraining_seconds %.2f\n", is_read - begin, now() - begin);
}

/* ---- tagging ---- */

static void write_tags(crfsuite_dictionary_t *labels, const struct sentence *s, const int *path)
{
    for (size_t t = 0; t < s->n; t++) {
        const char *tag = "O";
        if (path)
            labels->to_string(labels, path[t], &tag);
        printf("%s\t%s\n", s->tokens[t].text, tag);
        if (path)
            labels->free(labels, tag);
    }
    putchar('\n');
}

static size_t tag_file(crfsuite_model_t *model, FILE *f)
{
    crfsuite_tagger_t *tagger;
    crfsuite_dictionary_t *attributes, *labels;
    if (model->get_tagger(model, &tagger) || model->get_attrs(model, &attributes) || model->get_labels(model, &labels))
        give_up("cannot use", "the model");
    struct sentence s = {0};
    size_t n_tokens = 0;
    while (next_sentence(f, &s)) {
        if (s.is_mark) {
            write_tags(labels, &s, NULL);
            continue;
        }
        crfsuite_instance_t instance;
        make_instance(&instance, &s, attributes, attributes->to_id);
        double score;
        if (tagger->set(tagger, &instance) || tagger->viterbi(tagger, instance.labels, &score))
            give_up("cannot tag", s.tokens[0].text);
        write_tags(labels, &s, instance.labels);
        n_tokens += s.n;
        crfsuite_instance_finish(&instance);
    }
    clear(&s);
    return n_tokens;
}

static void tag(const char *path, const char *file)
{
    double begin = now();
    crfsuite_model_t *model;
    FILE *f = fopen(file, "r");
    if (!f)
        give_up("cannot read", file);
    if (crfsuite_create_instance_from_file(path, (void **)&model))
        give_up("cannot read", path);
    double is_loaded = now();
    size_t n_tokens = tag_file(model, f);
    if (fflush(stdout) != 0 || ferror(stdout))
        give_up("cannot write to", "standard output");
    double seconds = now() - is_loaded;
    fprintf(stderr, "loading_seconds %.3f\ntagging_seconds %.3f\ntagging_tokens_per_second %.0f\n", is_loaded - begin,
            seconds, (double)n_tokens / seconds);
    fclose(f);
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 5 || (strcmp(argv[1], "train") != 0 && strcmp(argv[1], "tag") != 0))
        give_up("usage:", "crfsuite_driver train TRAIN MODEL [REACH] | tag MODEL FILE [REACH]");
    if (argc == 5)
        affix_reach = atoi(argv[4]);
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        give_up("no locale", "C.UTF-8");
    if (strcmp(argv[1], "train") == 0)
        train(argv[2], argv[3]);
    else
        tag(argv[2], argv[3]);
    return 0;
}
