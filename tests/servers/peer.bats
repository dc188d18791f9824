#!/usr/bin/env bats
#
# The peer itself: a flaw is seen by the kind of client that it is a flaw for.
# The flaws are broken/broken.c's; peer-suites.bats has the other suites.

load servers

setup() {
    peer=$BUILD/servers/peer
    build_peer
    cd "$BATS_TEST_TMPDIR" || return 1
    good=(--say 'hello\n' --hear 'hello\n' --echo)
}

# sees FLAW KIND...: each kind of hostile client fails, and is named.
sees() {
    local flaw=$1 kind
    for kind in "${@:2}"; do
        run "$peer" "${good[@]}" --patience 500 --only "$kind" hostile \
            "$BUILD/servers/broken" 0 "$flaw" 3>&-
        echo "$flaw, $kind: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"$kind: "* ]]
    done
}

@test "a server that does not start, or says nothing, is told" {
    for command in /bin/false 'sleep 5' no-such-server; do
        # shellcheck disable=SC2086 # words on purpose
        run "$peer" "${good[@]}" --patience 100 hostile $command 3>&-
        echo "$command: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"the server "* ]]
    done
}

@test "a server that takes silence for its own end" {
    sees 'dies of silence' 'leaves at once' 'half-closes at once'
}

@test "a server that spins at the end" {
    sees 'spins at the end' 'leaves at once' 'half-closes at once'
}

@test "a server that waits for the rest of a request that has ended" {
    sees 'waits for the rest' 'half-closes in mid-request'
}

@test "a server that dies of SIGPIPE" {
    # Not 'closes with the answer unread': whether the answer meets the end or
    # the reset there is chance.
    sees 'dies of SIGPIPE' 'resets after a half-close'
}

@test "a server that dies of a reset" {
    sees 'dies of ECONNRESET' 'resets while it waits in the queue' \
        'resets at once' 'resets in mid-request' 'resets before the answer' \
        'resets in mid-answer' 'resets with all buffers full' \
        'nonsense' 'port scan'
}

@test "a server that asks who it was that has left" {
    sees 'names who has left' 'resets while it waits in the queue'
}

@test "a server that forgets to close what was reset" {
    sees 'leaks on ECONNRESET' 'resets at once' 'resets in mid-answer'
}

@test "a server that leaves zombies" {
    sees 'leaves zombies' 'leaves at once'
}

@test "a server that expects whole lines" {
    sees 'wants whole lines' 'one byte at a time'
}

@test "a server that serves one client at a time, and does not say so" {
    sees 'in turn' 'never writes' 'stops in mid-request' 'never reads' \
        'half-closes and never reads'
}

@test "a server that ends at a NUL" {
    sees 'ends at NUL' 'NUL bytes'
}

@test "a server that gives up without newlines, or at empty lines" {
    sees 'wants newlines' '1 MB without a newline'
    sees 'takes newlines for the end' 'newlines only'
}

@test "a server that knows ASCII only" {
    sees 'wants ASCII' 'invalid UTF-8'
}

@test "a server that ignores short sends" {
    sees 'ignores short sends' 'floods'
}

@test "a server that spins on urgent bytes" {
    sees 'spins on urgent bytes' 'urgent bytes'
}

@test "a server that has enough after 700 clients" {
    sees 'dies after 700' 'connects 1,000 times'
}

@test "a server that has no descriptor left" {
    sees 'dies without room' 'no descriptor left'
    sees 'spins without room' 'no descriptor left'
}
