"$ORIEL" --trace
