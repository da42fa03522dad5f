"$ORIEL" train --train a
