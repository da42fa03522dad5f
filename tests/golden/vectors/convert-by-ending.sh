# The name's ending chooses the form; through NumPy's and safetensors the same bytes come back.
printf 'east 2 0.5\nnorth -1 1e-7\n' > from.txt
"$ORIEL" vectors convert from.txt a.npy
cat a.words
tail -c 16 a.npy | od -A n -t x1
"$ORIEL" vectors convert a.npy b.safetensors
"$ORIEL" vectors convert b.safetensors c.vec
cat c.vec
gzip -c b.safetensors > d.gz
"$ORIEL" vectors convert --format glove --limit 1 d.gz -
