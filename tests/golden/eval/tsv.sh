. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval --format tsv gold.conll predicted.conll | head -5
