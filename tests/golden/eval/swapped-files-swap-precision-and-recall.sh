. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval predicted.conll gold.conll | grep -e PER -e LOC
