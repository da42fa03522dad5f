"$ORIEL" train --train a --model ''
