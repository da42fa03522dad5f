printf 'Ada\nran\n' > one.conll
"$ORIEL" train --quiet --train one.conll --model m.oriel
code=$?
ls
exit $code
