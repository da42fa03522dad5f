# A signal comes in the middle of training: there is a model, and with --resume the one that there would have been.
cat > rows <<'END'
Ada	B-PER
ran	O

Rome	B-LOC
is	O
old	O

END
for i in $(seq 400); do cat rows; done > a.conll
train="$ORIEL train --recipe classic --train a.conll --dev rows --epochs 40 --min-count 1 --threads 1"
$train --quiet --model whole.oriel --log whole.tsv
$train --model m.oriel --log log.tsv --checkpoint c.ckpt --resume 2> first &
until grep -q '^epoch 2/' first; do sleep 0.02; done
kill -TERM $!
wait $!
echo "exit $?"
grep resume: first
grep -o 'stopped early.*' first
[ "$(tail -1 log.tsv | cut -f 1)" -lt 40 ] && [ -s c.ckpt ] && "$ORIEL" info m.oriel > info && rm m.oriel
$train --model m.oriel --log log.tsv --checkpoint c.ckpt --resume 2> second
echo "exit $?"
grep resume: second
cmp whole.oriel m.oriel
cut -f 1-6 whole.tsv > columns
cut -f 1-6 log.tsv | cmp columns -
ls c.ckpt 2> /dev/null
true
