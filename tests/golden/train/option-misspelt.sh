"$ORIEL" train --train a --model b --epoch-s 3
