# Readings and tokens follow the entities; the first reading has the same ones; each token's probabilities sum to 1 but for
# what is not shown.
. "$ROOT/tests/golden/tiny-crf.sh"
printf 'Ada met Carol Jones in Rome .\n' | "$ORIEL" tag --model crf.oriel --n-best 4 --marginals --output jsonl > out.json
python3 - << 'END'
import json
s = json.load(open("out.json"))
print(list(s))
print(list(s["readings"][0]), len(s["readings"]), s["readings"][0]["entities"] == s["entities"])
p = [r["probability"] for r in s["readings"]]
print(p == sorted(p, reverse=True), 0 < sum(p) <= 1.0001)
print(list(s["tokens"][0]), [s["text"][t["start"]:t["end"]] for t in s["tokens"]])
for t in s["tokens"]:
    q = list(t["probabilities"].values())
    assert q == sorted(q, reverse=True) and min(q) > 0 and abs(sum(q) - 1) < 0.005, q
END
