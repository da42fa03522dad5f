"$ORIEL" train --train a --model b --hidden 100,0
