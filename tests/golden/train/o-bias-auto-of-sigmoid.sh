echo 'a B-PER' > a
"$ORIEL" train --train a --model b --recipe classic --o-bias auto
