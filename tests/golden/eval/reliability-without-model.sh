"$ORIEL" eval --reliability gold predicted
