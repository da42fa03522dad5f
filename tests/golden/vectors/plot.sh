# Three words, of which two have vectors, and the first of the others: points and labels in one file of XML.
printf '4 2\neast 2 0\nnorth 0 1\nnortheast 1 1\nwest -1 0\n' > four.vec
printf 'east\tright\nwest\tleft\n' > words.tsv
"$ORIEL" vectors plot --vectors four.vec --words words.tsv --first 2 --title 'Winds & words' -o p.svg south
grep -c '<path transform' p.svg
grep -o '>[a-z() ]*</text>' p.svg
"$ORIEL" vectors plot --vectors four.vec --words words.tsv --first 2 --title 'Winds & words' south 2> /dev/null | cmp - p.svg
