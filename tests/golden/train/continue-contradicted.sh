printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --recipe classic --quiet --train a.conll --dev a.conll --model m.oriel --epochs 1 --threads 1
train="$ORIEL train --quiet --train a.conll --dev a.conll --model n.oriel --threads 1"
$train --continue-from m.oriel --window 7
$train --continue-from m.oriel --recipe standard
$train --continue-from m.oriel --hidden 7
$train --continue-from a.conll
$train --continue-from nowhere
code=$?
ls
exit $code
