printf 'east 2 0\nnorth -1 1\n' > from.txt
"$ORIEL" vectors convert from.txt - > /dev/full
