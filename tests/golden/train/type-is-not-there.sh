printf 'Ada\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --type LOC --model m.oriel
