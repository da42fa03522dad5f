echo Ada | "$ORIEL" tag
