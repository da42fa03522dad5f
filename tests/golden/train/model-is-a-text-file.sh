# A file that is no model survives.
printf 'Ada\tB-PER\nran\tO\n' > a.conll
echo 'my notes' > notes.txt
"$ORIEL" train --quiet --train a.conll --model notes.txt
code=$?
ls
cat notes.txt
exit $code
