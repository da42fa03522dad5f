printf 'east 2 0\nnorth 0 1\n' > two.vec
"$ORIEL" vectors near --vectors two.vec east
