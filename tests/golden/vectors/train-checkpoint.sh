# Stopped by a signal, or just begun anew with the same options, a training ends in the same bytes; the checkpoint is gone then.
i=0
while [ $i -lt 3000 ]; do echo "the red cat saw two dogs and a blue bird $((i % 7)) $((i % 5))"; i=$((i + 1)); done > text.txt
train() { "$ORIEL" vectors train --quiet --dim 20 --epochs 40 --threads 1 "$@" text.txt; }
train --output whole.vec
train --output part.vec --checkpoint c.ckpt --checkpoint-every 0.05 &
sleep 0.3
kill -9 $! 2> /dev/null
wait $! 2> /dev/null
train --output again.vec --checkpoint c.ckpt --resume && cmp whole.vec again.vec && echo same
test -e c.ckpt || echo gone
train --output c.vec --checkpoint c.vec
