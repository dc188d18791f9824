#!/usr/bin/env bats
#
# Lesson 08: its scenes, and its server before clients that leave in every way.

load program

setup_file() { build_visitors; }

# No time between two lines, if a test does not say otherwise.
before_each() { arguments=(0); }

# One ordinary client is served, all of it.
serves() {
    timeout 10 "$BIN/client" 127.0.0.1 "$port" 11 >client.out 2>client.err
    { echo connected; printf 'line %d\n' {1..10}
      echo 'the server hung up after 10 lines'; } | cmp - client.out
    [ ! -s client.err ]
}

# That many clients have come and gone.
has_done_with() {
    has_lines "$1" ' left$| was sent all 10 lines$' out
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a server lives on when clients leave" {
    play_scene 08-sigpipe
}

@test "experiment: after a FIN the first send succeeds" {
    play_scene 08-sigpipe fin
}

@test "experiment: after a reset the first send says ECONNRESET" {
    play_scene 08-sigpipe rst
}

@test "experiment: recv never raises SIGPIPE" {
    play_scene 08-sigpipe recv
}

@test "experiment: a server that knows nothing of SIGPIPE dies of it" {
    play_scene 08-sigpipe careless
}

@test "experiment: MSG_NOSIGNAL is a flag of one send" {
    play_scene 08-sigpipe protect
}

@test "experiment: a handler that exits lets one client end the server" {
    play_scene 08-sigpipe exiting
}

@test "experiment: a handler that prints breaks the output" {
    play_scene 08-sigpipe handler
}

@test "experiment: kill -9 of the peer is seen at once" {
    play_scene 08-sigpipe killed
}

@test "experiment: only a dead link is silent" {
    play_scene 08-sigpipe dead-link
}

# --- arguments and output ---------------------------------------------------

@test "the programs refuse bad arguments with status 2" {
    for arguments in 'server http' 'server 65536' 'server 0 -1' \
        'server 0 1001' 'server 0 x' 'server 0 0 0' 'client localhost' \
        'client 127.0.0.1 x' 'client 127.0.0.1 1 0' 'client 127.0.0.1 1 x' \
        'client 127.0.0.1 1 1 1' 'gone' 'gone fin' 'gone x send' 'gone fin x' \
        'careless x' 'careless 0 0' 'exiting x' 'exiting 0 0' 'protect' \
        'protect x' 'killed 0' 'dead-link 0' 'handler' 'handler x'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status, $output"
        [ "$status" -eq 2 ]
        [ -n "$output" ]
    done
}

@test "the server says that its port is busy, with status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    serves
}

@test "a closed or full stdout is reported, with status 1" {
    start_server
    for program in "server 0" "client 127.0.0.1 $port"; do
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "'$BIN'/$program $broken"
            echo "$program $broken: $status, $output"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
    serves
}

# SIGPIPE keeps its use for pipes: the server's own output.
@test "the server ends by SIGPIPE when nobody reads its output any more" {
    mkfifo pipe
    exec 7<>pipe
    env --default-signal=PIPE "$BIN/server" 0 >pipe 2>err 3>&- 7>&- &
    started=$!
    read -r line <&7
    exec 7>&-
    timeout 10 "$BIN/client" 127.0.0.1 "${line##*:}" || true
    ends_with 141
}

@test "SIGINT and SIGTERM end the server, with whole lines printed" {
    for signal in INT TERM; do
        start_server
        serves
        wait_until has_done_with 1
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        [ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ]
        [ "$(lines '^sent line ' out)" -eq 10 ]
    done
}

# --- clients ----------------------------------------------------------------

@test "a client that leaves is named, and not one error is reported" {
    arguments=(50)
    start_server
    timeout 5 "$BIN/client" 127.0.0.1 "$port" 2
    wait_until has_done_with 1
    grep -qE '^line [0-9]+: (EPIPE|ECONNRESET), 127.0.0.1:[0-9]+ left$' out
    serves
    [ ! -s err ]
}

@test "a client that was killed is one that has left" {
    arguments=(50)
    start_server
    "$BIN/client" 127.0.0.1 "$port" 11 >client.out 3>&- &
    client=$!
    wait_until grep -q 'line 2' client.out
    kill -KILL "$client"
    wait "$client" || true
    wait_until has_done_with 1
    serves
    [ ! -s err ]
}

@test "clients that never read, send much, or half-close are served in turn" {
    start_server
    for fd in 7 8 9; do
        eval "exec $fd<>/dev/tcp/127.0.0.1/$port"
    done
    head -c 100000 /dev/zero >&7 2>/dev/null || true
    visitors 2 1 he shre
    serves
    exec 7>&- 8>&- 9>&-
    [ ! -s err ]
}

@test "10,000 clients one after another leave nothing behind" {
    start_server
    visitors 100 1 - r x s rx he
    wait_until has_done_with 100
    before=$(holds) resident=$(resident)
    visitors 10000 1 - r x s rx he
    wait_until has_done_with 10100
    echo "before: $before, resident $resident kB"
    echo "after:  $(holds), resident $(resident) kB"
    [ "$(holds)" = "$before" ]
    [ "$(resident)" -le $((resident + 64)) ]
    [ ! -s err ]
    serves
}

@test "1,000 clients at once are served, one after the other" {
    start_server
    before=$(holds)
    visitors 1000 1000 e r x
    wait_until has_done_with 1000
    [ "$(holds)" = "$before" ]
    [ ! -s err ]
    serves
}

# --- errors -----------------------------------------------------------------

@test "an interrupted or aborted accept, send or pause changes nothing" {
    for inject in accept:EINTR accept:ECONNABORTED accept:EAGAIN \
        sendto:EINTR poll,ppoll:EINTR; do
        echo "$inject"
        call=${inject%:*} error=${inject#*:}
        arguments=(0)
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error:when=1..2"
        serves
        [ "$(lines INJECTED trace)" -ge 2 ]
        [ ! -s err ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "any other error of send is reported, and the next client is served" {
    for error in ENOBUFS ENOMEM ETIMEDOUT EAGAIN; do
        arguments=(0)
        start_server strace -D -qq -o trace -e trace=sendto \
            -e "inject=sendto:error=$error:when=1"
        visitors 1 1 e
        serves
        [ "$(lines "^server: send line 1 to 127.0.0.1:.*\[$error\]" err)" -eq 1 ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "a full table of descriptors is reported once, and passes" {
    for error in EMFILE ENFILE ENOBUFS ENOMEM; do
        arguments=(0)
        start_server strace -D -qq -o trace -e trace=accept,clock_nanosleep,nanosleep \
            -e inject=nanosleep,clock_nanosleep:retval=0 \
            -e "inject=accept:error=$error:when=1..3"
        serves
        [ "$(lines "^server: accept .*\[$error\]" err)" -eq 1 ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "the client names the call that failed" {
    start_server
    for failure in socket:EMFILE connect:ETIMEDOUT recvfrom:ENOMEM; do
        call=${failure%:*} error=${failure#*:}
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error" "$BIN/client" 127.0.0.1 "$port"
        [ "$status" -eq 1 ]
        [[ $output == *"client: ${call%from}"*"[$error]"* ]]
    done
}
