# What the tests of the player share: `load player`.
# shellcheck shell=bash disable=SC2154  # bats sets status, output, lines

# shellcheck source=tests/helper.bash
source "${BASH_SOURCE[0]%/*}/../helper.bash"

# Every test plays in a directory of its own, and leaves nothing behind.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir tmp
    chmod 711 . tmp
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    if declare -F before_each >/dev/null; then
        before_each
    fi
}

teardown() {
    wait_until nobody_is_left
    local left
    left=$(ls -A "$TMPDIR")
    [ -z "$left" ] || { echo "left in TMPDIR: $left"; return 1; }
}

# Who was started with this test's TMPDIR and is still alive.
survivors() { grep -lzsx "TMPDIR=$TMPDIR" /proc/[0-9]*/environ; }
nobody_is_left() { [ -z "$(survivors)" ]; }

# build PROGRAM...: tests/player/PROGRAM.c into the file's own directory.
build() {
    local program
    for program; do
        cc -O2 -Wall -Wextra -Werror -pthread \
            -o "$BATS_FILE_TMPDIR/$program" "$BATS_TEST_DIRNAME/$program.c"
    done
}

# The scene on standard input holds, and --check says nothing about it.
holds() {
    run "$PLAY" --check "$@" -
    says_nothing_and_holds
}

says_nothing_and_holds() {
    echo "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

# fails LINE [OPTION...]: it does not, and the story points at this line.
fails() {
    local line=$1
    shift
    run "$PLAY" --check "$@" -
    echo "$output"
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "✗ standard input   standard input:$line" ]]
}

# refuses LINE TEXT [OPTION...]: it is malformed there; TEXT is expected.
refuses() {
    local line=$1 text=$2
    shift 2
    run "$PLAY" --check "$@" -
    echo "$output"
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ ${lines[0]} == "standard input:$line: "*"$text"* ]]
}

# says TEXT...: the output of the last run has all of them, in this order.
says() {
    local rest=$output text
    for text; do
        if [[ $rest != *"$text"* ]]; then
            printf 'expected (behind what came before it): %s\nin:\n%s\n' \
                "$text" "$output"
            return 1
        fi
        rest=${rest#*"$text"}
    done
}

# shows EXPECTED GOT: these lines of the story, literally.
shows() {
    says "        expected  $1"$'\n' "        got       $2"
}

# within MS COMMAND...: it succeeds, and takes less; a busy machine gets three
# tries.
within() {
    local most=$1 start took
    shift
    for _ in 1 2 3; do
        start=$(milliseconds)
        "$@" || return 1
        took=$(($(milliseconds) - start))
        [ "$took" -ge "$most" ] || return 0
    done
    echo "took $took ms: $*"
    return 1
}

milliseconds() { echo "$((${EPOCHREALTIME/[.,]/} / 1000))"; }
