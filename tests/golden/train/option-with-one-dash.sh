"$ORIEL" train -model b
