#!/usr/bin/env bats
#
# Lesson 18: its scenes, and the chat of its three servers before every kind
# of client and of failure. Each test of a server is done with all three.

load ../helper

setup() {
    BIN=$BUILD/18-multiplexing
    SERVERS=(select-server poll-server epoll-server)
    cd "$BATS_TEST_TMPDIR" || return 1
    server=
}

teardown() {
    if [ -n "$server" ] && kill -KILL "$server" 2>/dev/null; then
        wait "$server" || true
    fi
}

# start SERVER [WRAPPER...], on a port that the kernel chooses. bats starts
# background commands with SIGINT ignored; env undoes that.
start() {
    rm -f out err
    env --default-signal=INT,QUIT,PIPE "${@:2}" "$BIN/$1" 0 >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on 127\.0\.0\.1://p' out)
}

# The server's end, as its parent sees it, must be this status.
ends_with() {
    local status=0
    wait "$server" || status=$?
    server=
    echo "the server ended with $status"
    [ "$status" -eq "$1" ]
}

# SIGINT or SIGTERM: the server ends with 0 and has complained of nothing.
stops() {
    kill "-${1:-TERM}" "$server"
    ends_with 0
    cat err
    [ ! -s err ]
}

# guests SCRIPT: Python that has two guests, ada and bob, and these: guest()
# another one; say(g, line); hear(g) the next line; count(n) until n are here;
# reset(g); talk() says a line, and ada must hear it.
guests() {
    cat >guests.py <<'END_OF_PYTHON'
import os, socket, struct, sys, time

class Guest:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
        self.name = b"%d: " % self.socket.getsockname()[1]
        self.held = b""
    def close(self):
        self.socket.close()

guest = Guest
def say(g, line): g.socket.sendall(line + b"\n")
def hear(g):
    while b"\n" not in g.held:
        part = g.socket.recv(65536)
        assert part, "the server has hung up"
        g.held += part
    line, g.held = g.held.split(b"\n", 1)
    return line
def count(n):
    end = time.monotonic() + 10
    while True:
        say(ada, b"/who")
        line = hear(ada)
        if line == b"%d here" % n: return
        assert time.monotonic() < end, line
def reset(g):
    g.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    g.close()
def talk(line=b"hello"):
    say(bob, line)
    heard = hear(ada)
    assert heard == bob.name + line, heard
def descriptors(): return len(os.listdir("/proc/%s/fd" % sys.argv[2]))
def ticks():
    return sum(map(int, open("/proc/%s/stat" % sys.argv[2]).read().split()[13:15]))
ada = Guest(); bob = Guest(); count(2)
before = descriptors()
END_OF_PYTHON
    cat >>guests.py
    timeout 30 python3 guests.py "$port" "$server"
}

# --- the scenes -------------------------------------------------------------

@test "transcript: three clients chat, with poll" {
    play_scene 18-multiplexing
}

@test "experiment: the same chat, with select" {
    play_scene 18-multiplexing select
}

@test "experiment: the same chat, with epoll" {
    play_scene 18-multiplexing epoll
}

@test "experiment: nfds off by one sees nothing" {
    play_scene 18-multiplexing nfds
}

@test "experiment: a set that is not rebuilt runs empty" {
    play_scene 18-multiplexing not-rebuilt
}

@test "experiment: descriptor 1,500 writes outside the set" {
    play_scene 18-multiplexing outside
}

@test "experiment: what idle descriptors cost" {
    play_scene 18-multiplexing cost
}

@test "experiment: a hang-up comes unasked" {
    play_scene 18-multiplexing hang-up
}

@test "experiment: a client that never reads is dropped" {
    play_scene 18-multiplexing deaf
}

@test "experiment: an edge is told once" {
    play_scene 18-multiplexing edge
}

@test "experiment: the calls of one question" {
    play_scene 18-multiplexing calls
}

@test "experiment: one busy client among idle ones" {
    play_scene 18-multiplexing idle
}

# --- arguments and output ---------------------------------------------------

@test "bad arguments get one reason and status 2" {
    for program in "${SERVERS[@]}"; do
        for bad in http 65536 -1 ''; do
            run timeout 5 "$BIN/$program" "$bad"
            [ "$status" -eq 2 ]
            [[ $output == *port* ]]
        done
        run timeout 5 "$BIN/$program" 0 0
        [ "$status" -eq 2 ]
        [ "$output" = "usage: $program [PORT]" ]
    done
    for arguments in 'client ::1' 'client 127.0.0.1 x' 'client 127.0.0.1 1 2' \
        'nfds x' 'not-rebuilt x' 'outside x' 'cost x' 'hang-up x' 'edge x' \
        'deaf 127.0.0.1 x' 'round-trips' 'round-trips 127.0.0.1 5000 x'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status"
        [ "$status" -eq 2 ]
    done
}

@test "a busy port, a closed and a full stdout are told with status 1" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        run timeout 5 "$BIN/$program" "$port"
        [ "$status" -eq 1 ]
        [[ $output == *"bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
        stops
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "\"\$0\" 0 $broken" "$BIN/$program"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
}

@test "SIGINT and SIGTERM stop each server with status 0, and its port is free" {
    for program in "${SERVERS[@]}"; do
        for signal in INT TERM; do
            start "$program"
            printf '/who\n' | timeout 5 "$BIN/client" 127.0.0.1 "$port" >client.out
            grep -q '^1 here$' client.out
            stops "$signal"
            run timeout 5 "$BIN/client" 127.0.0.1 "$port" </dev/null
            [[ $output == *ECONNREFUSED* ]]
        done
    done
}

@test "a flood does not keep a server from stopping" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        yes | timeout 20 "$BIN/client" 127.0.0.1 "$port" >client.out 2>&1 3>&- &
        flood=$!
        wait_until grep -q ' came' out
        stops INT
        wait "$flood" || true
    done
}

# --- clients ----------------------------------------------------------------

@test "what is said arrives to the byte, in pieces and without its end, too" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        guests <<'END'
for line in b"", b"\0a\0", b"\xff\xfe\x80", "안녕!!".encode(), b"/whom", b"x" * 4000:
    talk(line)
carl = guest(); count(3)
carl.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for c in b"slow\n": carl.socket.send(bytes([c]))
assert hear(ada) == hear(bob) == carl.name + b"slow"
carl.socket.sendall(b"half")
carl.socket.shutdown(socket.SHUT_WR)
assert hear(ada) == hear(bob) == carl.name + b"half"
assert carl.socket.recv(100) == b""
# A megabyte without a newline comes in pieces.
carl = guest(); count(3)
carl.socket.sendall(b"y" * 1000000)
carl.close()
for who in ada, bob:
    heard = 0
    while heard < 1000000:
        line = hear(who)
        assert line.startswith(carl.name) and len(line) < 4200
        heard += len(line) - len(carl.name)
    assert heard == 1000000
talk(); count(2)
END
        stops
    done
}

@test "a client that never reads is dropped, and harms no one" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        timeout 10 "$BIN/deaf" 127.0.0.1 "$port" >deaf.out
        grep -q ' lines of 1,000 bytes: 2 here$' deaf.out
        [ "$(grep -c ' does not read, ' out)" -eq 1 ]
        stops
    done
}

@test "a client that asks and never listens is dropped" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        timeout 10 python3 -c '
import socket, sys
deaf = socket.socket()
deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
deaf.connect(("127.0.0.1", int(sys.argv[1])))
try:
    while True: deaf.sendall(b"/who\n" * 10000)
except (ConnectionResetError, BrokenPipeError): pass' "$port"
        wait_until grep -q ' does not read, 0 here' out
        stops
    done
}

@test "a client that asks and has left is answered into the void" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        kill -STOP "$server"
        exec 7<>"/dev/tcp/127.0.0.1/$port"
        printf '/who\n/who\n/who\n/who\n' >&7
        exec 7>&-
        kill -CONT "$server"
        wait_until grep -Eq ' (left|broke off), 0 here' out
        stops
    done
}

@test "1,000 clients one after another leave nothing behind" {
    for program in "${SERVERS[@]}"; do
        start "$program"
        guests <<'END'
for i in range(1000):
    carl = guest()
    if i % 3 == 0: carl.socket.sendall(b"part")
    reset(carl) if i % 2 else carl.close()
while open("out").read().count(" came") < 1002: time.sleep(0.01)
# The last of them may still be leaving.
here = b""
while here != b"2 here":
    if here != b"": time.sleep(0.01)
    say(ada, b"/who")
    here = hear(ada)
    while not here.endswith(b" here"): here = hear(ada)
assert descriptors() == before
now = ticks(); time.sleep(0.2); assert ticks() - now <= 2, "it spins"
END
        stops
    done
}

@test "1,000 clients at once all hear what is said" {
    ulimit -n 2000 2>/dev/null || skip 'fewer than 2,000 descriptors here'
    for program in "${SERVERS[@]}"; do
        start "$program"
        guests <<'END'
many = [guest() for _ in range(1000)]
count(1002)
say(bob, b"all of you")
for g in many: assert hear(g) == bob.name + b"all of you"
hear(ada)
for g in many: g.close()
count(2); talk()
assert descriptors() == before
END
        stops
    done
}

@test "select refuses a client that has no bit in its sets" {
    [ "$(ulimit -Hn)" -gt 1500 ] || skip 'fewer than 1,500 descriptors here'
    ulimit -n 1500
    start select-server
    guests <<'END'
many = [guest() for _ in range(1030)]
count(1024 - before + 2)
assert many[-1].socket.recv(1) == b""
for g in many: g.close()
count(2); talk()
END
    grep -q ' is refused as descriptor 1024$' out
    stops
}

# --- errors -----------------------------------------------------------------

@test "with no descriptor left those who are in chat on, and nothing spins" {
    for program in "${SERVERS[@]}"; do
        start "$program" bash -c 'ulimit -n 12; exec "$@"' bash
        guests <<'END'
many = [guest() for _ in range(20)]
time.sleep(0.1); talk()
now = ticks(); time.sleep(0.2); assert ticks() - now <= 3, "it spins"
for g in many[:18]: g.close()
say(many[19], b"let me in")
assert hear(ada) == many[19].name + b"let me in"
END
        [ "$(grep -c '\[EMFILE\]' err)" -ge 1 ]
        [ "$(grep -c '\[EMFILE\]' err)" -le 20 ]
        kill -INT "$server"
        ends_with 0
    done
}

@test "an error at any call costs one client at most" {
    for program in "${SERVERS[@]}"; do
        case $program in
        select-server) sleep=pselect6 ;;
        poll-server) sleep=ppoll ;;
        epoll-server) sleep=epoll_pwait ;;
        esac
        for failures in "accept:EINTR recvfrom:EINTR sendto:EINTR $sleep:EINTR" \
            "accept:ECONNABORTED recvfrom:EAGAIN sendto:EAGAIN $sleep:ENOMEM" \
            'accept:EMFILE recvfrom:ECONNRESET' 'accept:ENOBUFS sendto:EPIPE' \
            'accept:ENOMEM sendto:ENOBUFS' 'recvfrom:ENOMEM'; do
            echo "$program $failures"
            options=()
            for failure in $failures; do
                options+=(-e "inject=${failure%:*}:error=${failure#*:}:when=1")
            done
            start "$program" strace -D -qq -o trace \
                -e "trace=accept,recvfrom,sendto,$sleep" "${options[@]}"
            printf '/who\n/who\n' |
                timeout 10 "$BIN/client" 127.0.0.1 "$port" >first 2>&1 || true
            printf '/who\n' |
                timeout 10 "$BIN/client" 127.0.0.1 "$port" >second
            grep -q ' here$' second
            [ "$(grep -c INJECTED trace)" -eq $((${#options[@]} / 2)) ]
            kill -INT "$server"
            ends_with 0
        done
    done
}

# --- the client -------------------------------------------------------------

@test "the client says that the server has hung up, with status 1" {
    start poll-server
    mkfifo pipe
    timeout 10 "$BIN/client" 127.0.0.1 "$port" <pipe >client.out 2>client.err 3>&- &
    client=$!
    exec 7>pipe
    wait_until grep -q ' came' out
    stops
    status=0
    wait "$client" || status=$?
    exec 7>&-
    [ "$status" -eq 1 ]
    [ "$(cat client.err)" = 'client: the server has hung up' ]
}

@test "the client sends and receives at the same time, as much as there is" {
    start epoll-server
    yes /who | head -n 200000 |
        timeout 20 "$BIN/client" 127.0.0.1 "$port" >client.out
    [ "$(grep -c '^1 here$' client.out)" -eq 200000 ]
    stops
}
