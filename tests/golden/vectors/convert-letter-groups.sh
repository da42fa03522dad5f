# From safetensors to safetensors the same bytes, for another format a word; a damaged group is noticed.
. "$ROOT/tests/golden/letters.sh"
"$ORIEL" vectors convert letters.safetensors again.safetensors && cmp letters.safetensors again.safetensors && echo same
"$ORIEL" vectors convert letters.safetensors a.npy
"$ORIEL" vectors convert --format glove letters.safetensors - | wc -l | tr -d ' '
"$ORIEL" vectors convert a.npy b.safetensors
"$ORIEL" vectors convert --limit 1 letters.safetensors one.safetensors
"$ORIEL" vectors near --vectors one.safetensors ices | head -1
head -c 5000 letters.safetensors > cut.safetensors
"$ORIEL" vectors convert cut.safetensors c.vec
