#!/usr/bin/env bats
#
# Lesson 05: its scenes, and what its server does with every kind of client,
# with every kind of failure, and at its end.

load program

setup_file() {
    # A client that resets its connection instead of closing it. With a second
    # argument it says goodbye first: the server's send is then an EPIPE.
    cat >"$BATS_FILE_TMPDIR/reset.c" <<'END'
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char *argv[])
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((in_port_t)atoi(argv[1]));
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1 ||
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == -1)
        return 1;
    if (argc > 2)
        shutdown(fd, SHUT_WR);
    return close(fd) == -1;
}
END
    cc -o "$BATS_FILE_TMPDIR/reset" "$BATS_FILE_TMPDIR/reset.c"
}

# One ordinary client is served, all of it.
serves() {
    timeout 10 "$BIN/client" 127.0.0.1 "$port" >client.out 2>client.err
    [ "$(sed -n 2p client.out)" = "Welcome! You have been accepted." ]
    [ "$(sed -n 3p client.out)" = "the server hung up after 33 bytes" ]
    [ ! -s client.err ]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: two clients, one after the other, each with its own port" {
    play_scene 05-listen-accept
}

@test "experiment: listen returns, accept waits" {
    play_scene 05-listen-accept listen-returns
}

@test "experiment: the handshake is done before accept" {
    play_scene 05-listen-accept handshake
}

@test "experiment: a queue of backlog + 1, bounded by somaxconn" {
    play_scene 05-listen-accept backlog
}

@test "experiment: with the queue full a client is not answered" {
    play_scene 05-listen-accept queue
}

@test "experiment: the listening socket carries no data" {
    play_scene 05-listen-accept listener-io
}

@test "experiment: NULL as accept's address" {
    play_scene 05-listen-accept anonymous
}

@test "experiment: what an uninitialised addrlen does" {
    play_scene 05-listen-accept addrlen
}

@test "experiment: a client that has gone is accepted all the same" {
    play_scene 05-listen-accept aborted
}

@test "experiment: accept in a loop with no descriptor left" {
    play_scene 05-listen-accept spin
}

# --- arguments --------------------------------------------------------------

@test "the server refuses bad arguments with status 2 and one reason" {
    for bad in http 65536 -1 50x '' ' 80' 99999999999999999999; do
        run timeout 5 "$BIN/server" "$bad"
        [ "$status" -eq 2 ]
        [[ $output == *port* ]]
    done
    run timeout 5 "$BIN/server" 0 0
    [ "$status" -eq 2 ]
    [ "$output" = "usage: server [PORT]" ]
}

@test "the client refuses bad arguments with status 2" {
    run timeout 5 "$BIN/client" localhost 5000
    [ "$status" -eq 2 ]
    run timeout 5 "$BIN/client" 127.0.0.1 http
    [ "$status" -eq 2 ]
    run timeout 5 "$BIN/client" 127.0.0.1 1 2
    [ "$status" -eq 2 ]
    [[ $output == "usage: client [HOST [PORT]]"* ]]
}

@test "the experiments refuse bad arguments with status 2" {
    for arguments in 'backlog' 'backlog x' 'backlog -2' 'late-accept x' \
        'late-accept 0 -1' 'early-client ::1' 'early-client 127.0.0.1 x' \
        'addrlen 0' 'addrlen x 16' 'addrlen 0 17' 'addrlen 0 16 x' \
        'anonymous x' 'anonymous 0 0' 'listener-io x' 'spin x' 'spin 0 0' \
        'abort-client x' 'abort-client 1 2'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status"
        [ "$status" -eq 2 ]
    done
}

# --- start ------------------------------------------------------------------

@test "the server says that its port is busy, with status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    serves
}

@test "the server can start again on the port of its last run" {
    start_server
    serves
    kill -INT "$started"
    ends_with 130
    "$BIN/server" "$port" >again 2>&1 3>&- &
    started=$!
    wait_until grep -q "^listening on 127.0.0.1:$port " again
}

@test "the server listens only on the loopback address" {
    start_server
    run ss -Hltn "sport = :$port"
    [[ $output == *"127.0.0.1:$port"* ]]
}

@test "with its standard descriptors closed the server's sockets stay above 2" {
    env --default-signal=INT "$BIN/server" 0 >out 2>err 0<&- 3>&- &
    started=$!
    wait_until grep -q 'with descriptor 3$' out
}

# --- output -----------------------------------------------------------------

@test "the server reports a closed or a full stdout and ends with status 1" {
    run timeout 5 bash -c '"$0" 0 >&-' "$BIN/server"
    [ "$status" -eq 1 ]
    [[ $output == *"write standard output: "*"[EBADF]"* ]]
    run timeout 5 bash -c '"$0" 0 >/dev/full' "$BIN/server"
    [ "$status" -eq 1 ]
    [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
}

@test "the server ends when nobody can read its output any more" {
    mkfifo pipe
    exec 7<>pipe
    env --ignore-signal=PIPE "$BIN/server" 0 >pipe 2>err 3>&- 7>&- &
    started=$!
    read -r line <&7
    port=${line#*:} port=${port%% *}
    exec 7>&-
    timeout 10 "$BIN/client" 127.0.0.1 "$port"
    ends_with 1
    grep -q 'write standard output: .*\[EPIPE\]' err
}

@test "the client reports a closed or a full stdout with status 1" {
    start_server
    for broken in '>&-' '>/dev/full'; do
        run timeout 5 bash -c "\"\$0\" 127.0.0.1 $port $broken" "$BIN/client"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "* ]]
    done
    serves
}

@test "the server goes on with stderr closed" {
    env --default-signal=INT "$BIN/server" 0 >out 2>&- 3>&- &
    started=$!
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/.*:\([0-9]*\) .*/\1/p' out)
    serves
}

# --- clients ----------------------------------------------------------------

@test "the server names each client, and gives each the same descriptor" {
    start_server
    for _ in 1 2 3; do
        serves
        from=$(sed -n '1s/^connected from //p' client.out)
        wait_until grep -q "^accepted $from as descriptor [0-9]*; 3 goes" out
    done
    wait_until has_lines 3 '^closed descriptor ' out
    grep '^closed descriptor ' out | sort -u >closed
    [ "$(wc -l <closed)" -eq 1 ]
    [ ! -s err ]
}

@test "a client that leaves at once does no harm" {
    start_server
    before=$(descriptors)
    for _ in $(seq 20); do
        timeout 5 bash -c "exec 7<>/dev/tcp/127.0.0.1/$port" 3>&-
    done
    serves
    wait_until has_lines 21 '^accepted ' out
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
}

@test "clients that reset before accept do no harm" {
    start_server
    before=$(descriptors)
    wait_until asleep
    kill -STOP "$started"
    for _ in $(seq 10); do
        "$BATS_FILE_TMPDIR/reset" "$port"
        "$BATS_FILE_TMPDIR/reset" "$port" goodbye
    done
    kill -CONT "$started"
    serves
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
    # The kernel tells the one kind as ECONNRESET, the other as EPIPE.
    [ "$(lines '^server: send to 127.0.0.1:.*\[ECONNRESET\]' err)" -eq 10 ]
    [ "$(lines '^server: send to 127.0.0.1:.*\[EPIPE\]' err)" -eq 10 ]
}

@test "clients that never read, write or leave hold up nobody" {
    start_server
    for fd in 11 12 13 14; do
        eval "exec $fd<>/dev/tcp/127.0.0.1/$port"
    done
    head -c 100000 /dev/zero >&11 2>/dev/null || true
    serves
    exec 11>&- 12>&- 13>&- 14>&-
}

@test "200 clients at once are all served, and no descriptor is lost" {
    start_server
    before=$(descriptors)
    wait_until asleep
    kill -STOP "$started" # so that they do come all at once
    clients=()
    for i in $(seq 200); do
        timeout 30 "$BIN/client" 127.0.0.1 "$port" >"many.$i" 2>&1 3>&- &
        clients+=($!)
    done
    kill -CONT "$started"
    for pid in "${clients[@]}"; do
        wait "$pid"
    done
    [ "$(cat many.* | lines '^the server hung up after 33 bytes$' -)" -eq 200 ]
    serves
    wait_until has_lines 201 '^sent 33 bytes' out
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
    [ ! -s err ]
}

# --- errors -----------------------------------------------------------------

@test "a signal, or a client that has left, is no reason to stop" {
    for error in EINTR ECONNABORTED; do
        echo "$error"
        start_server strace -D -qq -o trace -e trace=accept,accept4 \
            -e "inject=accept,accept4:error=$error:when=1..2"
        serves
        [ "$(lines "$error.*INJECTED" trace)" -eq 2 ]
        [ ! -s err ]
        kill -TERM "$started"
        ends_with 143
    done
}

# strace lets its pauses pass at once.
@test "an error that will pass is reported, and the client is served later" {
    for error in EMFILE ENFILE ENOBUFS ENOMEM EPROTO ENETDOWN ENETUNREACH \
        EHOSTDOWN EHOSTUNREACH ENONET ENOPROTOOPT EOPNOTSUPP EPERM; do
        echo "$error"
        start_server strace -D -qq -o trace \
            -e trace=accept,accept4,nanosleep,clock_nanosleep \
            -e inject=nanosleep,clock_nanosleep:retval=0 \
            -e "inject=accept,accept4:error=$error:when=1..2"
        serves
        [ "$(lines "$error.*INJECTED" trace)" -eq 2 ]
        [ "$(lines 'nanosleep.*INJECTED' trace)" -eq 2 ]
        [ "$(lines "^server: accept .*\[$error\]" err)" -eq 2 ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "with no descriptor left the server waits between two tries" {
    start_server strace -D -qq -o trace \
        -e trace=accept,accept4,nanosleep,clock_nanosleep \
        bash -c 'ulimit -S -n 4; exec "$@"' bash
    timeout 10 "$BIN/client" 127.0.0.1 "$port" >client.out 2>&1 3>&- &
    client=$!
    wait_until has_lines 2 'nanosleep\(.* = 0$' trace
    accepts=$(lines '^accept.*EMFILE' trace)
    waits=$(lines 'nanosleep\(' trace)
    [ "$accepts" -le $((waits + 1)) ]
    [ "$(lines '\[EMFILE\]' err)" -le $((waits + 1)) ]
    # There is room again: the client has been in the queue all the time.
    prlimit --pid "$started" --nofile=64:
    wait "$client"
    grep -q '^Welcome! ' client.out
}

@test "a failed send is reported, and the next client is served" {
    for error in EPIPE ECONNRESET ENOBUFS; do
        start_server strace -D -qq -o trace -e trace=sendto \
            -e "inject=sendto:error=$error:when=1"
        timeout 5 "$BIN/client" 127.0.0.1 "$port" >client.out
        grep -q '^the server hung up after 0 bytes$' client.out
        serves
        [ "$(lines "^server: send to 127.0.0.1:.*\[$error\]" err)" -eq 1 ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "an error that is the program's own ends it with status 1" {
    for failure in socket:EMFILE setsockopt:EINVAL bind:EACCES \
        listen:EADDRINUSE getsockname:ENOBUFS accept:EBADF accept:EINVAL \
        accept:ENOTSOCK; do
        call=${failure%:*} error=${failure#*:}
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error" "$BIN/server" 0
        echo "$failure: $status, $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: $call"*"[$error]"* ]]
    done
}

@test "the client names the call that failed" {
    start_server
    for call in socket connect getsockname recvfrom; do
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS" "$BIN/client" 127.0.0.1 "$port"
        [ "$status" -eq 1 ]
        [[ $output == *"client: ${call%from}"*"[ENOBUFS]"* ]]
    done
    kill -TERM "$started"
    ends_with 143
    run timeout 5 "$BIN/client" 127.0.0.1 "$port"
    [ "$status" -eq 1 ]
    [[ $output == "client: connect 127.0.0.1:$port: "*"[ECONNREFUSED]"* ]]
}

@test "an interrupted recv is done again" {
    start_server
    run timeout 10 strace -qq -o trace -e trace=recvfrom \
        -e inject=recvfrom:error=EINTR:when=1..2 "$BIN/client" 127.0.0.1 "$port"
    [ "$status" -eq 0 ]
    [[ $output == *"the server hung up after 33 bytes"* ]]
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM end the server while it waits for a client" {
    for signal in INT TERM; do
        start_server
        wait_until asleep
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
    done
}

@test "SIGINT and SIGTERM end the server while it waits for room" {
    for signal in INT TERM; do
        start_server bash -c 'ulimit -n 4; exec "$@"' bash
        wait_until grep -q EMFILE err
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
    done
}

@test "SIGINT and SIGTERM end the server in the middle of its work" {
    for signal in INT TERM; do
        start_server
        (while timeout 5 "$BIN/client" 127.0.0.1 "$port"; do :; done) \
            >/dev/null 2>&1 3>&- &
        loop=$!
        wait_until has_lines 20 '^accepted ' out
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        wait "$loop" || true
    done
}
