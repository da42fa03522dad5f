# a to b, c, d: cosines 1, 0.6, 0; the list says the same order, then one pair the other way round.
printf 'a 1 0\nb 2 0\nc 3 4\nd 0 5\n' > v.txt
printf 'a b 9\na c 5\na d 1\nb zebra 3\n' > right.tsv
printf 'a\tb\t5\na\tc\t9\na\td\t1\n' > other.tsv
printf ': half\na b c c\na c b c\n: unknown\na b zebra d\n' > questions.txt
"$ORIEL" vectors eval --vectors v.txt --similarity right.tsv --similarity other.tsv --analogies questions.txt
