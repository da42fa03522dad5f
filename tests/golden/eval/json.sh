. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval --format json gold.conll predicted.conll | tr '{' '\n'
