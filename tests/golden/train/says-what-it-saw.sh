# 3 sentences, 10 tokens, 4 entities (Ada, Bob, Carol Jones, Oslo), PER before LOC as it is more frequent.
cat > a.conll <<'END'
Ada	B-PER
met	O
Bob	B-PER

Carol	B-PER
Jones	I-PER
laughed	O
.	O

Oslo	B-LOC
slept	O
.	O
END
"$ORIEL" train --train a.conll --dev a.conll --model m.oriel --epochs 2 --min-count 1 --threads 1 --seed 7
ls
