#!/usr/bin/env bats
#
# Lesson 07: its scenes; and that its client sends, and its server brings, each
# byte once, whatever the peer is and does.

load program

before_each() { will_type; }

# types LINE TEXT: type the line to the server, and wait for the answer.
types() {
    type_line "$1"
    wait_until grep -qxF "$2" out || { cat out err; return 1; }
}

# keep: a server that is none of ours writes what it gets to the file `got`.
keep() {
    answer "
f = open('got', 'wb')
while data := c.recv(100000): f.write(data)"
}

kept() { # after the client's end
    wait "$peer"
    peer=
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a stream has no messages" {
    play_scene 07-send-recv
}

@test "experiment: two sends, one recv; MSG_PEEK sees both" {
    play_scene 07-send-recv two-sends
}

@test "experiment: one send of 300,000 bytes takes several recvs" {
    play_scene 07-send-recv pieces
}

@test "experiment: a character is cut in two" {
    play_scene 07-send-recv characters
}

@test "experiment: MSG_WAITALL ends early at the end of the stream" {
    play_scene 07-send-recv waitall
}

@test "experiment: MSG_DONTWAIT, a short send, EAGAIN" {
    play_scene 07-send-recv short-send
}

@test "experiment: send returns, and nobody has read" {
    play_scene 07-send-recv taken
}

@test "experiment: sizeof sends what lies behind the string" {
    play_scene 07-send-recv leak
}

@test "experiment: a datagram is cut, a stream is not; MSG_TRUNC" {
    play_scene 07-send-recv truncate
}

@test "experiment: MSG_OOB is one byte" {
    play_scene 07-send-recv urgent
}

@test "experiment: MSG_DONTROUTE, ENETUNREACH" {
    play_scene 07-send-recv dontroute
}

@test "experiment: read and write are recv and send with 0" {
    play_scene 07-send-recv plain
}

@test "experiment: what a call costs" {
    play_scene 07-send-recv cost
}

@test "experiment: Nagle and the delayed acknowledgement" {
    play_scene 07-send-recv nagle
}

# --- arguments and output ---------------------------------------------------

@test "bad arguments: status 2 and one line that says why" {
    for bad in http 65536 -1 50x ''; do
        refuses_arguments server "$bad"
        refuses_arguments client 127.0.0.1 "$bad"
    done
    for bad in localhost ::1 300.0.0.1 ''; do
        refuses_arguments client "$bad"
        refuses_arguments dontroute "$bad"
    done
    refuses_arguments server 0 0
    refuses_arguments client 127.0.0.1 1 2
    refuses_arguments dontroute
    for program in two-sends pieces short-send leak urgent truncate cost \
        nagle plain; do
        refuses_arguments "$program" x
    done
}

@test "a busy port: a named error and status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"server: bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
}

@test "nobody listens: a named error and status 1" {
    answer 'sys.exit()' # its port is free again when it has ended
    "$BIN/client" 127.0.0.1 "$port" </dev/null
    wait "$peer"
    peer=
    run timeout 5 "$BIN/client" 127.0.0.1 "$port" </dev/null
    [ "$status" -eq 1 ]
    [[ $output == *"client: connect 127.0.0.1:$port: "*"[ECONNREFUSED]"* ]]
}

@test "a closed or a full stdout is reported, with status 1" {
    for broken in '>&-' '>/dev/full'; do
        keep
        run timeout 5 bash -c "echo hello | \"\$0\" 127.0.0.1 $port $broken" \
            "$BIN/client"
        echo "$output"
        [ "$status" -eq 1 ]
        [[ $output == *"client: write standard output: "* ]]
        kept
        [ "$(cat got)" = hello ] # and nothing of it went to the peer
        for program in leak plain truncate; do
            run timeout 5 bash -c "\"\$0\" $broken" "$BIN/$program"
            [ "$status" -eq 1 ]
            [[ $output == *"$program: write standard output: "* ]]
        done
    done
}

# --- the server -------------------------------------------------------------

@test "the server shows bytes, whatever they are" {
    start_server
    talk "s.sendall(b'a\0b\n\"\\\\\xff\x80\x1b[2J')"
    types '100 all' 'recv all 100: 12, "a\x00b\x0A\x22\x5C\xFF\x80\x1B[2J"'
    types 5 'recv at most 5: 0, the end'
    ends_with 0
    [ ! -s err ]
}

@test "the server asks for as many bytes as it was told, in any order" {
    start_server
    talk "s.sendall(bytes(97 + i % 26 for i in range(60)))"
    types 1 'recv at most 1: 1, "a"'
    types 3 'recv at most 3: 3, "bcd"'
    types '26 all' 'recv all 26: 26, "efghijklmnopqrstuvwxyzabcd"'
    types 1000 'recv at most 1000: 30, "efghijklmnopqrstuvwxyzabcdefgh"'
    end_of_input
    ends_with 0
}

@test "what is no number asks for nothing, and the server says what is" {
    start_server
    talk "s.sendall(b'hello')"
    for bad in '' x 0 -1 1001 99999999999999999999 '8 some' '8all' 'all 8'; do
        type_line "$bad"
    done
    types 8 'recv at most 8: 5, "hello"'
    [ "$(grep -c '^type a number from 1 to 1000' out)" -eq 9 ]
    end_of_input
    ends_with 0
}

@test "a client that resets: a named error and status 1" {
    start_server
    talk "s.sendall(b'hello'); reset(s)"
    type_line 8
    type_line 8
    ends_with 1
    grep -q '^server: recv from 127.0.0.1:.*\[ECONNRESET\]' err
}

@test "an interrupted or aborted accept, an interrupted recv: once more" {
    for error in accept:EINTR accept:ECONNABORTED recvfrom:EINTR; do
        exec 8<>typed
        start_server strace -D -qq -o trace -e "trace=${error%:*}" \
            -e "inject=${error%:*}:error=${error#*:}:when=1..2"
        talk "s.sendall(b'hello')"
        types 5 'recv at most 5: 5, "hello"'
        [ "$(grep -c INJECTED trace)" -eq 2 ]
        end_of_input
        ends_with 0
    done
}

@test "SIGINT and SIGTERM end the server wherever it waits" {
    for signal in INT TERM; do
        start_server
        wait_until asleep # in accept
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))

        start_server
        talk "s.sendall(b'hello')"
        wait_until grep -q '^accepted ' out
        wait_until asleep # in read
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))

        start_server
        type_line 5 # before there is anybody
        talk "
os.kill($started, signal.SIG$signal)
s.recv(1)" || true
        ends_with $((128 + $(kill -l "$signal")))
    done
}

# --- the client -------------------------------------------------------------

@test "the client sends each line without its newline, NULs and all" {
    keep
    printf 'hello\n\na\0b\n\xff\xec\nno newline' |
        timeout 10 "$BIN/client" 127.0.0.1 "$port" >out
    kept
    printf 'helloa\0b\xff\xecno newline' | cmp - got
    printf 'send %s: the kernel took %s\n' 5 5 3 3 2 2 10 10 | diff - <(tail -n +2 out)
}

@test "20 MB in one line arrive whole at a peer that is slow to begin" {
    mkfifo go
    answer "
f = open('got', 'wb')
open('go').read()
while data := c.recv(100000): f.write(data)"
    head -c 20000000 /dev/urandom | tr '\n' x >sent
    "$BIN/client" 127.0.0.1 "$port" <sent >out 2>err 3>&- 8>&- &
    started=$!
    wait_until asleep
    echo go >go
    ends_with 0
    kept
    cmp sent got
}

@test "an interrupted send is done again, and nothing is sent twice" {
    keep
    echo hello | timeout 10 strace -qq -o trace -e trace=sendto \
        -e inject=sendto:error=EINTR:when=1..2 "$BIN/client" 127.0.0.1 "$port"
    [ "$(grep -c INJECTED trace)" -eq 2 ]
    kept
    [ "$(cat got)" = hello ]
}

@test "send_all and recv_all go on after an interruption" {
    for call in sendto recvfrom; do
        timeout 10 strace -f -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1+2" "$BIN/nagle" >out
        [ "$(grep -c ' ms a round$' out)" -eq 3 ]
        [ "$(grep -c INJECTED trace)" -ge 10 ]
    done
}

@test "a peer that has gone is a named error, never SIGPIPE" {
    for way in 'reset(c)' 'c.close()'; do
        answer "$way"
        exec 8<>typed
        start "$BIN/client" 127.0.0.1 "$port"
        wait_until grep -q '^connected' out
        wait "$peer" || true
        peer=
        type_line hello
        type_line hello
        type_line hello
        ends_with 1
        grep -qE '^client: send to 127.0.0.1:.*\[(EPIPE|ECONNRESET)\]' err
    done
}

@test "SIGINT and SIGTERM end the client while it waits for input" {
    for signal in INT TERM; do
        keep
        start "$BIN/client" 127.0.0.1 "$port"
        wait_until grep -q '^connected' out
        wait_until asleep
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        kept
    done
}

# --- the experiments --------------------------------------------------------

@test "the experiments leave no process and no error behind" {
    for program in two-sends pieces leak truncate plain nagle; do
        timeout 10 "$BIN/$program" >out 2>err || { cat err; false; }
        if [ "$program" = plain ]; then continue; fi
        [ ! -s err ]
    done
}
