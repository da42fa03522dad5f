# The old file survives.
printf '3 2\neast 2 0\nnorth -1 1\n' > from.vec
echo old > to.vec
"$ORIEL" vectors convert from.vec to.vec
code=$?
cat to.vec
exit $code
