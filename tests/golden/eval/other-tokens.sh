. "$ROOT/tests/golden/scored.sh"
sed 's/Paris/Lyon/' predicted.conll > other.conll
"$ORIEL" eval gold.conll other.conll
