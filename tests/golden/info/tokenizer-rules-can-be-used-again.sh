. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" info --tokenizer m.oriel > rules.txt
"$ORIEL" train --quiet --train tiny.conll --dev tiny.conll --tokenizer rules.txt --model again.oriel --epochs 1
"$ORIEL" info --tokenizer again.oriel | cmp - rules.txt && test -s rules.txt && echo same
