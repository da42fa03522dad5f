# Writes gold.conll and predicted.conll: three sentences, six entities in each, four of them the same.
cat > gold.conll <<'END'
Ada	B-PER
Lovelace	I-PER
lived	O
in	O
London	B-LOC

Paris	B-LOC
and	O
Acme	B-ORG
grow	O

Bob	B-PER
visited	O
Rome	B-LOC
END
sed -e 's/^London.*/London	B-ORG/' -e 's/^and.*/and	B-PER/' -e 's/^Acme.*/Acme	O/' gold.conll > predicted.conll
