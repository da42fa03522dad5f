"""The taggers that are measured: Oriel's models and the peers.  A model is trained when its file is not there."""
import os
import re
import subprocess
import sys

from tagging import inputs, measure
from tagging.measure import ORIEL, Missing, run

CRFSUITE = "build/peers/crfsuite_driver"
TORCH = "scripts/peers/torch_tagger.py"
GLOVE = "data/embeddings/glove.100d.txt.gz"

# name: corpus, options of training
ORIEL_MODELS = {
    "standard": ("en-uner-ewt", []),
    "glove": ("en-uner-ewt", ["--vectors", GLOVE]),
    "small": ("en-uner-ewt", ["--vectors", GLOVE, "--size", "small"]),
    "large": ("en-uner-ewt", ["--vectors", GLOVE, "--size", "large", "--epochs", "1"]),
    "tags69": ("en-crossner-science", ["--epochs", "1"]),
    "tags157": ("en-snips-slots", ["--epochs", "1"]),
}


class Place:
    """Where corpora, models and temporary files are."""

    def __init__(self, corpora, models, work):
        self.corpora, self.models, self.work = corpora, models, work
        os.makedirs(models, exist_ok=True)

    def split(self, name, corpus="en-uner-ewt"):
        return os.path.join(self.corpora, corpus, name + ".conll")

    def model(self, name):
        return os.path.join(self.models, name)

    def temporary(self, name):
        return os.path.join(self.work, name)


def oriel_model(place, name):
    """Its path."""
    corpus, options = ORIEL_MODELS[name]
    path = place.model(name + ".oriel")
    if GLOVE in options and not os.path.exists(GLOVE):
        raise Missing("GloVe: %s is not there (scripts/fetch-vectors glove)" % GLOVE)
    if not os.path.exists(path):
        print("training %s" % name, file=sys.stderr)
        subprocess.run([ORIEL, "train", "--quiet", "--threads", "1", "--train", place.split("train", corpus), "--dev",
                        place.split("dev", corpus), "--model", path, "--log", place.model(name + ".log"), *options], check=True)
    return path


# ---- peers: each `prepare` trains and returns F1 on dev; `tag` returns tokens/s, MiB, file to file, loading apart ----

class Crfsuite:
    name = "crfsuite"
    affix_reach = "1"

    def prepare(self, place):
        if not os.path.exists(CRFSUITE):
            raise Missing("CRFsuite: not installed (scripts/peers/install crfsuite)")
        self.model = place.model(self.name + ".model")
        if not os.path.exists(self.model):
            used = run([CRFSUITE, "train", place.split("train"), self.model, self.affix_reach],
                       place.temporary("crfsuite.log"))
            with open(self.model + ".seconds", "w", encoding="utf-8") as f:
                f.write(re.search(r"^training_seconds (\S+)$", used.told, re.M).group(1))
        predicted = place.temporary("crfsuite.dev")
        run([CRFSUITE, "tag", self.model, place.split("dev"), self.affix_reach], predicted)
        return measure.micro_f1(place.split("dev"), predicted)

    def training_seconds(self):
        with open(self.model + ".seconds", encoding="utf-8") as f:
            return float(f.read())

    def tag(self, place, columns):
        used = run([CRFSUITE, "tag", self.model, columns, self.affix_reach], place.temporary("out"))
        rate = re.search(r"^tagging_tokens_per_second (\d+)$", used.told, re.M)
        return float(rate.group(1)), used.peak_mib


class WideCrfsuite(Crfsuite):
    """Affixes of all five tokens of the window, not of three."""
    name = "crfsuite_wide"
    affix_reach = "2"


class Opennlp:
    name = "opennlp"
    env = {"JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8", "LC_ALL": "C.UTF-8"}

    def prepare(self, place):
        self.model = place.model("opennlp.model")
        self.words = None
        predicted = place.temporary("opennlp.dev")
        if not os.path.exists(self.model):
            run(["scripts/peers/opennlp", place.split("train"), place.split("dev"), predicted, self.model],
                place.temporary("opennlp.log"), one_core=False)
        tagged = place.temporary("opennlp.tagged")
        self.tag_words(self.to_words(place, place.split("dev")), tagged)
        with open(predicted, "wb") as out:
            subprocess.run(["scripts/peers/opennlp_columns", "to", place.split("dev"), tagged], check=True, stdout=out)
        return measure.micro_f1(place.split("dev"), predicted)

    def to_words(self, place, columns):
        """In its own form; making it is not measured."""
        path = place.temporary("opennlp.words")
        with open(path, "wb") as out:
            subprocess.run(["scripts/peers/opennlp_columns", "words", columns], check=True, stdout=out)
        return path

    def tag_words(self, words, output):
        return run(["opennlp", "TokenNameFinder", self.model], output, stdin=words, env=self.env)

    def tag(self, place, columns):
        self.words = self.words or self.to_words(place, columns)
        empty = self.tag_words("/dev/null", place.temporary("out")).cpu
        used = self.tag_words(self.words, place.temporary("out"))
        return inputs.count_tokens(columns) / (used.cpu - empty), used.peak_mib


class Torch:
    name = "torch"
    epochs = int(os.environ.get("TORCH_EPOCHS", "12"))

    def tagged(self, place, gold, output):
        # PyTorch leaves AVX-512 alone unless it is told.
        env = {"ATEN_CPU_CAPABILITY": "avx512"} if "avx512" in measure.told_by([ORIEL, "info", "--system"]) else {}
        used = run([TORCH, "standard", place.split("train"), gold, output, "--model", self.model, "--epochs",
                    str(self.epochs)], place.temporary("torch.out"), env=env)
        with open(place.temporary("torch.out"), encoding="utf-8") as f:
            return float(re.search(r"^tagging_tokens_per_second (\d+)$", f.read(), re.M).group(1)), used.peak_mib

    def prepare(self, place):
        if subprocess.run(["/usr/bin/python3", "-c", "import torch"], stderr=subprocess.DEVNULL).returncode != 0:
            raise Missing("PyTorch: not installed (scripts/peers/install torch)")
        self.model = place.model("torch.model")
        predicted = place.temporary("torch.dev")
        self.tagged(place, place.split("dev"), predicted)
        return measure.micro_f1(place.split("dev"), predicted)

    def tag(self, place, columns):
        return self.tagged(place, columns, place.temporary("out"))


PEERS = [Crfsuite, WideCrfsuite, Opennlp, Torch]
