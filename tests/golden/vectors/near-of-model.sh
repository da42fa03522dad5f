# Asked for more neighbours than there are: the six other words, by falling cosine.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" vectors near --model m.oriel -k 100 Ada > near
head -1 near
sed 1d near | wc -l | tr -d ' '
sed 1d near | sort -c -k 1,1 -n -r && echo falling
