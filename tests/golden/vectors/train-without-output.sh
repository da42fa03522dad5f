"$ORIEL" vectors train text.txt
