# Six lines, 50 times; each line's words stand beside each other only.
for _ in $(seq 50); do
    printf 'Red wine and bread\nwhite snow falls in winter\nred wine red bread\n\nwinter snow white winter\nBread and wine\nsnow in winter\n'
done > text.txt
"$ORIEL" vectors train --lowercase --sample 0 --dim 8 --threads 1 --epochs 2 --output a.vec text.txt
gzip -n text.txt
"$ORIEL" vectors train --lowercase --sample 0 --dim 8 --threads 2 --epochs 2 --quiet --output b.vec text.txt.gz
gzip -dc text.txt.gz | "$ORIEL" vectors train --lowercase --sample 0 --dim 8 --threads 3 --epochs 2 --quiet --output - > c.vec
cmp a.vec b.vec && cmp a.vec c.vec && head -1 a.vec
cut -d ' ' -f 1 a.vec | tail -n +2 | sort | tr '\n' ' '
echo
