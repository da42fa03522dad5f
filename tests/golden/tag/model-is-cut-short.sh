. "$ROOT/tests/golden/tiny-model.sh"
head -c 1000 m.oriel > cut.oriel
echo Ada | "$ORIEL" tag --model cut.oriel
