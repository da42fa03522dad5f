"$ORIEL" train --train a --model b --learning-rate nan
