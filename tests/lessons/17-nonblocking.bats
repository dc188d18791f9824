#!/usr/bin/env bats
#
# Lesson 17: its scenes, and its pair before peers that are none of ours.

load ../helper

setup() {
    BIN=$BUILD/17-nonblocking
    cd "$BATS_TEST_TMPDIR" || return 1
    started='' peer=''
}

teardown() {
    local pid
    for pid in $started $peer; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

# start COMMAND...: in the background, with what is written to descriptor 8 as
# its input. bats starts such commands with SIGINT ignored; env undoes that.
start() {
    rm -f out err typed
    mkfifo typed
    env --default-signal=INT,QUIT "$@" <typed >out 2>err 3>&- &
    started=$!
    exec 8>typed
}

start_server() { # start_server [WRAPPER...]
    start "$@" "$BIN/server" 0
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on 127\.0\.0\.1://p' out)
}

ends_with() {
    local status=0
    wait "$started" || status=$?
    started=
    cat out err
    echo "it ended with $status"
    [ "$status" -eq "$1" ]
}

# answer PYTHON: a server that is none of ours, for one client, c.
answer() {
    rm -f fake
    timeout 20 python3 -c "
import socket, struct, sys, time
def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close()
l = socket.create_server(('127.0.0.1', 0))
print(l.getsockname()[1], flush=True)
c, _ = l.accept()
$1" >fake 3>&- &
    peer=$!
    wait_until test -s fake
    port=$(cat fake)
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a pair that sleeps in poll only" {
    play_scene 17-nonblocking
}

@test "experiment: a refused connect, by SO_ERROR" {
    play_scene 17-nonblocking refused
}

@test "experiment: writable is not connected" {
    play_scene 17-nonblocking false-success
}

@test "experiment: connect again, EALREADY and EISCONN" {
    play_scene 17-nonblocking pending
}

@test "experiment: F_SETFL drops O_APPEND" {
    play_scene 17-nonblocking flags
}

@test "experiment: a loop without poll spins" {
    play_scene 17-nonblocking spin
}

@test "experiment: O_NONBLOCK is shared by dup and fork" {
    play_scene 17-nonblocking shared
}

# --- start ------------------------------------------------------------------

@test "bad arguments: status 2 and what is right" {
    local bad name
    for bad in http 65536 -1 ''; do
        for name in 'server' 'client 127.0.0.1' 'false-success'; do
            # shellcheck disable=SC2086  # a name and a host
            run timeout 5 "$BIN/"$name "$bad"
            [ "$status" -eq 2 ]
            [[ $output == *": port \"$bad\": a port is a number from 0 to 65535" ]]
        done
    done
    for bad in localhost ::1 ''; do
        run timeout 5 "$BIN/client" "$bad" 1
        [ "$status" -eq 2 ]
        [ "$output" = "client: host \"$bad\": an IPv4 address is needed, as 127.0.0.1" ]
    done
    for name in 'server 0 0' 'client 127.0.0.1 1 2' 'pending x' 'spin x' \
        shared 'shared x' flags 'flags x other'; do
        # shellcheck disable=SC2086  # a name and its arguments
        run timeout 5 "$BIN/"$name
        [ "$status" -eq 2 ]
        [[ $output == "usage: ${name%% *}"* ]]
    done
}

@test "a busy port, nobody there, no such file: a named error and status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == "server: bind 127.0.0.1:$port: "*'[EADDRINUSE]'* ]]
    kill "$started"
    wait "$started" || true
    run timeout 5 "$BIN/client" 127.0.0.1 "$port"
    [ "$status" -eq 1 ]
    [[ $output == *'SO_ERROR: ECONNREFUSED'*"client: connect 127.0.0.1:$port: "*'[ECONNREFUSED]'* ]]
    run timeout 5 "$BIN/flags" nothing set
    [ "$status" -eq 1 ]
    [[ $output == 'flags: open nothing: '*'[ENOENT]'* ]]
}

@test "stdout closed or full: a named error and status 1" {
    local broken
    for broken in '>&-' '>/dev/full'; do
        answer 'c.sendall(b"hello\n"); c.close()'
        run timeout 5 bash -c "'$BIN/client' 127.0.0.1 $port $broken"
        [ "$status" -eq 1 ]
        [[ $output == 'client: write standard output: '*'[E'* ]]
        wait "$peer" || true
        peer=
    done
}

# --- peers ------------------------------------------------------------------

@test "the client receives all, in pieces, NULs and all, and then the end" {
    answer 'for part in b"ab", b"\0", b"\xff\xfe", b"x" * 300000 + b"\n":
    c.sendall(part)
    time.sleep(0.01)
c.close()'
    timeout 10 "$BIN/client" 127.0.0.1 "$port" >got
    # In how many pieces is a matter of luck.
    [ "$(grep -a -oE 'recv: [0-9]+ bytes' got | awk '{ n += $2 } END { print n }')" -eq 300006 ]
    tail -1 got | grep -qx 'recv: 0, the server hung up'
    [ "$(tr -cd x <got | wc -c)" -ge 300000 ]
}

@test "a server that resets: a named error and status 1" {
    answer 'reset(c)'
    run timeout 5 "$BIN/client" 127.0.0.1 "$port"
    [ "$status" -eq 1 ]
    [[ $output == *'[ECONNRESET]'* ]]
}

@test "the server sends its input to a client that is none of ours" {
    start_server
    wait_until grep -q '^accept: EAGAIN' out
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    wait_until grep -qx accepted out
    printf '안녕\nlast' >&8
    exec 8>&-
    [ "$(timeout 5 cat <&7)" = $'안녕\nlast' ]
    exec 7>&-
    ends_with 0
}

@test "a client that has left is a named error, never SIGPIPE" {
    start_server
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    wait_until grep -qx accepted out
    exec 7>&-
    for _ in {1..200}; do
        (echo hello >&8) 2>/dev/null || break # it may end meanwhile
    done
    exec 8>&-
    ends_with 1
    grep -Eq '^server: send to the client: .*\[(EPIPE|ECONNRESET)\]' err
}

# --- errors and signals -----------------------------------------------------

@test "interrupted calls are called again, and an aborted client is passed over" {
    start_server strace -D -qq -o trace -e trace=accept,poll,ppoll \
        -e inject=accept:error=ECONNABORTED:when=2 \
        -e inject=poll,ppoll:error=EINTR:when=2..3
    # poll is called once by start_program, to look at the descriptors
    timeout 5 strace -D -qq -o trace.client -e trace=poll,ppoll,recvfrom \
        -e inject=poll,ppoll:error=EINTR:when=2..3 \
        -e inject=recvfrom:error=EINTR:when=1..2 \
        "$BIN/client" 127.0.0.1 "$port" >got 3>&- 8>&- &
    peer=$!
    wait_until grep -q '^recv: EAGAIN' got
    echo hello >&8
    wait_until grep -qx hello got
    exec 8>&-
    ends_with 0
    wait "$peer"
    peer=
    [ "$(grep -c INJECTED trace)" -ge 1 ]
    [ "$(grep -c INJECTED trace.client)" -ge 4 ]
    [ ! -s err ]
}

@test "each call that fails is named, status 1" {
    local call
    local -A when=([fcntl]=4)
    # start_program calls fcntl three times, for descriptors 0, 1 and 2
    for call in socket fcntl connect getsockopt recvfrom; do
        answer 'c.close()'
        run timeout 5 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS:when=${when[$call]:-1}" "$BIN/client" 127.0.0.1 "$port"
        echo "$call: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"client: ${call%from}"*'[ENOBUFS]'* ]]
        kill "$peer" 2>/dev/null || true
        wait "$peer" || true
        peer=
    done
    for call in socket bind listen fcntl accept; do
        run timeout 5 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINVAL:when=${when[$call]:-1}" "$BIN/server" 0
        echo "$call: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: $call"*'[EINVAL]'* ]]
    done
}

@test "SIGINT and SIGTERM end both while they wait, whole lines printed" {
    local signal
    for signal in INT TERM; do
        start_server
        wait_until grep -q '^accept: EAGAIN' out
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        [ -z "$(tail -c 1 out)" ]
        exec 8>&-
        answer 'time.sleep(10)'
        start "$BIN/client" 127.0.0.1 "$port"
        wait_until grep -q '^recv: EAGAIN' out
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        exec 8>&-
        kill "$peer"
        wait "$peer" || true
    done
}
