printf 'Ada\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --model nowhere/m.oriel
