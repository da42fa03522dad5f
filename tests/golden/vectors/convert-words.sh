# The words of a list in its order; wintering is made of letter groups, x has none. The same rows as before.
. "$ROOT/tests/golden/letters.sh"
printf 'tree\nwintering\nx\nGarden\n' | "$ORIEL" vectors convert --words - letters.safetensors a.vec
cut -d ' ' -f 1 a.vec
"$ORIEL" vectors convert --quiet letters.safetensors whole.vec
for word in tree garden; do grep "^$word " whole.vec; done | cut -d ' ' -f 2- > expected
grep -i '^tree \|^garden ' a.vec | cut -d ' ' -f 2- | cmp - expected && echo same rows
printf 'wintering\nice\n' > words
"$ORIEL" vectors convert --quiet --words words letters.safetensors b.safetensors
"$ORIEL" vectors convert b.safetensors - | head -1
"$ORIEL" vectors near --vectors b.safetensors snowing || echo none
"$ORIEL" vectors convert --words words whole.vec c.vec
