# quick-bats.bash - for BASH_ENV: what bats does over and over for the tests of a
# grader, at less cost. Without it all is the same, and a class waits a tenth
# longer: a start takes up to 2 ms, and reading a grader twice as long as a scene.
# shellcheck shell=bash

# Loadable builtins, of the package bash-builtins; where it is missing, programs
# do the work as ever.
enable -f mkdir mkdir 2> /dev/null

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

date() {
    case $* in
    +%s%N) printf '%s000\n' "${EPOCHREALTIME/[.,]/}" ;;
    *) command date "$@" ;;
    esac
}

# The grader as bash has to read it is the same for all, so it is kept in the
# build until the grader or bats is a newer one.
bats-preprocess() { # bats-preprocess GRADER
    local kept=$BUILD/bats${1//\//_}
    if [ -n "${BATS_TEST_FILTER:-}" ] || [ ! -w "$BUILD" ]; then
        command bats-preprocess "$1"
        return
    fi
    if [ ! "$kept" -nt "$1" ] || [ ! "$kept" -nt "$BATS_LIBEXEC/bats-preprocess" ]; then
        command bats-preprocess "$1" > "$kept.$$" && mv "$kept.$$" "$kept" || return
    fi
    printf '%s\n' "$(< "$kept")"
}
