# An endless input ends when nobody reads the output any more.
. "$ROOT/tests/golden/tiny-model.sh"
yes Ada | "$ORIEL" tag --model m.oriel --threshold 0 | head -1
