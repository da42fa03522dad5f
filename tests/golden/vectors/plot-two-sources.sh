"$ORIEL" vectors plot --vectors a.vec --model b.oriel a b
