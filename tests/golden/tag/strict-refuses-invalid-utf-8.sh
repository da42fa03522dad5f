. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada ran\nBob \377 ran\n' > a.txt
"$ORIEL" tag --model m.oriel --strict a.txt > /dev/null
