# Labels are written behind each token, whatever they are; the text between stays.
printf 'the\tX\ncat\tX\n' > a.conll
"$ORIEL" train --quiet --train a.conll --dev a.conll --model m.oriel --epochs 1 --threads 1
printf 'the  cat.\n' | "$ORIEL" tag --model m.oriel --output inline
