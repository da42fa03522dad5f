# The same vectors as word2vec text and binary, GloVe text, and as fastText writes them (a header, a blank at each line's end),
# each plain and .gz: the same model, to the byte.
. "$ROOT/tests/golden/tiny-model.sh"
printf 'met 0.5 -1.25 3 0.001\nada 1e-3 2 -7.5 0.125\n</s> 0 0 0 1\n' > glove
"$ORIEL" vectors convert glove word2vec --format word2vec
"$ORIEL" vectors convert glove binary --format word2vec-binary
{ echo 3 4; sed 's/$/ /' glove; } > fasttext.vec
for form in glove word2vec binary fasttext.vec; do
    gzip -k "$form"
    for file in "$form" "$form.gz"; do
        "$ORIEL" train --quiet --train tiny.conll --dev tiny.conll --recipe classic --vectors "$file" --model "$file.oriel" \
            --hidden 3 --epochs 2 --threads 1
        cmp "$file.oriel" glove.oriel && echo "$file: same"
    done
done
