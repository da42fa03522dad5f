# Text, binary, GloVe and back: the same bytes as the first text that was written.
printf 'east 2 0.5\nnorth -1 1e-7\n' > from.txt
"$ORIEL" vectors convert from.txt a.vec
"$ORIEL" vectors convert --format word2vec-binary a.vec b.bin
"$ORIEL" vectors convert --format glove b.bin c.txt
"$ORIEL" vectors convert c.txt d.vec
cmp a.vec d.vec && head -1 a.vec && wc -l < c.txt | tr -d ' '
