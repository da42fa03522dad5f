# The reader is gone before anything is written.
(sleep 0.2; "$ORIEL" --help; echo "$?" > code) | true
exit "$(cat code)"
