# Forty words that are there once each, and six that are there often; with room for ten words the text is read twice, from a pipe, too.
for i in $(seq 20); do
    echo "red wine with bread then red wine x$i and bread with wine y$i"
    echo "bread and red bread"
done > text.txt
set -- --quiet --sample 0 --dim 8 --epochs 2
"$ORIEL" vectors train "$@" --output a.vec text.txt
"$ORIEL" vectors train "$@" --max-vocab 10 --threads 2 --output b.vec text.txt
"$ORIEL" vectors train "$@" --max-vocab 10 --threads 1 --output - < text.txt > c.vec
cmp a.vec b.vec && cmp a.vec c.vec && cut -d ' ' -f 1 a.vec | tr '\n' ' '
echo
