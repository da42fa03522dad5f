"$ORIEL" vectors near --vectors two.vec
