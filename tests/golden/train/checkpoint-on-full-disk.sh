# Training goes on without its checkpoints, and says so once.
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --dev a.conll --model m.oriel --epochs 3 --threads 1 --checkpoint /dev/full
code=$?
ls
ls /dev/full
exit $code
