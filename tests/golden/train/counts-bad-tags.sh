# In IOB2 an I- after O is against the scheme: line 2.
printf 'so\tO\nAda\tI-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
"$ORIEL" train --train a.conll --dev a.conll --model m.oriel --epochs 1 --min-count 1 --threads 1 2>&1 | grep tags:
