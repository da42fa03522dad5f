#include "cli/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- failures ---- */

int report_error(const struct usage *u, const oriel_error *err)
{
    if (err->code == ORIEL_EARG)
        return options_misuse(u, "%s", err->text);
    fprintf(stderr, "oriel: %s\n", err->text);
    return EXIT_FAILED;
}

int report_no_memory(void)
{
    fprintf(stderr, "oriel: not enough memory\n");
    return EXIT_FAILED;
}

int report_write_error(int error)
{
    if (error != EPIPE)
        fprintf(stderr, "oriel: cannot write to standard output: %s\n", strerror(error));
    return EXIT_FAILED;
}

/* ---- figures ---- */

const char *report_count(char *text, uint64_t n)
{
    char digits[FIGURE_BYTES];
    int n_digits = snprintf(digits, sizeof digits, "%" PRIu64, n);
    char *out = text;
    for (int i = 0; i < n_digits; i++) {
        if (i && (n_digits - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = 0;
    return text;
}

const char *report_seconds(char *text, double seconds)
{
    unsigned s = seconds > 0 && seconds < 3.6e6 ? (unsigned)(seconds + 0.5) : 0;
    if (seconds >= 3.6e6 || seconds != seconds)
        snprintf(text, FIGURE_BYTES, "?");
    else if (s >= 3600)
        snprintf(text, FIGURE_BYTES, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, FIGURE_BYTES, "%u:%02u", s / 60, s % 60);
    return text;
}

const char *report_bytes(char *text, uint64_t n)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double x = (double)n;
    size_t unit = 0;
    while (x >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        x /= 1000;
        unit++;
    }
    snprintf(text, FIGURE_BYTES, unit ? "%.1f %s" : "%.0f %s", x, units[unit]);
    return text;
}

const char *report_number_of(char *text, uint64_t n, const char *noun, const char *nouns)
{
    char figure[FIGURE_BYTES];
    snprintf(text, FIGURE_BYTES, "%s %s", report_count(figure, n), n == 1 ? noun : nouns);
    return text;
}

/* ---- training ---- */

static void say_bad_tags(FILE *f, const oriel_corpus_facts *facts)
{
    char n[FIGURE_BYTES];
    fprintf(f, "tags:   %s %s against the scheme and read as conlleval does, the first at %s:%zu\n",
            report_number_of(n, facts->n_bad_tags, "tag", "tags"), facts->n_bad_tags == 1 ? "is" : "are",
            facts->first_bad_file ? facts->first_bad_file : "?", facts->first_bad_line);
}

void report_corpus(FILE *f, const oriel_corpus_facts *facts)
{
    char a[FIGURE_BYTES], b[FIGURE_BYTES], c[FIGURE_BYTES], d[FIGURE_BYTES];
    fprintf(f, "train:  %s, %s, %s of %s (%s), scheme %s\n",
            report_number_of(a, facts->n_sentences, "sentence", "sentences"),
            report_number_of(b, facts->n_tokens, "token", "tokens"),
            report_number_of(c, facts->n_entities, "entity", "entities"),
            report_number_of(d, facts->n_types, "type", "types"), facts->types, facts->scheme);
    fprintf(f, "dev:    %s, %s%s\n", report_number_of(a, facts->n_dev_sentences, "sentence", "sentences"),
            report_number_of(b, facts->n_dev_tokens, "token", "tokens"),
            facts->dev_was_held_out ? ", held out of the training files by the seed" : "");
    fprintf(f, "words:  %s in the vocabulary", report_count(a, facts->n_words));
    if (facts->has_vectors)
        fprintf(f, ", vectors for %.1f %% of the running words", 100 * facts->share_with_vectors);
    fprintf(f, "; seed %" PRIu64 "\n", facts->seed);
    if (facts->n_bad_tags)
        say_bad_tags(f, facts);
}

struct progress progress_begin(FILE *f)
{
    const char *kind = getenv("TERM");
    bool can_rewrite = kind && strcmp(kind, "dumb") != 0;
    return (struct progress){.f = f, .is_terminal = can_rewrite && isatty(fileno(f))};
}

/* Columns of the terminal, so that a line that is too long does not wrap and stay. */
static size_t terminal_width(FILE *f)
{
    struct winsize size;
    if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return 80;
    return size.ws_col;
}

void progress_rewrite(struct progress *p, const char *line)
{
    fprintf(p->f, "\r%.*s\033[K", (int)terminal_width(p->f) - 1, line);
    fflush(p->f);
    p->has_line = true;
}

static void show_on_terminal(struct progress *p, const oriel_progress *now)
{
    char speed[FIGURE_BYTES], left[FIGURE_BYTES], best[64] = "";
    char line[256];
    if (now->best_epoch)
        snprintf(best, sizeof best, "  dev F1 %.2f (epoch %zu)", 100 * now->best_f1, now->best_epoch);
    snprintf(line, sizeof line, "epoch %zu/%zu %3.0f %%  loss %.4f%s  %s words/s  %s left", now->epoch, now->epochs,
             100 * now->done, now->loss, best, report_count(speed, (uint64_t)now->words_per_second),
             report_seconds(left, now->seconds_left));
    progress_rewrite(p, line);
}

static void show_in_log(struct progress *p, const oriel_progress *now)
{
    char speed[FIGURE_BYTES], left[FIGURE_BYTES];
    fprintf(p->f, "epoch %zu/%zu  loss %.4f  dev F1 %.2f%s  %s words/s  %s left\n", now->epoch, now->epochs, now->loss,
            100 * now->dev_f1, now->best_epoch == now->epoch ? " (best)" : "",
            report_count(speed, (uint64_t)now->words_per_second), report_seconds(left, now->seconds_left));
    fflush(p->f);
}

void progress_show(struct progress *p, const oriel_progress *now)
{
    if (now->moment == ORIEL_AT_START)
        report_corpus(p->f, now->facts);
    else if (p->is_terminal)
        show_on_terminal(p, now);
    else if (now->moment == ORIEL_AT_EPOCH)
        show_in_log(p, now);
}

void progress_end(struct progress *p)
{
    if (p->has_line)
        fputc('\n', p->f);
    p->has_line = false;
}
