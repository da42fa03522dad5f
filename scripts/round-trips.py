#!/usr/bin/env python3
"""Vectors files between Oriel and NumPy, gensim and fastText; run by scripts/check-round-trips.

round-trips.py PROGRAM FOLDER: everything is made in the folder, from a fixed seed.
"""

import json
import os
import shutil
import subprocess
import sys

import numpy

PROGRAM, FOLDER = sys.argv[1:3]
N, DIM, NEAREST = 300, 20, 5
failures = []
counts = {"passed": 0, "skipped": 0}


def path(name):
    return os.path.join(FOLDER, name)


def oriel(*arguments):
    done = subprocess.run([PROGRAM, "vectors", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"oriel vectors {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def check(name, test):
    try:
        test()
        counts["passed"] += 1
    except AssertionError as why:
        failures.append(f"{name}: {why}")


def skip(name, why):
    counts["skipped"] += 1
    print(f"round trips: {name}: skipped, {why}")


def near(file, word):
    """What `near` prints, as pairs of a word and a cosine."""
    lines = oriel("near", "--vectors", path(file), "-k", str(NEAREST), word).splitlines()[1:]
    return [(line[10:], float(line[:9])) for line in lines]


def same_neighbours(ours, theirs, word):
    expect([w for w, _ in ours] == [w for w, _ in theirs], f"{word}: {ours} and {theirs}")
    for (_, a), (_, b) in zip(ours, theirs):
        expect(abs(a - b) < 1e-3, f"{word}: {ours} and {theirs}")


# ---- the vectors ----

rng = numpy.random.default_rng(7)
rows = rng.normal(size=(N, DIM)).astype("<f4")
words = [f"w{i}" if i % 3 else f"w\u00fc{i}\u6771" for i in range(N)]
with open(path("start.vec"), "w", encoding="utf-8") as f:
    print(N, DIM, file=f)
    for w, row in zip(words, rows):
        print(w, *[numpy.format_float_positional(x, unique=True) for x in row], file=f)
for name in ("a.npy", "a.safetensors", "a.vec"):
    oriel("convert", path("start.vec"), path(name))
oriel("convert", "--format", "word2vec-binary", path("start.vec"), path("a.bin"))
unit = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def neighbours_by_numpy(i):
    cosines = unit @ unit[i]
    order = [j for j in numpy.argsort(-cosines, kind="stable") if j != i]
    return [(words[j], float(cosines[j])) for j in order[:NEAREST]]


# ---- NumPy ----

def numpy_reads_npy():
    table = numpy.load(path("a.npy"), allow_pickle=False)
    mapped = numpy.load(path("a.npy"), mmap_mode="r")
    expect(table.dtype == numpy.dtype("<f4") and table.shape == (N, DIM), f"{table.dtype} {table.shape}")
    expect(table.tobytes() == rows.tobytes() and mapped.tobytes() == rows.tobytes(), "other numbers")
    expect(table.offset % 64 == 0 if hasattr(table, "offset") else True, "not aligned")
    with open(path("a.words"), encoding="utf-8") as file:
        expect(file.read().split("\n")[:-1] == words, "other words")


def oriel_reads_npy():
    for dtype in ("<f4", "<f8", "<f2"):
        numpy.save(path("b.npy"), rows.astype(dtype))
        shutil.copy(path("a.words"), path("b.words"))
        oriel("convert", path("b.npy"), path("c.npy"))
        back = numpy.load(path("c.npy"))
        expect(back.tobytes() == rows.astype(dtype).astype("<f4").tobytes(), f"{dtype}: other numbers")


def numpy_reads_safetensors():
    with open(path("a.safetensors"), "rb") as file:
        data = file.read()
    n = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + n])

    def tensor(name, dtype):
        begin, end = header[name]["data_offsets"]
        return numpy.frombuffer(data[8 + n + begin:8 + n + end], dtype).reshape(header[name]["shape"])

    expect(tensor("vectors", "<f4").tobytes() == rows.tobytes(), "other numbers")
    ends, text = tensor("words.ends", "<u8"), tensor("words.text", "u1").tobytes()
    found = [text[a:b].decode() for a, b in zip([0, *ends[:-1]], ends)]
    expect(found == words, "other words")


def near_is_numpys():
    for file in ("a.npy", "a.safetensors", "a.vec", "a.bin"):
        for i in (0, 17, N - 1):
            same_neighbours(near(file, words[i]), neighbours_by_numpy(i), words[i])


check("NumPy reads .npy", numpy_reads_npy)
check("we read NumPy's .npy", oriel_reads_npy)
check("NumPy finds the tensors of .safetensors", numpy_reads_safetensors)
check("near is what NumPy computes", near_is_numpys)

# ---- letter groups ----

with open(path("letters.txt"), "w", encoding="utf-8") as f:
    for _ in range(300):
        print("Winter snow winters \u00fcbel\ngarden rose gardens tree", file=f)
for spelling in ("as-it-is", "lower"):
    oriel("train", "--quiet", "--subwords", "--buckets", "97", "--dim", "8", "--epochs", "1", "--threads", "1",
          *(["--lowercase"] if spelling == "lower" else []), "--output", path(spelling + ".safetensors"),
          path("letters.txt"))


def fnv1a(data):
    h = 0xcbf29ce484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 % 2 ** 64
    return h


def letter_groups(word):
    """Runs of 3 to 6 characters of the word between its marks, but not all of it."""
    characters = [b"\xfe", *[c.encode() for c in word], b"\xff"]
    n = len(characters)
    return [b"".join(characters[i:i + k]) for k in range(3, 7) for i in range(n - k + 1) if k < n]


def composed_by_numpy(rows_of_groups, word):
    buckets = [fnv1a(g) % len(rows_of_groups) for g in letter_groups(word)]
    return rows_of_groups[buckets].sum(axis=0) / len(buckets) ** 0.5


def numpy_composes():
    for spelling in ("as-it-is", "lower"):
        with open(path(spelling + ".safetensors"), "rb") as file:
            data = file.read()
        n = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + n])
        about = header["__metadata__"]
        expect(about["oriel.groups"] == "fnv1a-3-6" and about["oriel.groups.case"] == spelling.replace("-", " "), about)
        begin, end = header["groups"]["data_offsets"]
        groups = numpy.frombuffer(data[8 + n + begin:8 + n + end], "<f4").reshape(header["groups"]["shape"])
        unknown = ["Wintering", "\u00fcbler", "xy", "\u6771\u4eac"]
        with open(path("unknown"), "w", encoding="utf-8") as file:
            print(*unknown, sep="\n", file=file)
        oriel("convert", "--quiet", "--words", path("unknown"), path(spelling + ".safetensors"), path("u.npy"))
        found = numpy.load(path("u.npy"))
        expect(found.shape == (len(unknown), 8), f"{found.shape}")
        for ours, word in zip(found, unknown):
            theirs = composed_by_numpy(groups, word.lower() if spelling == "lower" else word)
            expect(numpy.allclose(ours, theirs, rtol=1e-5, atol=1e-6), f"{word}: {ours} and {theirs}")


check("NumPy makes the vectors of unknown words", numpy_composes)

# ---- the safetensors package ----

try:
    import safetensors.numpy
except ImportError:
    safetensors = None
    skip("the safetensors package", "it is not there")


def safetensors_of_groups():
    tensors = safetensors.numpy.load_file(path("lower.safetensors"))
    expect(tensors["groups"].shape == (97, 8), f"{tensors['groups'].shape}")


def safetensors_and_back():
    tensors = safetensors.numpy.load_file(path("a.safetensors"))
    expect(tensors["vectors"].tobytes() == rows.tobytes(), "other numbers")
    safetensors.numpy.save_file({"emb.weight": rows}, path("d.safetensors"))
    shutil.copy(path("a.words"), path("d.words"))
    oriel("convert", path("d.safetensors"), path("d.npy"))
    expect(numpy.load(path("d.npy")).tobytes() == rows.tobytes(), "other numbers")


if safetensors:
    check("the safetensors package reads letter groups", safetensors_of_groups)
    check("the safetensors package reads ours, and we read its file", safetensors_and_back)

# ---- gensim ----

try:
    from gensim.models import KeyedVectors
except ImportError:
    KeyedVectors = None
    skip("gensim", "it is not there (Debian: python3-gensim)")


def gensim_reads(file, binary):
    kv = KeyedVectors.load_word2vec_format(path(file), binary=binary)
    expect(kv.index_to_key == words, "other words")
    expect(kv.vectors.astype("<f4").tobytes() == rows.tobytes(), "other numbers")
    for i in (0, 17, N - 1):
        same_neighbours(near(file, words[i]), kv.most_similar(words[i], topn=NEAREST), words[i])


def gensim_writes(binary):
    kv = KeyedVectors(DIM)
    kv.add_vectors(words, rows)
    kv.save_word2vec_format(path("g.vec"), binary=binary)
    oriel("convert", path("g.vec"), path("g.npy"))
    expect(numpy.load(path("g.npy")).tobytes() == rows.tobytes(), "other numbers")
    with open(path("g.words"), encoding="utf-8") as file:
        expect(file.read().split("\n")[:-1] == words, "other words")


if KeyedVectors:
    check("gensim reads our text", lambda: gensim_reads("a.vec", False))
    check("gensim reads our binary file", lambda: gensim_reads("a.bin", True))
    check("we read gensim's text", lambda: gensim_writes(False))
    check("we read gensim's binary file", lambda: gensim_writes(True))

# ---- fastText ----

fasttext = os.environ.get("FASTTEXT") or shutil.which("fasttext")


def fasttext_writes():
    with open(path("text.txt"), "w", encoding="utf-8") as file:
        for _ in range(400):
            print(*[words[int(x)] for x in rng.integers(0, 30, 12)], file=file)
    subprocess.run([fasttext, "skipgram", "-input", path("text.txt"), "-output", path("ft"), "-dim", "8", "-epoch", "1",
                    "-minCount", "1", "-thread", "1"], check=True, capture_output=True)
    with open(path("ft.vec"), encoding="utf-8") as file:
        header, *lines = file.read().splitlines()
    oriel("convert", path("ft.vec"), path("ft.npy"))
    table = numpy.load(path("ft.npy"))
    with open(path("ft.words"), encoding="utf-8") as file:
        found = file.read().split("\n")[:-1]
    expect(header == f"{len(found)} 8" and [line.split()[0] for line in lines] == found, "other words")
    theirs = numpy.array([[float(x) for x in line.split()[1:]] for line in lines], "<f4")
    expect(theirs.tobytes() == table.tobytes(), "other numbers")


if fasttext:
    check("we read fastText's .vec", fasttext_writes)
else:
    skip("fastText", "it is not there (Debian: fasttext)")

for failure in failures:
    print(f"round trips: FAILED: {failure}")
print(f"round trips: {counts['passed']} passed, {len(failures)} failed, {counts['skipped']} skipped")
sys.exit(1 if failures else 0)
