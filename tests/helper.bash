# What every bats file of the workbook loads: `load ../helper`.
# shellcheck shell=bash disable=SC2034  # the files that load this use them

ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
PLAY=$BUILD/play/play
cd "$ROOT" || exit 1

# make's own variables must not reach the makes that tests start, nor the
# user's wish for no colour the programs that they look at.
unset MAKEFLAGS MAKELEVEL MFLAGS NO_COLOR

# play_scene LESSON [EXPERIMENT]: play the lesson's main scene or one of its
# experiments; says nothing while it holds, tells the story when it does not.
play_scene() {
    local file=lessons/$1/transcript
    if [ $# -gt 1 ]; then
        file=lessons/$1/experiments/$2.transcript
    fi
    (cd "$ROOT" && "$PLAY" --check "$file")
}

# wait_until COMMAND [ARG]...: until it succeeds, for at most a minute, or
# PATIENCE.
wait_until() {
    local end=$((SECONDS + ${PATIENCE:-60}))
    until "$@"; do
        if [ "$SECONDS" -gt "$end" ]; then
            echo "still not so after ${PATIENCE:-60} s: $*" >&2
            return 1
        fi
        read -r -t 0.02 <> <(:) || true
    done
}
