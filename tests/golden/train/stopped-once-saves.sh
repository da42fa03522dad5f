# After the first epoch a signal comes: the step is finished, the best model so far saved, and that is no failure.
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --train a.conll --dev a.conll --model m.oriel --epochs 100000 --patience 0 --threads 1 2> log &
for i in $(seq 600); do
    grep -qs '^epoch 1/' log && break
    sleep 0.1
done
kill -TERM $!
wait $!
echo "exit $?"
grep -o 'stopping after this step; once more stops at once' log
grep -o 'saved:  m.oriel.*stopped early' log
"$ORIEL" info m.oriel | grep -c recipe
