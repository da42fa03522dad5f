echo Ada | "$ORIEL" tag --model nowhere.oriel
