#!/usr/bin/env bats
#
# Lesson 06: its scenes, and what its one-shot pair does with every kind of
# peer, with every kind of failure, and at any moment of its life.

load program

# start_server [WRAPPER...]: on a port that the kernel chooses, up to accept.
start_server() {
    start "$@" "$BIN/server" 0
    wait_until grep -q '^waiting for client$' out
    port=$(sed -n 's/^port //p' out)
}

# asleep_in CALL: what was started waits there, by the kernel's word for it.
asleep_in() {
    [ "$(cat "/proc/$started/comm")" = "$1" ] &&
        grep -q '^State:.S' "/proc/$started/status"
}

stopped() { grep -q '^State:.[Tt]' "/proc/$started/status"; }

# run_client [WRAPPER...]: our client, against the server at $port.
run_client() {
    run timeout 10 "$@" "$BIN/client" 127.0.0.1 "$port"
    echo "status $status, $output"
}

# --- scenes -----------------------------------------------------------------

@test "transcript: one character each way" {
    play_scene 06-connect
}

@test "experiment: both ends agree on the 5-tuple" {
    play_scene 06-connect five-tuple
}

@test "experiment: two clients on one port are two 5-tuples" {
    play_scene 06-connect two-clients
}

@test "experiment: nobody listens, ECONNREFUSED" {
    play_scene 06-connect refused
}

@test "experiment: an unchecked connect kills without a word" {
    play_scene 06-connect unchecked
}

@test "experiment: a connected socket is not connected again, EISCONN" {
    play_scene 06-connect reconnect
}

@test "experiment: the same 5-tuple twice, EADDRNOTAVAIL" {
    play_scene 06-connect same-tuple
}

@test "experiment: a socket can connect to itself" {
    play_scene 06-connect self-connect
}

# --- arguments --------------------------------------------------------------

@test "bad ports: status 2 and the reason" {
    for bad in http 65536 -1 50x '' ' 80' 99999999999999999999; do
        refuses_arguments server "$bad"
        refuses_arguments client 127.0.0.1 "$bad"
        refuses_arguments tuple-server "$bad"
        refuses_arguments tuple-client 127.0.0.1 "$bad"
        refuses_arguments bound "$bad"
        refuses_arguments unchecked 127.0.0.1 "$bad"
    done
}

@test "bad hosts: status 2 and the host's name" {
    for program in client tuple-client unchecked; do
        for bad in localhost ::1 300.0.0.1 1.2 '127.0.0.1 ' ''; do
            refuses_arguments "$program" "$bad" 5000
            grep -q "host \"$bad\": an IPv4 address is needed" err
        done
    done
}

@test "bad numbers of clients, and too many arguments: status 2" {
    for bad in 0 101 -1 x ''; do
        refuses_arguments tuple-server 0 "$bad"
    done
    refuses_arguments server 0 0
    refuses_arguments client 127.0.0.1 1 2
    refuses_arguments tuple-server 0 1 2
    refuses_arguments tuple-client 127.0.0.1 1 2
    refuses_arguments bound 0 0
    refuses_arguments unchecked 127.0.0.1 1 2
    for program in reconnect same-tuple self-connect; do
        refuses_arguments "$program" x
    done
}

# --- start ------------------------------------------------------------------

@test "port 0: the server says which port it got, and serves there" {
    start_server
    [ "$port" -gt 0 ]
    run_client
    [ "$status" -eq 0 ]
    ends_with 0
}

@test "with a port asked for, the server's lines are those of the lesson" {
    start_server
    run_client
    ends_with 0
    start "$BIN/server" "$port" # the port of its last run, at once
    wait_until grep -q '^waiting for client$' out
    run_client
    ends_with 0
    printf '%s\n' 'socket()' 'bind()' 'listen()' 'waiting for client' \
        accepted 'recv A from client' 'send B to client' 'close()' | diff - out
}

@test "a busy port: a named error and status 1" {
    start_server
    for program in server tuple-server bound; do
        run timeout 5 "$BIN/$program" "$port"
        [ "$status" -eq 1 ]
        [[ $output == *"$program: bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    done
    run_client
    ends_with 0
}

@test "nobody listens: the client's connect is refused, status 1" {
    start_server
    run_client
    ends_with 0
    for program in client tuple-client; do
        run timeout 5 "$BIN/$program" 127.0.0.1 "$port"
        [ "$status" -eq 1 ]
        [[ $output == *"$program: connect 127.0.0.1:$port: "*"[ECONNREFUSED]"* ]]
    done
}

@test "with the standard descriptors closed the talk is the same" {
    start_server bash -c 'exec "$@" <&-' bash
    run bash -c '"$0" 127.0.0.1 '"$port"' <&- 2>&-' "$BIN/client"
    [ "$status" -eq 0 ]
    [[ $output == *'recv B from server'* ]]
    ends_with 0
}

# --- output -----------------------------------------------------------------

@test "stdout closed or full: a named error, status 1, and nothing for the peer" {
    for failure in '>&- EBADF' '>/dev/full ENOSPC'; do
        broken=${failure% *} error=${failure#* }
        answer 'data = c.recv(100); c.send(b"B"); data += c.recv(100)
print(data, flush=True)'
        run timeout 10 bash -c "\"\$0\" 127.0.0.1 $port $broken" "$BIN/client"
        [ "$status" -eq 1 ]
        [[ $output == *"client: write standard output: "*"[$error]"* ]]
        wait "$peer"
        peer=
        [ "$(sed -n 2p fake)" = "b'A'" ] # and not a line of the client's log
    done
}

@test "the server with stdout closed or full: a named error and status 1" {
    for failure in '>&- EBADF' '>/dev/full ENOSPC'; do
        broken=${failure% *} error=${failure#* }
        start_server
        run_client
        ends_with 0
        start bash -c "exec \"\$@\" $broken" bash "$BIN/server" "$port"
        wait_until connects
        ends_with 1
        grep -q "server: write standard output: .*\[$error\]" err
    done
}

connects() { timeout 10 "$BIN/client" 127.0.0.1 "$port" >client.out 2>&1; }

# --- the server's peers -----------------------------------------------------

@test "a client that is none of ours is served" {
    start_server
    run talk 's.send(b"x"); print(s.recv(100), s.recv(100))'
    [ "$output" = "b'B' b''" ]
    ends_with 0
    grep -qx 'recv x from client' out
}

@test "bash is a client, too" {
    start_server
    run timeout 10 bash -c "exec 7<>/dev/tcp/127.0.0.1/$port
        printf A >&7; cat <&7"
    [ "$output" = B ]
    ends_with 0
}

@test "any byte is shown so that the line stays a line" {
    for byte in '\n' '\0' '\x1b' '\x7f' '\xff'; do
        start_server
        talk "s.send(b'$byte'); assert s.recv(100) == b'B'"
        ends_with 0
        [ "$(wc -l <out)" -eq 9 ]
        grep -qx 'recv \\x[0-9A-F][0-9A-F] from client' out
    done
}

@test "a client that says more than one byte gets its answer" {
    start_server
    talk 's.send(b"ABC"); assert s.recv(1) == b"B"'
    ends_with 0
}

@test "a client that half-closes after its byte gets its answer" {
    start_server
    talk 's.send(b"A"); s.shutdown(socket.SHUT_WR)
assert s.recv(100) == b"B"'
    ends_with 0
}

@test "a client that closes without sending: the server says so, status 1" {
    for end in 's.close()' 's.shutdown(socket.SHUT_WR); s.recv(1)' \
        'os.kill(os.getpid(), 9)'; do
        start_server
        talk "$end" || true
        ends_with 1
        [ "$(cat err)" = 'server: the client closed without sending a byte' ]
    done
}

@test "a client that resets before accept: a named error, status 1" {
    start_server
    wait_until asleep_in server
    kill -STOP "$started"
    wait_until stopped
    talk 'reset(s)'
    kill -CONT "$started"
    ends_with 1
    grep -q '^server: recv 1 byte from the client: .*\[ECONNRESET\]' err
}

@test "a client that resets while the server waits for its byte: the same" {
    start_server
    talk 'sys.stdin.readline(); reset(s)' < <(
        wait_until grep -q '^accepted$' out && wait_until asleep_in server
        echo
    )
    ends_with 1
    grep -q '^server: recv 1 byte from the client: .*\[ECONNRESET\]' err
}

# Its byte may have come through; then it is the answer that fails. After a
# goodbye (FIN) the reset is told as EPIPE, which comes with a SIGPIPE.
@test "a client that resets after its byte: a named error, status 1" {
    for goodbye in '' 's.shutdown(socket.SHUT_WR);'; do
        start_server
        wait_until asleep_in server
        kill -STOP "$started"
        wait_until stopped
        talk "s.send(b'A'); $goodbye reset(s)"
        kill -CONT "$started"
        ends_with 1
        grep -Eq '^server: (recv|send) 1 byte .*\[(ECONNRESET|EPIPE)\]' err
    done
}

@test "a client that closes after its byte: the server cannot know, status 0" {
    start_server
    wait_until asleep_in server
    kill -STOP "$started"
    wait_until stopped
    talk 's.send(b"A"); s.close()'
    kill -CONT "$started"
    ends_with 0
    grep -qx 'send B to client' out
}

@test "a second client is told that the server has gone" {
    start_server
    wait_until asleep_in server
    kill -STOP "$started"
    wait_until stopped
    for i in 1 2; do
        timeout 10 "$BIN/client" 127.0.0.1 "$port" >"$i" 2>&1 3>&- &
        pids[i]=$!
        wait_until grep -q '^send A to server$' "$i"
    done
    kill -CONT "$started"
    ends_with 0
    wait "${pids[1]}"
    run wait "${pids[2]}"
    grep -q '^client: recv 1 byte from the server: .*\[ECONNRESET\]' 2
}

# --- the client's peers -----------------------------------------------------

@test "a server that is none of ours answers the client" {
    answer 'assert c.recv(100) == b"A"; c.send(b"B"); assert c.recv(1) == b""'
    run_client
    [ "$status" -eq 0 ]
    [[ $output == *'recv B from server'$'\n''close()' ]]
    wait "$peer"
    peer=
}

@test "a server that answers before it is asked, too much, or any byte" {
    answer 'c.send(b"B"); c.recv(1)'
    run_client
    [ "$status" -eq 0 ]
    answer 'c.recv(1); c.send(b"BCD")'
    run_client
    [ "$status" -eq 0 ]
    [[ $output == *$'\nrecv B from server\n'* ]]
    answer 'c.recv(1); c.send(b"\n")'
    run_client
    [ "$status" -eq 0 ]
    [[ $output == *$'\nrecv \\x0A from server\n'* ]]
}

@test "a server that closes without an answer: the client says so, status 1" {
    for end in 'c.close()' 'c.shutdown(socket.SHUT_WR); c.recv(1)' \
        'os.kill(os.getpid(), 9)'; do
        answer "c.recv(1); $end"
        run_client
        [ "$status" -eq 1 ]
        [[ $output == *'client: the server closed without an answer' ]]
    done
}

@test "a server that closes without reading: a named error, status 1" {
    answer 'c.recv(1, socket.MSG_PEEK); c.close()'
    run_client
    [ "$status" -eq 1 ]
    [[ $output == *'client: recv 1 byte from the server: '*'[ECONNRESET]'* ]]
}

@test "a server that resets while the client waits: a named error, status 1" {
    answer 'c.recv(1); reset(c)'
    run_client
    [ "$status" -eq 1 ]
    [[ $output == *'client: recv 1 byte from the server: '*'[ECONNRESET]'* ]]
}

# strace stops the client once it has said connect(), until the server has gone.
@test "a server that goes before the client sends: a named error, status 1" {
    for end in 'reset(c)' 'c.shutdown(socket.SHUT_WR); reset(c)' 'c.close()'; do
        answer "$end"
        start strace -D -qq -o trace -e trace=write \
            -e inject=write:signal=SIGSTOP:when=2 \
            "$BIN/client" 127.0.0.1 "$port"
        wait "$peer"
        peer=
        wait_until grep -q 'stopped by SIGSTOP' trace
        kill -CONT "$started"
        ends_with 1
        if [[ $end == *'reset(c)' ]]; then
            grep -Eq '^client: send 1 byte to the server: .*\[(ECONNRESET|EPIPE)\]' err
        else # what we send after a goodbye is answered by a reset, or not yet
            grep -Eq '(ECONNRESET|closed without an answer)' err
        fi
    done
}

# --- errors that the kernel can give ----------------------------------------

@test "a signal, or a client that has left, does not stop the waiting" {
    for error in EINTR ECONNABORTED; do
        start_server strace -D -qq -o trace -e trace=accept,accept4 \
            -e "inject=accept,accept4:error=$error:when=1..2"
        run_client
        [ "$status" -eq 0 ]
        ends_with 0
        [ "$(grep -c 'INJECTED' trace)" -eq 2 ]
        [ ! -s err ]
    done
}

@test "an interrupted send or recv is done again, on both sides" {
    for call in sendto recvfrom; do
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1..2"
        run_client strace -qq -o trace.client -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1..2"
        [ "$status" -eq 0 ]
        ends_with 0
        [ "$(cat trace trace.client | grep -c 'INJECTED')" -eq 4 ]
    done
}

@test "each call of the server that fails is named, status 1" {
    for call in socket setsockopt bind listen getsockname accept; do
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS" "$BIN/server" 0
        echo "$call: $status, $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: $call"*"[ENOBUFS]"* ]]
    done
}

@test "each call of the client that fails is named, status 1" {
    for call in socket connect sendto recvfrom; do
        answer 'c.recv(1)'
        run_client strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS"
        [ "$status" -eq 1 ]
        name=${call%to} name=${name%from}
        [[ $output == *"client: $name"*"[ENOBUFS]"* ]]
        kill "$peer" 2>/dev/null || true
        wait "$peer" || true
        peer=
    done
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM end the server while it waits for a client" {
    for signal in INT TERM; do
        start_server
        wait_until asleep_in server
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
    done
}

@test "SIGINT and SIGTERM end both while they wait for a silent peer" {
    for signal in INT TERM; do
        start_server
        exec 7<>"/dev/tcp/127.0.0.1/$port"
        wait_until grep -q '^accepted$' out
        wait_until asleep_in server
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        exec 7>&-

        answer 'time.sleep(20)'
        start "$BIN/client" 127.0.0.1 "$port"
        wait_until grep -q '^send A to server$' out
        wait_until asleep_in client
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        kill "$peer"
        wait "$peer" || true
    done
}

# strace sends the signal after each call in turn.
@test "SIGINT and SIGTERM end both at any moment, with whole lines" {
    for signal in INT TERM; do
        ends=$((128 + $(kill -l "$signal")))
        for call in socket bind listen accept recvfrom sendto; do
            start strace -D -qq -o trace -e "trace=$call" \
                -e "inject=$call:signal=SIG$signal:when=1" "$BIN/server" 0
            wait_until at_its_end_or_waiting
            port=$(sed -n 's/^port //p' out)
            if [ -n "$port" ]; then
                timeout 5 "$BIN/client" 127.0.0.1 "$port" >/dev/null 2>&1 || true
            fi
            ends_with "$ends"
        done
        for call in socket connect sendto recvfrom; do
            answer 'c.recv(1); c.send(b"B"); c.recv(1)'
            start strace -D -qq -o trace -e "trace=$call" \
                -e "inject=$call:signal=SIG$signal:when=1" \
                "$BIN/client" 127.0.0.1 "$port"
            ends_with "$ends"
            kill "$peer" 2>/dev/null || true
            wait "$peer" || true
            peer=
        done
    done
}

at_its_end_or_waiting() {
    grep -q '^waiting for client$' out || [ ! -e "/proc/$started/stat" ]
}

# --- both ends of the connection --------------------------------------------

@test "tuple-server and tuple-client name peers that are none of ours" {
    mkfifo typed
    start bash -c 'exec "$@" <typed' bash "$BIN/tuple-server" 0
    exec 8>typed
    wait_until grep -q '^listening on ' out
    port=$(sed -n 's/^listening on 127\.0\.0\.1://p' out)
    talk 'print("%s:%d" % s.getsockname(), flush=True); s.recv(1)' \
        >mine 3>&- 8>&- &
    peer=$!
    wait_until grep -q '^  peer ' out
    exec 8>&-
    ends_with 0
    wait "$peer"
    mine=$(cat mine)
    grep -qx "  peer  $mine" out
    grep -qx "  local 127.0.0.1:$port" out

    answer 'print("%s:%d" % c.getpeername(), flush=True)'
    run timeout 10 "$BIN/tuple-client" 127.0.0.1 "$port" </dev/null
    [ "$status" -eq 0 ]
    wait "$peer"
    peer=
    [[ $output == *"after connect:  local $(sed -n 2p fake)"* ]]
    [[ $output == *"                peer  127.0.0.1:$port" ]]
}

@test "tuple-server goes on after a client that has reset" {
    start bash -c 'exec "$@" </dev/null' bash "$BIN/tuple-server" 0 2
    wait_until grep -q '^listening on ' out
    port=$(sed -n 's/^listening on 127\.0\.0\.1://p' out)
    kill -STOP "$started"
    wait_until stopped
    talk 'reset(s)'
    kill -CONT "$started"
    talk 'pass'
    ends_with 0
    grep -q '^tuple-server: getpeername of descriptor .*: .*\[ENOTCONN\]' err
    [ "$(grep -c '^descriptor ' out)" -eq 1 ]
}
