"$ORIEL" train --quiet=yes
