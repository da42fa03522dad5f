/*
 * One after the other, each tries the eight places around its point and takes the first that is free (Christensen, Marks and
 * Shieber 1995 call it the greedy way; with the important words first it is what one wants).
 */
#include "model/picture_labels.h"

#include <string.h>

#include "text/utf8.h"

enum { GAP = 3, N_PLACES = 8 };

#define FIRST_WIDE 0x1100 /* from here on most letters are as wide as they are high */
#define NARROW "fijlrtI.,:;'!|()[]"

double label_width(const char *text, double size)
{
    double width = 0;
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        int32_t c;
        size_t length = utf8_decode(text + i, n - i, &c);
        if (length == 0 || c >= FIRST_WIDE)
            width += size;
        else if (!utf8_is_mark(c))
            width += size * (c < 0x80 && strchr(NARROW, c)              ? 0.34
                             : utf8_is_upper(c) || c == 'm' || c == 'w' ? 0.74
                                                                        : 0.58);
        i += length > 0 ? length : 1;
    }
    return width;
}

static bool overlap(struct box a, struct box b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static struct box box_of(const struct label *l)
{
    return (struct box){l->left - 1, l->line - LABEL_SIZE + 2, l->left + l->width + 1, l->line + 3};
}

static struct box box_of_point(const struct label *l)
{
    return (struct box){l->x - MARK_RADIUS, l->y - MARK_RADIUS, l->x + MARK_RADIUS, l->y + MARK_RADIUS};
}

/* Right, left, above, below, and the corners. */
static void try_place(struct label *l, size_t place)
{
    static const struct {
        signed char across, down; /* -1: left of the point, above it; 0: in the middle; 1 */
    } places[N_PLACES] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
    int across = places[place].across;
    int down = places[place].down;
    l->across = across;
    double beside = across && down ? MARK_RADIUS : MARK_RADIUS + GAP;
    l->left = across > 0 ? l->x + beside : across < 0 ? l->x - beside - l->width : l->x - l->width / 2;
    l->line = down > 0   ? l->y + MARK_RADIUS + LABEL_SIZE - 1
              : down < 0 ? l->y - MARK_RADIUS - 2
                         : l->y + 0.34 * LABEL_SIZE;
}

static bool is_free(const struct label *labels, size_t n, size_t at, struct box frame)
{
    struct box box = box_of(&labels[at]);
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (i != at && overlap(box, box_of_point(&labels[i])))
            return false;
        if (i < at && labels[i].has_room && overlap(box, box_of(&labels[i])))
            return false;
    }
    return true;
}

size_t labels_place(struct label *labels, size_t n, struct box frame)
{
    size_t n_placed = 0;
    for (size_t i = 0; i < n; i++) {
        labels[i].has_room = false;
        for (size_t place = 0; place < N_PLACES && !labels[i].has_room; place++) {
            try_place(&labels[i], place);
            labels[i].has_room = is_free(labels, n, i, frame);
        }
        n_placed += labels[i].has_room;
    }
    return n_placed;
}
