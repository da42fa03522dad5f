. "$ROOT/tests/golden/tiny-model.sh"
echo Ada | "$ORIEL" tag --model m.oriel --n-best 2
