. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada ran\n' | "$ORIEL" tag --model m.oriel --threshold 1
