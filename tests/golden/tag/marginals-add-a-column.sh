# The last column; all of a single token's tags, as none of its tags begins an entity that goes on.
. "$ROOT/tests/golden/tiny-crf.sh"
echo Rome | "$ORIEL" tag --model crf.oriel --marginals > out
awk -F '\t' 'NF == 3 {n = split($3, parts, "|"); for (i = 1; i <= n; i++) {split(parts[i], p, "="); s += p[2]; seen[p[1]] = 1}
             best = parts[1]; sub("=.*", "", best); print $1, (best == $2), n, (s > 0.998 && s < 1.002), seen["I-PER"] + 0}' out
