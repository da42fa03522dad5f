# A word that the file does not have lies near its stem; one letter makes no group; without the groups there is nothing.
. "$ROOT/tests/golden/letters.sh"
"$ORIEL" vectors near --vectors letters.safetensors -k 2 wintering Winter x > near
head -1 near
sed -n '2,3s/^  [ 0-9.-]*  //p' near | sort
sed -n 4p near
"$ORIEL" vectors convert --quiet letters.safetensors a.vec
"$ORIEL" vectors near --vectors a.vec wintering
