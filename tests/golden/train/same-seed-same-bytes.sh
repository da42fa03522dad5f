. "$ROOT/tests/golden/tiny-model.sh"
set -- --quiet --train tiny.conll --dev tiny.conll --epochs 3 --min-count 1 --batch 2
"$ORIEL" train "$@" --seed 3 --threads 1 --model a.oriel
"$ORIEL" train "$@" --seed 3 --threads 2 --model b.oriel
"$ORIEL" train "$@" --seed 4 --threads 1 --model c.oriel
cmp a.oriel b.oriel && echo same
cmp -s a.oriel c.oriel || echo different
