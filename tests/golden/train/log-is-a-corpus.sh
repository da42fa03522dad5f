printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --log a.conll
code=$?
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --log no/log
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --log m.oriel
wc -l < a.conll
ls
exit $code
