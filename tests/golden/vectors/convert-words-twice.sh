# Nothing is written; standard input can be read once.
printf 'east 2 0\nnorth -1 1\n' > from.vec
printf 'east\nnorth\neast\n' | "$ORIEL" vectors convert --words - from.vec to.vec || echo $?
printf 'east\n\n' > words
"$ORIEL" vectors convert --words words from.vec to.vec || echo $?
"$ORIEL" vectors convert --words nowhere from.vec to.vec || echo $?
"$ORIEL" vectors convert --words - - to.vec || echo $?
ls
