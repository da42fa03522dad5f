# wintering and gardening are made of letter groups; x is too short for any. Cosines of a word with itself come first.
. "$ROOT/tests/golden/letters.sh"
printf 'wintering wintering 9\nwintering garden 1\nice gardening 2\nx winter 3\n' > pairs.tsv
printf ': plural\nwinter winters garden gardens\n: unknown\nwintering winter gardening garden\nx winter gardening garden\n' > questions.txt
"$ORIEL" vectors eval --vectors letters.safetensors --similarity pairs.tsv --analogies questions.txt
"$ORIEL" vectors convert --quiet letters.safetensors a.vec
"$ORIEL" vectors eval --vectors a.vec --similarity pairs.tsv
