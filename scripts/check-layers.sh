#!/bin/sh
# Holds the sources against the rules of the house: who may include whom, who may print, how long things may be.
#
#   scripts/check-layers.sh [FOLDER]     FOLDER holds src and tests (default: the project)
#   scripts/check-layers.sh --self-test  plants an offence of each kind and demands that each is found, and nothing else
#
# Comments and string constants are not code and are left out before anything is looked for.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# ---- who may include whom ------------------------------------------------------------------------------------------

# For a folder of src, the folders whose headers it may include.  Everyone may include oriel.h.
may_include()
{
    case $1 in
    base) echo base ;;
    text) echo base text ;;
    net) echo base net ;;
    model) echo base text net model ;;
    learn) echo base text net model learn ;;
    cli) echo cli ;;
    *) echo ;;
    esac
}

# For a header of a library, the only files that may include it.
users_of()
{
    case $1 in
    cblas.h) echo src/net/kernel.c ;;
    pcre2.h) echo src/text/tokenizer.c ;;
    utf8proc.h) echo src/text/utf8.c ;;
    jansson.h) echo src/model/container.c src/model/container_write.c ;;
    xxhash.h) echo src/learn/fingerprint.c src/model/container.c src/model/container_write.c src/model/seen.c src/model/token_cache.c src/text/tagset.c src/text/vocabulary.c ;;
    zlib.h) echo src/base/source.c ;;
    *) echo any ;;
    esac
}

# Headers that are there on every system that this is for.
is_of_the_system()
{
    case $1 in
    sys/*.h | arpa/*.h | assert.h | complex.h | cpuid.h | ctype.h | dlfcn.h | errno.h | fcntl.h | fenv.h | float.h | getopt.h | \
        arm_neon.h | immintrin.h | inttypes.h | libgen.h | limits.h | locale.h | math.h | poll.h | pthread.h | sched.h | setjmp.h | signal.h | \
        stdalign.h | stdarg.h | stdatomic.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | stdnoreturn.h | string.h | \
        strings.h | termios.h | time.h | unistd.h) return 0 ;;
    *) return 1 ;;
    esac
}

is_in()
{
    word=$1
    shift
    case " $* " in *" $word "*) return 0 ;; *) return 1 ;; esac
}

# check_ours FILE LINE HEADER: a header in quotation marks.
check_ours()
{
    folder=${1#src/}
    folder=${folder%%/*}
    case $3 in
    oriel.h) return ;;
    */*) target=${3%%/*} header=src/$3 ;;
    *) target=$folder header=src/$folder/$3 ;;
    esac
    [ -f "$header" ] || echo "$1:$2: there is no $header"
    # shellcheck disable=SC2046 # several words
    is_in "$target" $(may_include "$folder") || echo "$1:$2: $folder must not include $3"
}

# check_theirs FILE LINE HEADER: a header in angle brackets.
check_theirs()
{
    users=$(users_of "$3")
    if [ "$users" != any ]; then
        # shellcheck disable=SC2086 # several words
        is_in "$1" $users || echo "$1:$2: only $users may include $3"
    elif ! is_of_the_system "$3"; then
        echo "$1:$2: no rule says who may include $3"
    fi
}

check_includes()
{
    find src -name '*.[ch]' -exec grep -nHE '^[[:space:]]*#[[:space:]]*include' {} + |
        sed -nE 's/^([^:]+):([0-9]+):.*include[[:space:]]*"([^"]+)".*/ours \1 \2 \3/p
                 s/^([^:]+):([0-9]+):.*include[[:space:]]*<([^>]+)>.*/theirs \1 \2 \3/p' |
        while read -r kind file line header; do
            "check_$kind" "$file" "$line" "$header"
        done
}

# ---- what may be said, and how long --------------------------------------------------------------------------------

# Prints FILE:LINE: code, with comments blank and string and character constants empty.
code_of()
{
    awk '
        FNR == 1 { in_comment = 0 }
        {
            rest = $0
            code = ""
            while (rest != "") {
                if (in_comment) {
                    end = index(rest, "*/")
                    if (!end)
                        break
                    rest = substr(rest, end + 2)
                    in_comment = 0
                } else if (match(rest, /^"([^"\\]|\\.)*"/) || match(rest, /^\047([^\047\\]|\\.)*\047/)) {
                    code = code "\"\""
                    rest = substr(rest, RLENGTH + 1)
                } else if (substr(rest, 1, 2) == "/*") {
                    in_comment = 1
                    rest = substr(rest, 3)
                } else if (substr(rest, 1, 2) == "//") {
                    break
                } else {
                    code = code substr(rest, 1, 1)
                    rest = substr(rest, 2)
                }
            }
            print FILENAME ":" FNR ":" code
        }' "$@"
}

# forbid FILES-PATTERN EXCEPT-PATTERN WHAT WHY: no line of code (on standard input) may hold WHAT, as a whole word.
forbid()
{
    grep -E "^($1)" "$code" | grep -vE "^($2):" | grep -E "^[^:]+:[0-9]+:(.*[^A-Za-z0-9_.>])?($3)" |
        sed -E "s/^([^:]+:[0-9]+):[[:space:]]*(.*)/\1: $4: \2/" || true
}

check_words()
{
    library='src/(base|text|net|model|learn)/'
    none='-'
    forbid "$library" "$none" '(v?printf|puts|putchar|perror)[[:space:]]*\(' 'the library does not print'
    # aside.c and source.c give "-" its meaning.
    forbid "$library" 'src/base/(aside|source)\.c' '(stdout|stderr|stdin)([^A-Za-z0-9_]|$)' 'the library does not touch these'
    forbid "$library" "$none" '(exit|_exit|_Exit|quick_exit|abort)[[:space:]]*\(' 'the library does not exit'
    forbid "$library" "$none" '(setlocale|setenv|putenv|unsetenv|signal|sigaction|system|popen|fork|exec[lv][ep]*)[[:space:]]*\(' \
        'the library leaves the process alone'
    forbid "$library" 'src/base/memory\.c' \
        '(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|strdup|strndup|v?asprintf)[[:space:]]*\(' \
        'memory comes from base\/memory.h'
    forbid 'src/' "$none" '(strcpy|strcat|sprintf|gets|atoi|atol|atof)[[:space:]]*\(' 'has no bound or no error'
    forbid '(src|tests)/' 'tests/planted/.*' '#[[:space:]]*if 0' 'code asleep'
}

# Functions begin and end with a brace in the first column; that is how clang-format leaves them.
check_sizes()
{
    awk '
        function close_file() {
            limit = FILENAME_BEFORE ~ /\.h$/ ? 120 : 400
            if (FILENAME_BEFORE && FILENAME_BEFORE !~ /oriel\.h$/ && n_lines > limit)
                print FILENAME_BEFORE ":" n_lines ": longer than " limit " lines"
        }
        BEGIN {
            for (i = 1; i < ARGC; i++)
                headers[ARGV[i]] = ARGV[i] ~ /h$/
        }
        FNR == 1 {
            close_file()
            FILENAME_BEFORE = FILENAME
            start = 0
            has_header = headers[substr(FILENAME, 1, length(FILENAME) - 1) "h"] && FILENAME ~ /c$/
            if (FILENAME ~ /^src/ && !has_header && $0 !~ /^\/\*/)
                print FILENAME ":1: a header, or a file without one, begins with a comment that says its one idea"
        }
        { n_lines = FNR }
        /^\{$/ { start = FNR }
        /^\}$/ && start {
            if (FNR - start + 1 > 60)
                print FILENAME ":" start ": a function of " FNR - start + 1 " lines; 60 are allowed"
            start = 0
        }
        length($0) > 0 && /[ \t]$/ { print FILENAME ":" FNR ": blanks at the end of the line" }
        END { close_file() }' "$@"
}

check()
{
    cd "$1"
    code=$(mktemp)
    check_includes
    # shellcheck disable=SC2046 # file names of ours have no blanks
    code_of $(find src tests -name '*.[ch]' | sort) > "$code"
    check_words
    # shellcheck disable=SC2046
    check_sizes $(find src -name '*.[ch]' | sort) $(find tests -name '*.[ch]' -not -path 'tests/planted/*' | sort)
    rm -f "$code"
}

# ---- self-test -----------------------------------------------------------------------------------------------------

# plant FILE LINE...: a file of the copy, with a good top comment.
plant()
{
    file=$1
    shift
    mkdir -p "$(dirname "$file")"
    { echo '/* One idea. */' && printf '%s\n' "$@"; } > "$file"
}

# offence FILE COMPLAINT LINE...: a file that is to be complained about, once, in this way.
offence()
{
    echo "$1:.*$2" >> expected
    file=$1
    shift 2
    plant "$file" "$@"
}

plant_what_is_right()
{
    plant src/oriel.h '#include <stddef.h>'
    plant src/base/a.h '#include "oriel.h"'
    plant src/text/b.h '#include "base/a.h"'
    plant src/net/c.h '#include "base/a.h"'
    plant src/cli/d.h '#include "oriel.h"'
    plant tests/t.c '#include "text/b.h"'
    plant src/base/clean.c '/* printf(1) */ // exit(1)' 'static const char *const s = "abort()";' \
        'int n = snprintf(p, 3, s); x.exit(); log_printf(s); /* one' 'malloc(3)' '*/' 'f(v, "\"", q); char c = 34;'
    plant src/base/b.h
    echo 'int n;' > src/base/b.c
    # shellcheck disable=SC2046
    plant src/cli/long.c '{' $(seq 58) '}' $(seq 339)
}

plant_what_is_wrong()
{
    offence src/net/p1.c 'net must not include text/b.h' '#include "text/b.h"'
    offence src/text/p1.c 'text must not include net/c.h' '#include "net/c.h"'
    offence src/base/p1.c 'base must not include text/b.h' '  #  include "text/b.h"'
    offence src/cli/p1.c 'cli must not include base/a.h' '#include "base/a.h"'
    offence src/learn/p1.c 'learn must not include cli/d.h' '#include "cli/d.h"'
    offence src/base/p2.c 'there is no src/base/nowhere.h' '#include "nowhere.h"'
    offence src/other/p1.c 'other must not include' '#include "base/a.h"'
    offence src/model/p1.c 'only src/net/kernel.c may include cblas.h' '#include <cblas.h>'
    offence src/text/p2.c 'no rule says who may include curl/curl.h' '#include <curl/curl.h>'
    offence src/text/p3.c 'does not print' 'void f(void) { printf("x"); }'
    offence src/text/p4.c 'does not touch' 'void f(void) { fputs("x", stderr); }'
    offence src/net/p2.c 'does not exit' 'void f(void) { if (x) exit (1); }'
    offence src/net/p3.c 'does not exit' 'abort();'
    offence src/net/p4.c 'leaves the process alone' 'setlocale(1, "");'
    offence src/model/p2.c 'memory comes from' 'p = malloc(3);'
    offence src/cli/p2.c 'no bound or no error' 'n = atoi(s);'
    offence src/cli/p3.c 'code asleep' '#if 0'
    offence src/cli/p4.c 'blanks at the end' 'int n; '
    offence src/cli/p5.c 'begins with a comment' && echo 'int n;' > src/cli/p5.c
    # shellcheck disable=SC2046
    offence src/cli/p6.c 'a function of 61 lines' 'void f(void)' '{' $(seq 59) '}'
    # shellcheck disable=SC2046
    offence src/cli/p7.c 'longer than 400' $(seq 400)
    # shellcheck disable=SC2046
    offence src/cli/p1.h 'longer than 120' $(seq 120)
}

self_test()
{
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    cd "$copy"
    : > expected
    plant_what_is_right
    plant_what_is_wrong
    check "$copy" > found
    while read -r pattern; do
        [ "$(grep -c "^$pattern" found)" -eq 1 ] || echo "not found, or more than once: $pattern"
    done < expected > wrong
    grep -vf expected found | sed 's/^/complaint about what is right: /' >> wrong || true
    [ ! -s wrong ] || {
        cat wrong
        exit 1
    }
    echo "check-layers: $(wc -l < expected) planted offences found, and nothing else"
}

case ${1:-} in
--self-test) self_test ;;
*)
    found=$(check "${1:-$here/..}")
    [ -z "$found" ] || {
        echo "$found"
        exit 1
    }
    echo 'check-layers: clean'
    ;;
esac
