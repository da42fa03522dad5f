# Every token is tagged, so all entities that are predicted stand in the table, and the error is a share.
. "$ROOT/tests/golden/tiny-model.sh"
"$ORIEL" eval --model m.oriel --threshold 0 --reliability tiny.conll > table
n=$(awk '$1 == "micro" {print $6}' table)
awk -v n="$n" '$2 == "to" {s += $4} /calibration/ {e = $NF} END {print (s == n && n > 0), (e >= 0 && e <= 1)}' table
