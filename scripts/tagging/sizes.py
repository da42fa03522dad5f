"""Cost against size: one size changes, the others stay at 10,000 words, 300 units, 17 tags, a million tokens."""
import os
import subprocess
import sys

from tagging import inputs
from tagging.measure import ORIEL, run, stages_of, tag_command

USUAL = {"words": 10000, "units": 300, "types": 4, "stream": 1000000}
SHORT = {"words": [1000, 10000, 100000], "units": [50, 100, 300, 1000], "types": [1, 4, 17, 40],
         "stream": [10000, 100000, 1000000]}
LONG = {"words": [1000000], "units": [], "types": [], "stream": [10000000, 100000000]}


def made_up_model(place, size):
    name = "made_up_%(words)d_%(units)d_%(types)d" % size
    path = place.model(name + ".oriel")
    if not os.path.exists(path):
        print("training %s" % name, file=sys.stderr)
        corpus, dev = place.temporary("train.conll"), place.temporary("dev.conll")
        inputs.apart(inputs.made_up_corpus, corpus, size["words"], size["types"])
        inputs.apart(inputs.made_up_corpus, dev, 1000, size["types"])
        subprocess.run([ORIEL, "train", "--quiet", "--train", corpus, "--dev", dev, "--model", path, "--epochs", "1",
                        "--min-count", "1", "--hidden", str(size["units"]), "--case-copies", "0"], check=True)
    return path


def sizes(place, figures, options):
    """Text by Zipf's law, of ten times as many words as the model knows (at least 100,000): some are always new."""
    text = {}
    for what, usual in USUAL.items():
        for value in SHORT[what] + (LONG[what] if options.long else []):
            size = dict(USUAL, **{what: value})
            path = made_up_model(place, size)
            key = (max(100000, 10 * size["words"]), size["stream"])
            if key not in text:
                text[key] = place.temporary("made_up_%d_%d" % key)
                inputs.apart(inputs.made_up_text, text[key], *key)
            measure_size(place, figures, "sizes.%s.%d" % (what, value), path, text[key], size["stream"], options)


def measure_size(place, figures, name, path, text, n_tokens, options):
    for _ in range(min(3, options.repeats)):
        command = tag_command(path, "--stats", "--input", "conll")
        empty = run(command + ["/dev/null"], place.temporary("out"))
        used = run(command + [text], place.temporary("out"))
        figures.note(name + ".rate", n_tokens / max(1e-3, used.cpu - empty.cpu))
        figures.note(name + ".peak_mib", used.peak_mib)
        figures.note(name + ".known", stages_of(used.told)[1])
