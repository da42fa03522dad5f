"$ORIEL" train --train a --model b --columns 2
