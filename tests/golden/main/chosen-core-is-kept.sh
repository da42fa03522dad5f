# Whoever sets OPENBLAS_CORETYPE is obeyed, also when it is slow.
unset ORIEL_NO_REEXEC ORIEL_REEXECED
if [ "$(uname -m)" != x86_64 ] || ! "$ORIEL" info --system | grep -q DYNAMIC_ARCH; then
    echo 'the BLAS has one core only'
    exit 77
fi
OPENBLAS_CORETYPE=Prescott "$ORIEL" --version | grep -o 'core Prescott'
