"$ORIEL" tag --model m.oriel --output xml
