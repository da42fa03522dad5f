"$ORIEL" --version
