"$ORIEL" train --model b
