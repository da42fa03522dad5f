mkfifo pipe
"$ORIEL" train --quiet --train pipe --model m.oriel 2> log &
exec 3> pipe
kill -TERM $!
until grep -q stopping log; do sleep 0.1; done
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' >&3
exec 3>&-
wait $!
echo "exit $?"
cat log
ls
