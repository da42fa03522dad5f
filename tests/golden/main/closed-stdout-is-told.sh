"$ORIEL" --help >&-
