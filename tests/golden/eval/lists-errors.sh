. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval --errors gold.conll predicted.conll | head -5
