"$ORIEL" train --train a --model b --o-bias much
