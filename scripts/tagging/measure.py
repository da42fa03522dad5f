"""Runs programs, notes what they took, and tells medians."""
import os
import statistics
import subprocess
import sys

ORIEL = "build/release/oriel"
BENCH = "build/release/tests/bench"


class Missing(Exception):
    """A program that is compared with is not installed."""


class Figures:
    """Values by name, several of each; kept in a file, a name and a value a line."""

    def __init__(self):
        self.values = {}

    def note(self, name, value):
        self.values.setdefault(name, []).append(float(value))

    def note_lines(self, prefix, text):
        """What programs print: a name and a figure a line."""
        for line in text.splitlines():
            parts = line.split()
            if len(parts) == 2:
                self.note(prefix + "." + parts[0], parts[1])

    def __contains__(self, name):
        return name in self.values

    def median(self, name):
        return statistics.median(self.values[name])

    def spread(self, name):
        """Largest over smallest."""
        return max(self.values[name]) / min(self.values[name])

    def save(self, path):
        with open(path, "w", encoding="utf-8") as f:
            for name in sorted(self.values):
                f.writelines("%s %.6g\n" % (name, v) for v in self.values[name])

    def load(self, path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                name, value = line.split()
                self.note(name, value)


class Usage:
    """What a finished process took."""

    def __init__(self, wall, rusage, told):
        self.wall = wall
        self.cpu = rusage.ru_utime + rusage.ru_stime
        self.peak_mib = rusage.ru_maxrss / 1024
        self.told = told  # on standard error


def run(command, output, stdin=None, one_core=True, env=None):
    """Runs it in a process of its own, on core 0 alone if one_core."""
    if one_core:
        command = ["taskset", "-c", "0"] + command
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    with open(output, "wb") as out, open(output + ".err", "w+b") as err:
        begin = os.times().elapsed
        child = subprocess.Popen(command, stdin=source, stdout=out, stderr=err, env=dict(os.environ, **(env or {})))
        _, status, rusage = os.wait4(child.pid, 0)
        wall = os.times().elapsed - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        told = err.read().decode("utf-8", "replace")
    if stdin:
        source.close()
    if child.returncode == 3:
        raise Missing(told.strip())
    if child.returncode != 0:
        sys.exit("bench-tagging: %s: %s" % (" ".join(command), told.strip()[-500:]))
    return Usage(wall, rusage, told)


def told_by(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def tag_command(model, *options, threads=1):
    """To be followed by files, if any."""
    return [ORIEL, "tag", "--quiet", "--threads", str(threads), "--model", model, *options]


def stages_of(told):
    """{stage: seconds} and the share of known tokens, from `oriel tag --stats`."""
    stages = {}
    known = 0.0
    for line in told.splitlines():
        words = line.split()
        if line.endswith("known to the cache"):
            known = float(words[words.index("%") - 1])
        elif line.endswith("us/token"):
            stages[" ".join(words[:-4])] = float(words[-4])
    return stages, known


def micro_f1(gold, *found):
    """In percent, of a model (--model, FILE) or of predicted columns (FILE)."""
    files = [*found, gold] if len(found) == 2 else [gold, *found]
    for line in told_by([ORIEL, "eval", "--format", "tsv", *files]).splitlines():
        columns = line.split("\t")
        if columns[0] == "entities" and columns[2] == "micro":
            return 100 * float(columns[5])
    raise ValueError("no F1 of entities was told")
