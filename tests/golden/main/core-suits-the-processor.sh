# A processor with AVX2 never computes with the kernels of 2004; where the BLAS would, the program starts itself again.
unset OPENBLAS_CORETYPE ORIEL_NO_REEXEC ORIEL_REEXECED
case $("$ORIEL" --version) in
*avx*'core Prescott'*) echo slow ;;
*) echo good ;;
esac
