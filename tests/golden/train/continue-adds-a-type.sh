# A model of persons learns organisations from a file that labels nothing else, and still knows its persons.
cat > per.conll <<'END'
Ada	B-PER
ran	O

Bob	B-PER
saw	O
Ada	B-PER

it	O
ran	O

END
sed 's/B-PER/O/' per.conll > org.conll
printf 'they\tO\nown\tO\nAcme\tB-ORG\n\nAcme\tB-ORG\nowns\tO\nit\tO\n\n' >> org.conll
train="$ORIEL train --quiet --threads 1 --seed 3"
$train --train per.conll --dev per.conll --model old.oriel --epochs 60 --about old
"$ORIEL" info old.oriel | grep -E '^types|^outputs'
$train --train org.conll --dev org.conll --model new.oriel --continue-from old.oriel --epochs 150 --learning-rate 0.001 --about new
"$ORIEL" info new.oriel | grep -E '^types|^outputs|^trained|^about'
"$ORIEL" eval --model new.oriel --types PER per.conll | grep ^micro | head -1
"$ORIEL" eval --model new.oriel --types ORG org.conll | grep ^micro | head -1
