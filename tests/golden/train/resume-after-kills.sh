# Killed again and again, each time some moment after a new checkpoint came, and in the end the model of a run without a break; the
# log, too, but for its seconds.  No checkpoint is left.
cp "$ROOT/data/corpus/dev.conll" "$ROOT/data/corpus/test.conll" .
train="$ORIEL train --recipe classic --quiet --train dev.conll --dev test.conll --epochs 3 --hidden 40"
resumed="$train --model m.oriel --log log.tsv --threads 2 --checkpoint c.ckpt --checkpoint-every 0.05 --resume"
$train --model whole.oriel --log whole.tsv --threads 1
n=0
for moment in 0.03 0.21 0 0.4 0.11 0.02 0.3; do
    before=$(ls -i c.ckpt 2> /dev/null)
    $resumed &
    while [ "$(ls -i c.ckpt 2> /dev/null)" = "$before" ] && kill -0 $! 2> /dev/null; do sleep 0.02; done
    sleep $moment
    kill -KILL $! 2> /dev/null && n=$((n + 1))
    wait $! 2> /dev/null
done 2> killed
[ $n -gt 2 ] || echo "killed $n times only"
$resumed
cmp whole.oriel m.oriel
cut -f 1-6 whole.tsv > columns
cut -f 1-6 log.tsv | cmp columns -
wc -l < log.tsv
ls c.ckpt 2> /dev/null
true
