# Told before the training starts, and no model is made.
printf 'Ada\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --train a.conll --dev nowhere.conll --model m.oriel
code=$?
ls
exit $code
