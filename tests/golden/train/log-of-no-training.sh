# What could not begin leaves no log, and the log of what was before as it is.
printf 'Ada\n' > bad.conll
printf 'epoch\tloss\tdev_precision\tdev_recall\tdev_f1\trate\tseconds\nold\n' > old.tsv
"$ORIEL" train --quiet --train bad.conll --model m.oriel --log new.tsv 2> messages
"$ORIEL" train --quiet --train bad.conll --model m.oriel --log old.tsv 2> messages
ls
cat old.tsv
