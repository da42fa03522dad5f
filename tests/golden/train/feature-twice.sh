"$ORIEL" train --train a --model b --features word,shape,shape
