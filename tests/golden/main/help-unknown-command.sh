"$ORIEL" help nonsense
