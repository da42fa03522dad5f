. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" train --train tiny.conll --dev tiny.conll --model n.oriel --features word,colour --quiet
