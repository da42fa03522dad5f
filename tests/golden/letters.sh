# Sourced: letters.safetensors knows winter, garden and their plurals, and has letter groups.
i=0
while [ $i -lt 300 ]; do
    printf 'winter snow winters ice\ngarden rose gardens tree\nice winter snow winters\ntree garden rose gardens\n'
    i=$((i + 1))
done > letters.txt
"$ORIEL" vectors train --quiet --subwords --buckets 500 --sample 0 --dim 10 --threads 1 --output letters.safetensors letters.txt
