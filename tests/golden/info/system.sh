"$ORIEL" info --system
