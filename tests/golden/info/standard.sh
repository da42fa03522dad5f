# By hand: a token is 4 wide for the word and 2 for its shape; one type has 5 labels (outside, begin, inside, end, single).
# (3*6)*3 + 3*5 + 3 + 5 = 77, and 5*5 transitions with 5 starts and 5 ends are 35.  7 words and 7 special rows of 4 are 56.
# Of the shapes Xxx (Ada, Bob), Xxxxx (Carol, Jones) and the point occur twice and have rows: 10 rows of 2 are 20.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" train --recipe standard --quiet --train tiny.conll --dev tiny.conll --model s.oriel --features word,shape \
    --feature-dim 2 --dim 4 --hidden 3 --window 3 --case-copies 0 --epochs 1
"$ORIEL" info s.oriel
