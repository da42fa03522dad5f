# Seen with their type: Ada Lovelace, Paris (both right).  The other four of gold: two right, and two of four predicted.
. "$ROOT/tests/golden/scored.sh"
printf 'Ada\tB-PER\nLovelace\tI-PER\n\nParis\tB-LOC\nAcme\tB-LOC\n' > train.conll
"$ORIEL" eval --train train.conll gold.conll predicted.conll | grep names
