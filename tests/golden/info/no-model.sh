"$ORIEL" info
