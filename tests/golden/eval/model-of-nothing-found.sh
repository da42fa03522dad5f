# No token reaches 1: precision of nothing is 0, and the three names of gold are missed.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" eval --model m.oriel --threshold 1 tiny.conll | sed -n 4p
