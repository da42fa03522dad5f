# Tokens inside entities: PER 2 + 1 of gold, one more predicted; LOC 3, London is taken for ORG.
. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval --tokens gold.conll predicted.conll | sed -n '/^tokens/,$p'
