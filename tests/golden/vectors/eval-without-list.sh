"$ORIEL" vectors eval --vectors v.txt
