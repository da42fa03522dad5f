# A line end ends a sentence; each is followed by a blank line.
. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada met him.\n\nBob ran\n' | "$ORIEL" tag --model m.oriel --threshold 0
