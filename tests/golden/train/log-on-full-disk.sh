# The model is what was wanted most: it is saved, and the log is told as a failure.
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --dev a.conll --model m.oriel --epochs 2 --threads 1 --log /dev/full
code=$?
ls
exit $code
