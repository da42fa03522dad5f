# auto is standard's own; a number stays what it is; both are stored, and info shows them.
. "$ROOT/tests/golden/tiny-crf.sh"
set -- --quiet --train tiny.conll --dev tiny.conll --model b.oriel --dim 4 --hidden 3 --features word,shape --feature-dim 2 \
    --epochs 1 --case-copies 0
"$ORIEL" train "$@" --o-bias auto
"$ORIEL" info b.oriel | grep outputs
cp b.oriel a.oriel
"$ORIEL" train "$@"
cmp a.oriel b.oriel && echo same
"$ORIEL" train "$@" --o-bias 1.5
"$ORIEL" info b.oriel | grep outputs
