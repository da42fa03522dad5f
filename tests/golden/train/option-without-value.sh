"$ORIEL" train --model
