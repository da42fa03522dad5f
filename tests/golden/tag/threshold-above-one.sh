"$ORIEL" tag --model m.oriel --threshold 1.5
