#!/usr/bin/env bats
# shellcheck disable=SC2154  # start gives variables their values
#
# Lesson 11: datagrams. The pair, the relay that is the weather between them,
# and what the experiments show.

load ../helper

setup_file() {
    # A peer that is not of the workbook: Python's socket module.
    cat >"$BATS_FILE_TMPDIR/peer.py" <<'END'
import socket, sys, time

def address(host, port):
    return socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0][4]

def datagram_socket(host):
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET,
                      socket.SOCK_DGRAM)
    s.settimeout(5)
    return s

def ask(host, port):
    """Bytes of all kinds must come back as they went."""
    s = datagram_socket(host)
    for data in (b"hello", b"", b"a\0b\0", "안녕!!".encode(), b"\xff\xfe\n",
                 bytes(range(256)) * 255, b"x" * 65507, b"end"):
        s.sendto(data, address(host, port))
        got, sender = s.recvfrom(70000)
        assert got == data, (len(data), len(got))
        assert sender[:2] == address(host, port)[:2], sender

def many(host, port, clients, rounds):
    """All clients at once, each with words of its own."""
    sockets = [datagram_socket(host) for _ in range(int(clients))]
    for r in range(int(rounds)):
        for i, s in enumerate(sockets):
            s.sendto(b"client %d round %d" % (i, r), address(host, port))
        for i, s in enumerate(sockets):
            got = s.recv(100)
            assert got == b"client %d round %d" % (i, r), got

def unread(port):
    """What waits in a socket's queue: rx_queue in /proc/net/udp."""
    with open("/proc/net/udp") as f:
        for line in list(f)[1:]:
            fields = line.split()
            if int(fields[1].split(":")[1], 16) == int(port):
                return int(fields[4].split(":")[1], 16)

def pour(relay, count, log, box):
    """As many as we are told, never more at once than there is room for."""
    s = datagram_socket("127.0.0.1")
    for i in range(1, int(count) + 1):
        s.sendto(b"%06d" % i, ("127.0.0.1", int(relay)))
        end = time.monotonic() + 10
        while i % 50 == 0 or i == int(count):
            with open(log) as f:
                if sum(" bytes" in l for l in f) >= i and unread(box) == 0:
                    break
            assert time.monotonic() < end, i
            time.sleep(0.002)

def flood(port, count, size):
    s = datagram_socket("127.0.0.1")
    for _ in range(int(count)):
        s.sendto(b"x" * int(size), ("127.0.0.1", int(port)))

def serve(host):
    """A foreign server: what it gets in capitals, until it gets quit."""
    s = datagram_socket(host)
    s.bind((host, 0))
    print("listening on %s:%d" % s.getsockname()[:2], flush=True)
    while True:
        data, sender = s.recvfrom(70000)
        if data == b"quit":
            return
        s.sendto(data.upper(), sender)

globals()[sys.argv[1]](*sys.argv[2:])
END
}

setup() {
    BIN=$BUILD/11-udp
    cd "$BATS_TEST_TMPDIR" || return 1
    pids=()
}

teardown() {
    local pid
    for pid in "${pids[@]}"; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

peer() {
    timeout 20 python3 "$BATS_FILE_TMPDIR/peer.py" "$@" 3>&-
}

# start NAME COMMAND...: run it in the background until it says where it
# listens; the port is in $NAME, the process in $NAME_pid, what it prints in
# the files NAME.out and NAME.err. bats starts background commands with SIGINT
# ignored; env undoes that.
start() {
    local name=$1
    shift
    : >"$name.out"
    env --default-signal=INT,QUIT "$@" </dev/null >"$name.out" 2>"$name.err" 3>&- &
    pids+=($!)
    printf -v "${name}_pid" %s "$!"
    wait_until grep -q '^listening on ' "$name.out"
    printf -v "$name" %s "$(sed -n '1s/.*:\([0-9]*\)$/\1/p' "$name.out")"
}

stop() { # stop PID SIGNAL STATUS
    local status=0
    kill "-$2" "$1"
    wait "$1" || status=$?
    echo "ended with $status"
    [ "$status" -eq "$3" ]
}

lines() { # lines PATTERN FILE: how many
    grep -c -- "$1" "$2" || true
}

has_lines() { # has_lines NUMBER PATTERN FILE: at least that many
    [ "$(lines "$2" "$3")" -ge "$1" ]
}

descriptors() {
    local open=("/proc/$1/fd/"*)
    echo "${#open[@]}"
}

has_ipv6() {
    python3 -c 'import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).bind(("::1", 0))' 2>/dev/null
}

# going: how many datagrams and doubles the relay says that it has sent on.
going() {
    awk '/ goes on$/ { n++ }
        / bytes/ && !/, lost$/ { n += /, doubled/ ? 2 : 1
            n -= gsub(/, (delayed|held back)/, "") }
        END { print n + 0 }' relay.out
}

all_came() {
    [ "$(wc -l <box.out)" -eq $(($(going) + 1)) ]
}

# poured COUNT WEATHER...: that many datagrams through a relay into a mailbox;
# what came is in the file `came`, what the relay said in relay.out.
poured() {
    local count=$1
    shift
    start box "$BIN/mailbox" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$box" "$@"
    peer pour "$relay" "$count" relay.out "$box"
    wait_until all_came
    sed 1d box.out >came
}

# --- scenes -------------------------------------------------------------------

@test "transcript: datagrams there and back, with no connection" {
    play_scene 11-udp
}

@test "experiment: the order of the calls, as the kernel sees it" {
    play_scene 11-udp order
}

@test "experiment: of 1,000 sent some arrive, and no call fails" {
    play_scene 11-udp overflow
}

@test "experiment: recv of 4 loses the rest of a datagram" {
    play_scene 11-udp short-buffer
}

@test "experiment: without a server, silence; connected, ECONNREFUSED" {
    play_scene 11-udp silence
}

@test "experiment: a stranger's datagram" {
    play_scene 11-udp stranger
}

@test "experiment: an empty datagram is not the end" {
    play_scene 11-udp zero
}

@test "experiment: a bound socket receives without sending" {
    play_scene 11-udp mailbox
}

@test "experiment: two readers get one each" {
    play_scene 11-udp two-readers
}

@test "experiment: the largest datagram" {
    play_scene 11-udp largest
}

@test "experiment: IPv4 and IPv6 by the same code" {
    play_scene 11-udp families
}

@test "experiment: loss, and the same loss again" {
    play_scene 11-udp loss
}

@test "experiment: duplication" {
    play_scene 11-udp duplication
}

@test "experiment: reordering" {
    play_scene 11-udp reordering
}

@test "experiment: delay" {
    play_scene 11-udp delay
}

@test "experiment: truncation" {
    play_scene 11-udp truncation
}

@test "experiment: a lost answer looks like a lost question" {
    play_scene 11-udp lost-answer
}

@test "experiment: a question that arrives twice spoils the next answer" {
    play_scene 11-udp stale-answer
}

# --- arguments ----------------------------------------------------------------

@test "the programs refuse bad arguments with status 2" {
    for arguments in 'server x' 'server 65536' 'server 0 ::1 0' 'client 1 x' \
        'client 1 2 3' 'relay' 'relay 0 127.0.0.1' 'mailbox x' 'mailbox 0 0' \
        'post' 'post 5' 'post x y' 'question' 'question maybe 5' \
        'question connected x' 'question connected 1 2 3' 'overflow' \
        'overflow -1' 'short-buffer 1' 'until-zero x' 'two-readers 0 0' \
        'largest 1' 'families 1'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status, $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "the relay refuses weather that it does not know, in one line" {
    for word in loss loss= loss=101 loss=-1 loss=x loss=1.5 dup=1000 cut= \
        delay=50% reorder=x ms=-1 ms=60001 seed=x seed=1000000000 \
        seed= way= way=up snow=3 '' 7 --loss=3 LOSS=3 loss=3=4; do
        run timeout 5 "$BIN/relay" 0 127.0.0.1 5001 "$word"
        echo "$word: $status, $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ $output == "relay: "* ]]
    done
    for port in 0 x 65536 ''; do
        run timeout 5 "$BIN/relay" 0 127.0.0.1 "$port"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "the relay refuses to be its own server" {
    start relay "$BIN/relay" 0 127.0.0.1 9
    stop "$relay_pid" INT 130
    run timeout 5 "$BIN/relay" "$relay" 127.0.0.1 "$relay"
    [ "$status" -eq 2 ]
    [[ $output == *"127.0.0.1:$relay: the server cannot be the relay itself" ]]
}

@test "server and relay name a port that is taken, with status 1" {
    start server "$BIN/server" 0
    for program in "server $server" "relay $server 127.0.0.1 9" \
        "mailbox $server" "until-zero $server" "two-readers $server"; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$program
        echo "$program: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"bind 127.0.0.1:$server: "*"[EADDRINUSE]"* ]]
    done
}

# --- the server ---------------------------------------------------------------

@test "the server gives every byte of every datagram back, to Python and socat" {
    start server "$BIN/server" 0
    peer ask 127.0.0.1 "$server"
    [ "$(printf hello | timeout 5 socat -t 1 - "UDP:127.0.0.1:$server")" = hello ]
    [ ! -s server.err ]
}

@test "server and client speak IPv6" {
    has_ipv6 || return 0
    start server "$BIN/server" 0 ::1
    [ "$(cat server.out)" = "listening on [::1]:$server" ]
    peer ask ::1 "$server"
    run timeout 5 "$BIN/client" ::1 "$server" <<<안녕
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "sent 6 bytes from [::]:"*" to [::1]:$server" ]]
    [ "${lines[1]}" = "received 6 bytes from [::1]:$server: \"안녕\"" ]
}

@test "the server serves many at once, and holds nothing for any of them" {
    start server "$BIN/server" 0
    before=$(descriptors "$server_pid")
    peer many 127.0.0.1 "$server" 100 5
    [ "$(descriptors "$server_pid")" -eq "$before" ]
    wait_until has_lines 500 '^sent ' server.out
}

@test "errors of one datagram or one moment do not stop the server" {
    for error in EINTR EAGAIN ECONNABORTED ECONNRESET ECONNREFUSED EPIPE EMFILE \
        ENOBUFS ENOMEM; do
        start server strace -D -qq -o trace -e trace=recvfrom,sendto \
            -e "inject=recvfrom:error=$error:when=1" \
            -e "inject=sendto:error=$error:when=1" "$BIN/server" 0
        timeout 5 "$BIN/post" "$server" first
        timeout 5 "$BIN/client" 127.0.0.1 "$server" <<<second >answer
        grep -q '"second"$' answer
        [ "$(lines INJECTED trace)" -eq 2 ]
        case $error in
        EINTR) [ ! -s server.err ] ;;
        *) [ "$(lines "\[$error\]" server.err)" -eq 2 ] ;;
        esac
        stop "$server_pid" TERM 143
    done
}

@test "the server's own errors end it with status 1" {
    for call in socket bind getsockname; do
        run timeout 5 strace -qq -o trace -e "inject=$call:error=ENOBUFS" \
            "$BIN/server" 0
        [ "$status" -eq 1 ]
        [[ $output == *"server: $call"*"[ENOBUFS]"* ]]
    done
}

@test "a closed or a full stdout is a named error and status 1" {
    for program in 'server 0' 'mailbox 0' 'relay 0 127.0.0.1 9' largest; do
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "\"\$0\"/$program $broken" "$BIN"
            echo "$program $broken: $status $output"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
}

@test "SIGINT and SIGTERM end server, relay and mailbox" {
    for signal in INT TERM; do
        for program in 'server 0' 'mailbox 0' 'relay 0 127.0.0.1 9'; do
            # shellcheck disable=SC2086 # words on purpose
            start it "$BIN"/$program
            stop "$it_pid" "$signal" $((128 + $(kill -l "$signal")))
        done
    done
}

# --- the client ---------------------------------------------------------------

@test "the client does not wait for ever, and tells by its status" {
    start box "$BIN/mailbox" 0
    run timeout 5 "$BIN/client" 127.0.0.1 "$box" <<<hello
    [ "$status" -eq 1 ]
    [[ $output == *"client: no answer from 127.0.0.1:$box within 1000 ms" ]]
    grep -q '^5 bytes: "hello"$' box.out
}

@test "the client talks to a foreign server" {
    python3 "$BATS_FILE_TMPDIR/peer.py" serve 127.0.0.1 >foreign 3>&- &
    pids+=($!)
    wait_until grep -q '^listening on ' foreign
    port=$(sed 's/.*://' foreign)
    printf 'hello\nlast line without newline' |
        timeout 5 "$BIN/client" 127.0.0.1 "$port" >answer
    grep -q '"HELLO"$' answer
    grep -q '"LAST LINE WITHOUT NEWLINE"$' answer
    timeout 5 "$BIN/post" "$port" quit
}

@test "the client keeps NULs, empty lines and control characters apart" {
    start server "$BIN/server" 0
    printf 'a\0b\n\n\033[31m"\\\n' |
        timeout 5 "$BIN/client" 127.0.0.1 "$server" >answer
    grep -qF '3 bytes from 127.0.0.1:'"$server"': "a\x00b"' answer
    grep -qF ': ""' answer
    grep -qF ': "\x1B[31m\"\\"' answer
}

@test "a line that no datagram holds is refused, and the next one goes" {
    start server "$BIN/server" 0
    status=0
    { head -c 65508 /dev/zero | tr '\0' x; echo; echo next; } |
        timeout 5 "$BIN/client" 127.0.0.1 "$server" >answer 2>err || status=$?
    [ "$status" -eq 1 ]
    grep -q "^client: sendto 127.0.0.1:$server: .*\[EMSGSIZE\]" err
    grep -q '"next"$' answer
}

@test "the client with its input closed, or no line in it, ends" {
    run timeout 5 "$BIN/client" 127.0.0.1 9 </dev/null
    [ "$status" -eq 0 ]
    run timeout 5 bash -c '"$0" 127.0.0.1 9 <&-' "$BIN/client"
    [ "$status" -eq 1 ]
    [[ $output == *"[EBADF]"* ]]
}

# --- the relay ----------------------------------------------------------------

@test "without weather the relay changes nothing, both ways" {
    start server "$BIN/server" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$server"
    peer ask 127.0.0.1 "$relay"
    [ "$(lines '^client 1 there [0-9]*: [0-9]* bytes$' relay.out)" -eq 8 ]
    [ "$(lines '^client 1 back [0-9]*: [0-9]* bytes$' relay.out)" -eq 8 ]
    [ ! -s relay.err ]
}

@test "the relay speaks IPv6, on either side" {
    has_ipv6 || return 0
    start four "$BIN/server" 0
    start six "$BIN/server" 0 ::1
    for way in "::1 $six at=::1" "::1 $six at=127.0.0.1" \
        "127.0.0.1 $four at=::1"; do
        # shellcheck disable=SC2086 # words on purpose
        start relay "$BIN/relay" 0 $way
        peer ask "${way##*at=}" "$relay"
        [ ! -s relay.err ]
    done
}

@test "loss: about as many as asked are gone, and the log says which" {
    poured 1000 loss=30 seed=11
    lost=$(lines ', lost$' relay.out)
    echo "$lost lost"
    [ "$lost" -gt 240 ]
    [ "$lost" -lt 360 ]
    sed -n 's/^client 1 there \([0-9]*\): 6 bytes$/\1/p' relay.out >sent_on
    sed -n 's/^6 bytes: "0*\([0-9]*\)"$/\1/p' came >arrived
    cmp sent_on arrived
}

@test "loss=100 lets nothing through, loss=0 everything" {
    poured 200 loss=100
    [ ! -s came ]
    poured 200 loss=0
    [ "$(wc -l <came)" -eq 200 ]
}

@test "dup: about as many as asked come twice, one behind the other" {
    poured 1000 dup=30 seed=11
    doubled=$(lines ', doubled$' relay.out)
    echo "$doubled doubled"
    [ "$doubled" -gt 240 ]
    [ "$doubled" -lt 360 ]
    [ "$(wc -l <came)" -eq $((1000 + doubled)) ]
    sort came | uniq -d | wc -l | grep -qx "$doubled"
    LC_ALL=C sort -c came
}

@test "reorder: all arrive, once each, in another order" {
    poured 1000 reorder=30 ms=300 seed=11
    held=$(lines ', held back$' relay.out)
    echo "$held held back"
    [ "$held" -gt 240 ]
    [ "$held" -lt 360 ]
    wait_until has_lines 1000 '^6 bytes: ' box.out
    sed -n 's/^6 bytes: "\(.*\)"$/\1/p' box.out >numbers
    [ "$(wc -l <numbers)" -eq 1000 ]
    [ "$(sort -u numbers | wc -l)" -eq 1000 ]
    run env LC_ALL=C sort -c numbers
    [ "$status" -ne 0 ]
}

@test "a datagram that nothing overtakes goes on by itself" {
    start server "$BIN/server" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$server" reorder=100 ms=20 seed=1
    timeout 5 "$BIN/client" 127.0.0.1 "$relay" <<<alone >answer
    grep -q '"alone"$' answer
    [ "$(lines 'held back$' relay.out)" -eq 2 ]
    [ "$(lines 'goes on$' relay.out)" -eq 2 ]
}

@test "delay: it arrives, and not before its time" {
    start server "$BIN/server" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$server" delay=100 ms=150 seed=1
    begin=$(date +%s%N)
    timeout 5 "$BIN/client" 127.0.0.1 "$relay" <<<slowly >answer
    took=$((($(date +%s%N) - begin) / 1000000))
    grep -q '"slowly"$' answer
    echo "$took ms"
    [ "$took" -ge 300 ]
}

@test "cut: about as many as asked are shorter, and begin as they did" {
    poured 1000 cut=30 seed=11
    cut=$(lines ', cut to [0-5]$' relay.out)
    echo "$cut cut"
    [ "$cut" -gt 240 ]
    [ "$cut" -lt 360 ]
    [ "$(lines '^6 bytes' came)" -eq $((1000 - cut)) ]
    [ "$(wc -l <came)" -eq 1000 ]
    [ "$(lines '^[0-5] bytes: "0*[0-9]*"$' came)" -eq "$cut" ]
}

@test "the same seed gives the same run, another seed another one" {
    for run in one two other; do
        seed=5
        [ "$run" = other ] && seed=6
        poured 300 loss=20 dup=20 cut=20 reorder=20 ms=60000 "seed=$seed"
        grep -v ' is ' relay.out | sed 1,2d >"$run.log"
        cp came "$run.came"
    done
    cmp one.log two.log
    cmp one.came two.came
    run cmp -s one.log other.log
    [ "$status" -ne 0 ]
}

@test "a run without a seed can be repeated with the seed that it printed" {
    poured 200 loss=50
    seed=$(sed -n '2s/.*, the seed //p' relay.out)
    cp came first
    poured 200 loss=50 "seed=$seed"
    cmp first came
}

@test "way: the weather is on one side only" {
    start server "$BIN/server" 0
    for way in there back; do
        start relay "$BIN/relay" 0 127.0.0.1 "$server" dup=100 "way=$way"
        timeout 5 "$BIN/client" 127.0.0.1 "$relay" <<<x >answer
        wait_until has_lines 1 ' back ' relay.out
        [ "$(lines " $way 1: .*, doubled$" relay.out)" -eq 1 ]
        [ "$(lines ', doubled$' relay.out)" -eq 1 ]
    done
}

@test "several clients at once each get what is theirs" {
    start server "$BIN/server" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$server"
    peer many 127.0.0.1 "$relay" 50 10
    [ "$(lines '^client [0-9]* is ' relay.out)" -eq 50 ]
    [ "$(lines ' there ' relay.out)" -eq 500 ]
    [ "$(lines ' back ' relay.out)" -eq 500 ]
}

@test "each client's weather does not depend on the others" {
    fate() { # fate CLIENT: what happened to its datagrams
        sed -n "s/^client $1 there //p" relay.out
    }
    start box "$BIN/mailbox" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$box" loss=50 seed=3
    timeout 5 "$BIN/post" "$relay" a a a a a a a a
    timeout 5 "$BIN/post" "$relay" b b b b b b b b
    wait_until has_lines 16 ' there ' relay.out
    fate 1 >one
    fate 2 >two
    run cmp -s one two
    [ "$status" -ne 0 ]
    # The same two, by turns.
    start relay "$BIN/relay" 0 127.0.0.1 "$box" loss=50 seed=3
    timeout 5 python3 - "$relay" <<'END'
import socket, sys
a, b = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in "ab")
for _ in range(8):
    for s in a, b:
        s.sendto(b"x", ("127.0.0.1", int(sys.argv[1])))
END
    wait_until has_lines 16 ' there ' relay.out
    fate 1 | cmp - one
    fate 2 | cmp - two
}

@test "more clients than descriptors: the relay forgets the silent ones" {
    start server "$BIN/server" 0
    start relay bash -c 'ulimit -n 16; exec "$@"' bash \
        "$BIN/relay" 0 127.0.0.1 "$server"
    for _ in 1 2 3 4 5; do
        peer many 127.0.0.1 "$relay" 8 2
    done
    # 40 clients, less those that chance gave the port of an earlier one.
    [ "$(lines '^client [0-9]* is ' relay.out)" -gt 16 ]
    [ ! -s relay.err ]
}

@test "many datagrams: thousands there and back, none lost or mixed up" {
    start server "$BIN/server" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$server"
    before=$(awk '/VmRSS/ {print $2}' "/proc/$relay_pid/status")
    seq 3000 | timeout 30 "$BIN/client" 127.0.0.1 "$relay" >answers
    sed -n 's/^received .*"\([0-9]*\)"$/\1/p' answers | cmp - <(seq 3000)
    after=$(awk '/VmRSS/ {print $2}' "/proc/$relay_pid/status")
    echo "$before kB, $after kB"
    [ "$after" -lt $((before + 1000)) ]
}

@test "a flood that must wait has bounded room, and the relay lives" {
    start box "$BIN/mailbox" 0
    start relay "$BIN/relay" 0 127.0.0.1 "$box" delay=100 ms=60000 seed=1
    peer pour "$relay" 1100 relay.out "$box"
    [ "$(lines ', delayed$' relay.out)" -eq 1000 ]
    [ "$(lines ', no room to wait$' relay.out)" -eq 100 ]
    peer flood "$relay" 200 60000
    kill -0 "$relay_pid"
}

@test "where no server is the relay says so, and goes on when one is there" {
    start server "$BIN/server" 0
    stop "$server_pid" INT 130
    start relay "$BIN/relay" 0 127.0.0.1 "$server"
    timeout 5 "$BIN/post" "$relay" one
    wait_until grep -q "^client 1: nobody is at 127.0.0.1:$server$" relay.out
    start again "$BIN/server" "$server"
    peer ask 127.0.0.1 "$relay"
}

@test "errors of one datagram or one moment do not stop the relay" {
    start server "$BIN/server" 0
    for error in EINTR EAGAIN ECONNABORTED ECONNRESET ECONNREFUSED EPIPE EMFILE \
        ENOBUFS ENOMEM; do
        # socket's first call is the one that clients send to.
        start relay strace -D -qq -o trace \
            -e trace=poll,recvfrom,socket,connect,sendto \
            -e "inject=poll:error=$error:when=1" \
            -e "inject=recvfrom:error=$error:when=1" \
            -e "inject=socket:error=$error:when=2" \
            -e "inject=connect:error=$error:when=1" \
            -e "inject=sendto:error=$error:when=1" \
            "$BIN/relay" 0 127.0.0.1 "$server"
        timeout 5 "$BIN/post" "$relay" one two three
        wait_until has_lines 5 INJECTED trace
        timeout 5 "$BIN/client" 127.0.0.1 "$relay" <<<four >answer
        grep -q '"four"$' answer
        stop "$relay_pid" TERM 143
    done
}
