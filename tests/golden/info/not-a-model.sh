head -c 5000 /dev/zero > zeros
"$ORIEL" info zeros
