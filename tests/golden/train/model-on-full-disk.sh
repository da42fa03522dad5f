printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --model /dev/full --epochs 1 --min-count 1 --threads 1
