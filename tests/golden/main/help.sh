"$ORIEL" --help > 1
"$ORIEL" help > 2
"$ORIEL" -h > 3
cmp 1 2
cmp 1 3
head -3 1
