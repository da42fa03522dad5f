# Help is given whatever else the line says, and shows the defaults, not what was typed.
"$ORIEL" train --nonsense --window 7 --help | grep -e '--window'
