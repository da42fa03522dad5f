"$ORIEL" train --train a.conll --vectors v.vec --tokenizer rules.txt --model m.oriel
