"$ORIEL" vectors convert a.vec
