. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" tag --model m.oriel nowhere.txt
