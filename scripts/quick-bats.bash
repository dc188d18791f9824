# quick-bats.bash - for BASH_ENV: what bats does over and over for the tests of a
# grader, at less cost. Without it all is the same, and a class waits a tenth
# longer: a start takes up to 2 ms, and reading a grader twice as long as a scene.
# shellcheck shell=bash

# Loadable builtins, of the package bash-builtins; where it is missing, programs
# do the work as ever.
enable -f mkdir mkdir 2> /dev/null
enable -f ln ln 2> /dev/null
if [[ $0 == */bats ]]; then enable -f mktemp mktemp 2> /dev/null; fi

# For paths as bats has them: absolute, and without a slash at their end.
basename() { echo "${1##*/}"; }
dirname() {
    local above=${1%/*}
    echo "${above:-/}"
}
touch() { : >> "$1"; }
readlink() { # readlink -f PATH
    local path=$2
    while [[ $path == /* && ! -L $path ]]; do path=${path%/*}; done
    if [ -z "$path" ]; then echo "$2"; else command readlink "$@"; fi
}

# What a grader has in itself, a scene above all, is text.
cat() {
    local text
    if [ $# -gt 0 ]; then
        command cat "$@"
    else
        IFS= read -r -d '' text || true # the end of the file ends it
        printf %s "$text"
    fi
}

# Files alone. What a student's program leaves in directories is for rm itself,
# whom no link leads astray.
if enable -f unlink unlink 2> /dev/null; then
    rm() {
        case "$# $1" in
        '2 -f') [ ! -e "$2" ] || unlink "$2" ;;
        *) command rm "$@" ;;
        esac
    }
fi

# The grader as bash has to read it is the same for all, so it is kept in the
# build until the grader or bats is a newer one. Who makes the list of tests reads
# it byte by byte, and looks at their lines alone.
bats-preprocess() { # bats-preprocess GRADER
    local kept=$BUILD/bats${1//\//_}
    if [ -n "${BATS_TEST_FILTER:-}" ] || [ ! -w "$BUILD" ]; then
        command bats-preprocess "$1"
        return
    fi
    if [ ! "$kept" -nt "$1" ] || [ ! "$kept" -nt "$BATS_LIBEXEC/bats-preprocess" ] ||
        [ ! -e "$kept.tests" ]; then
        command bats-preprocess "$1" > "$kept.$$" &&
            grep '^bats_test_function ' "$kept.$$" > "$kept.$$.tests" &&
            mv "$kept.$$.tests" "$kept.tests" && mv "$kept.$$" "$kept" || return
    fi
    [[ $0 != */bats-exec-suite ]] || kept+=.tests
    printf '%s\n' "$(< "$kept")"
}

# For each test bats reads its own files once more, some of them three times.
declare -A read_before=()
source() { # source FILE [ARG]...
    if [[ $1 != "${BATS_ROOT:-}"/lib/bats-core/* ]]; then
        [[ $0 != */bats-exec-file ]] || fork_tests
        builtin source "$@"
    elif [ -z "${read_before[$1]:-}" ]; then
        read_before[$1]=yes
        builtin source "$@"
    fi
    # shellcheck disable=SC2317  # bats calls it
    get_mills_since_epoch() { # in place of one that asks date
        echo "$((${EPOCHREALTIME/[.,]/} / 1000))"
    }
}

# A test is a child of the shell that has read bats and the grader already, in place
# of a shell that reads both again. bats_run_tests is what bats 1.8 calls with the list
# of tests; whatever else it may be told to do (retries, tests in parallel) nobody
# asks for with a grader. Other versions go on as they do.
fork_tests() {
    [[ ${BATS_VERSION:-} == 1.8.* ]] || return 0
    local text
    text=$(< "$BATS_LIBEXEC/bats-exec-test")
    # shellcheck disable=SC2016  # a text: when it began nobody asks
    text=${text/'BATS_TEST_START_TIME=$(get_mills_since_epoch)'/BATS_TEST_START_TIME=0}
    eval "one_test() {
        $text
    }"
    # shellcheck disable=SC2317,SC2154,SC2034  # bats calls it, has made the list, reads on
    bats_run_tests() {
        local test_name in_suite=$BATS_FILE_FIRST_TEST_NUMBER_IN_SUITE in_file=0 status
        bats_exec_file_status=0
        # Where a child's status is looked at by `if` or `||`, no `set -e` works in it.
        trap - ERR
        set +e
        for test_name in "${tests_to_run[@]}"; do
            if [ -n "${BATS_INTERRUPTED:-}" ]; then
                bats_exec_file_status=130
                break
            fi
            in_suite=$((in_suite + 1)) in_file=$((in_file + 1))
            (
                BATS_OUT=$BATS_RUN_TMPDIR/bats.$BASHPID.out
                bats_evaluate_preprocessed_source() { :; }
                one_test "${flags[@]}" "$filename" "$test_name" "$in_suite" "$in_file" 1
            )
            status=$?
            [ "$status" -eq 0 ] || bats_exec_file_status=$status
        done
    }
}

# Nor does it have to look at each command before it is executed: the grader
# switches that off, but setup comes late.
trap() {
    # shellcheck disable=SC2064  # what it is to be is the caller's affair
    [ "${*: -1}" = DEBUG ] || builtin trap "$@"
}

# bats' parts start one another through env, which looks for bash each time.
if [[ ${BATS_LIBEXEC:-} =~ ^[a-zA-Z0-9/._-]+$ ]]; then
    eval "$BATS_LIBEXEC/bats-exec-test() { \"\$BASH\" \"\$BATS_LIBEXEC/bats-exec-test\" \"\$@\"; }"
fi
bats-exec-file() { "$BASH" "$BATS_LIBEXEC/bats-exec-file" "$@"; }
if [[ $0 == */bats ]]; then
    exec() { # exec env NAME=VALUE FILE [ARG]..., or exec PART [ARG]...
        if [ "$1" = env ]; then
            export "${2?}"
            builtin exec "$BASH" "${@:3}"
        fi
        builtin exec "$BASH" "$BATS_LIBEXEC/$1" "${@:2}"
    }
fi

# Who formats nothing needs no shell.
bats-format-cat() {
    trap '' INT
    command cat
}

# The list of tests without a process for each of them, and each grader once, in the
# order given. Where bats has other words for it, they stay as they are.
if [[ $0 == */bats-exec-suite ]]; then
    IFS= read -r -d '' suite < "$0" || true # the end of the file ends it
    # shellcheck disable=SC2016  # texts
    suite=${suite/'test_line=$(printf "%s\t%s" "$filename" "$line")'/'printf -v test_line "%s\t%s" "$filename" "$line"'}
    # shellcheck disable=SC2016
    suite=${suite/'printf "%s\n" "$@" | nl | sort -k 2 | uniq -f 1 | sort -n | cut -f 2-'/'printf "%s\n" "$@"'}
    eval "$suite"
    exit
fi
