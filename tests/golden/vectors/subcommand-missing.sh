"$ORIEL" vectors
