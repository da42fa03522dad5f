"$ORIEL" train --train a --model b --head crf --batch-of tokens
