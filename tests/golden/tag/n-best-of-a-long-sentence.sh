# A sentence of more than 1024 tokens is cut; where it goes on there is no comment, which would be read as a token.
. "$ROOT/tests/golden/tiny-crf.sh"
awk 'BEGIN {for (i = 1; i <= 1500; i++) print "w" i " x"}' | "$ORIEL" tag --model crf.oriel --input conll --n-best 2 > out
grep -c '^#' out
grep -vc '^#' out
