# By hand: PER 2 of 3 found are right and both of gold are found, LOC 2 of 2 and of 3, ORG none; 9 of 12 tags are right;
# 5 of 7 tokens inside entities.
. "$ROOT/tests/golden/scored.sh"
"$ORIEL" eval gold.conll predicted.conll
