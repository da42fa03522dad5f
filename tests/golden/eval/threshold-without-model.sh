"$ORIEL" eval --threshold 0.5 a b
