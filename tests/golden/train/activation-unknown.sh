"$ORIEL" train --train a --model b --activation gelu
