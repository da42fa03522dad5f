# --train twice and a file without it: 1 + 1 + 1 sentences.
printf 'Ada\tB-PER\nran\tO\n' > a.conll
cp a.conll b.conll
cp a.conll c.conll
"$ORIEL" train --train a.conll --train b.conll --dev a.conll --model m.oriel --epochs 1 --threads 1 c.conll 2>&1 | head -1
