"$ORIEL" eval --model m.oriel
