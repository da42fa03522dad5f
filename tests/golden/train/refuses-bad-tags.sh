printf 'so\tO\nAda\tI-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --quiet --train a.conll --bad-tags refuse --model m.oriel
