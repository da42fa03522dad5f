"$ORIEL" train --train a --model b --epochs ten
