# Tokens between blanks are not cut again.
. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada ran.fast !\nBob\n' | "$ORIEL" tag --model m.oriel --threshold 0 --input tokens
