# The cosines of four directions, by hand: 45, 90 and 180 degrees from east.
printf '4 2\neast 2 0\nnorth 0 1\nnortheast 1 1\nwest -1 0\n' > four.vec
"$ORIEL" vectors near --vectors four.vec -k 3 east
