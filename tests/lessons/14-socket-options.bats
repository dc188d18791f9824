#!/usr/bin/env bats
#
# Lesson 14: its scenes, and what its programs do beyond them.

load ../helper

setup() {
    BIN=$BUILD/14-socket-options
    cd "$BATS_TEST_TMPDIR" || return 1
}

# --- the scenes -------------------------------------------------------------

@test "transcript: what an option has, what we wish, what it has then" {
    play_scene 14-socket-options
}

@test "experiment: a buffer is twice what was asked for" {
    play_scene 14-socket-options buffer
}

@test "experiment: a short length is refused for a wish, and not for an answer" {
    play_scene 14-socket-options length
}

@test "experiment: the wrong level sets another option" {
    play_scene 14-socket-options level
}

@test "experiment: SO_RCVTIMEO is a timeval" {
    play_scene 14-socket-options timeout
}

@test "experiment: TCP_NODELAY and the 40 ms" {
    play_scene 14-socket-options nodelay
}

@test "experiment: SO_LINGER with 0 seconds is a reset" {
    play_scene 14-socket-options linger
}

@test "experiment: SO_REUSEADDR after bind is too late" {
    play_scene 14-socket-options order
}

@test "experiment: accept hands the listener's options on" {
    play_scene 14-socket-options inherit
}

# --- arguments --------------------------------------------------------------

# One clear line on stderr, nothing on stdout, status 2.
refuses_arguments() {
    local status=0
    "$BIN/$1" "${@:2}" >out 2>err || status=$?
    cat out err
    [ "$status" -eq 2 ]
    [ ! -s out ]
    [ "$(wc -l <err)" -eq 1 ]
}

@test "arguments that nobody asked for: status 2" {
    for program in options length level timeout nodelay linger order inherit; do
        refuses_arguments "$program" x
    done
}

@test "bad sizes of a buffer: status 2, and the size is named" {
    refuses_arguments buffer
    for bad in x -1 10k '' ' 1' 2147483648; do
        run "$BIN/buffer" "$bad"
        [ "$status" -eq 2 ]
        [[ $output == *"BYTES \"$bad\": must be a number from 0 to 2147483647"* ]]
    done
}

# --- output -----------------------------------------------------------------

@test "stdout closed or full: a named error and status 1" {
    for program in options 'buffer 10000' length level linger order inherit; do
        run bash -c "\"\$0\"/$program >&-" "$BIN"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[EBADF]"* ]]
        run bash -c "\"\$0\"/$program >/dev/full" "$BIN"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
    done
}

# --- what the kernel says ---------------------------------------------------

@test "a new socket's values are those that Python's socket module finds" {
    "$BIN/options" >out 2>err
    python3 - >expected <<'END'
import socket as s
sock = s.socket()
for level, name in ((s.SOL_SOCKET, 'SO_REUSEADDR'), (s.SOL_SOCKET, 'SO_RCVBUF'),
                    (s.SOL_SOCKET, 'SO_SNDBUF'), (s.SOL_SOCKET, 'SO_TYPE'),
                    (s.IPPROTO_IP, 'IP_TTL'), (s.IPPROTO_TCP, 'TCP_KEEPIDLE')):
    print(f'^{name}: {sock.getsockopt(level, getattr(s, name))}, we set')
END
    cat out err expected
    [ "$(wc -l <expected)" -eq 6 ]
    while read -r line; do
        grep -q "$line" out
    done <expected
}

@test "each call that fails is named: getsockopt status 1, setsockopt reported" {
    run strace -qq -o trace -e trace=getsockopt \
        -e inject=getsockopt:error=ENOPROTOOPT "$BIN/options"
    [ "$status" -eq 1 ]
    [[ $output == *'options: getsockopt SO_REUSEADDR: '*'[ENOPROTOOPT]'* ]]

    run strace -qq -o trace -e trace=setsockopt \
        -e inject=setsockopt:error=EPERM:when=2 "$BIN/options"
    [ "$status" -eq 0 ]
    [[ $output == *'options: setsockopt SO_KEEPALIVE: '*'[EPERM]'* ]]
    [[ $output == *'now 0'* ]]
}

# strace sends the signal as soon as recv begins to wait.
@test "a signal ends the wait for the time limit" {
    for signal in INT TERM; do
        run env --default-signal=INT strace -qq -o trace -e trace=recvfrom \
            -e "inject=recvfrom:signal=SIG$signal:when=1" "$BIN/timeout"
        [ "$status" -eq $((128 + $(kill -l "$signal"))) ]
        [ "${lines[-1]}" = 'recv may wait for 300 ms' ]
    done
}
