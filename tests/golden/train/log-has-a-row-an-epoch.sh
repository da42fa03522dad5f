# The log is there as the epochs go by, and replaces one that was there; the rate falls from 0.1 by a third an epoch.
printf 'Ada\tB-PER\nran\tO\n\nBob\tB-PER\nran\tO\n' > a.conll
train="$ORIEL train --recipe classic --quiet --train a.conll --dev a.conll --model m.oriel --batch 100 --min-count 1 --threads 1"
$train --epochs 5 --log log.tsv && wc -l < log.tsv
$train --epochs 3 --log log.tsv && cut -f 1,6 log.tsv
$train --epochs 1 --log - | sed -n 1p
head -1 log.tsv | tr '\t' '\n' | wc -l
awk -F '\t' 'NR > 1 && (NF != 7 || $2 <= 0 || $3 > 1 || $4 > 1 || $5 > 1 || $7 < 0) { print "odd", $0 }' log.tsv
