. "$ROOT/tests/golden/tiny-model.sh"
printf 'Ada met Bob .\nAda met Bob .\n' | "$ORIEL" tag --model m.oriel --threads 1 --threshold 1 --stats > out
wc -l < out
