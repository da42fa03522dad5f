"$ORIEL" eval a b c
