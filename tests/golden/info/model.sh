# Document 003's count by hand: (5*4)*3 + 3*1 + 3 + 1 = 67.  The vocabulary has 7 words, before, after, and five kinds of
# unknown: 14 rows of 4 are 56 more.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" info m.oriel
