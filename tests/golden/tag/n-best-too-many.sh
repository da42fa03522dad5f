"$ORIEL" tag --model m.oriel --n-best 101
