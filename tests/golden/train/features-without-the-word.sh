"$ORIEL" train --train a --model b --features shape,word
