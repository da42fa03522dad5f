"$ORIEL" train --train a --model b --epochs 99999999999999999999999999
