echo 'my notes are here, more than eight bytes of them' > notes.txt
echo Ada | "$ORIEL" tag --model notes.txt
