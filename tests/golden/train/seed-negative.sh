"$ORIEL" train --train a --model b --seed -1
