"$ORIEL" tag --model m.oriel --n-best 2 --output inline
