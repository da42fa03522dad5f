# Each reading is a column, the best first and as without --n-best; their probabilities fall and stand before the sentence.
# A lone token has three readings, two types and outside, which are all there is: together they have probability 1.
. "$ROOT/tests/golden/tiny-crf.sh"
printf 'Ada met Carol Jones\nRome\n' > text
"$ORIEL" tag --model crf.oriel --n-best 5 text > five
"$ORIEL" tag --model crf.oriel text | cut -f2 > best
grep -v '^#' five | cut -f2 | cmp - best && echo best first
sed -E 's/^(# readings =).*/\1/; s/\t[BI]-(PER|LOC)|\tO/\tTAG/g' five
awk '/^#/ {for (i = 5; i <= NF; i++) if ($i > $(i - 1)) print "rises"; s = 0; for (i = 4; i <= NF; i++) s += $i}
     END {print (s > 0.999 && s < 1.001) ? "all of Rome" : s}' five
