. "$ROOT/tests/golden/tiny-model.sh"
cp m.oriel old.oriel
: > empty.conll
"$ORIEL" train --quiet --train empty.conll --model m.oriel
code=$?
cmp m.oriel old.oriel && echo same
exit $code
