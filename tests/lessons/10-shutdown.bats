#!/usr/bin/env bats
#
# Lesson 10: its scenes; and that question and answer arrive whole, each ended
# by its own half of the connection, with programs of ours and of others.

load program

before_each() { will_type; }

# reversed FILE: our server's answer to it, from our client, is in `answer`.
reversed() {
    start_server
    timeout 20 "$BIN/client" 127.0.0.1 "$port" <"$1" >client.out
    sed -e '1,/^shutdown(SHUT_WR)$/d' -e '$d' client.out >answer
    [ "$(tail -n 1 client.out)" = 'the server has ended its side, too' ]
    ends_with 0
    [ "$(tail -n 1 out)" = 'close()' ]
    [ ! -s err ]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a question is over, its answer is not" {
    play_scene 10-shutdown
}

@test "experiment: FIN-WAIT-2 and CLOSE-WAIT" {
    play_scene 10-shutdown states
}

@test "experiment: without shutdown both sides wait" {
    play_scene 10-shutdown forgetful
}

@test "experiment: close in place of shutdown loses the answer" {
    play_scene 10-shutdown hasty
}

@test "experiment: close is not the end while a dup or a child holds it" {
    play_scene 10-shutdown holders
}

@test "experiment: close with something unread is a reset" {
    play_scene 10-shutdown unread
}

@test "experiment: after SHUT_RD late data can be read" {
    play_scene 10-shutdown shut-rd
}

@test "experiment: ENOTCONN, EINVAL, EPIPE, and a descriptor still taken" {
    play_scene 10-shutdown errors
}

# --- arguments and output ---------------------------------------------------

@test "bad arguments: status 2 and one line that says why" {
    for bad in http 65536 -1 50x ''; do
        refuses_arguments server "$bad"
        refuses_arguments client 127.0.0.1 "$bad"
        refuses_arguments forgetful "$bad"
        refuses_arguments hasty "$bad"
    done
    for bad in localhost ::1 300.0.0.1 ''; do
        refuses_arguments client "$bad"
    done
    refuses_arguments server 0 0
    refuses_arguments client 127.0.0.1 1 2
    refuses_arguments forgetful 1 2
    refuses_arguments hasty 1 2
    for program in states shut-rd holders errors unread; do
        refuses_arguments "$program" x
    done
}

@test "a busy port: a named error and status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"server: bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
}

@test "a closed or a full stdout is reported, with status 1" {
    for broken in '>&-' '>/dev/full'; do
        start_server
        run timeout 5 bash -c "echo hello | \"\$0\" 127.0.0.1 $port $broken" \
            "$BIN/client"
        echo "$output"
        [ "$status" -eq 1 ]
        [[ $output == *"client: write standard output: "* ]]
        ends_with 0
        for program in states shut-rd holders unread; do
            run timeout 5 bash -c "\"\$0\" $broken" "$BIN/$program"
            [ "$status" -eq 1 ]
            [[ $output == *"$program: write standard output: "* ]]
        done
    done
}

# --- question and answer ----------------------------------------------------

@test "the answer is the text with its last line first, as tac has it" {
    seq 3000 >text
    reversed text
    tac text | cmp - answer
}

@test "empty lines, NULs, UTF-8 and invalid UTF-8 come back unchanged" {
    printf '\n\n안녕!!\na\0b\n\xff\xfe\n' >text
    reversed text
    printf '\xff\xfe\na\0b\n안녕!!\n\n\n' | cmp - answer
}

@test "a last line without a newline gets one" {
    printf 'one\ntwo' >text
    reversed text
    printf 'two\none\n' | cmp - answer
}

@test "no question at all has no answer" {
    reversed /dev/null
    [ ! -s answer ]
    grep -qx 'sent 0 bytes' out
}

@test "65,535 bytes are answered, one more is too much" {
    head -c 65535 /dev/zero | tr '\0' x >text
    head -c 65535 /dev/zero | tr '\0' '\n' >text2
    for text in text text2; do
        reversed "$text"
        head -c 65535 answer | cmp - "$text"
    done

    start_server
    talk "
s.sendall(b'x' * 65536)
try: s.recv(1)
except ConnectionResetError: pass"
    ends_with 1
    grep -q '^server: 127.0.0.1:[0-9]* sends too much$' err
}

@test "a question in single bytes, and an answer read in single bytes" {
    start_server
    talk "
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for c in b'one\\ntwo\\n': s.send(bytes([c]))
s.shutdown(socket.SHUT_WR)
answer = b''
while c := s.recv(1): answer += c
print(answer == b'two\\none\\n')" >result
    [ "$(cat result)" = True ]
    ends_with 0
}

@test "socat is a client of our server" {
    start_server
    printf 'one\ntwo\n' | timeout 10 socat - "TCP:127.0.0.1:$port" >answer
    printf 'two\none\n' | cmp - answer
    ends_with 0
}

@test "our client and a server of others', which answers before it is asked" {
    answer "
c.sendall(b'early\\n')
question = b''
while data := c.recv(100): question += data
c.sendall(question.upper())"
    printf 'one\ntwo' | timeout 10 "$BIN/client" 127.0.0.1 "$port" >out
    wait "$peer"
    peer=
    printf '%s\n' 'sent 4 bytes' 'sent 3 bytes' 'shutdown(SHUT_WR)' early ONE \
        'TWOthe server has ended its side, too' | diff - <(tail -n +2 out)
}

@test "the client sends a FIN, keeps the socket, and closes it at the end" {
    start_server
    echo hello | timeout 10 strace -qq -o trace \
        -e trace=connect,sendto,shutdown,recvfrom,close \
        "$BIN/client" 127.0.0.1 "$port" >client.out
    ends_with 0
    sed -n '/^connect(/,$p' trace | sed -E 's/[(, ].*//' >calls
    printf '%s\n' connect sendto shutdown recvfrom recvfrom close | diff - calls
    grep -q '^shutdown([0-9]*, SHUT_WR) *= 0$' trace
}

# --- bad weather ------------------------------------------------------------

@test "interrupted calls are done again" {
    for error in accept:EINTR accept:ECONNABORTED recvfrom:EINTR sendto:EINTR; do
        start_server strace -D -qq -o trace -e "trace=${error%:*}" \
            -e "inject=${error%:*}:error=${error#*:}:when=1..2"
        printf 'one\ntwo\n' | timeout 10 "$BIN/client" 127.0.0.1 "$port" >/dev/null
        ends_with 0
        [ "$(grep -c INJECTED trace)" -eq 2 ]
        grep -qx 'sent 8 bytes' out
    done
    for call in sendto recvfrom; do
        start_server
        printf 'one\ntwo\n' | timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1..2" \
            "$BIN/client" 127.0.0.1 "$port" >client.out
        [ "$(grep -c INJECTED trace)" -eq 2 ]
        [ "$(tail -n 3 client.out | head -n 2 | tr '\n' ' ')" = 'two one ' ]
        ends_with 0
    done
}

@test "the call that failed is named, with status 1" {
    for call in recvfrom sendto; do
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS"
        talk "
s.sendall(b'hello')
try:
    s.shutdown(socket.SHUT_WR)
    s.recv(1)
except OSError: pass # the server may have gone by then"
        ends_with 1
        grep -q "^server: ${call%[ft]*}.*\[ENOBUFS\]" err
    done
    answer 'c.recv(100); c.recv(100)'
    run timeout 10 strace -qq -o trace -e trace=shutdown \
        -e inject=shutdown:error=ENOTCONN "$BIN/client" 127.0.0.1 "$port" </dev/null
    [ "$status" -eq 1 ]
    [[ $output == *"client: shutdown SHUT_WR: "*"[ENOTCONN]"* ]]
}

@test "a client that resets: a named error and status 1" {
    start_server
    talk "s.sendall(b'hello'); reset(s)"
    ends_with 1
    grep -q '^server: recv from 127.0.0.1:.*\[ECONNRESET\]' err
}

@test "a client that leaves after its question does not kill the server" {
    start_server
    talk "s.sendall(b'hello\\n'); s.close()"
    ends_with 0
}

@test "a server that resets or leaves: the client never dies of SIGPIPE" {
    answer 'reset(c)'
    exec 8<>typed
    start "$BIN/client" 127.0.0.1 "$port"
    wait_until grep -q '^connected' out
    type_line hello
    wait "$peer" || true
    peer=
    type_line hello
    type_line hello
    ends_with 1
    grep -qE '^client: send to 127.0.0.1:.*\[(EPIPE|ECONNRESET)\]' err

    # One that says goodbye, having read everything, is no error.
    answer 'c.recv(6)'
    echo hello | timeout 10 "$BIN/client" 127.0.0.1 "$port" >out
    [ "$(tail -n 1 out)" = 'the server has ended its side, too' ]
}

@test "SIGINT and SIGTERM end either of them while it waits" {
    for signal in INT TERM; do
        start_server
        wait_until asleep # in accept
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))

        start_server
        talk "
os.kill($started, signal.SIG$signal)
s.recv(1)" # the end comes
        ends_with $((128 + $(kill -l "$signal")))

        answer 'c.recv(100); c.recv(100); sys.stdin.read()'
        start "$BIN/client" 127.0.0.1 "$port"
        wait_until grep -q '^connected' out
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
    done
}
