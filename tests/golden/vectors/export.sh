# Seven words of the corpus, each often enough with --min-count 1; rows are 4 wide.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" vectors export --model m.oriel --output m.vec
"$ORIEL" vectors export --model m.oriel > stdout.vec
cmp m.vec stdout.vec
head -1 m.vec
sed 1d m.vec | cut -d ' ' -f 1 | LC_ALL=C sort | tr '\n' ' '
echo
