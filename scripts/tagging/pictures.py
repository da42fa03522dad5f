"""Pictures of results, as SVG that needs nothing else.

speed: F1 on en-uner-ewt dev against tokens/s (a logarithmic axis), a point for each tagger.  training: the same F1 against
seconds of training, a line for each log of `oriel train --log`, and a point for CRFsuite.
"""
import csv
import math
import os
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 60, 64, 48, 52
OURS, THEIRS, INK, GRID = "#1f6f8b", "#b5523b", "#333333", "#dddddd"
TITLES = {"standard": "Oriel standard", "glove": "Oriel standard, GloVe", "small": "Oriel small, GloVe", "crfsuite": "CRFsuite",
          "opennlp": "OpenNLP", "torch": "PyTorch, the same network"}
DASHES = {"standard": "none", "glove": "7 3", "small": "2 3"}


class Axis:
    def __init__(self, low, high, begin, end, is_log=False):
        self.low, self.high, self.begin, self.end, self.is_log = low, high, begin, end, is_log

    def at(self, value):
        share = (value - self.low) / (self.high - self.low)
        if self.is_log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.begin + share * (self.end - self.begin)


def text(x, y, what, anchor="start", colour=INK, size=13, more=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s" font-size="%d"%s>%s</text>' % (
        x, y, anchor, colour, size, more, escape(what))


def line(x1, y1, x2, y2, colour):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>' % (x1, y1, x2, y2, colour)


def frame(title, x_title, x_axis, x_ticks, y_axis, y_ticks):
    out = [text(LEFT, 24, title, size=16)]
    for value, name in x_ticks:
        x = x_axis.at(value)
        out += [line(x, TOP, x, HEIGHT - BOTTOM, GRID), text(x, HEIGHT - BOTTOM + 18, name, "middle")]
    for value in y_ticks:
        y = y_axis.at(value)
        out += [line(LEFT, y, WIDTH - RIGHT, y, GRID), text(LEFT - 8, y + 4, "%d" % value, "end")]
    out.append(line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK))
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title, "middle"))
    out.append(text(16, (TOP + HEIGHT - BOTTOM) / 2, "F1 on en-uner-ewt dev", "middle",
                    more=' transform="rotate(-90 16 %.1f)"' % ((TOP + HEIGHT - BOTTOM) / 2)))
    return out


def write(path, title, parts):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" '
                'font-family="sans-serif" role="img">\n<title>%s</title>\n<rect width="100%%" height="100%%" fill="white"/>\n' %
                (WIDTH, HEIGHT, WIDTH, HEIGHT, escape(title)))
        f.write("\n".join(parts) + "\n</svg>\n")


def tens(values, least, most):
    low = 10 ** math.floor(math.log10(min(values) * least))
    high = 10 ** math.ceil(math.log10(max(values) * most))
    return low, high, [10 ** k for k in range(round(math.log10(low)), round(math.log10(high)) + 1)]


def f1_axis(values):
    low, high = 5 * math.floor((min(values) - 1) / 5), 5 * math.ceil((max(values) + 1) / 5)
    return Axis(low, high, HEIGHT - BOTTOM, TOP), range(low, high + 1, 5)


def say_count(value):
    return "%g million" % (value / 1e6) if value >= 1e6 else "{:,}".format(value)


def speed(f, path):
    points = []
    for name, title in TITLES.items():
        key = name + (".columns.rate" if name + ".columns.rate" in f else ".rate")
        if key in f and name + ".f1" in f:
            points.append((f.median(key), f.median(name + ".f1"), name, title))
    if len(points) < 2:
        return
    low, high, ticks = tens([p[0] for p in points], 1, 1)
    x_axis = Axis(low, high, LEFT, WIDTH - RIGHT, is_log=True)
    y_axis, y_ticks = f1_axis([p[1] for p in points])
    title = "Entities found, and words tagged in a second on one core"
    out = frame(title, "tokens/s, columns to columns", x_axis, [(t, say_count(t)) for t in ticks], y_axis, y_ticks)
    for rate, f1, name, label in points:
        colour = OURS if name in DASHES else THEIRS
        x, y = x_axis.at(rate), y_axis.at(f1)
        is_left = x > (LEFT + WIDTH - RIGHT) / 2
        out.append('<circle cx="%.1f" cy="%.1f" r="5" fill="%s"/>' % (x, y, colour))
        out.append(text(x - 10 if is_left else x + 10, y + 4, label, "end" if is_left else "start", colour))
    write(path, title, out)


def curve(path):
    """[(seconds, F1 in percent)], averaged weights as they would be kept: the best so far is not taken."""
    with open(path, encoding="utf-8", newline="") as lines:
        return [(float(row["seconds"]), 100 * float(row["dev_f1"])) for row in csv.DictReader(lines, delimiter="\t")]


def training(f, models, path):
    curves = {}
    for name in DASHES:
        log = os.path.join(models, name + ".log")
        if os.path.exists(log):
            curves[name] = curve(log)
    if not curves:
        return
    ends = {name: points[-1] for name, points in curves.items()}
    others = []
    if "crfsuite.training_seconds" in f:
        others.append(("crfsuite", f.median("crfsuite.training_seconds"), f.median("crfsuite.f1")))
    seconds = [p[0] for points in curves.values() for p in points] + [o[1] for o in others]
    low, high, ticks = tens(seconds, 1, 1)
    x_axis = Axis(low, high, LEFT, WIDTH - RIGHT, is_log=True)
    y_axis, y_ticks = f1_axis([p[1] for points in curves.values() for p in points] + [o[2] for o in others])
    title = "Entities found, and seconds of training on one core"
    out = frame(title, "seconds of training", x_axis, [(t, "{:,}".format(t)) for t in ticks], y_axis, y_ticks)
    for name, points in curves.items():
        at = " ".join("%.1f,%.1f" % (x_axis.at(s), y_axis.at(f1)) for s, f1 in points)
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="%s"/>' %
                   (at, OURS, DASHES[name]))
        x, y = x_axis.at(ends[name][0]), y_axis.at(ends[name][1])
        out.append(text(min(x + 6, WIDTH - 140), y + 4 if x < WIDTH - 146 else y - 8, TITLES[name], colour=OURS, size=12))
    for name, s, f1 in others:
        out.append('<circle cx="%.1f" cy="%.1f" r="5" fill="%s"/>' % (x_axis.at(s), y_axis.at(f1), THEIRS))
        out.append(text(x_axis.at(s) + 10, y_axis.at(f1) + 4, TITLES[name], colour=THEIRS))
    write(path, title, out)
