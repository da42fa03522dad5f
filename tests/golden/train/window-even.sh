"$ORIEL" train --train a --model b --window 4
