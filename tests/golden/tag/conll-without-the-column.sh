. "$ROOT/tests/golden/tiny-model.sh"
printf '1\tAda\n2\n' > a.conll
"$ORIEL" tag --model m.oriel --input conll --columns 2 a.conll
