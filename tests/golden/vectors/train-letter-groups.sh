# Two threads, and a training that was killed and goes on: the same file to the byte, letter groups among it.
i=0
while [ $i -lt 2000 ]; do echo "the red cat saw two dogs and a blue bird $((i % 7)) $((i % 5))"; i=$((i + 1)); done > text.txt
train() { "$ORIEL" vectors train --subwords --buckets 1000 --dim 20 --epochs 20 "$@" text.txt; }
train --quiet --threads 1 --output whole.safetensors
train --quiet --threads 2 --output two.safetensors
cmp whole.safetensors two.safetensors && echo same
train --quiet --threads 1 --output part.safetensors --checkpoint c.ckpt --checkpoint-every 0.05 &
sleep 0.3
kill -9 $! 2> /dev/null
wait $! 2> /dev/null
train --quiet --threads 2 --output again.safetensors --checkpoint c.ckpt --resume && cmp whole.safetensors again.safetensors && echo same
train --threads 1 --epochs 1 --output a.vec 2> said
tail -n 1 said
train --quiet --threads 1 --epochs 1 --output b.vec
cmp a.vec b.vec && echo same
