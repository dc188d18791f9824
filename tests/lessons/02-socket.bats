#!/usr/bin/env bats
#
# Lesson 02: its scenes, and what its programs do where a kind of socket is
# missing, where descriptors are, and with every kind of failure.

# shellcheck disable=SC2016 # $0 in quotes is for the inner shell

load ../helper

setup() {
    BIN=$BUILD/02-socket
}

# From here on in an empty directory.
go_to_work() {
    cd "$BATS_TEST_TMPDIR" || return 1
}

# fails_with SYMBOL COMMAND...: status 1, and the last error has this symbol.
fails_with() {
    local bound=(timeout 10)
    [ "$2" != failing ] || bound=() # it has a bound of its own
    run "${bound[@]}" "${@:2}"
    echo "$2: status $status, $output"
    [ "$status" -eq 1 ]
    [[ $output == *"[$1]"* ]]
}

# failing CALL:ERROR[:when=N] COMMAND...: that call fails.
failing() {
    timeout 10 strace -qq -o trace -e "trace=${1%%:*}" \
        -e "inject=${1%%:*}:error=${1#*:}" "${@:2}"
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a socket's descriptor, and the kinds of sockets" {
    play_scene 02-socket
}

@test "experiment: a datagram has boundaries, a stream has none" {
    play_scene 02-socket boundaries
}

@test "experiment: there is more than TCP and UDP" {
    play_scene 02-socket more-protocols
}

@test "experiment: a socket can be descriptor 0" {
    play_scene 02-socket zero
}

@test "experiment: == binds tighter than =" {
    play_scene 02-socket precedence
}

@test "experiment: EPROTONOSUPPORT and EINVAL" {
    play_scene 02-socket wrong-protocol
}

@test "experiment: address families that went away" {
    play_scene 02-socket old-families
}

@test "experiment: EMFILE at the limit of descriptors" {
    play_scene 02-socket too-many
}

@test "experiment: a raw socket is EPERM for a plain user" {
    play_scene 02-socket raw
}

@test "experiment: a raw socket in a network of one's own" {
    play_scene 02-socket raw-namespace
}

# --- arguments --------------------------------------------------------------

@test "arguments are refused with one line and status 2" {
    for name in socket kinds boundaries more-protocols precedence \
        wrong-protocol old-families too-many raw; do
        run timeout 5 "$BIN/$name" 5000
        echo "$name: status $status, $output"
        [ "$status" -eq 2 ]
        [ "$output" = "usage: $name" ]
    done
}

# --- descriptors ------------------------------------------------------------

@test "a socket takes the smallest free descriptor" {
    run bash -c '"$0" 3</dev/null 4>&-' "$BIN/socket"
    [ "$output" = "socket descriptor is 4" ]
    run bash -c '"$0" <&- 3>&-' "$BIN/socket"
    [ "$output" = "socket descriptor is 3" ]
}

@test "socket closes the descriptor that it got" {
    go_to_work
    strace -qq -o trace -e trace=socket,close "$BIN/socket"
    sockfd=$(sed -n 's/^socket(AF_INET, SOCK_STREAM, .* = //p' trace)
    [ -n "$sockfd" ]
    grep -q "^close($sockfd) *= 0$" trace
    [ "$(grep -c '^socket(' trace)" -eq 1 ]
    # Its close is the last one; let it fail.
    last=$(grep -c '^close(' trace)
    fails_with EIO failing "close:EIO:when=$last" "$BIN/socket"
    [[ $output == *"socket: close $sockfd: "* ]]
}

@test "kinds says EMFILE for each socket when no descriptor is left" {
    go_to_work
    bash -c 'exec 3>&-; ulimit -S -n 4; exec "$0"' "$BIN/kinds" >out
    [ "$(sed -n 1p out)" = "open /dev/null: descriptor 3" ]
    [ "$(grep -c '\[EMFILE\]$' out)" -eq 6 ]
    [ "$(grep -c '\[EPROTONOSUPPORT\]$' out)" -eq 2 ]
    [ "$(wc -l <out)" -eq 9 ]
}

@test "too-many says so when the limit is below its own already" {
    fails_with EINVAL bash -c 'ulimit -n 8; exec "$0"' "$BIN/too-many"
    [[ $output == *"too-many: setrlimit RLIMIT_NOFILE 16: "* ]]
}

# --- errors -----------------------------------------------------------------

@test "socket names each error that the call can have" {
    go_to_work
    for symbol in EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM \
        EPERM EPROTONOSUPPORT; do
        fails_with "$symbol" failing "socket:$symbol" "$BIN/socket"
        [[ $output == "socket: socket AF_INET SOCK_STREAM: "* ]]
    done
}

@test "the other programs name the call that failed" {
    go_to_work
    fails_with ENOPROTOOPT failing getsockopt:ENOPROTOOPT "$BIN/kinds"
    fails_with ENFILE failing socketpair:ENFILE "$BIN/boundaries"
    [[ $output == *"boundaries: socketpair AF_UNIX SOCK_STREAM: "* ]]
    fails_with ENFILE failing socketpair:ENFILE:when=2 "$BIN/boundaries"
    [[ $output == *"boundaries: socketpair AF_UNIX SOCK_DGRAM: "* ]]
    fails_with ENOBUFS failing socket:ENOBUFS "$BIN/precedence"
    run failing socket:ENOBUFS "$BIN/zero"
    [ "$status" -eq 1 ]
    [[ $output == "socket AF_INET SOCK_STREAM: "* ]]
}

@test "a kernel without IPv6, MPTCP or UDP-Lite is no error" {
    go_to_work
    failing socket:EAFNOSUPPORT:when=2 "$BIN/more-protocols" >out
    grep -Fx 'stream: TCP over IPv6: not in this kernel [EAFNOSUPPORT]' out
    failing socket:EPROTONOSUPPORT:when=3 "$BIN/more-protocols" >out
    grep -Fx 'stream: multipath TCP: not in this kernel [EPROTONOSUPPORT]' out
    [ "$(wc -l <out)" -eq 10 ]
}

@test "the main scene asks for nothing that a kernel may lack" {
    run grep -E 'AF_INET6|SOCK_RAW|\{\.\.\.\}' lessons/02-socket/transcript
    [ "$status" -eq 1 ]
}

# --- output -----------------------------------------------------------------

@test "a closed or a full standard output is reported, with status 1" {
    for name in socket kinds boundaries more-protocols precedence \
        wrong-protocol old-families too-many raw zero; do
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "\"\$0\" $broken" "$BIN/$name"
            echo "$name $broken: status $status, $output"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
}

@test "zero without standard input and output: sockets are 0, then 1" {
    go_to_work
    run strace -qq -o trace -e trace=socket bash -c 'exec "$0" >&-' "$BIN/zero"
    [ "$status" -eq 1 ]
    grep -q '^socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 1$' trace
    run bash -c 'exec "$0" <&-' "$BIN/zero"
    [[ $output == "socket answered 0: "* ]]
}
