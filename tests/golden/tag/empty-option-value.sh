"$ORIEL" tag --model= a.txt
