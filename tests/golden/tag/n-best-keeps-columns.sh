# Lines that come as columns keep them; the comment stands between what was before the sentence and the sentence, and what
# comes out can be read again as a corpus.
. "$ROOT/tests/golden/tiny-crf.sh"
printf -- '-DOCSTART- O\n\n# text = Ada met\n1 Ada O\n2 met O\n\n\n1 Rome O\n' > columns
"$ORIEL" tag --model crf.oriel --input conll --columns 2 --n-best 2 --marginals columns > out
sed -E 's/^(# readings =).*/\1/; s/( (B-PER|B-LOC|I-PER|I-LOC|O)){2} [^ ]*$/ TWO MARGINALS/' out
"$ORIEL" eval --columns 2,3 --model crf.oriel out | grep -o '^[0-9]* sentences, [0-9]* tokens'
