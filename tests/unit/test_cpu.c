#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cpu.h"

/* The kernel's word for it: the flags line of /proc/cpuinfo, blanks around each flag. */
static char *kernel_flags(void)
{
    FILE *f = fopen("/proc/cpuinfo", "r");
    char *line = NULL;
    size_t cap = 0;
    while (f && getline(&line, &cap, f) > 0) {
        if (strncmp(line, "flags", 5) != 0)
            continue;
        line[strcspn(line, "\n")] = ' ';
        fclose(f);
        return line;
    }
    if (f)
        fclose(f);
    free(line);
    return NULL;
}

static void test_instructions_are_those_the_kernel_names(void **state)
{
    (void)state;
#if defined(__x86_64__)
    char *flags = kernel_flags();
    if (!flags) {
        print_message("skipped: /proc/cpuinfo has no flags\n");
        skip();
    }
    bool has_512 = strstr(flags, " avx512f ") && strstr(flags, " avx512dq ") && strstr(flags, " avx512bw ") &&
                   strstr(flags, " avx512vl ") && strstr(flags, " avx512cd ");
    bool has_2 = strstr(flags, " avx2 ") && strstr(flags, " fma ");
    free(flags);
    if (getenv("ORIEL_VALGRIND")) /* valgrind knows no AVX-512 and says so by CPUID */
        has_512 = false;
    assert_string_equal(cpu_instructions(), has_512 ? "avx512" : has_2 ? "avx2" : "plain");
    if (!has_512 && !has_2)
        assert_null(cpu_blas_core());
    else
        assert_string_equal(cpu_blas_core(), has_512 ? "SkylakeX" : "Haswell");
#else
    (void)kernel_flags;
    assert_null(cpu_blas_core());
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instructions_are_those_the_kernel_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
