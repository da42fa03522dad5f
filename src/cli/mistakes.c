#include "cli/mistakes.h"

#include <string.h>

enum { WORDS_AROUND = 6 };

static bool same_place(const oriel_mistake *m)
{
    return m->gold.begin == m->gold.end ? false
                                        : m->gold.begin == m->predicted.begin && m->gold.end == m->predicted.end;
}

static const char *kind_of(const oriel_mistake *m)
{
    if (!m->predicted_type)
        return "missed";
    if (!m->gold_type)
        return "spurious";
    if (same_place(m))
        return "type";
    return strcmp(m->gold_type, m->predicted_type) == 0 ? "bounds" : "type and bounds";
}

/* Tokens [begin, end) with what stands between them; line ends and tabs become blanks, so that a mistake is a line. */
static void say_words(FILE *f, const oriel_sentence *s, size_t begin, size_t end)
{
    if (begin >= end)
        return;
    for (size_t i = s->tokens[begin].begin; i < s->tokens[end - 1].end; i++) {
        char c = s->text[i];
        fputc(c >= '\t' && c <= '\r' ? ' ' : c, f);
    }
}

static void say_context(FILE *f, const oriel_sentence *s, oriel_range marked)
{
    size_t begin = marked.begin > WORDS_AROUND ? marked.begin - WORDS_AROUND : 0;
    size_t end = s->n_tokens - marked.end > WORDS_AROUND ? marked.end + WORDS_AROUND : s->n_tokens;
    fputs(begin ? "... " : "", f);
    say_words(f, s, begin, marked.begin);
    fprintf(f, "%s[", begin < marked.begin ? " " : "");
    say_words(f, s, marked.begin, marked.end);
    fprintf(f, "]%s", marked.end < end ? " " : "");
    say_words(f, s, marked.end, end);
    fputs(end < s->n_tokens ? " ...\n" : "\n", f);
}

static void say_entity(FILE *f, const oriel_sentence *s, const char *type, oriel_range tokens)
{
    fprintf(f, "%s \"", type);
    say_words(f, s, tokens.begin, tokens.end);
    fputc('"', f);
}

/* A token is a line, so the entity's own line is known. */
void mistakes_list(void *user, const oriel_mistake *m)
{
    struct mistakes *list = user;
    if (list->n++ >= list->n_most)
        return;
    oriel_range marked = m->gold_type ? m->gold : m->predicted;
    fprintf(list->f, "%s:%zu: %s: ", m->file, m->line + marked.begin, kind_of(m));
    if (m->gold_type)
        say_entity(list->f, m->sentence, m->gold_type, m->gold);
    if (m->gold_type && m->predicted_type)
        fputs(", predicted ", list->f);
    if (m->predicted_type)
        say_entity(list->f, m->sentence, m->predicted_type, m->predicted);
    fputs(" in: ", list->f);
    say_context(list->f, m->sentence, marked);
}

void mistakes_end(struct mistakes *list)
{
    if (list->n > list->n_most && list->n_most)
        fprintf(list->f, "... and %zu more\n", list->n - list->n_most);
    if (list->n && list->n_most)
        fputc('\n', list->f);
}
