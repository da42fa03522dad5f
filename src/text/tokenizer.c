/*
 * All rules become one pattern, so that a token costs one match:
 *
 *     (?>(?=(?<sentence>END))|) (?:TOKEN_1|TOKEN_2|...|\S++)
 *
 * matched at the place where a token begins.  The group in the look-ahead says how far the sentence.end rule matches
 * from there; a sentence ends if that is where the token ends.  A rule that matches nothing at all is passed over, and
 * a match is cut at the first white space in it, so that every call gives at least one character and no token holds a
 * blank.
 *
 * What a rule cannot do: set options of the whole pattern such as (*LIMIT_MATCH=...), because it is not at the start of
 * it (PCRE2 then refuses them); capture; match single bytes with \C; call out (there is nothing to call).  It sees at
 * most TOKENIZER_VIEW bytes ahead, beyond which the text seems to end; so a token costs bounded time however long the
 * text is, and what lies further cannot change it.
 */
#include "text/tokenizer.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"
#include "text/rule_text.h"
#include "text/utf8.h"

enum {
    VIEW = TOKENIZER_VIEW,
    MATCH_LIMIT = 100000, /* far more than a view bytes need without backtracking */
    DEPTH_LIMIT = 20000,  /* these two are for machines without JIT */
    HEAP_LIMIT = 20000,   /* KiB */
    JIT_STACK_FIRST = 32 << 10,
    JIT_STACK_MOST = 256 << 10
};

struct tokenizer {
    char *text;
    pcre2_general_context *memory;
    pcre2_code *code;
    bool has_jit;
};

struct tokenizer_scratch {
    pcre2_general_context *memory;
    pcre2_match_context *limits;
    pcre2_match_data *match;
    pcre2_jit_stack *stack; /* NULL: no JIT here */
};

static void *take_memory(PCRE2_SIZE n, void *unused)
{
    (void)unused;
    return mem_alloc(n, 1);
}

static void give_memory(void *p, void *unused)
{
    (void)unused;
    mem_free(p);
}

/* i, or the beginning of the character that it is in the middle of. */
static size_t character_start(const char *s, size_t i)
{
    while (i > 0 && (s[i] & 0xC0) == 0x80)
        i--;
    return i;
}

/* ---- compiling ---- */

/* What compiling needs besides the tokenizer. */
struct work {
    struct rule_text rules;
    const char *file;
    pcre2_compile_context *context;
    struct bytes pattern;
    char message[256]; /* what PCRE2 says of the pattern, and where: byte `offset` of it */
    PCRE2_SIZE offset;
};

static bool append(struct bytes *b, const char *s)
{
    return bytes_append(b, s, strlen(s));
}

static const char RULE_BEGINS[] = "(?:";
static const char RULE_ENDS[] = "\\E)"; /* \E ends a \Q that was left open */

static bool append_rule(struct bytes *b, const struct rule *r)
{
    return append(b, RULE_BEGINS) && bytes_append(b, r->pattern, r->n_pattern) && append(b, RULE_ENDS);
}

/* w->pattern to code; ORIEL_EFORMAT with w->message and w->offset. */
static oriel_status compile(pcre2_code **out, struct work *w)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_EXTENDED | PCRE2_ANCHORED | PCRE2_NO_AUTO_CAPTURE |
                       PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    int error;
    *out = pcre2_compile((PCRE2_SPTR)w->pattern.at, w->pattern.n, options, &error, &w->offset, w->context);
    if (*out)
        return ORIEL_OK;
    if (error == PCRE2_ERROR_HEAP_FAILED || error == PCRE2_ERROR_NOMEMORY)
        return ORIEL_ENOMEM;
    if (pcre2_get_error_message(error, (PCRE2_UCHAR *)w->message, sizeof w->message) < 0)
        snprintf(w->message, sizeof w->message, "PCRE2 error %d", error);
    return ORIEL_EFORMAT;
}

/* Says on which line PCRE2 stopped and what it had read there. */
static oriel_status bad_pattern(const struct work *w, const struct rule *r, oriel_error *err)
{
    size_t at = w->offset < strlen(RULE_BEGINS) ? 0 : w->offset - strlen(RULE_BEGINS);
    if (at > r->n_pattern)
        at = r->n_pattern;
    size_t line = r->line;
    size_t first = at > 30 ? character_start(r->pattern, at - 30) : 0;
    for (size_t i = 0; i < at; i++) {
        if (r->pattern[i] != '\n')
            continue;
        line++;
        first = i + 1 > first ? i + 1 : first;
    }
    return error_at(err, ORIEL_EFORMAT, w->file, line, "%.*s: %s, after \"%.*s\"", r->n_name < 60 ? (int)r->n_name : 60,
                    r->name, w->message, (int)(at - first), r->pattern + first);
}

/* Compiles the rule alone to learn whether it is right, and refuses groups with names, which all rules would share. */
static oriel_status check_rule(struct work *w, const struct rule *r, oriel_error *err)
{
    pcre2_code *code;
    w->pattern.n = 0;
    oriel_status status = append_rule(&w->pattern, r) ? compile(&code, w) : ORIEL_ENOMEM;
    if (status == ORIEL_ENOMEM)
        return error_memory(err);
    if (status)
        return bad_pattern(w, r, err);
    uint32_t n_groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &n_groups);
    pcre2_code_free(code);
    if (n_groups > 0)
        return error_at(err, ORIEL_EFORMAT, w->file, r->line, "a rule cannot have groups with names");
    return ORIEL_OK;
}

static bool append_all(struct bytes *b, const struct rule_text *rules)
{
    bool is_fine = append(b, "(?>(?=(?<sentence>");
    const char *end_rule = "(?!)"; /* matches nowhere */
    for (size_t i = 0; i < rules->n; i++)
        if (rules->rule[i].ends_sentences) {
            is_fine = is_fine && append_rule(b, &rules->rule[i]);
            end_rule = "";
        }
    is_fine = is_fine && append(b, end_rule) && append(b, "))|)(?:");
    for (size_t i = 0; i < rules->n; i++)
        if (!rules->rule[i].ends_sentences)
            is_fine = is_fine && append_rule(b, &rules->rule[i]) && append(b, "|");
    return is_fine && append(b, "\\S++)");
}

static oriel_status compile_all(struct tokenizer *t, struct work *w, oriel_error *err)
{
    for (size_t i = 0; i < w->rules.n; i++) {
        oriel_status status = check_rule(w, &w->rules.rule[i], err);
        if (status)
            return status;
    }
    w->pattern.n = 0;
    oriel_status status = append_all(&w->pattern, &w->rules) ? compile(&t->code, w) : ORIEL_ENOMEM;
    if (status == ORIEL_ENOMEM)
        return error_memory(err);
    if (status)
        return error_at(err, status, w->file, 0, "the rules together: %s", w->message);
    t->has_jit = pcre2_jit_compile(t->code, PCRE2_JIT_COMPLETE) == 0; /* without it: slower, the same tokens */
    return ORIEL_OK;
}

static oriel_status make(struct tokenizer *t, struct work *w, const char *text, oriel_error *err)
{
    oriel_status status = rule_text_read(&w->rules, text, w->file, err);
    if (status)
        return status;
    t->text = mem_string(text, strlen(text));
    t->memory = pcre2_general_context_create(take_memory, give_memory, NULL);
    w->context = t->memory ? pcre2_compile_context_create(t->memory) : NULL;
    if (!t->text || !w->context)
        return error_memory(err);
    pcre2_set_newline(w->context, PCRE2_NEWLINE_LF);
    return compile_all(t, w, err);
}

oriel_status tokenizer_new(struct tokenizer **out, const char *rules, const char *file, oriel_error *err)
{
    *out = NULL;
    struct tokenizer *t = mem_zero(1, sizeof *t);
    struct work *w = mem_zero(1, sizeof *w);
    oriel_status status = ORIEL_ENOMEM;
    if (t && w) {
        w->file = file;
        status = make(t, w, rules, err);
        pcre2_compile_context_free(w->context);
        bytes_clear(&w->pattern);
    } else {
        error_memory(err);
    }
    mem_free(w);
    if (status)
        tokenizer_free(t);
    else
        *out = t;
    return status;
}

void tokenizer_free(struct tokenizer *t)
{
    if (!t)
        return;
    pcre2_code_free(t->code);
    pcre2_general_context_free(t->memory);
    mem_free(t->text);
    mem_free(t);
}

const char *tokenizer_rules(const struct tokenizer *t)
{
    return t->text;
}

/* ---- matching ---- */

struct tokenizer_scratch *tokenizer_scratch_new(void)
{
    struct tokenizer_scratch *s = mem_zero(1, sizeof *s);
    if (!s)
        return NULL;
    s->memory = pcre2_general_context_create(take_memory, give_memory, NULL);
    s->limits = s->memory ? pcre2_match_context_create(s->memory) : NULL;
    s->match = s->memory ? pcre2_match_data_create(2, s->memory) : NULL; /* the whole, and "sentence" */
    if (!s->limits || !s->match) {
        tokenizer_scratch_free(s);
        return NULL;
    }
    pcre2_set_match_limit(s->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(s->limits, HEAP_LIMIT);
    s->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, s->memory);
    if (s->stack)
        pcre2_jit_stack_assign(s->limits, NULL, s->stack);
    return s;
}

void tokenizer_scratch_free(struct tokenizer_scratch *s)
{
    if (!s)
        return;
    pcre2_jit_stack_free(s->stack);
    pcre2_match_data_free(s->match);
    pcre2_match_context_free(s->limits);
    pcre2_general_context_free(s->memory);
    mem_free(s);
}

size_t tokenizer_space_at(const char *s, size_t n)
{
    unsigned char c = (unsigned char)*s;
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    int32_t codepoint;
    size_t length = utf8_decode(s, n, &codepoint);
    return length > 0 && utf8_is_space(codepoint) ? length : 0;
}

/* The end of a token that begins at `begin` and should end at `end`: before white space and within the limit. */
static size_t cut(const char *text, size_t begin, size_t end)
{
    if (end - begin > ORIEL_MAX_TOKEN_BYTES)
        end = character_start(text, begin + ORIEL_MAX_TOKEN_BYTES);
    size_t i = begin + 1;
    while (i < end && ((text[i] & 0xC0) == 0x80 || !tokenizer_space_at(text + i, end - i)))
        i++;
    return i;
}

bool tokenizer_next(const struct tokenizer *t, struct tokenizer_scratch *s, const char *text, size_t n, size_t from,
                    oriel_range *token, bool *ends_sentence)
{
    size_t begin = from;
    for (size_t length = 1; begin < n && length > 0; begin += length)
        length = tokenizer_space_at(text + begin, n - begin);
    *token = (oriel_range){begin, begin};
    *ends_sentence = false;
    if (begin == n)
        return false;
    size_t seen = n - begin > TOKENIZER_VIEW ? character_start(text, begin + TOKENIZER_VIEW) : n;
    PCRE2_SPTR subject = (PCRE2_SPTR)text;
    int found = t->has_jit && s->stack
                    ? pcre2_jit_match(t->code, subject, seen, begin, PCRE2_NOTEMPTY, s->match, s->limits)
                    : pcre2_match(t->code, subject, seen, begin, PCRE2_NOTEMPTY | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                                  s->match, s->limits);
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->match); /* of the token, then of "sentence" */
    bool is_match = found > 0 && at[1] > begin && at[1] <= seen;
    token->end = cut(text, begin, is_match ? at[1] : seen);
    *ends_sentence = is_match && found > 1 && at[3] == token->end;
    return true;
}
