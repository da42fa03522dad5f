# Twenty sentences of two tokens: two are held out.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    printf 'Ada\tB-PER\nran\tO\n\n'
done > a.conll
"$ORIEL" train --train a.conll --model m.oriel --epochs 1 --threads 1 2>&1 | head -2
