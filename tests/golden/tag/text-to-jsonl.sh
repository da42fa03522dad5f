# Bytes: "Zoë" has 4, so its sentence of text has 4 + 1 + 7; the second sentence begins after 12 bytes and a line end.
. "$ROOT/tests/golden/tiny-model.sh"
printf 'Zoë "laughs\nBob\\ ran\n' | "$ORIEL" tag --model m.oriel --threshold 0 --output jsonl
