# The corpus comes from a pipe that stays open, so that the second signal finds it still reading.
mkfifo pipe
"$ORIEL" train --train pipe --model m.oriel 2> log &
exec 3> pipe
kill -TERM $!
until grep -q stopping log; do sleep 0.1; done
kill -TERM $!
wait $!
echo "exit $?"
cat log
ls
