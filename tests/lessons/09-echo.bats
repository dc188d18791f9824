#!/usr/bin/env bats
#
# Lesson 09: its scenes, and the echo pair before every kind of text, every
# kind of peer and every kind of failure.

load program

setup_file() { build_visitors; }

client() { timeout 20 "$BIN/client" 127.0.0.1 "$port"; }

# One ordinary client gets its echo.
serves() {
    run client <<<'hello world!'
    [ "$status" -eq 0 ]
    [ "$output" = $'Input a message\nhello world!\nInput a message' ]
}

# echoes FILE: what a foreign client sends comes back, to the byte.
echoes() {
    timeout 20 python3 - "$port" "$1" <<'END_OF_PYTHON'
import socket, sys, threading
data = open(sys.argv[2], "rb").read()
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def send():
    peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)
threading.Thread(target=send).start()
back = b""
while part := peer.recv(65536):
    back += part
sys.exit(back != data)
END_OF_PYTHON
}

# --- scenes -----------------------------------------------------------------

@test "transcript: hello world! and 안녕!! come back" {
    play_scene 09-echo
}

@test "experiment: what the two ask of their kernels" {
    play_scene 09-echo calls
}

@test "experiment: a second client waits for the first" {
    play_scene 09-echo second-client
}

@test "experiment: getchar in a char never sees the end" {
    play_scene 09-echo getchar
}

@test "experiment: the end of the input depends on the type" {
    play_scene 09-echo end-of-input
}

@test "experiment: the lecture's handler lets a client end the server" {
    play_scene 09-echo leave
}

@test "experiment: one byte at a time costs two calls each" {
    play_scene 09-echo bytewise
}

@test "experiment: a byte is no letter" {
    play_scene 09-echo letters
}

@test "experiment: a message is no string" {
    play_scene 09-echo nul
}

@test "experiment: two correct programs wait for each other" {
    play_scene 09-echo all-first
}

# --- arguments and output ---------------------------------------------------

@test "the programs refuse bad arguments with status 2" {
    for arguments in 'server http' 'server 65536' 'server 0 0' \
        'client localhost' 'client 127.0.0.1 x' 'client 127.0.0.1 1 1' \
        'lecture-server x' 'lecture-server 0 0' 'lecture-client ::1' \
        'lecture-client 127.0.0.1 1 1' 'strlen-server x' 'leave localhost' \
        'leave 127.0.0.1 1 1' 'all-first localhost' 'all-first 127.0.0.1 1 0' \
        'all-first 127.0.0.1 1 x' 'end-of-input' 'end-of-input char'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status, $output"
        [ "$status" -eq 2 ]
        [ -n "$output" ]
    done
}

@test "a busy port and a server that is not there are named, with status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    serves
    kill -TERM "$started"
    ends_with 143
    run client </dev/null
    [ "$status" -eq 1 ]
    [[ $output == *"connect 127.0.0.1:$port: "*"[ECONNREFUSED]"* ]]
}

@test "a closed or full stdout is reported, with status 1" {
    start_server
    for program in 'server 0' "client 127.0.0.1 $port"; do
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "yes | '$BIN'/$program $broken"
            echo "$program $broken: $status, $output"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
    serves
}

@test "a closed stdin is an error, an empty one is the end" {
    start_server
    run timeout 5 bash -c "'$BIN/client' 127.0.0.1 $port <&-"
    [ "$status" -eq 1 ]
    [[ $output == *"client: read standard input: "*"[EBADF]"* ]]
    run client </dev/null
    [ "$status" -eq 0 ]
    [ "$output" = 'Input a message' ]
}

@test "SIGINT and SIGTERM end the server, waiting or serving" {
    for signal in INT TERM; do
        start_server
        serves
        exec 7<>"/dev/tcp/127.0.0.1/$port"
        wait_until has_lines 2 '^accepted$' out
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        exec 7>&-
        printf '%s\n' "listening on 127.0.0.1:$port" accepted close accepted |
            cmp - out
    done
}

# --- text -------------------------------------------------------------------

@test "every byte comes back: NUL, invalid UTF-8, no newline, a megabyte" {
    start_server
    printf 'a\0b\n\0' >nul
    printf '\xff\xfe\xec\x95\n\xc0\x80' >invalid
    printf '안녕!!' >korean
    head -c 1000000 /dev/zero | tr '\0' x >megabyte
    : >nothing
    head -c 300001 /dev/urandom >random
    for file in nul invalid korean megabyte nothing random; do
        echo "$file"
        echoes "$file"
        # Our own client asks before each line, and once more at the end
        # unless it knows by then that there is nothing more.
        timeout 20 "$BIN/client" 127.0.0.1 "$port" <"$file" >back 2>client.err
        sed 's/^/Input a message\n/' "$file" >expected
        last=$(tail -c 1 "$file" | od -An -tx1)
        if [ "${last:- 0a}" = ' 0a' ]; then
            echo 'Input a message' >>expected
        fi
        cmp expected back
        [ ! -s client.err ]
    done
    [ ! -s err ]
}

@test "a message that dribbles in byte by byte comes back" {
    start_server
    timeout 10 python3 - "$port" <<'END_OF_PYTHON'
import socket, sys
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
for byte in "안녕!!\n".encode():
    peer.send(bytes([byte]))
    assert peer.recv(10) == bytes([byte])
END_OF_PYTHON
    serves
}

@test "the client takes an echo that comes byte by byte" {
    timeout 10 python3 - >port <<'END_OF_PYTHON' 3>&- &
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
peer, _ = listener.accept()
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while data := peer.recv(4096):
    for byte in data:
        peer.send(bytes([byte]))
END_OF_PYTHON
    started=$!
    wait_until test -s port
    port=$(cat port)
    run client <<<'안녕!!'
    [ "$output" = $'Input a message\n안녕!!\nInput a message' ]
    ends_with 0
}

@test "the client says that the server has gone, with status 1" {
    start_server
    mkfifo keyboard
    client <keyboard >client.out 2>client.err 3>&- &
    client=$!
    exec 7>keyboard
    echo first >&7
    wait_until has_lines 2 '^Input a message$' client.out
    kill -KILL "$started"
    ends_with 137
    echo second >&7
    status=0
    wait "$client" || status=$?
    exec 7>&-
    [ "$status" -eq 1 ]
    [ "$(cat client.err)" = 'client: the server closed the connection' ]
}

# --- clients ----------------------------------------------------------------

@test "10,000 clients one after another leave nothing behind" {
    start_server
    visitors 100 1 - s sr x sx srx she h
    wait_until has_lines 100 '^close$' out
    before=$(holds) resident=$(resident)
    visitors 10000 1 - s sr x sx srx she h
    wait_until has_lines 10100 '^close$' out
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
    visitors 1000 1000 sr she - x
    wait_until has_lines 1000 '^close$' out
    [ "$(holds)" = "$before" ]
    [ ! -s err ]
    serves
}

@test "a client that never reads is let go after three seconds" {
    start_server
    before=$(holds)
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    wait_until has_lines 1 '^accepted$' out
    cat /dev/zero >&7 2>/dev/null 3>&- &
    flood=$!
    serves # the next one: it waits, and is served
    [ "$(lines '^server: send to a client: .*\[ETIMEDOUT\]' err)" -eq 1 ]
    kill "$flood" 2>/dev/null || true
    wait "$flood" || true
    exec 7>&-
    wait_until has_lines 2 '^close$' out
    [ "$(holds)" = "$before" ]
}

# --- errors -----------------------------------------------------------------

@test "interrupted calls are done again" {
    for call in accept recvfrom sendto; do
        echo "$call"
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1..2"
        serves
        [ "$(lines 'EINTR.*INJECTED' trace)" -eq 2 ]
        [ ! -s err ]
        kill -TERM "$started"
        ends_with 143
    done
    start_server
    for call in sendto recvfrom; do
        run strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=EINTR:when=1..2" \
            "$BIN/client" 127.0.0.1 "$port" <<<hello
        [ "$output" = $'Input a message\nhello\nInput a message' ]
    done
}

@test "an error of one connection is no end of the server" {
    for failure in recvfrom:ECONNRESET: sendto:EPIPE: sendto:ECONNRESET: \
        recvfrom:ENOMEM:1 sendto:ENOBUFS:1 recvfrom:EAGAIN:1 \
        sendto:EAGAIN:1 setsockopt:ENOMEM:1 accept:ECONNABORTED: \
        accept:EMFILE:1 accept:ENFILE:1; do
        IFS=: read -r call error reported <<<"$failure"
        echo "$failure"
        when=1
        [ "$call" != setsockopt ] || when=2 # the first is the listener's
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error:when=$when"
        visitors 1 1 she
        serves
        [ "$(lines "^server: .*\[$error\]" err)" -eq "${reported:-0}" ]
        [ "$(lines '^accepted$' out)" -eq 2 ]
        kill -TERM "$started"
        ends_with 143
    done
}

@test "the client names the call that failed" {
    start_server
    for failure in socket:EMFILE connect:ETIMEDOUT sendto:EPIPE \
        recvfrom:ECONNRESET; do
        call=${failure%:*} error=${failure#*:}
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error" \
            "$BIN/client" 127.0.0.1 "$port" <<<hello
        [ "$status" -eq 1 ]
        [[ $output == *"client: ${call%to}"*"[$error]"* ||
            $output == *"client: ${call%from}"*"[$error]"* ]]
    done
}
