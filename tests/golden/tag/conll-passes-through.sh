# A tab before the tag where the line has one, else a blank; comments, document marks and blank lines as they were.
. "$ROOT/tests/golden/tiny-model.sh"
printf -- '-DOCSTART-\tX\n\n# id = 1\nAda\tNNP\tx y\nran\tVBD\n\n\n# id = 2\nBob NNP\nran VBD\n' |
    "$ORIEL" tag --model m.oriel --threshold 0 --input conll
