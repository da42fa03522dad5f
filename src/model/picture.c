#include "model/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/picture_labels.h"
#include "text/utf8.h"

enum { WIDTH = 1000, HEIGHT = 720, MARGIN = 24, TOP = 56, BOTTOM = 44, INSET = 18, LEGEND_LINE = 20 };
enum {
    N_COLOURS = 8,
    N_MARKS = 4,
    CROWD = 150,
    MOST_LEGEND = 28,
    LEGEND_SIZE = 13,
    LEAST_LEGEND = 110,
    MOST_LEGEND_WIDTH = 260
};

/* Apart also for those who do not see red or green (after Okabe and Ito 2008), dark enough on white. */
static const char *const colours[N_COLOURS] = {"#0072b2", "#d55e00", "#009e73", "#b5539c",
                                               "#c98a00", "#3a9fd8", "#6b4c9a", "#5f5f5f"};

static const char *const marks[N_MARKS] = {"M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-3.6-3.6h7.2v7.2h-7.2z",
                                           "M0-4.8L4.4 3.4h-8.8z", "M0-5L5 0 0 5-5 0z"};

struct drawing {
    FILE *f;
    const struct picture *p;
    struct box frame;
    struct label *labels; /* [n_points] */
    double scale;         /* pixels of a unit, on both axes */
    double mid_x, mid_y;  /* what is in the middle of the frame */
};

/* ---- parts of speech of XML ---- */

/* Not %f: a locale may write a comma. */
static void put_number(FILE *f, double x)
{
    long tenths = lround(x * 10);
    fprintf(f, "%s%ld.%ld", tenths < 0 ? "-" : "", labs(tenths) / 10, labs(tenths) % 10);
}

static void put_escaped(FILE *f, const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n;) {
        int32_t c;
        size_t length = utf8_decode(s + i, n - i, &c);
        if (length == 0 || c < 0x20 || c == 0xFFFE || c == 0xFFFF)
            fputs("\xEF\xBF\xBD", f);
        else if (c == '&' || c == '<' || c == '>' || c == '"')
            fprintf(f, "&#%d;", (int)c);
        else
            fwrite(s + i, 1, length, f);
        i += length > 0 ? length : 1;
    }
}

static void put_text_at(FILE *f, double x, double y, const char *more, const char *text)
{
    fputs("<text x=\"", f);
    put_number(f, x);
    fputs("\" y=\"", f);
    put_number(f, y);
    fprintf(f, "\"%s>", more);
    put_escaped(f, text);
    fputs("</text>\n", f);
}

/* By that end which is at the point, so that an estimate of the width that is wrong does no harm there. */
static void put_label(FILE *f, const struct label *l, const char *text)
{
    if (l->across > 0)
        put_text_at(f, l->left, l->line, "", text);
    else if (l->across < 0)
        put_text_at(f, l->left + l->width, l->line, " text-anchor=\"end\"", text);
    else
        put_text_at(f, l->x, l->line, " text-anchor=\"middle\"", text);
}

static void put_mark(FILE *f, double x, double y, size_t type, const char *scale, const char *title)
{
    fputs("<path transform=\"translate(", f);
    put_number(f, x);
    fputs(" ", f);
    put_number(f, y);
    fprintf(f, ")%s\" fill=\"%s\" d=\"%s\">", scale, colours[type % N_COLOURS], marks[type / N_COLOURS % N_MARKS]);
    if (title) {
        fputs("<title>", f);
        put_escaped(f, title);
        fputs("</title>", f);
    }
    fputs("</path>\n", f);
}

/* ---- where things are ---- */

static double legend_width(const struct picture *p)
{
    double width = p->n_types > 0 ? LEAST_LEGEND : 0;
    for (size_t i = 0; i < p->n_types && i < MOST_LEGEND; i++)
        width = fmax(width, label_width(p->types[i], LEGEND_SIZE) + 100);
    return fmin(width, MOST_LEGEND_WIDTH);
}

static void find_scale(struct drawing *d)
{
    const struct picture_point *points = d->p->points;
    struct box all = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < d->p->n_points; i++) {
        all.left = fmin(all.left, points[i].x);
        all.right = fmax(all.right, points[i].x);
        all.top = fmin(all.top, points[i].y);
        all.bottom = fmax(all.bottom, points[i].y);
    }
    double across = (d->frame.right - d->frame.left - 2 * INSET) / fmax(all.right - all.left, 1e-30);
    double down = (d->frame.bottom - d->frame.top - 2 * INSET) / fmax(all.bottom - all.top, 1e-30);
    d->scale = fmin(fmin(across, down), 1e9);
    d->mid_x = (all.left + all.right) / 2;
    d->mid_y = (all.top + all.bottom) / 2;
}

static double place_x(const struct drawing *d, double x)
{
    return (d->frame.left + d->frame.right) / 2 + (x - d->mid_x) * d->scale;
}

static double place_y(const struct drawing *d, double y)
{
    return (d->frame.top + d->frame.bottom) / 2 - (y - d->mid_y) * d->scale;
}

static oriel_status arrange(struct drawing *d, size_t *n_labels, oriel_error *err)
{
    const struct picture *p = d->p;
    double legend = legend_width(p);
    d->frame = (struct box){MARGIN + 16, TOP, WIDTH - MARGIN - legend, HEIGHT - BOTTOM};
    d->labels = mem_zero(p->n_points, sizeof *d->labels);
    if (!d->labels)
        return error_memory(err);
    find_scale(d);
    for (size_t i = 0; i < p->n_points; i++)
        d->labels[i] = (struct label){.x = place_x(d, p->points[i].x),
                                      .y = place_y(d, p->points[i].y),
                                      .width = label_width(p->points[i].label, LABEL_SIZE)};
    *n_labels = labels_place(d->labels, p->n_points, d->frame);
    return ORIEL_OK;
}

/* ---- drawing ---- */

static void draw_line(FILE *f, double x1, double y1, double x2, double y2)
{
    fputs("<path class=\"z\" d=\"M", f);
    put_number(f, x1);
    fputs(" ", f);
    put_number(f, y1);
    fputs("L", f);
    put_number(f, x2);
    fputs(" ", f);
    put_number(f, y2);
    fputs("\"/>\n", f);
}

/* The frame, and the lines through the mean of all points where they lie within it. */
static void draw_frame(const struct drawing *d)
{
    FILE *f = d->f;
    const struct box *b = &d->frame;
    double x = place_x(d, 0);
    double y = place_y(d, 0);
    fputs("<rect class=\"f\" x=\"", f);
    put_number(f, b->left);
    fputs("\" y=\"", f);
    put_number(f, b->top);
    fputs("\" width=\"", f);
    put_number(f, b->right - b->left);
    fputs("\" height=\"", f);
    put_number(f, b->bottom - b->top);
    fputs("\" rx=\"6\"/>\n", f);
    if (x > b->left && x < b->right)
        draw_line(f, x, b->top, x, b->bottom);
    if (y > b->top && y < b->bottom)
        draw_line(f, b->left, y, b->right, y);
}

static void draw_points(const struct drawing *d)
{
    const struct picture *p = d->p;
    fputs("<g fill-opacity=\".85\">\n", d->f);
    for (size_t i = p->n_points; i-- > 0;) /* the first ones on top */
        put_mark(d->f, d->labels[i].x, d->labels[i].y, p->points[i].type, p->n_points > CROWD ? " scale(.75)" : "",
                 p->points[i].label);
    fprintf(d->f, "</g>\n<g font-size=\"%d\" class=\"l\">\n", LABEL_SIZE);
    for (size_t i = 0; i < p->n_points; i++)
        if (d->labels[i].has_room)
            put_label(d->f, &d->labels[i], p->points[i].label);
    fputs("</g>\n", d->f);
}

static size_t count_type(const struct picture *p, size_t type)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_points; i++)
        n += p->points[i].type == type;
    return n;
}

static void draw_legend(const struct drawing *d)
{
    const struct picture *p = d->p;
    double left = d->frame.right + 26;
    fprintf(d->f, "<g font-size=\"%d\">\n", LEGEND_SIZE);
    for (size_t i = 0; i < p->n_types && i < MOST_LEGEND; i++) {
        char count[32];
        double y = TOP + 14 + (double)(i * LEGEND_LINE);
        snprintf(count, sizeof count, "%zu", count_type(p, i));
        put_mark(d->f, left, y, i, "", NULL);
        put_text_at(d->f, left + 14, y + 4.5, "", p->types[i]);
        put_text_at(d->f, WIDTH - MARGIN, y + 4.5, " text-anchor=\"end\" class=\"q\"", count);
    }
    if (p->n_types > MOST_LEGEND)
        put_text_at(d->f, left + 14, TOP + 18 + MOST_LEGEND * LEGEND_LINE, " class=\"q\"", "and others");
    fputs("</g>\n", d->f);
}

static void draw_names(const struct drawing *d, size_t n_labels)
{
    const struct picture *p = d->p;
    char note[96];
    put_text_at(d->f, MARGIN + 16, 36, " font-size=\"17\" font-weight=\"600\"", p->title);
    put_text_at(d->f, (d->frame.left + d->frame.right) / 2, HEIGHT - 18,
                " font-size=\"12\" text-anchor=\"middle\" class=\"q\"", p->x_name);
    fprintf(d->f, "<g transform=\"translate(28 %d) rotate(-90)\">", (TOP + HEIGHT - BOTTOM) / 2);
    put_text_at(d->f, 0, 0, " font-size=\"12\" text-anchor=\"middle\" class=\"q\"", p->y_name);
    fputs("</g>\n", d->f);
    if (n_labels == p->n_points)
        return;
    snprintf(note, sizeof note, "%zu of %zu labels had room; point at a mark to see its word", n_labels, p->n_points);
    put_text_at(d->f, d->frame.right, 36, " font-size=\"12\" text-anchor=\"end\" class=\"q\"", note);
}

oriel_status picture_write(FILE *f, const struct picture *p, size_t *n_labels, oriel_error *err)
{
    struct drawing d = {.f = f, .p = p};
    oriel_status status = arrange(&d, n_labels, err);
    if (status)
        return status;
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
            "font-family=\"'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif\" fill=\"#222\">\n<title>",
            WIDTH, HEIGHT, WIDTH, HEIGHT);
    put_escaped(f, p->title);
    fputs("</title>\n<style>.f{fill:#fafbfc;stroke:#d8dde3}.z{stroke:#d8dde3;stroke-dasharray:3 4}.q{fill:#667}"
          ".l{paint-order:stroke;stroke:#fafbfc;stroke-width:2.5px;stroke-linejoin:round}</style>\n",
          f);
    fprintf(f, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", WIDTH, HEIGHT);
    draw_frame(&d);
    draw_points(&d);
    draw_legend(&d);
    draw_names(&d, *n_labels);
    fputs("</svg>\n", f);
    mem_free(d.labels);
    return ORIEL_OK;
}
