# 0xFF and the lone 0xC3 stand for nothing.
. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada \377 ran \303\n' | "$ORIEL" tag --model m.oriel --threshold 1 --output inline
