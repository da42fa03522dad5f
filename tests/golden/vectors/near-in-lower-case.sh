printf 'east 2 0\nnortheast 1 1\n' > two.vec
"$ORIEL" vectors near --vectors two.vec East
