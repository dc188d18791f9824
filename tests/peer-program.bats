#!/usr/bin/env bats
# The trusted peer of the graders, scripts/peer: each of its commands in a scene,
# mostly with a second one as the other side.
load helper

setup_file() {
    cd "$ROOT" || return 1
    make -s BUILD="$BUILD" "$BUILD/peer/peer"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    PEER=$BUILD/peer/peer
    before=() # what runs the player
}

# The scene on standard input, behind a connection between the actors server
# and client.
connected() {
    {
        cat <<'END'
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{mine:[0-9]+}
server< accept
server| accepted from 127.0.0.1:{mine}
END
        cat
    } | holds
}

# The same, and an end.
exchange() {
    {
        cat
        cat <<'END'
client^D
client= 0
server^D
server= 0
END
    } | connected
}

holds() {
    run "${before[@]}" "$PLAY" --check --from "$BUILD/peer" "$@" -
    echo "$output"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

# ---------------------------------------------------------------- sending --

@test "send, receive N" {
    exchange <<'END'
client< send hello
client| sent 5 bytes
server< receive 3
server| received "hel"
server< receive 2
server| received "lo"
END
}

@test "escapes are decoded and shown; valid UTF-8 stands as it is" {
    exchange <<'END'
client< send  a\\tb\\n\\r\\x00\\xfF\\\\\\"안녕
client| sent 16 bytes
server< receive 16
server| received " a\\tb\\n\\r\\x00\\xff\\\\\\"안녕"
# Cut in two, an overlong /, a surrogate, a control character of Latin-1, DEL.
client< send 안\\xc0\\xaf\\xed\\xa0\\x80\\xc2\\x80\\x7f
client| sent 11 bytes
server< receive 2
server| received "\\xec\\x95"
server< receive 9
server| received "\\x88\\xc0\\xaf\\xed\\xa0\\x80\\xc2\\x80\\x7f"
client< send a\\qb
client| send: unknown escape; there are \\n \\r \\t \\xNN \\\\ \\"
client< send \\x1
client| send: unknown escape; there are \\n \\r \\t \\xNN \\\\ \\"
END
}

@test "send-line, send-crlf, receive-line" {
    exchange <<'END'
client< send-line one
client| sent 4 bytes
client< send-crlf two
client| sent 5 bytes
client< send-line
client| sent 1 bytes
client< send \\r\\n3
client| sent 3 bytes
client< half-close
client| half-closed
server< receive-line
server| line "one"
server< receive-line
server| crlf line "two"
server< receive-line
server| line ""
server< receive-line
server| crlf line ""
server< receive-line
server| received "3", then end
server< receive-line
server| end
END
}

@test "send-many, receive-until: nothing behind the text is taken" {
    exchange <<'END'
client< send-many 3 aab\\n
client| sent 12 bytes
client< send aabaaab.
client| sent 8 bytes
server< receive-until \\naab\\na
server| received "aab\\naab\\na"
server< receive-until aaab
server| received "ab\\naabaaab"
server< receive 1
server| received "."
END
}

@test "receive-until finds a text that comes byte by byte" {
    exchange <<'END'
server< receive-until aab
client< send-slowly aaab
client| sent 4 bytes, one by one
server| received "aaab"
END
}

@test "send-number, receive-number: big-endian" {
    exchange <<'END'
client< send-number 258
client| sent 4 bytes
client< send-number 258 2
client| sent 2 bytes
client< send-number 18446744073709551615 8
client| sent 8 bytes
client< send-number 258
client| sent 4 bytes
client< send-number 7 1
client| sent 1 bytes
server< receive 6
server| received "\\x00\\x00\\x01\\x02\\x01\\x02"
server< receive-number 8
server| number 18446744073709551615
server< receive-number
server| number 258
server< receive-number 1
server| number 7
client< send ab
client| sent 2 bytes
client< half-close
client| half-closed
server< receive-number
server| received "ab", then end
END
}

@test "send-random, receive-random, sum: a seed is the same bytes each time" {
    exchange <<'END'
client< send-random 3000000 7
server< receive-random 3000000 7
client| sent 3000000 bytes
server| received 3000000 bytes as expected
client< send-random 3000000 7
server< sum 3000000
client| sent 3000000 bytes
server| received 3000000 bytes, sum 0x{sum:[0-9a-f]+}
client< send-random 3000000 7
server< receive 3000000
client| sent 3000000 bytes
server| received 3000000 bytes, sum 0x{sum}
client< send-random 100 7 text
client| sent 100 bytes
server< receive-line
server| line "{line:[a-z]+}"
server< receive-line
server| line "{rest:[a-z]+}"
client< send-random 100 7 text
client| sent 100 bytes
server< receive 100
server| received "{line}\\n{rest}\\n"
client< send-random 6 1
client| sent 6 bytes
server< receive 6
server| received "{...}\\x00"
END
}

@test "receive-random tells the first difference, and an early end" {
    exchange <<'END'
client< send-random 100 7
client| sent 100 bytes
server< receive-random 40 7
server| received 40 bytes as expected
server< receive-random 60 7
server| received {some:[0-9]} bytes as expected, then {a:.*} instead of {b:.*}
client< send-random 100 7 text
client| sent 100 bytes
client< half-close
client| half-closed
server< receive-random 1000 7 text
server| received 99 bytes as expected, then "\\n" instead of "{c:[a-z]}"
END
    exchange <<'END'
client< send-random 100 7
client| sent 100 bytes
client< half-close
client| half-closed
server< receive-random 1000 7
server| received 100 bytes as expected, then end
END
}

@test "send-slowly: each byte is a recv of its own" {
    {
        local text=abcdefghijklmnopqrstuvwxyz i
        for ((i = 0; i < ${#text}; i++)); do echo 'server< receive'; done
        echo "client< send-slowly $text"
        echo 'client| sent 26 bytes, one by one'
        for ((i = 0; i < ${#text}; i++)); do
            echo "server| received \"${text:i:1}\""
        done
    } | exchange
}

@test "send-slowly does not wait for ever when nobody reads" {
    exchange <<'END'
client< send-slowly abc
client| sent 3 bytes, one by one
server< receive 3
server| received "abc"
END
}

@test "send-urgent" {
    exchange <<'END'
client< send-urgent abc
client| sent 3 bytes, the last urgent
server< await
server| something has come
server< receive
server| received "ab"
END
}

@test "cork, uncork: two sends are one segment" {
    local start=${EPOCHREALTIME/./} i
    for ((i = 0; i < 40; i++)); do
        cat <<'END'
server< receive
client< cork
client< send hel
client| sent 3 bytes
client< send lo
client| sent 2 bytes
client< uncork
server| received "hello"
END
    done | exchange
    # What stays corked goes after 200 ms, tcp(7).
    [ $((${EPOCHREALTIME/./} - start)) -lt 7000000 ]
}

@test "a send that nobody reads lets other commands through, and goes on" {
    exchange <<'END'
client< send-random 30000000 7
client~ poll
client< address
client| sent {some:[0-9]+} of 30000000 bytes, the other side does not read
client| local 127.0.0.1:{mine}, remote 127.0.0.1:$PORT
client< send more
client| send: the last send is not finished; finish waits for it
client< half-close
client| half-close: the last send is not finished; finish waits for it
server< send to you
server| sent 6 bytes
client< receive 6
client| received "to you"
client< finish
client~ poll
server< receive-random 30000000 7
client| sent 30000000 bytes
server| received 30000000 bytes as expected
END
}

@test "a send whose other side reads is finished before the next command" {
    exchange <<'END'
server< drain
client< send-random 30000000 7
client< send-line ok
client| sent 30000000 bytes
client| sent 3 bytes
client< half-close
client| half-closed
server< receive-all
server| received 30000003 bytes, sum 0x{sum:[0-9a-f]+}, then end
END
}

@test "an error ends a send that goes on, and finish tells it" {
    exchange <<'END'
client< send-random 30000000 7
client< address
client| sent {some:[0-9]+} of 30000000 bytes, the other side does not read
client| local 127.0.0.1:{mine}, remote 127.0.0.1:$PORT
server< reset
server| reset
client< finish
client| finish: ECONNRESET Connection reset by peer
END
}

@test "fill: until nobody reads, or it is clear that somebody does" {
    exchange <<'END'
client< fill
client| sent {n:[0-9]+} bytes, the other side does not read
server< sum {n}
server| received {n} bytes, sum 0x{sum:[0-9a-f]+}
client< fill ab\\n
client| sent {m:[0-9]+} bytes, the other side does not read
server< receive-line
server| line "ab"
server< drain
client< fill ab\\n
client| sent 67108864 bytes, the other side reads on
END
}

# -------------------------------------------------------------- receiving --

@test "receive: what one recv gives; end; reset" {
    exchange <<'END'
client< send hello
client| sent 5 bytes
server< receive
server| received "hello"
client< half-close
client| half-closed
server< receive
server| end
server< reset
server| reset
client< receive
client| reset
END
}

@test "receive N, receive-all: what came, and how it ended" {
    exchange <<'END'
client< send hello
client| sent 5 bytes
client< half-close
client| half-closed
server< receive 9
server| received "hello", then end
server< receive 9
server| end
server< send bye
server| sent 3 bytes
client< receive 1
client| received "b"
client< receive 2
client| received "ye"
server< close
server| closed
client< receive-all
client| end
END
}

@test "receive-all: a short text is shown, a long one summed" {
    connected <<'END'
client< send-random 1000 1 text
client| sent 1000 bytes
client< close
client= 0
server< receive-all
server| received "{...}", then end
server^D
server= 0
END
    connected <<'END'
client< send-random 1001 1 text
client| sent 1001 bytes
client< close
client= 0
server< receive-all
server| received 1001 bytes, sum 0x{sum:[0-9a-f]+}, then end
server^D
server= 0
END
}

@test "receive-now: what is there, or nothing" {
    exchange <<'END'
server< receive-now
server| nothing
client< send x
client| sent 1 bytes
server< await
server| something has come
server< receive-now
server| received "x"
server< receive-now
server| nothing
client< half-close
client| half-closed
server< await
server| something has come
server< receive-now
server| end
END
}

@test "expect-end: end, reset, or what has come" {
    exchange <<'END'
client< send x
client| sent 1 bytes
server< expect-end
server| received "x"
client< half-close
client| half-closed
server< expect-end
server| end
server< reset
server| reset
client< expect-end
client| reset
END
}

@test "drain reads in the background, up to the end" {
    connected <<'END'
server< drain
server< receive
server| receive: a drain is on; receive-all or expect-end wait for it
server< drain
server| drain: a drain is on; receive-all or expect-end wait for it
client< send-random 20000000 3
client| sent 20000000 bytes
server< send still here
server| sent 10 bytes
client< receive 10
client| received "still here"
client< close
client= 0
server< expect-end
server| end
server< receive-all
server| received 20000000 bytes, sum 0x{sum:[0-9a-f]+}, then end
server< close
server| closed
server^D
server= 0
END
    connected <<'END'
server< drain
client< send x
client| sent 1 bytes
client< reset
client= 0
server< expect-end
server| reset
server^D
server= 0
END
}

# --------------------------------------------------------- the connection --

@test "half-close: the other direction goes on" {
    exchange <<'END'
client< half-close
client| half-closed
server< expect-end
server| end
server< send-line 1 2 3
server| sent 6 bytes
client< receive-line
client| line "1 2 3"
client< send x
client| send: EPIPE Broken pipe
END
}

@test "close and reset end a peer that connected, with 0" {
    connected <<'END'
client< close
client= 0
server< expect-end
server| end
server< send x
server| sent 1 bytes
server< await
server| something has come
server< send x
server| send: EPIPE Broken pipe
server^D
server= 0
END
    connected <<'END'
client< reset
client= 0
server< expect-end
server| reset
server< send x
server| send: EPIPE Broken pipe
server^D
server= 0
END
}

@test "close with something unread is a reset" {
    connected <<'END'
server< send x
server| sent 1 bytes
client< await
client| something has come
client< close
client= 0
server< receive
server| reset
server^D
server= 0
END
}

@test "one that listens takes one client after another" {
    connected <<'END'
server< accept
server| accept: there is a connection already
client< close
client= 0
server< close
server| closed
server< send x
server| send: there is no connection
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{second:[0-9]+}
server< accept
server| accepted from 127.0.0.1:{second}
server< address
server| local 127.0.0.1:$PORT, remote 127.0.0.1:{second}
client< reset
client= 0
server< stop-listening
server| not listening any more
server< close
server| closed
server< accept
server| accept: only for a peer that listens
client$ ./peer connect 127.0.0.1 $PORT
client| connect: ECONNREFUSED Connection refused
client= 1
server^D
server= 0
END
}

@test "the port can be listened on again at once, but not twice at a time" {
    # Where thousands are in TIME-WAIT already, the kernel keeps no more of them.
    holds <<'END'
@network own
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to {...}
other$ ./peer listen $PORT
other| bind: EADDRINUSE Address already in use
other= 1
server< accept
server| accepted from {...}
server< close
server| closed
client< expect-end
client| end
client< close
client= 0
server^D
server= 0
plain$ ./peer --no-reuse listen $PORT
plain| bind: EADDRINUSE Address already in use
plain= 1
server$ ./peer listen 127.0.0.1 $PORT
server| listening on 127.0.0.1:$PORT
server^D
server= 0
END
}

@test "--wait: connect as soon as somebody listens" {
    holds <<'END'
client$ ./peer --wait connect 127.0.0.1 $PORT
other$ ./peer connect 127.0.0.1 $PORT
other| connect: ECONNREFUSED Connection refused
other= 1
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
client| connected to 127.0.0.1:$PORT from {...}
client< close
client= 0
server^D
server= 0
END
}

@test "IPv6, beside IPv4 on the same port" {
    exchange <<'END'
six$ ./peer listen :: $PORT
six| listening on [::]:$PORT
visitor$ ./peer connect ::1 $PORT
visitor| connected to [::1]:$PORT from [::1]:{six:[0-9]+}
six< accept
six| accepted from [::1]:{six}
six< receive
visitor< send-slowly x
visitor| sent 1 bytes, one by one
six| received "x"
visitor< close
visitor= 0
six^D
six= 0
END
}

@test "buffers: --rcvbuf, --sndbuf" {
    holds <<'END'
server$ ./peer --rcvbuf 4096 listen $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer --sndbuf 4096 connect 127.0.0.1 $PORT
client| connected to {...}
client< fill
client| sent {n:[0-9]{4,5}} bytes, the other side does not read
client< close
client= 0
server^D
server= 0
END
}

# ------------------------------------------------------------------ crowds --

@test "hold, release" {
    holds <<'END'
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< send x
crowd| send: there is no connection
crowd< hold 40
crowd| holds 40 connections
crowd< hold 2
crowd| holds 42 connections
server< accept
server| accepted from {...}
server< receive-now
server| nothing
crowd< release
crowd| released 42 connections
server< receive
server| end
crowd< connect
crowd| connected to 127.0.0.1:$PORT from {...}
crowd< connect
crowd| connect: there is a connection already
crowd< close
crowd| closed
crowd^D
crowd= 0
server^D
server= 0
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< hold 3
crowd| hold: after 0: ECONNREFUSED Connection refused
crowd< flood 3
crowd| flood: after 0: ECONNREFUSED Connection refused
crowd< visit 3
crowd| visit: after 0: ECONNREFUSED Connection refused
crowd< connect
crowd| connect: ECONNREFUSED Connection refused
crowd^D
crowd= 0
END
}

@test "flood" {
    holds <<'END'
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< flood 300
crowd| connected 300 times
server< accept
server| accepted from {...}
server< receive
server| end
crowd^D
crowd= 0
server^D
server= 0
END
    holds <<'END'
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< flood 300 reset
crowd| connected 300 times
crowd< flood 300 slowly
crowd| usage: flood N [reset]
server< accept
server| accepted from {...}
server< receive
server| reset
crowd^D
crowd= 0
server^D
server= 0
END
}

@test "visit" {
    holds --from "$BUILD/09-echo" <<'END'
server$ ./server $PORT
server| {...}
crowd$ ./peer --wait crowd 127.0.0.1 $PORT
crowd< visit 2 hello\\n
@any
crowd| visited 2 times, the last was told "hello\\n"
server| {...}
server| {...}
server| {...}
server| {...}
@end
server^C
server= SIGINT
crowd^D
crowd= 0
END
}

@test "fill-queue: the next client must wait" {
    holds <<'END'
server$ ./peer --backlog 0 listen $PORT
server| listening on 127.0.0.1:$PORT
server< fill-queue
server| the queue is full, with 1 connections
client$ ./peer connect 127.0.0.1 $PORT
client~ connect
server< accept
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{mine:[0-9]+}
server| accepted from 127.0.0.1:{mine}
client< close
client= 0
server^D
server= 0
END
}

# --------------------------------------------------- datagrams, paths, ICMP --

@test "udp: receive tells the sender, reply answers it" {
    holds <<'END'
server$ ./peer udp $PORT
server| bound to 127.0.0.1:$PORT
server< reply x
server| reply: nobody has sent anything yet
client$ ./peer udp
client| bound to 127.0.0.1:{client:[0-9]+}
client< send-to 127.0.0.1 $PORT one\\x00
client| sent 4 bytes
client< send-to 127.0.0.1 $PORT
client| sent 0 bytes
client< send-to localhost $PORT x
client| usage: send-to HOST PORT TEXT
client< send x
client| send: EDESTADDRREQ Destination address required
server< receive
server| received "one\\x00" from 127.0.0.1:{client}
server< receive-now
server| received "" from 127.0.0.1:{client}
server< receive-now
server| nothing
server< receive 5
server| usage: receive [N]
server< receive-line
server| receive-line: only for streams
server< reply two
server| sent 3 bytes
client< receive
client| received "two" from 127.0.0.1:$PORT
client< accept
client| accept: there is a connection already
client^D
client= 0
server^D
server= 0
END
}

@test "udp connect: errors come back" {
    holds <<'END'
server$ ./peer udp 127.0.0.1 $PORT
server| bound to 127.0.0.1:$PORT
client$ ./peer udp connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{client:[0-9]+}
client< send-random 60000 5
client| sent 60000 bytes
client< send-random 65508 5
client| send-random: EMSGSIZE Message too long
client< send
client| sent 0 bytes
server< receive
server| received 60000 bytes, sum 0x{sum:[0-9a-f]+} from 127.0.0.1:{client}
server< receive
server| received "" from 127.0.0.1:{client}
server< close
server= 0
client< send x
client| sent 1 bytes
client< receive
client| receive: ECONNREFUSED Connection refused
client< close
client= 0
END
}

@test "unix: streams" {
    holds <<'END'
server$ ./peer unix-listen ../service
server| listening on ../service
client$ ./peer unix ../service
client| connected to ../service
server< accept
server| accepted
server< receive
server< receive
client< send-slowly ab
client| sent 2 bytes, one by one
server| received "a"
server| received "b"
crowd$ ./peer crowd ../service
crowd< hold 3
crowd| holds 3 connections
crowd^D
crowd= 0
client< half-close
client| half-closed
server< receive-all
server| end
server^D
server= 0
client< expect-end
client| end
client< close
client= 0
# The path is left behind.
server$ ./peer unix-listen ../service
server| bind: EADDRINUSE Address already in use
server= 1
client$ ./peer unix ../service
client| connect: ECONNREFUSED Connection refused
client= 1
client$ ./peer unix ../nothing
client| connect: ENOENT No such file or directory
client= 1
END
}

@test "unix: datagrams" {
    holds <<'END'
server$ ./peer unix-datagrams ../in
server| bound to ../in
client$ ./peer unix-datagrams ../out ../in
client| bound to ../out
client< send one
client| sent 3 bytes
server< receive
server| received "one" from ../out
server< reply two
server| sent 3 bytes
client< receive
client| received "two" from ../in
client^D
client= 0
server^D
server= 0
END
}

@test "icmp: echo requests, true and forged answers" {
    # Asks once with a right checksum and once with a wrong one; tells answers.
    cat >ask <<'END'
import socket
icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
for check in b"\x0c\xd5", b"\x12\x34":
    icmp.sendto(b"\x08\x00" + check + b"\x12\x67\x00\x01" b"data", ("127.0.0.1", 0))
while answer := icmp.recv(4096)[20:]:
    if answer[0] == 0:
        print(answer.hex())
END
    holds --from "$PWD" <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
peer< reply
peer| reply: nobody has sent anything yet
peer< echo-reply 1 1
peer| echo-reply: nobody has sent anything yet
ask$ python3 -u ./ask
peer< receive
peer| echo request id 4711 sequence 1 "data", checksum right
peer< echo-reply +1 1
peer| answered id 4712 sequence 1
ask| 000014d41268000164617461
peer< echo-reply 4711 +2 other
peer| answered id 4711 sequence 3
ask| 0000a3bb126700036f74686572
peer< reply
peer| answered id 4711 sequence 1
ask| 000014d51267000164617461
peer< receive
peer| echo request id 4711 sequence 1 "data", checksum wrong
ask^KILL
ask= SIGKILL
peer^D
peer= 0
END
}

# ------------------------------------------------------- files, the program --

@test "generate, verify: the same bytes in files" {
    [ "$("$PEER" generate 200000 7 | wc -c)" -eq 200000 ]
    run "$PEER" verify 200000 7 < <("$PEER" generate 200000 7)
    [ "$status" -eq 0 ]
    [ "$output" = '200000 bytes as expected' ]
    run "$PEER" verify 200 7 text < <("$PEER" generate 100 7 text)
    [ "$status" -eq 1 ]
    [[ $output == '99 bytes as expected, then "\n" instead of "'?'"' ]]
    run "$PEER" verify 200 7 < <("$PEER" generate 100 7)
    [ "$status" -eq 1 ]
    [ "$output" = '100 bytes as expected, then end' ]
    run "$PEER" verify 3 7 < <("$PEER" generate 3 7; echo)
    [ "$status" -eq 1 ]
    [ "$output" = '3 bytes as expected, then "\n" instead of the end' ]
    exchange <<'END'
other$ sh -c './peer generate 100000 9 > ../bytes'
other= 0
client< send-random 100000 9
client| sent 100000 bytes
server< sum 100000
server| received 100000 bytes, sum 0x{sum:[0-9a-f]+}
other$ sh -c './peer verify 100000 9 < ../bytes'
other| 100000 bytes as expected
other= 0
END
}

@test "--help lists the commands; wrong command lines are 2" {
    run "$PEER" --help
    [ "$status" -eq 0 ]
    for command in send-random receive-line flood echo-reply; do
        grep -q "^  $command " <<<"$output"
    done
    for wrong in '' 'nonsense' 'connect 127.0.0.1' 'connect here 80' \
        'connect 127.0.0.1 65536' 'connect 127.0.0.1 x' '--rcvbuf' \
        '--rcvbuf x listen 0' '--nonsense' 'udp connect 1.2.3.4' 'generate 1' \
        'udp 127.0.0.1 1 2' 'verify 1 2 lines' \
        "unix $(printf '%0200d' 0)"; do
        # shellcheck disable=SC2086 # words on purpose
        run "$PEER" $wrong </dev/null
        echo "$wrong: $status $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "typed lines: unknown, wrong, empty, too long, without a newline" {
    exchange <<'END'
client< sned x
client| no such command; peer --help lists them
client<
client< receive x
client| usage: receive [N]
client< receive-number 9
client| usage: receive-number [BYTES]
client< send-random 99999999999999999999 1
client| usage: send-random N SEED [text]
client< close now
client| usage: close
client< send-random 5 1 lines
client| usage: send-random N SEED [text]
END
    {
        echo 'await now'
        printf '%05000d\n' 0
        echo 'send-line after it'
        printf 'send-line the last'
    } >lines
    "$PEER" listen 0 <lines >out
    cat out
    [ "$(sed 1d out)" = 'await: there is no connection
this line is too long
send-line: there is no connection
send-line: there is no connection' ]
}

# -------------------------------------------------------------- robustness --

@test "silence is told at once: the peer sleeps without a limit" {
    local start=${EPOCHREALTIME/./}
    run "$PLAY" --check --from "$BUILD/peer" - <<'END'
@deadline 20
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to {...}
client< receive
client| received "x"
client^D
client= 0
server^D
server= 0
END
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *'client       asleep in poll'* ]]
    [ $((${EPOCHREALTIME/./} - start)) -lt 10000000 ]
}

@test "nobody waits for a delayed acknowledgement, on either side" {
    # It writes byte by byte, and answers a line only when all of it is there.
    cat >bytewise <<'END'
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
client, _ = server.accept()
line = b""
while data := client.recv(4096):
    line += data
    if line.endswith(b"\n"):
        for byte in line:
            client.send(bytes([byte]))
        line = b""
END
    {
        cat <<'END'
server$ python3 ./bytewise $PORT
server| listening
client$ ./peer connect 127.0.0.1 $PORT
client| connected to {...}
END
        for ((i = 0; i < 200; i++)); do
            cat <<'END'
client< send hel
client| sent 3 bytes
client< send-line lo
client| sent 3 bytes
client< receive-line
client| line "hello"
END
        done
        printf '%s\n' 'client< close' 'client= 0' 'server= 0'
    } >scene
    # A delay in either direction costs 40 ms a line, 8 s. A busy machine gets
    # three tries.
    local start try took=7000000
    for ((try = 0; try < 3 && took >= 7000000; try++)); do
        start=${EPOCHREALTIME/./}
        holds --from "$PWD" <scene
        took=$((${EPOCHREALTIME/./} - start))
    done
    [ "$took" -lt 7000000 ]
}

@test "a flood, endless lines and nonsense do not need memory" {
    holds <<'END'
server$ sh -c 'ulimit -v 30000; exec ./peer listen $PORT'
server| listening on 127.0.0.1:$PORT
client$ sh -c 'ulimit -v 30000; exec ./peer connect 127.0.0.1 $PORT'
client| connected to {...}
server< accept
server| accepted from {...}
server< receive-line
client< send-many 100000000 x
client| sent 100000000 bytes
client< send-random 10000000 1
server| received {n:[0-9]{9}} bytes, sum 0x{...}
server< drain
client| sent 10000000 bytes
client< send-many 100000 what is this?\\n
client| sent 1400000 bytes
client^D
client= 0
server< receive-all
server| received {...} bytes, sum 0x{...}, then end
server^D
server= 0
END
}

@test "it ends at the end of input, whatever it is doing" {
    connected <<'END'
client< send x
client| sent 1 bytes
server< receive-all
client^KILL
client= SIGKILL
server| received "x", then end
server^D
server= 0
END
    connected <<'END'
client< send-random 50000000 1
client^D
client| sent {...} of 50000000 bytes, the other side does not read
client= 0
server^D
server= 0
END
}
