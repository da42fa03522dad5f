# Text to vectors, vectors into a tagger, out of it again, and neighbours: colours stand alike in the text, so they are near to each
# other, and an epoch of small steps does not change that.
awk 'BEGIN {
    srand(1); split("red green blue black", colour); split("one two three four", number)
    for (i = 0; i < 3000; i++)
        printf "the %s cat saw %s dogs and a %s bird\n", colour[1 + int(rand() * 4)], number[1 + int(rand() * 4)], colour[1 + int(rand() * 4)]
}' > text.txt
"$ORIEL" vectors train --quiet --dim 8 --epochs 3 --sample 0 --threads 1 --output v.safetensors text.txt
printf 'red\tB-COL\ncat\tO\n\nblue\tB-COL\nbird\tO\n' > t.conll
"$ORIEL" train --quiet --train t.conll --dev t.conll --vectors v.safetensors --model m.oriel --epochs 1 --row-rate 0.0001 \
    --case-copies 0
"$ORIEL" vectors export --model m.oriel -o out.npy
"$ORIEL" vectors near --vectors v.safetensors -k 3 red | sed 's/ *[^ ]* *//' | sort
"$ORIEL" vectors near --vectors out.npy -k 3 red | sed 's/ *[^ ]* *//' | sort
