# A hundred thousand random texts (combining marks, emoji, CRLF, letters of many scripts) as JSON lines: the bytes from start
# to end are the entity, entities ascend, and the texts are those of the input.  Threshold 0 makes every token part of one.
. "$ROOT/tests/golden/tiny-model.sh"
cat > texts.py <<'PYTHON'
import random, sys
parts = ["a", "B", "zoë", "Zoe\u0308", "\u0416\u0434", "中文", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F600", "e\u0301\u0323",
         ".", "?", "!", "\"", "\\", "'s", "-", "3.14", "http://x.y/z", "a@b.cd", "\u00A0", "\u3000", " ", " ", " ", "\t", "\u2028", "\uFEFF"]
pick = random.Random(7)
out = sys.stdout.buffer
for _ in range(100000):
    out.write("".join(pick.choice(parts) for _ in range(pick.randrange(1, 12))).encode())
    out.write(pick.choice([b"\n", b"\r\n"]))
PYTHON
cat > check.py <<'PYTHON'
import json, sys
data = open("texts", "rb").read()
entities = sentences = 0
for line in sys.stdin.buffer:
    sentence = json.loads(line)
    text = sentence["text"].encode()
    assert data[sentence["offset"]:][:len(text)] == text, sentence
    sentences += 1
    end = 0
    for e in sentence["entities"]:
        assert end <= e["start"] < e["end"] <= len(text), sentence
        assert text[e["start"]:e["end"]].decode() == e["text"], sentence
        end = e["end"]
        entities += 1
print("all entities slice back" if entities >= 80000 and sentences >= 80000 else f"too few: {entities} in {sentences}")
PYTHON
python3 texts.py > texts
"$ORIEL" tag --model m.oriel --threshold 0 --output jsonl texts | python3 check.py
