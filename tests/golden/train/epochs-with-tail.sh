"$ORIEL" train --train a --model b --epochs 10x
