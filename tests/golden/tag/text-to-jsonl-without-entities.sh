. "$ROOT/tests/golden/tiny-model.sh"
printf 'Bob ran\n' | "$ORIEL" tag --model m.oriel --threshold 1 --output jsonl
