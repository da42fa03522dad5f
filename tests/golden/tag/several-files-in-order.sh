. "$ROOT/tests/golden/tiny-model.sh"
echo Ada > a.txt
echo Bob > b.txt
echo Eve | "$ORIEL" tag --model m.oriel --threshold 0 --output inline b.txt - a.txt
