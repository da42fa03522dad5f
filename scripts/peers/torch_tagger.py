#!/usr/bin/python3
"""Oriel's two networks written for PyTorch, for comparison.  One thread.

    torch_tagger.py standard TRAIN GOLD PREDICTED [--epochs N] [--steps N] [--batch N] [--seed N] [--model FILE]
    torch_tagger.py classic TRAIN GOLD PREDICTED [--epochs N] [--steps N] [--seed N] [--by-hand]

Trains on TRAIN, tags GOLD into PREDICTED (columns: token, tag) and prints a name and a figure a line: training tokens/s
(the first tenth of the steps is not timed) and tagging tokens/s, file to file, both by the processor's clock.  --steps stops
early, to measure only speed.  --by-hand makes each step without torch.optim, which is quicker at one token a step.  --model:
the weights are kept in FILE, and taken from there if it exists; TRAIN must be the same, as it says which words there are.

standard: word (100 wide) and nine channels of 16, window of 5, 300 tanh units, linear-chain crf over IOBES, dropout 0.5 and
0.3, Adam (SparseAdam for the tables), 16 sentences a step.  classic: word (50 wide), window of 5, 100 tanh units, a sigmoid
for each type, plain gradient descent, one token a step.  Both without Oriel's copies in lower case and without averaging.
"""
import argparse
import collections
import gc
import os
import random
import re
import time

import torch
from torch import nn
from torch.nn import functional as F

REACH = 2  # tokens seen on each side
BEFORE, AFTER, UNKNOWN = range(3)  # the first rows of each channel


# ---- corpora ----

def read_sentences(path):
    """Lists of (token, tag), a document mark being one of its own."""
    sentences = [[]]
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            columns = re.split("[\t ]+", line.rstrip("\r\n"))
            if columns[0]:
                sentences[-1].append((columns[0], columns[-1]))
            elif sentences[-1]:
                sentences.append([])
    return [s for s in sentences if s]


def is_mark(sentence):
    return sentence[0][0] == "-DOCSTART-"


def to_iobes(tags):
    """IOB2 to IOBES."""
    out = []
    for tag, after in zip(tags, tags[1:] + ["O"]):
        ends = after != "I-" + tag[2:]
        out.append(tag if tag == "O" else {"B": "BS", "I": "IE"}[tag[0]][ends] + tag[1:])
    return out


def to_iob2(tags):
    return [{"S": "B", "E": "I"}.get(tag[0], tag[0]) + tag[1:] for tag in tags]


def may_follow(tag, after):
    """Whether IOBES allows `after` behind `tag`; None: a sentence's edge."""
    is_open = tag is not None and tag[0] in "BI"
    if after is None or after[0] in "OBS":
        return not is_open
    return is_open and tag[2:] == after[2:]


# ---- tokens ----

def shape(token):
    return "".join("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in token)


CHANNELS = [
    lambda w: w,
    lambda w: re.sub(r"(.)\1{4,}", r"\1\1\1\1", shape(w)),
    lambda w: re.sub(r"(.)\1+", r"\1", shape(w)),
    lambda w: w[:2].lower(), lambda w: w[:3].lower(), lambda w: w[:4].lower(),
    lambda w: w[-1:].lower(), lambda w: w[-2:].lower(), lambda w: w[-3:].lower(), lambda w: w[-4:].lower(),
]


class Tokens:
    """Numbers tokens, and says for each which row of each channel it has."""

    def __init__(self, sentences, channels):
        self.counts = collections.Counter(token for s in sentences for token, _ in s)
        self.channels = channels
        self.rows = [{} for _ in channels]
        for token in self.counts:
            for form, rows in zip(channels, self.rows):
                rows.setdefault(form(token), len(rows) + UNKNOWN + 1)
        self.sizes = [len(rows) + UNKNOWN + 1 for rows in self.rows]
        self.known = {}
        self.made_of = [[edge] * len(channels) for edge in (BEFORE, AFTER)]

    def number(self, token):
        n = self.known.get(token)
        if n is None:
            n = self.known[token] = len(self.made_of)
            self.made_of.append([rows.get(form(token), UNKNOWN) for form, rows in zip(self.channels, self.rows)])
        return n

    def numbers(self, sentence):
        return [self.number(token) for token, _ in sentence]


# ---- standard ----

class Chain(nn.Module):
    """A linear-chain crf over padded sentences: scores [T][B][Y], longest sentence first."""

    def __init__(self, tags):
        super().__init__()
        self.step = nn.Parameter(torch.zeros(len(tags), len(tags)))
        self.start = nn.Parameter(torch.zeros(len(tags)))
        self.end = nn.Parameter(torch.zeros(len(tags)))
        forbid = lambda allowed: torch.tensor(allowed).logical_not() * -1e4
        self.register_buffer("no_step", forbid([[may_follow(a, b) for b in tags] for a in tags]))
        self.register_buffer("no_start", forbid([may_follow(None, b) for b in tags]))
        self.register_buffer("no_end", forbid([may_follow(a, None) for a in tags]))

    def weights(self):
        return self.start + self.no_start, self.step + self.no_step, self.end + self.no_end

    def loss(self, scores, gold, lengths):
        """Summed over sentences; gold [T][B], padded with anything."""
        start, step, end = self.weights()
        is_there = torch.arange(len(scores)).unsqueeze(1) < lengths
        last = gold.gather(0, (lengths - 1).unsqueeze(0)).squeeze(0)
        right = (scores.gather(2, gold.unsqueeze(2)).squeeze(2) * is_there).sum()
        right = right + (step[gold[:-1], gold[1:]] * is_there[1:]).sum() + start[gold[0]].sum() + end[last].sum()
        n_there = is_there.sum(1).tolist()
        alpha = start + scores[0]
        ended = []
        for t in range(1, len(scores)):
            n = n_there[t]
            if n < len(alpha):
                ended.append(alpha[n:])
            alpha = torch.logsumexp(alpha[:n].unsqueeze(2) + step, 1) + scores[t, :n]
        return torch.logsumexp(torch.cat(ended + [alpha]) + end, 1).sum() - right

    def best(self, scores, lengths):
        """The best tags of each sentence."""
        start, step, end = self.weights()
        n_there = (torch.arange(len(scores)).unsqueeze(1) < lengths).sum(1).tolist()
        alpha = start + scores[0]
        came_from = []
        for t in range(1, len(scores)):
            n = n_there[t]
            best, where = (alpha[:n].unsqueeze(2) + step).max(1)
            alpha = torch.cat([best + scores[t, :n], alpha[n:]])
            came_from.append(where.tolist())
        paths = []
        for b, tag in enumerate((alpha + end).argmax(1).tolist()):
            path = [tag]
            for where in reversed(came_from[:lengths[b] - 1]):
                path.append(where[b][path[-1]])
            paths.append(path[::-1])
        return paths


class Standard(nn.Module):
    def __init__(self, tokens, tags, width=100, feature_width=16, n_hidden=300):
        super().__init__()
        word, *features = tokens.sizes
        self.word = nn.Embedding(word, width, sparse=True)
        self.features = nn.Embedding(sum(features), feature_width, sparse=True)  # one table for all: one update
        self.first = torch.tensor([0] + features[:-1]).cumsum(0)
        full = width + feature_width * len(features)
        self.hidden = nn.Linear((2 * REACH + 1) * full, n_hidden)
        self.scores = nn.Linear(n_hidden, len(tags))
        self.chain = Chain(tags)
        nn.init.uniform_(self.word.weight, -0.1, 0.1)
        nn.init.uniform_(self.features.weight, -0.1, 0.1)

    def forward(self, made_of, unknown=None):
        """made_of [T + 4][B][channels], the edges' rows around each sentence; scores [T][B][Y]."""
        words = made_of[:, :, 0]
        if unknown is not None:
            words = words.masked_fill(unknown, UNKNOWN)
        rows = torch.cat([self.word(words), self.features(made_of[:, :, 1:] + self.first).flatten(2)], 2)
        rows = F.dropout(rows, 0.5, self.training)
        n = len(rows) - 2 * REACH
        window = torch.cat([rows[k:k + n] for k in range(2 * REACH + 1)], 2)
        return self.scores(F.dropout(torch.tanh(self.hidden(window)), 0.3, self.training))


def batches(sentences, size, order):
    """Batches of about equal length, longest sentence first; pools of 32 batches keep the order random."""
    for first in range(0, len(order), 32 * size):
        pool = sorted(order[first:first + 32 * size], key=lambda i: -len(sentences[i]))
        parts = [pool[i:i + size] for i in range(0, len(pool), size)]
        random.shuffle(parts)
        yield from parts


def padded(made_of, sentences):
    """[T + 4][B][channels] and lengths [B]."""
    lengths = [len(s) for s in sentences]
    most = max(lengths)
    rows = [[BEFORE] * REACH + s + [AFTER] * (REACH + most - len(s)) for s in sentences]
    return made_of[torch.tensor(rows).t()], torch.tensor(lengths)


def train_standard(data, tokens, tags, options):
    """The trained network, and tokens/s."""
    sentences = [tokens.numbers(s) for s in data]
    gold = [torch.tensor([tags.index(t) for t in to_iobes([tag for _, tag in s])]) for s in data]
    made_of = torch.tensor(tokens.made_of)
    counts = torch.tensor([float("inf")] * (UNKNOWN + 1) + [tokens.counts[w] for w in tokens.rows[0]])
    drop = 0.25 / (0.25 + counts)
    net = Standard(tokens, tags)
    tables = [net.word.weight, net.features.weight]
    others = [p for name, p in net.named_parameters() if name not in ("word.weight", "features.weight")]
    optimizers = [torch.optim.SparseAdam(tables, lr=0.001), torch.optim.Adam(others, lr=0.001)]
    n_steps = options.epochs * -(-len(data) // options.batch)
    schedules = [torch.optim.lr_scheduler.LambdaLR(o, lambda k: 1 - k / n_steps) for o in optimizers]
    clock = Clock(min(n_steps, options.steps or n_steps))
    for _ in range(options.epochs):
        for batch in batches(sentences, options.batch, random.sample(range(len(data)), len(data))):
            ids, lengths = padded(made_of, [sentences[i] for i in batch])
            unknown = torch.rand(ids.shape[:2]) < drop[ids[:, :, 0]]
            targets = nn.utils.rnn.pad_sequence([gold[i] for i in batch])
            loss = net.chain.loss(net(ids, unknown), targets, lengths) / len(batch)
            for o in optimizers:
                o.zero_grad(set_to_none=True)
            loss.backward()
            for o, s in zip(optimizers, schedules):
                o.step()
                s.step()
            if clock.tick(int(lengths.sum())):
                return net, clock
    return net, clock


@torch.no_grad()
def tag_standard(net, tokens, tags, data, size=64):
    net.eval()
    sentences = [tokens.numbers(s) for s in data]
    made_of = torch.tensor(tokens.made_of)
    found = [None] * len(data)
    order = sorted(range(len(data)), key=lambda i: -len(sentences[i]))
    for first in range(0, len(order), size):
        batch = order[first:first + size]
        ids, lengths = padded(made_of, [sentences[i] for i in batch])
        for i, path in zip(batch, net.chain.best(net(ids), lengths)):
            found[i] = to_iob2([tags[y] for y in path])
    return found


# ---- classic ----

class Classic(nn.Module):
    def __init__(self, tokens, n_types, width=50, n_hidden=100):
        super().__init__()
        self.word = nn.Embedding(tokens.sizes[0], width, sparse=True)
        self.hidden = nn.Linear((2 * REACH + 1) * width, n_hidden)
        self.scores = nn.Linear(n_hidden, n_types)
        nn.init.uniform_(self.word.weight, -0.5, 0.5)

    def forward(self, windows):
        """windows [N][W] words; scores [N][types]."""
        return self.scores(torch.tanh(self.hidden(self.word(windows).flatten(1))))


def windows_of(tokens, data):
    out = []
    for sentence in data:
        ids = [tokens.made_of[n][0] for n in tokens.numbers(sentence)]
        ids = [BEFORE] * REACH + ids + [AFTER] * REACH
        out += [ids[t:t + 2 * REACH + 1] for t in range(len(sentence))]
    return torch.tensor(out)


def step_of_optimizer(net):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def step(window, gold, rate):
        loss = F.binary_cross_entropy_with_logits(net(window), gold, reduction="sum")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    return step


def step_by_hand(net):
    table, *weights = net.parameters()

    def step(window, gold, rate):
        rows = table.detach()[window[0]].requires_grad_()
        scores = net.scores(torch.tanh(net.hidden(rows.view(1, -1))))
        loss = F.binary_cross_entropy_with_logits(scores, gold, reduction="sum")
        d_rows, *gradients = torch.autograd.grad(loss, [rows, *weights])
        with torch.no_grad():
            table.index_add_(0, window[0], d_rows, alpha=-rate)
            for weight, gradient in zip(weights, gradients):
                weight.add_(gradient, alpha=-rate)
    return step


def train_classic(data, tokens, types, options):
    windows = windows_of(tokens, data)
    gold = torch.tensor([[float(tag[2:] == kind) for kind in types] for s in data for _, tag in s])
    net = Classic(tokens, len(types))
    step = step_by_hand(net) if options.by_hand else step_of_optimizer(net)
    n_steps = options.epochs * len(windows)
    clock = Clock(min(n_steps, options.steps or n_steps))
    done = 0
    for _ in range(options.epochs):
        for i in torch.randperm(len(windows)).tolist():
            step(windows[i:i + 1], gold[i:i + 1], 0.1 * (1 - done / n_steps))
            done += 1
            if clock.tick(1):
                return net, clock
    return net, clock


@torch.no_grad()
def tag_classic(net, tokens, types, data):
    best, where = torch.sigmoid(net(windows_of(tokens, data))).max(1)
    kinds = iter([types[k] if p >= 0.5 else None for p, k in zip(best.tolist(), where.tolist())])
    found = []
    for sentence in data:
        tags, last = [], None
        for _ in sentence:
            kind = next(kinds)
            tags.append("O" if kind is None else ("I-" if kind == last else "B-") + kind)
            last = kind
        found.append(tags)
    return found


# ---- both ----

class Clock:
    """Tokens/s of the steps after the first tenth."""

    def __init__(self, n_steps):
        self.n_steps, self.done, self.n_tokens, self.begin = n_steps, 0, 0, None

    def tick(self, n_tokens):
        """Counts a step; true when it was the last."""
        self.done += 1
        if self.begin is not None:
            self.n_tokens += n_tokens
        elif self.done >= self.n_steps // 10:
            self.begin = time.process_time()
        self.end = time.process_time()
        return self.done >= self.n_steps

    def rate(self):
        return self.n_tokens / (self.end - self.begin)


def write_tags(path, data, found):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        for sentence, tags in zip(data, found):
            f.writelines("%s\t%s\n" % (token, tag) for (token, _), tag in zip(sentence, tags))
            f.write("\n")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("network", choices=["standard", "classic"])
    parser.add_argument("train")
    parser.add_argument("gold")
    parser.add_argument("predicted")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-hand", action="store_true")
    parser.add_argument("--model")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    data = [s for s in read_sentences(options.train) if not is_mark(s)]
    is_standard = options.network == "standard"
    tokens = Tokens(data, CHANNELS if is_standard else CHANNELS[:1])
    kinds = sorted({tag[2:] for s in data for _, tag in s if tag != "O"})
    tags = ["O"] + [mark + "-" + kind for kind in kinds for mark in "BIES"]
    gc.freeze()  # the corpus need not be looked through for garbage while training
    train, names = (train_standard, tags) if is_standard else (train_classic, kinds)
    if options.model and os.path.exists(options.model):
        net = Standard(tokens, tags)
        net.load_state_dict(torch.load(options.model))
    else:
        net, clock = train(data, tokens, names, options)
        print("training_tokens_per_second %.0f" % clock.rate(), flush=True)
        if options.model:
            torch.save(net.state_dict(), options.model)
    begin = time.process_time()
    gold = [s for s in read_sentences(options.gold) if not is_mark(s)]
    tag = tag_standard if is_standard else tag_classic
    write_tags(options.predicted, gold, tag(net, tokens, names, gold))
    print("tagging_tokens_per_second %.0f" % (sum(map(len, gold)) / (time.process_time() - begin)))


if __name__ == "__main__":
    main()
