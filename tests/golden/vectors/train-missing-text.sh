"$ORIEL" vectors train --output a.vec nowhere.txt
