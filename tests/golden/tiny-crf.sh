# Writes a tiny model of head crf to crf.oriel, and its corpus to tiny.conll.
cat > tiny.conll <<'END'
Ada	B-PER
met	O
Bob	B-PER
.	O

Carol	B-PER
Jones	I-PER
laughed	O
in	O
Rome	B-LOC
.	O

END
"$ORIEL" train --recipe standard --quiet --train tiny.conll --dev tiny.conll --model crf.oriel --dim 4 --hidden 3 \
    --features word,shape --feature-dim 2 --epochs 30 --case-copies 0 --threads 1
