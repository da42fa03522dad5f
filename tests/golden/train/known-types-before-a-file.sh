"$ORIEL" train --known-types PER --train a --model b
