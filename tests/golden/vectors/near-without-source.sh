"$ORIEL" vectors near east
