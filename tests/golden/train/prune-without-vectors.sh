echo 'a B-PER' > a
"$ORIEL" train --train a --model b --prune-vectors 10
