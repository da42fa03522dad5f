# NumPy's form can hold a word with a blank, a file of words and numbers cannot.
printf 'east 2\nwest 3\n' > a.vec
"$ORIEL" vectors convert a.vec b.npy
printf 'New York\nwest\n' > b.words
"$ORIEL" vectors near --vectors b.npy 'New York'
"$ORIEL" vectors convert b.npy c.safetensors
"$ORIEL" vectors convert c.safetensors d.vec || { echo $?; ls; }
