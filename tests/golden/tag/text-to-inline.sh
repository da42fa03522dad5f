# All bytes of the text stay, also blanks and blank lines, and no line end is added.
. "$ROOT/tests/golden/tiny-model.sh"
printf '  Ada  met him.\n\n\tBob ran ' | "$ORIEL" tag --model m.oriel --threshold 0 --output inline | tr '\t ' '>_'
echo '|'
