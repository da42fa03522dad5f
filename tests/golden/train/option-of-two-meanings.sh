"$ORIEL" train --th 3
