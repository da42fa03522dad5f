"""Figures to the section that docs/speed.md shows, and to pictures."""
import os
import re

from tagging import measure, pictures
from tagging.sizes import LONG, SHORT
from tagging.systems import PEERS

NAMES = {"standard": "Oriel `standard`", "glove": "Oriel `standard`, GloVe", "small": "Oriel `--size small`, GloVe",
         "tags69": "Oriel, 69 outputs", "tags157": "Oriel, 157 outputs", "crfsuite": "CRFsuite",
         "crfsuite_wide": "CRFsuite, affixes of all five tokens", "opennlp": "OpenNLP", "torch": "PyTorch, the same network"}
PEER_NAMES = [peer.name for peer in PEERS]
BUSY = 1.05
BEGIN, END = "<!-- bench-tagging: begin -->", "<!-- bench-tagging: end -->"


def table(head, rows):
    if not rows:
        return []
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(r) + " |" for r in rows] + [""]


def whole(x):
    return "{:,.0f}".format(x)


def machine():
    system = measure.told_by([measure.ORIEL, "info", "--system"])
    told = dict(re.findall(r"^(\S[^\n]*?)  +(.*)$", system, re.M))
    version = measure.told_by([measure.ORIEL, "--version"]).split("\n")[0]
    return "%s; %s, %s processors." % (version[0].upper() + version[1:], told.get("instructions", "?"),
                                       told.get("processors", "?"))


def state(f):
    busy = f.median("busy") if "busy" in f else 1
    if busy <= BUSY:
        return "The machine was quiet."
    return ("**Provisional**: others were using the machine (the clock on the wall ran %.1f times as fast as the processor's), "
            "so that caches and memory were shared and figures by the wall are worth nothing." % busy)


def speed(f):
    rows = []
    for name, title in NAMES.items():
        key = name + (".columns" if name + ".columns.rate" in f else "")
        if key + ".rate" not in f:
            continue
        rate = f.median(key + ".rate")
        ratio = f.median("standard.columns.rate") / rate if name in PEER_NAMES else None
        rows.append([title, whole(rate), "%.1f" % ratio if ratio else "", "%.1f" % f.median(name + ".f1"),
                     "%.1f" % f.median(name + ".model_mb"), whole(f.median(key + ".peak_mib")),
                     "%.1f" % f.median(key + ".known") if key + ".known" in f else ""])
    lines = table(["columns to columns, one core", "tokens/s", "`standard` is faster by", "dev F1", "model, MB", "peak, MiB",
                   "known to the cache, %"], rows)
    return ["%s tokens of running text, each sentence once:" % whole(f.median("text.tokens")), ""] + lines if rows else []


def forms(f):
    rows = []
    for name in ("standard", "glove"):
        if name + ".json.rate" not in f:
            continue
        one, two = f.median(name + ".columns.wall_rate"), f.median(name + ".two.rate")
        rows.append([NAMES[name], whole(f.median(name + ".json.rate")), whole(f.median(name + ".repeated.rate")), whole(two),
                     "%.2f" % (two / one)])
    return table(["tokens/s", "raw text to JSON lines", "repeated text", "two threads, by the wall", "times one thread"], rows)


def stages(f):
    names = ["reading", "look-up", "new_tokens", "network", "tags_output", "writing"]
    rows = [[NAMES[m]] + ["%.3f" % f.median("%s.columns.stage.%s" % (m, s)) for s in names]
            for m in NAMES if m + ".columns.stage.reading" in f]
    return table(["microseconds a token, by the wall"] + [n.replace("_", " ") for n in names], rows)


def limits(f):
    if "limits.tile_gflops" not in f:
        return []
    names = [("tile_gflops", "tile kernel, operands in the nearest cache", "%.0f GFLOP/s"),
             ("row_gathers_per_second", "slots of 5 x 300 numbers of 16 bits, at random from 64 MiB", "%.2f million/s"),
             ("near_gathers_per_second", "the same from 256 KiB", "%.2f million/s")]
    rows = [[title, form % (f.median("limits." + name) / (1 if name == "tile_gflops" else 1e6))] for name, title, form in names]
    return table(["what this machine can do", "one core"], rows)


def loading(f):
    if "load.warm_seconds" not in f:
        return []
    return ["A model of %.0f MB (341,479 words, four bytes a number) is loaded, its checksum looked at, and ready to tag in "
            "%.3f s (%.3f s of the processor); when its file is not in memory, %.3f s." %
            (f.median("large.model_mb"), f.median("load.warm_seconds"), f.median("load.warm_cpu_seconds"),
             f.median("load.cold_seconds")), ""]


def latency(f):
    rows = []
    for name in ("standard", "glove"):
        figures = ["latency.%s.%s" % (name, who) for who in ("oriel", "echo")]
        if figures[0] + "_p50" in f:
            p = {k: f.median(k) for who in figures for k in (who + "_p50", who + "_p99")}
            apart = p[figures[0] + "_p99"] - p[figures[1] + "_p99"]
            rows.append([NAMES[name]] + ["%.0f" % p[k] for k in p] + ["%.0f" % apart])
    return table(["microseconds for a sentence through a pipe", "median", "p99", "echo, median", "echo, p99",
                  "p99 less that of echo"], rows)


def same_bytes(f):
    if "bytes.files" not in f:
        return []
    total = {name: sum(v) for name, v in f.values.items() if name.startswith(("bytes.", "instructions."))}
    lines = ["Of %d files of corpora two threads tagged %d otherwise than one did; in other batches it was %d." %
             (total["bytes.files"], total["bytes.differ_by_threads"], total["bytes.differ_by_batch"]), ""]
    rows = [[{"avx2": "AVX2", "none": "no fused multiply-add"}[name], whole(total["instructions.%s.tokens" % name]),
             whole(total["instructions.%s.conll_lines_differ" % name]),
             whole(total["instructions.%s.jsonl_lines_differ" % name])]
            for name in ("avx2", "none") if "instructions.%s.tokens" % name in total]
    return lines + table(["instructions", "tokens", "other tags", "other JSON lines (a confidence in its third place)"], rows)


def sizes(f):
    titles = {"words": "words of the model", "units": "hidden units", "types": "outputs", "stream": "tokens of the stream"}
    rows = []
    for what, title in titles.items():
        for value in SHORT[what] + LONG[what]:
            key = "sizes.%s.%d" % (what, value)
            if key + ".rate" in f:
                shown = 4 * value + 1 if what == "types" else value
                rows.append([title, whole(shown), whole(f.median(key + ".rate")), whole(f.median(key + ".peak_mib")),
                             "%.1f" % f.median(key + ".known")])
    return table(["size", "", "tokens/s", "peak, MiB", "known to the cache, %"], rows)


def section(f):
    lines = [machine() + " " + state(f), ""]
    for part in (speed, forms, stages, limits, loading, latency, sizes, same_bytes):
        lines += part(f)
    return "\n".join(lines)


def put_between(path, text):
    with open(path, encoding="utf-8") as f:
        before, rest = f.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write(before + BEGIN + "\n" + text + END + after)


def make(f, models, is_written):
    text = section(f)
    print(text)
    folder = "docs" if is_written else models
    pictures.speed(f, os.path.join(folder, "speed-f1.svg"))
    pictures.training(f, models, os.path.join(folder, "speed-training.svg"))
    if is_written:
        put_between("docs/speed.md", text)
