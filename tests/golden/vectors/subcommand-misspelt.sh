"$ORIEL" vectors exprot
