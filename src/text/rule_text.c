/*
 * Line by line; a pattern is a slice of the text, so that going on with it only moves its end.
 */
#include "text/rule_text.h"

#include <string.h>

#include "base/status.h"
#include "text/utf8.h"

static const char END_RULE[] = "sentence.end";
static const char TOKEN_RULE[] = "token.";
static const char BOM[] = "\xEF\xBB\xBF";

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim_end(const char *s, size_t *n)
{
    while (*n > 0 && is_blank(s[*n - 1]))
        --*n;
}

static void trim(const char **s, size_t *n)
{
    trim_end(*s, n);
    while (*n > 0 && is_blank(**s)) {
        ++*s;
        --*n;
    }
}

/* How much of a name a message shows. */
static int shown(const struct rule *r)
{
    size_t n = r->n_name < 60 ? r->n_name : 60;
    while (n > 0 && n < r->n_name && (r->name[n] & 0xC0) == 0x80)
        n--;
    return (int)n;
}

static oriel_status check_name(struct rule *r, const struct rule_text *rules, const char *file, oriel_error *err)
{
    size_t n_prefix = strlen(TOKEN_RULE);
    bool is_token = r->n_name > n_prefix && memcmp(r->name, TOKEN_RULE, n_prefix) == 0;
    r->ends_sentences = r->n_name == strlen(END_RULE) && memcmp(r->name, END_RULE, r->n_name) == 0;
    if (!r->ends_sentences && !is_token)
        return error_at(err, ORIEL_EFORMAT, file, r->line,
                        "expected a rule \"token.\" with a name, or \"sentence.end\", found \"%.*s\"", shown(r),
                        r->name);
    for (size_t i = 0; i < rules->n; i++)
        if (rules->rule[i].n_name == r->n_name && memcmp(rules->rule[i].name, r->name, r->n_name) == 0)
            return error_at(err, ORIEL_EFORMAT, file, r->line, "the rule \"%.*s\" stands on line %zu, too", shown(r),
                            r->name, rules->rule[i].line);
    return ORIEL_OK;
}

/* A line that begins a rule. */
static oriel_status add_rule(struct rule_text *rules, const char *s, size_t n, size_t line, const char *file,
                             oriel_error *err)
{
    const char *equals = memchr(s, '=', n);
    if (!equals)
        return error_at(err, ORIEL_EFORMAT, file, line, "expected \"name = pattern\", found no \"=\"");
    if (rules->n == RULE_TEXT_MAX_RULES)
        return error_at(err, ORIEL_ELIMIT, file, line, "expected at most %d rules", RULE_TEXT_MAX_RULES);
    struct rule r = {.name = s, .n_name = (size_t)(equals - s), .pattern = equals + 1, .line = line};
    r.n_pattern = n - r.n_name - 1;
    trim(&r.name, &r.n_name);
    trim(&r.pattern, &r.n_pattern);
    oriel_status status = check_name(&r, rules, file, err);
    if (status)
        return status;
    rules->rule[rules->n++] = r;
    return ORIEL_OK;
}

/* A line that begins with a blank. */
static oriel_status go_on(struct rule_text *rules, const char *s, size_t n, size_t line, const char *file,
                          oriel_error *err)
{
    if (rules->n == 0)
        return error_at(err, ORIEL_EFORMAT, file, line, "expected a rule before a line that begins with a blank");
    struct rule *r = &rules->rule[rules->n - 1];
    trim_end(s, &n);
    r->n_pattern = (size_t)(s + n - r->pattern);
    return ORIEL_OK;
}

static oriel_status read_line(struct rule_text *rules, const char *s, size_t n, size_t line, const char *file,
                              oriel_error *err)
{
    size_t n_inside = n;
    trim_end(s, &n_inside);
    if (n_inside == 0 || *s == '#')
        return ORIEL_OK;
    if (is_blank(*s))
        return go_on(rules, s, n, line, file, err);
    return add_rule(rules, s, n, line, file, err);
}

static oriel_status check_text(const char *text, size_t n, const char *file, oriel_error *err)
{
    if (n > RULE_TEXT_MAX_BYTES)
        return error_at(err, ORIEL_ELIMIT, file, 0, "expected at most %d bytes of rules", RULE_TEXT_MAX_BYTES);
    size_t n_valid = utf8_valid_prefix(text, n);
    size_t line = 1;
    for (size_t i = 0; i < n_valid; i++)
        line += text[i] == '\n';
    if (n_valid < n)
        return error_at(err, ORIEL_EENCODING, file, line, "expected UTF-8, found byte 0x%02X",
                        (unsigned)(unsigned char)text[n_valid]);
    return ORIEL_OK;
}

oriel_status rule_text_read(struct rule_text *out, const char *text, const char *file, oriel_error *err)
{
    out->n = 0;
    const char *end = text + strlen(text);
    oriel_status status = check_text(text, (size_t)(end - text), file, err);
    if (strncmp(text, BOM, strlen(BOM)) == 0)
        text += strlen(BOM);
    for (size_t line = 1; !status && text < end; line++) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)((lf ? lf : end) - text);
        status = read_line(out, text, n, line, file, err);
        text += n + (lf != NULL);
    }
    for (size_t i = 0; !status && i < out->n; i++)
        if (out->rule[i].n_pattern == 0)
            status = error_at(err, ORIEL_EFORMAT, file, out->rule[i].line, "expected a pattern after \"=\"");
    return status;
}
