. "$ROOT/tests/golden/tiny-model.sh"
printf '1\tAda\n2\tran\n\n1\tBob\n' | "$ORIEL" tag --model m.oriel --threshold 0 --input conll --columns 2 --output inline
