. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval --errors=1 gold.conll predicted.conll | head -3 | tail -2 | sed 's/^\.\.\./dots/'
