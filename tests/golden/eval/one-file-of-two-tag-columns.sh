. "$ROOT/tests/golden/scored.sh"
paste gold.conll predicted.conll | cut -f 1,2,4 | sed 's/^[[:space:]]*$//' > both.conll
"$ORIEL" eval gold.conll predicted.conll > 1
"$ORIEL" eval both.conll > 2
"$ORIEL" eval < both.conll > 3
"$ORIEL" eval - < both.conll > 4
cmp 1 2 && cmp 1 3 && cmp 1 4 && echo same
