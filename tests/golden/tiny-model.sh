# Writes a tiny model to m.oriel, and its corpus to tiny.conll: one type, so that with --threshold 0 every token is tagged and
# with --threshold 1 none is, whatever the weights are.
cat > tiny.conll <<'END'
Ada	B-PER
met	O
Bob	B-PER
.	O

Carol	B-PER
Jones	I-PER
laughed	O
.	O

END
"$ORIEL" train --recipe classic --quiet --train tiny.conll --dev tiny.conll --model m.oriel --dim 4 --hidden 3 --epochs 1 --min-count 1 \
    --threads 1
