"$ORIEL" --help > /dev/full
