# What a stopped training left is not lost by leaving out --resume, and not taken for another training.
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
train="$ORIEL train --recipe classic --quiet --train a.conll --dev a.conll --model m.oriel --threads 1 --checkpoint c.ckpt"
$train --epochs 100000 --patience 0 --log log.tsv 2> messages &
until [ -s c.ckpt ]; do sleep 0.02; done
kill -TERM $!
wait $!
cp c.ckpt before
$train --epochs 100000 --patience 0
echo "exit $?"
$train --epochs 7 --patience 0 --resume
echo "exit $?"
cmp c.ckpt before
"$ORIEL" info c.ckpt
echo "exit $?"
"$ORIEL" train --quiet --train a.conll --model c.ckpt --epochs 1
echo "exit $?"
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --checkpoint m.oriel
echo "exit $?"
cp m.oriel n.oriel
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --checkpoint n.oriel
echo "exit $?"
"$ORIEL" train --quiet --train a.conll --model m.oriel --epochs 1 --resume
