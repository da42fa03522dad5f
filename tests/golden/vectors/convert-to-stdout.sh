printf 'east 2 0\nnorth -1 1\n' > from.txt
"$ORIEL" vectors convert --limit 1 from.txt - | cut -d ' ' -f 1
