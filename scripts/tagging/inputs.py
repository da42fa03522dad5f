"""What is tagged: running text of the corpora, each sentence once; and made-up corpora of a given size."""
import glob
import itertools
import multiprocessing
import os
import random

MARK = "-DOCSTART-"


def apart(function, *arguments):
    """Calls it in a process of its own: a program that is started later is told to have been as large as who started it."""
    process = multiprocessing.get_context("fork").Process(target=function, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError("%s failed" % function.__name__)


def read_sentences(path):
    """Yields lists of (token, tag)."""
    sentence = []
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            columns = line.rstrip("\r\n").replace(" ", "\t").split("\t")
            if columns[0] and columns[0] != MARK:
                sentence.append((columns[0], columns[-1]))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def corpus_files(corpora):
    """English ones first."""
    files = sorted(glob.glob(os.path.join(corpora, "*", "*.conll")))
    return sorted(files, key=lambda path: not os.path.basename(os.path.dirname(path)).startswith("en-"))


def different_sentences(corpora):
    seen = set()
    for path in corpus_files(corpora):
        for sentence in read_sentences(path):
            key = hash(tuple(token for token, _ in sentence))
            if key not in seen:
                seen.add(key)
                yield sentence


def write_columns(path, sentences, least):
    """The first of them until there are `least` tokens."""
    n = 0
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        for sentence in sentences:
            if n >= least:
                break
            f.write("".join("%s\t%s\n" % pair for pair in sentence) + "\n")
            n += len(sentence)


def count_tokens(columns):
    with open(columns, "rb") as f:
        return sum(1 for line in f if line.strip())


def write_different(path, corpora, least):
    write_columns(path, different_sentences(corpora), least)


def write_lines(path, columns):
    """The same as running text, a sentence a line."""
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        for sentence in read_sentences(columns):
            f.write(" ".join(token for token, _ in sentence) + "\n")


def write_repeated(path, columns, n_tokens, times):
    """The first sentences of a file, over and over."""
    write_columns(path, read_sentences(columns), n_tokens)
    with open(path, "r+b") as f:
        text = f.read()
        for _ in range(times - 1):
            f.write(text)


# ---- made up ----

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "han", "kel", "lim", "mor", "nu", "pa", "ri", "so", "tev", "wix", "yo"]


def word(number):
    out = []
    while True:
        out.append(SYLLABLES[number % 16])
        number //= 16
        if number == 0:
            return "".join(out)


def made_up_corpus(path, n_words, n_types, least=20000, seed=1):
    """Every word at least once; every 20th word is a name, whose type its number says."""
    order = list(range(n_words)) + [random.Random(seed).randrange(n_words) for _ in range(max(0, least - n_words))]
    random.Random(seed + 1).shuffle(order)
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        for i, number in enumerate(order):
            tag = "B-T%d" % (number // 20 % n_types) if number % 20 == 0 else "O"
            f.write("%s\t%s\n" % (word(number), tag) + ("\n" if i % 20 == 19 else ""))
        f.write("\n")


def made_up_text(path, n_words, n_tokens, seed=3):
    """Words by Zipf's law, 20 to a sentence."""
    source = random.Random(seed)
    weights = list(itertools.accumulate(1 / (i + 1) for i in range(n_words)))
    words = [word(i) for i in range(n_words)]
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        for first in range(0, n_tokens, 20000):
            drawn = source.choices(words, cum_weights=weights, k=min(20000, n_tokens - first))
            f.writelines("\n".join(drawn[i:i + 20]) + "\n\n" for i in range(0, len(drawn), 20))
