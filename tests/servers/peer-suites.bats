#!/usr/bin/env bats
#
# The peer's suites: a server that is right passes all of them, and flaws that
# one client does not show are seen. The flaws are broken/broken.c's.

load servers

setup() {
    peer=$BUILD/servers/peer
    build_peer
    cd "$BATS_TEST_TMPDIR" || return 1
    good=(--say 'hello\n' --hear 'hello\n' --echo)
}

# sees_in SUITE FLAW TEXT [OPTION...]: the suite fails, and says so.
sees_in() {
    run "$peer" "${good[@]}" --patience 1000 "${@:4}" "$1" \
        "$BUILD/servers/broken" 0 "$2" 3>&-
    echo "$2, $1: $output"
    [ "$status" -eq 1 ]
    [[ $output == *"$3"* ]]
}

@test "a server that is right passes all suites" {
    for suite in hostile inject crowd; do
        "$peer" "${good[@]}" "$suite" "$BUILD/servers/broken" 0 3>&-
    done
    "$peer" "${good[@]}" --count 500 succession "$BUILD/servers/broken" 0 3>&-
}

@test "many good clients see what one does not" {
    sees_in succession 'leaks memory' ' KiB more' --count 2000
    sees_in succession 'dies after 700' 'client ' --count 2000
    sees_in crowd 'in turn' 'at once '
    sees_in crowd 'dies after 700' 'at once'
}

@test "injected errors see what no client could do" {
    sees_in inject 'dies of EINTR' 'EINTR as recvfrom number 1'
    [[ $output != *"EAGAIN as accept number 1: "* ]]
    rm -rf case-*
    sees_in inject 'dies without room' 'EMFILE as accept number 1'
    rm -rf case-*
    sees_in inject 'leaks without a child' 'EAGAIN as clone number 1'
}
