printf 'Ada\tB-PER\nran\tO\n\nBob\n' > a.conll
"$ORIEL" train --quiet --train a.conll --model m.oriel
