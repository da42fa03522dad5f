# A token of a model of two channels, 3 and 2 wide: first the word's row, then that of its last two letters; a word that the
# model does not know has the row of unknown words, and shares the second part with one that ends alike.
printf 'London\tB-LOC\nsaid\tO\n\nLondon\tB-LOC\nhas\tO\n\nHasdon\tB-PER\nsaid\tO\n' > t.conll
"$ORIEL" train --quiet --train t.conll --dev t.conll --model m.oriel --epochs 1 --dim 3 --feature-dim 2 --hidden 2 \
    --features word,suffix2 --min-count 1 --case-copies 0
"$ORIEL" vectors export --model m.oriel -o words.vec
"$ORIEL" vectors export --model m.oriel --composed -o tokens.vec
head -1 tokens.vec
cut -d ' ' -f 1-4 tokens.vec | sed 1d > a
sed 1d words.vec | cmp - a && echo 'word rows first'
printf 'London\nXon\nZed\n' > some.txt
"$ORIEL" vectors export --model m.oriel --composed --words some.txt -o some.vec
for n in 2 3; do sed -n "${n}p" some.vec | cut -d ' ' -f 5-6; done | uniq | wc -l | tr -d ' '
for n in 3 4; do sed -n "${n}p" some.vec | cut -d ' ' -f 2-4; done | uniq | wc -l | tr -d ' '
"$ORIEL" vectors export --model m.oriel --words some.txt
