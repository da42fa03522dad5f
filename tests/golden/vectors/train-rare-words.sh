printf 'once is not enough\n' | "$ORIEL" vectors train --output a.vec
code=$?
ls
exit $code
