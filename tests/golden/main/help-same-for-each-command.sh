# Both ways to ask for a command's help give the same, on standard output.
for command in train tag eval vectors info 'vectors export' 'vectors near' 'vectors convert'; do
    "$ORIEL" help $command > 1 && "$ORIEL" $command --help > 2 && cmp 1 2 && head -1 1
done
