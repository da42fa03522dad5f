. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval gold.conll predicted.conll > /dev/full
