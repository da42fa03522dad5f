: > empty.conll
"$ORIEL" train --quiet --train empty.conll --model m.oriel
code=$?
ls
exit $code
