"""What is measured, part by part.  Figures get names such as oriel.standard.columns.rate."""
import os
import subprocess
import sys

from tagging import inputs, measure
from tagging.measure import BENCH, Missing, run, stages_of, tag_command
from tagging.systems import ORIEL_MODELS, PEERS, oriel_model

COLUMNS = ["--input", "conll", "--output", "conll"]
JSON_LINES = ["--input", "text", "--output", "jsonl"]


class Texts:
    """The files that all tag."""

    def __init__(self, place, least):
        self.columns = place.temporary("different.conll")
        inputs.apart(inputs.write_different, self.columns, place.corpora, least)
        self.n_tokens = inputs.count_tokens(self.columns)
        self.lines = place.temporary("different.txt")
        inputs.write_lines(self.lines, self.columns)
        self.repeated = place.temporary("repeated.conll")
        inputs.apart(inputs.write_repeated, self.repeated, self.columns, 100000, 20)
        self.n_repeated = inputs.count_tokens(self.repeated)
        self.empty = place.temporary("empty")
        with open(self.empty, "wb"):
            pass


def note_oriel(figures, place, name, path, options, text, n_tokens, threads=1):
    """The rate without what an empty file takes: by the processor's clock for one thread, by that on the wall for more."""
    one = threads == 1
    output = place.temporary("out")
    empty = run(tag_command(path, *options, threads=threads) + ["/dev/null"], output, one_core=one)
    used = run(tag_command(path, "--stats", *options, threads=threads) + [text], output, one_core=one)
    cpu, wall = used.cpu - empty.cpu, used.wall - empty.wall
    figures.note(name + ".rate", n_tokens / (cpu if one else wall))
    figures.note(name + ".wall_rate", n_tokens / wall)
    figures.note(name + ".peak_mib", used.peak_mib)
    if one:
        figures.note("busy", wall / cpu)
    stages, known = stages_of(used.told)
    figures.note(name + ".known", known)
    for stage, seconds in stages.items():
        figures.note(name + ".stage." + stage.replace(" ", "_").replace(",", ""), 1e6 * seconds / n_tokens)


def available(place, name):
    try:
        return oriel_model(place, name)
    except Missing as missing:
        print("bench-tagging: left out: %s" % missing, file=sys.stderr)
        return None


def prepare_peers(place, figures, left_out):
    peers = []
    for kind in PEERS:
        if kind.name in left_out:
            continue
        peer = kind()
        try:
            figures.note(peer.name + ".f1", peer.prepare(place))
        except Missing as missing:
            print("bench-tagging: left out: %s" % missing, file=sys.stderr)
            continue
        figures.note(peer.name + ".model_mb", os.path.getsize(peer.model) / 1e6)
        if hasattr(peer, "training_seconds"):
            figures.note(peer.name + ".training_seconds", peer.training_seconds())
        peers.append(peer)
    return peers


def speed_round(place, figures, models, peers, texts):
    columns, n = texts.columns, texts.n_tokens
    for name, path in models.items():
        note_oriel(figures, place, name + ".columns", path, COLUMNS, columns, n)
        if name not in ("standard", "glove"):
            continue
        note_oriel(figures, place, name + ".two", path, COLUMNS, columns, n, threads=2)
        note_oriel(figures, place, name + ".json", path, JSON_LINES, texts.lines, n)
        note_oriel(figures, place, name + ".repeated", path, COLUMNS, texts.repeated, texts.n_repeated)
    for peer in peers:
        rate, peak = peer.tag(place, columns)
        figures.note(peer.name + ".rate", rate)
        figures.note(peer.name + ".peak_mib", peak)


def speed(place, figures, options):
    texts = Texts(place, options.tokens)
    figures.note("text.tokens", texts.n_tokens)
    names = [name for name in ORIEL_MODELS if name != "large" and name not in options.without]
    models = {name: path for name in names for path in [available(place, name)] if path}
    for name, path in models.items():
        corpus = ORIEL_MODELS[name][0]
        figures.note(name + ".f1", measure.micro_f1(place.split("dev", corpus), "--model", path))
        figures.note(name + ".model_mb", os.path.getsize(path) / 1e6)
    peers = prepare_peers(place, figures, options.without)
    for i in range(options.repeats):
        print("round %d" % (i + 1), file=sys.stderr)
        speed_round(place, figures, models, peers, texts)


# ---- loading ----

def forget_pages(path):
    """Has the system drop what it keeps of the file in memory, where it can."""
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def loading(place, figures, options):
    """Of a file of 350,000 x 100 numbers of four bytes, until it could tag: an empty text."""
    path = available(place, "large")
    if not path:
        return
    figures.note("large.model_mb", os.path.getsize(path) / 1e6)
    for _ in range(options.repeats):
        for kind in ("cold", "warm"):
            if kind == "cold":
                forget_pages(path)
            used = run(tag_command(path) + ["/dev/null"], place.temporary("out"))
            figures.note("load.%s_seconds" % kind, used.wall)
            figures.note("load.%s_cpu_seconds" % kind, used.cpu)


# ---- one sentence at a time ----

def latency(place, figures, options):
    """Through a pipe and back, in microseconds, with an echo in turn."""
    lines = place.temporary("latency.txt")
    columns = place.temporary("latency.conll")
    inputs.write_columns(columns, inputs.read_sentences(place.split("dev")), 10 ** 9)
    inputs.write_lines(lines, columns)
    for name in ("standard", "glove"):
        path = available(place, name)
        for _ in range(options.repeats if path else 0):
            command = tag_command(path, "--input", "tokens", "--output", "jsonl")
            figures.note_lines("latency." + name, measure.told_by([BENCH + "/bench_pipe", lines, "20000", *command]))


# ---- what the machine could do ----

def limits(place, figures, options):
    for _ in range(options.repeats):
        figures.note_lines("limits", measure.told_by(["taskset", "-c", "0", BENCH + "/bench_limits", "64", "5", "300"]))


# ---- the same bytes ----

def same(first, second):
    return subprocess.run(["cmp", "-s", first, second]).returncode == 0


def same_bytes(place, figures, options):
    """Of all corpora: two threads, sentences in other batches (raw text comes down a pipe), one corpus after the other."""
    path = available(place, "standard")
    one, other = place.temporary("one"), place.temporary("other")
    files = inputs.corpus_files(place.corpora)
    form = ["--input", "conll", "--output", "jsonl"]
    for name in files:
        figures.note("bytes.files", 1)
        run(tag_command(path, *form) + [name], one)
        run(tag_command(path, *form, threads=2) + [name], other, one_core=False)
        figures.note("bytes.differ_by_threads", not same(one, other))
        with open(other, "wb") as out:
            slowly = ["dd", "if=" + name, "bs=777", "status=none"]
            feed = subprocess.Popen(slowly, stdout=subprocess.PIPE)
            subprocess.run(tag_command(path, *form, threads=2) + ["-"], check=True, stdin=feed.stdout, stdout=out)
            feed.wait()
        figures.note("bytes.differ_by_batch", not same(one, other))
    for name, command in instruction_sets():
        compare_instructions(place, figures, path, files, name, command, options)


def instruction_sets():
    """The program as other processors run it, by an emulator; BLAS has no part in tagging, so any of its cores will do."""
    emulator = "qemu-x86_64"
    if subprocess.run(["sh", "-c", "command -v " + emulator], stdout=subprocess.DEVNULL).returncode != 0:
        print("bench-tagging: left out: other instruction sets, there is no %s (Debian: qemu-user)" % emulator, file=sys.stderr)
        return []
    quiet = ["env", "ORIEL_NO_REEXEC=1", "OPENBLAS_CORETYPE=Prescott", emulator, "-cpu"]
    return [("avx2", quiet + ["max"]), ("none", quiet + ["Nehalem"])]


def compare_instructions(place, figures, path, files, name, emulated, options):
    """Lines that differ; the first tokens of each file, because an emulator is slow."""
    few, one, other = place.temporary("few"), place.temporary("one"), place.temporary("other")
    with open(few, "wb") as all_of_them:
        for corpus in files:
            inputs.write_columns(one, inputs.read_sentences(corpus), 10 ** 9 if options.long else 250)
            with open(one, "rb") as f:
                all_of_them.write(f.read())
    for form in ("conll", "jsonl"):
        command = tag_command(path, "--input", "conll", "--output", form) + [few]
        run(command, one)
        run(emulated + command, other)
        with open(one, "rb") as a, open(other, "rb") as b:
            n_other = sum(x != y for x, y in zip(a.read().split(b"\n"), b.read().split(b"\n")))
        figures.note("instructions.%s.%s_lines_differ" % (name, form), n_other)
    figures.note("instructions.%s.tokens" % name, inputs.count_tokens(few))
