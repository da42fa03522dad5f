# Many batches, more threads than batches, files one after the other, a sentence longer than a batch.
. "$ROOT/tests/golden/tiny-model.sh"
awk 'BEGIN { for (i = 0; i < 9000; i++) printf "%s\n%s", i % 7 ? "ada" : "rome", i % 11 || i < 3000 ? "" : "\n" }' > a.conll
printf 'said\nada\n\n# between\nin\nrome\n' > b.conll
"$ORIEL" tag --model m.oriel --input conll --threads 1 a.conll b.conll a.conll > one
for n in 2 3 16; do
    "$ORIEL" tag --model m.oriel --input conll --threads $n a.conll b.conll a.conll > many && cmp one many && echo same
done
"$ORIEL" tag --model m.oriel --input conll --threads 3 --threshold 1 < b.conll
