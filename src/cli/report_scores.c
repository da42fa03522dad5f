/* Scores as a table for people, and as TSV and JSON for programs. */
#include <inttypes.h>

#include "cli/report.h"

static const char *const level_names[] = {"entities", "tokens", "seen", "unseen"};

/* ---- table ---- */

/* Columns that a name takes on a terminal, nearly: its characters. */
static size_t width_of(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static size_t widest_name(const oriel_scores *s)
{
    size_t widest = width_of("unseen names");
    for (size_t i = 0; i < oriel_scores_types(s); i++) {
        size_t n = width_of(oriel_scores_type(s, ORIEL_ENTITIES, i).name);
        widest = n > widest ? n : widest;
    }
    return widest;
}

static void say_name(FILE *f, const char *name, size_t width)
{
    fprintf(f, "%s%*s", name, (int)(width - width_of(name)), "");
}

static void say_head(FILE *f, const char *name, size_t width)
{
    say_name(f, name, width);
    fprintf(f, "  precision   recall       F1       gold  predicted    correct\n");
}

static void say_score(FILE *f, const char *name, oriel_score score, size_t width)
{
    say_name(f, name, width);
    fprintf(f, "  %9.2f  %7.2f  %7.2f  %9" PRIu64 "  %9" PRIu64 "  %9" PRIu64 "\n", 100 * score.precision,
            100 * score.recall, 100 * score.f1, score.gold, score.predicted, score.correct);
}

static void say_level(FILE *f, const oriel_scores *s, oriel_level level, const char *title, size_t width)
{
    say_head(f, title, width);
    for (size_t i = 0; i < oriel_scores_types(s); i++) {
        oriel_score score = oriel_scores_type(s, level, i);
        say_score(f, score.name, score, width);
    }
    say_score(f, "micro", oriel_scores_micro(s, level), width);
    say_score(f, "macro", oriel_scores_macro(s, level), width);
}

static void say_facts(FILE *f, oriel_scores_facts facts)
{
    char a[FIGURE_BYTES], b[FIGURE_BYTES];
    fprintf(f, "%s, %s, accuracy %.2f %%\n", report_number_of(a, facts.n_sentences, "sentence", "sentences"),
            report_number_of(b, facts.n_tokens, "token", "tokens"), 100 * facts.accuracy);
    if (facts.n_bad_tags)
        fprintf(f, "%s against the scheme, read as conlleval does\n",
                report_number_of(a, facts.n_bad_tags, "tag", "tags"));
    fputc('\n', f);
}

void report_scores(FILE *f, const oriel_scores *s, bool with_tokens)
{
    oriel_scores_facts facts = oriel_scores_about(s);
    size_t width = widest_name(s);
    say_facts(f, facts);
    say_level(f, s, ORIEL_ENTITIES, facts.has_plain_labels ? "labels" : "entities", width);
    if (with_tokens && !facts.has_plain_labels) {
        fputc('\n', f);
        say_level(f, s, ORIEL_TOKENS, "tokens", width);
    }
    if (facts.has_plain_labels)
        return;
    fputc('\n', f);
    if (facts.knows_seen) {
        say_score(f, "seen names", oriel_scores_micro(s, ORIEL_SEEN), width);
        say_score(f, "unseen names", oriel_scores_micro(s, ORIEL_UNSEEN), width);
    }
    if (!with_tokens)
        say_score(f, "tokens", oriel_scores_micro(s, ORIEL_TOKENS), width);
}

void report_reliability(FILE *f, const oriel_scores *s)
{
    fprintf(f, "\nconfidence   predicted     mean    right\n");
    for (size_t bin = 0; bin < ORIEL_RELIABILITY_BINS; bin++) {
        oriel_reliability r = oriel_scores_reliability(s, bin);
        if (r.predicted == 0)
            continue;
        fprintf(f, "%.1f to %.1f   %9" PRIu64 "  %7.3f  %7.3f\n", 0.1 * (double)bin, 0.1 * (double)(bin + 1),
                r.predicted, r.confidence, (double)r.correct / (double)r.predicted);
    }
    fprintf(f, "expected calibration error %.3f\n", oriel_scores_calibration_error(s));
}

/* ---- for programs ---- */

static bool has_level(oriel_scores_facts facts, oriel_level level)
{
    return level == ORIEL_ENTITIES || (!facts.has_plain_labels && (level == ORIEL_TOKENS || facts.knows_seen));
}

static void tsv_row(FILE *f, oriel_level level, const char *kind, oriel_score score)
{
    fprintf(f, "%s\t%s\t%s\t%.6f\t%.6f\t%.6f\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", level_names[level], kind,
            score.name, score.precision, score.recall, score.f1, score.gold, score.predicted, score.correct);
}

void report_scores_tsv(FILE *f, const oriel_scores *s)
{
    fprintf(f, "level\trow\tname\tprecision\trecall\tf1\tgold\tpredicted\tcorrect\n");
    for (oriel_level level = ORIEL_ENTITIES; level <= ORIEL_UNSEEN; level++) {
        if (!has_level(oriel_scores_about(s), level))
            continue;
        for (size_t i = 0; i < oriel_scores_types(s); i++)
            tsv_row(f, level, "type", oriel_scores_type(s, level, i));
        tsv_row(f, level, "all", oriel_scores_micro(s, level));
        tsv_row(f, level, "all", oriel_scores_macro(s, level));
    }
}

static void put_score(struct output *o, oriel_score score)
{
    char text[256];
    int n = snprintf(text, sizeof text,
                     ":{\"precision\":%.6f,\"recall\":%.6f,\"f1\":%.6f,\"gold\":%" PRIu64 ",\"predicted\":%" PRIu64
                     ",\"correct\":%" PRIu64 "}",
                     score.precision, score.recall, score.f1, score.gold, score.predicted, score.correct);
    put_json(o, score.name, strlen(score.name));
    put_bytes(o, text, (size_t)n);
}

static void put_level(struct output *o, const oriel_scores *s, oriel_level level)
{
    put_json(o, level_names[level], strlen(level_names[level]));
    put_text(o, ":{");
    put_score(o, oriel_scores_micro(s, level));
    put_char(o, ',');
    put_score(o, oriel_scores_macro(s, level));
    put_text(o, ",\"types\":{");
    for (size_t i = 0; i < oriel_scores_types(s); i++) {
        if (i)
            put_char(o, ',');
        put_score(o, oriel_scores_type(s, level, i));
    }
    put_text(o, "}}");
}

void report_scores_json(struct output *o, const oriel_scores *s)
{
    oriel_scores_facts facts = oriel_scores_about(s);
    char accuracy[FIGURE_BYTES];
    snprintf(accuracy, sizeof accuracy, "%.6f", facts.accuracy);
    put_text(o, "{\"sentences\":");
    put_whole(o, facts.n_sentences);
    put_text(o, ",\"tokens\":");
    put_whole(o, facts.n_tokens);
    put_text(o, ",\"accuracy\":");
    put_text(o, accuracy);
    put_text(o, ",\"bad_tags\":");
    put_whole(o, facts.n_bad_tags);
    put_text(o, ",\"plain_labels\":");
    put_text(o, facts.has_plain_labels ? "true" : "false");
    put_text(o, ",\"levels\":{");
    for (oriel_level level = ORIEL_ENTITIES; level <= ORIEL_UNSEEN; level++) {
        if (!has_level(facts, level))
            continue;
        if (level != ORIEL_ENTITIES)
            put_char(o, ',');
        put_level(o, s, level);
    }
    put_text(o, "}}\n");
}
