"$ORIEL" trian --epochs 3
