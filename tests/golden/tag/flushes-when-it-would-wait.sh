# The answer to the first line is there before the second is sent.
. "$ROOT/tests/golden/tiny-model.sh"
mkfifo in out
"$ORIEL" tag --model m.oriel --threshold 0 < in > out &
exec 3> in 4< out
echo Ada >&3
read -r line <&4
echo "$line"
exec 3>&- 4<&-
wait
