#!/bin/sh
# Holds a build of the library against what it promises: it offers what oriel.h declares and nothing else, and it has no
# variable that can change.
#
#   scripts/check-symbols.sh [FOLDER]     FOLDER: a build without sanitizers (default: build/release)
#   scripts/check-symbols.sh --self-test  plants an offence of each kind and demands that each is found
#
# Variables are told from constants by the section that they are in, as nm prints it: .data, .bss, .tdata, .tbss and common
# blocks can change; .rodata cannot, and .data.rel.ro (constants that hold addresses) only while the program is loaded.
# A `static` inside a function counts too.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

# declared HEADER: the names that are marked ORIEL_API.
declared()
{
    tr '\n' ' ' < "$1" | grep -oE 'ORIEL_API [^;]*;' | grep -oE '[a-z_0-9]+ ?\(' | grep -oE '^oriel_[a-z_0-9]+' | sort -u
}

# in_dynamic FILE, in_archive FILE: the names that others can link against.
in_dynamic()
{
    nm -D --defined-only "$1" | awk '{ print $NF }' | sort -u
}

in_archive()
{
    nm -g --defined-only "$1" 2> /dev/null | awk 'NF == 3 { print $3 }' | sort -u
}

# same NAMES DECLARED WHERE: complains about each name on one side only.
same()
{
    comm -23 "$1" "$2" | sed "s|^|$3: not in oriel.h, but visible: |"
    comm -13 "$1" "$2" | sed "s|^|$3: declared in oriel.h, but not there: |"
}

# variables OBJECT...: what can change.
variables()
{
    nm -A -f sysv --defined-only "$@" 2> /dev/null | awk -F '|' '
        { gsub(/ /, "", $3); gsub(/ /, "", $7); sub(/ +$/, "", $1) }
        $7 ~ /^\.data\.rel\.ro/ { next }
        $7 ~ /^\.(data|bss|tdata|tbss)/ || $7 == "*COM*" || $3 == "C" { print $1 ": a variable in " $7 }'
}

check()
{
    work=$(mktemp -d)
    declared "$2" > "$work/declared"
    [ -s "$work/declared" ] || echo "$2 declares nothing"
    in_dynamic "$1/liboriel.so" > "$work/dynamic"
    in_archive "$1/liboriel.a" > "$work/archive"
    same "$work/dynamic" "$work/declared" liboriel.so
    same "$work/archive" "$work/declared" liboriel.a
    # shellcheck disable=SC2046 # file names of ours have no blanks
    variables $(find "$1/src" -name '*.o' -not -path '*/cli/*' | sort)
    rm -rf "$work"
}

# build FOLDER SOURCE: a library of one file, made as ours is.
build()
{
    mkdir -p "$1/src/base"
    echo "$2" > "$1/a.c"
    ${CC:-cc} -O1 -fPIC -fvisibility=hidden -c -o "$1/src/base/a.o" "$1/a.c"
    ${CC:-cc} -shared -o "$1/liboriel.so" "$1/src/base/a.o"
    cp "$1/src/base/a.o" "$1/all.o"
    objcopy --localize-hidden "$1/all.o"
    ar rcs "$1/liboriel.a" "$1/all.o"
}

# demand COMPLAINTS PATTERN SOURCE: a library of this source draws that many complaints, each with the pattern.
demand()
{
    rm -rf "$copy/build"
    build "$copy/build" "$3"
    check "$copy/build" "$copy/oriel.h" > "$copy/found"
    if [ "$(wc -l < "$copy/found")" -ne "$1" ] || [ "$(grep -c "$2" "$copy/found")" -ne "$1" ]; then
        echo "check-symbols: $1 complaints '$2' were due for: $3; there were:"
        cat "$copy/found"
        exit 1
    fi
}

self_test()
{
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    printf '%s\n' 'ORIEL_API int oriel_one(void);' 'ORIEL_API const char *oriel_two(const char *a,' '    void (*f)(int));' \
        > "$copy/oriel.h"
    api='__attribute__((visibility("default")))'
    good="$api int oriel_one(void) { return 1; }
          extern const char *const names[]; const char *const names[] = { \"one\", \"two\" };
          $api const char *oriel_two(const char *a, void (*f)(int)) { return f ? names[*a] : 0; }
          int within(void); int within(void) { return 3; }"
    demand 0 '' "$good"
    demand 2 'not in oriel.h, but visible: oriel_three' "$good $api int oriel_three(void) { return 3; }"
    demand 2 'not in oriel.h, but visible: helper' "$good $api int helper(void) { return 3; }"
    demand 2 'declared in oriel.h, but not there: oriel_two' "$api int oriel_one(void) { return 1; }"
    demand 1 'n.* a variable in .bss' "$good int f(void); static int n; int f(void) { return n++; }"
    demand 1 'n.* a variable in .data' "$good int f(void); int f(void) { static int n = 7; return n++; }"
    demand 1 'n.* a variable in .tbss' "$good int f(void); static __thread int n; int f(void) { return n++; }"
    demand 1 'table.* a variable in .data.rel' "$good int f(int); int f(int i) { static const char *table[] = { \"a\", \"b\" };
          const char *was = table[i]; table[i] = \"c\"; return *was; }"
    echo 'check-symbols: 7 planted offences found, and nothing else'
}

case ${1:-} in
--self-test) self_test ;;
*)
    found=$(check "${1:-$root/build/release}" "$root/src/oriel.h")
    [ -z "$found" ] || {
        echo "$found"
        exit 1
    }
    echo 'check-symbols: clean'
    ;;
esac
