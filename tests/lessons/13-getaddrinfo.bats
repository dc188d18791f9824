#!/usr/bin/env bats
#
# Lesson 13: names and addresses of both families. No test asks a name server:
# names come from the lesson's own /etc, fixtures/etc, or there are none.

load program

before_each() { NAMES=$ROOT/lessons/13-getaddrinfo/fixtures/with-names; }

# start [-w WRAPPER...] [HOST]: the server on a port that the kernel chooses.
# bats starts background commands with SIGINT ignored; env undoes that.
start() {
    local wrapper=()
    if [ "${1:-}" = -w ]; then
        read -ra wrapper <<<"$2"
        shift 2
    fi
    rm -f out err
    env --default-signal=INT,QUIT "${wrapper[@]}" "$BIN/server" 0 "$@" \
        >out 2>err 3>&- &
    started=$!
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on .*:\([0-9]*\)$/\1/p' out)
}

serves() { # serves [HOST]: one ordinary client is served, all of it
    timeout 10 "$BIN/client" "${1:-127.0.0.1}" "$port" >client.out 2>client.err
    grep -qx 'recv 1 byte from server' client.out
    [ "$(tail -n 1 client.out)" = 'close()' ]
}

lines_with() { # lines_with PATTERN FILE: how many
    grep -c -- "$1" "$2" || true
}

# A peer of the server, in Python: it has a connected socket s.
peer() {
    timeout 20 python3 -c 'if True:
    import socket, struct, sys, time
    host, port = sys.argv[1], int(sys.argv[2])
    def connect():
        return socket.create_connection((host, port), 10)
    def reset(s):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))
        s.close()
'"$1" "${host:-127.0.0.1}" "$port"
}

# --- scenes -----------------------------------------------------------------

@test "transcript: text becomes addresses, and two programs use them" {
    play_scene 13-getaddrinfo
}

@test "experiment: the first address is refused, the second answers" {
    play_scene 13-getaddrinfo next-address
}

@test "experiment: names of hosts and services, from /etc" {
    play_scene 13-getaddrinfo names
}

@test "experiment: without a type three results each, and a false success" {
    play_scene 13-getaddrinfo any-type
}

@test "experiment: errors are not errno" {
    play_scene 13-getaddrinfo not-errno
}

@test "experiment: port 99999 wraps" {
    play_scene 13-getaddrinfo big-port
}

@test "experiment: getnameinfo is the reverse" {
    play_scene 13-getaddrinfo reverse
}

@test "experiment: a listener on :: sees ::ffff:127.0.0.1" {
    play_scene 13-getaddrinfo mapped
}

@test "experiment: IPV6_V6ONLY" {
    play_scene 13-getaddrinfo v6only
}

# --- arguments and output ---------------------------------------------------

@test "bad arguments: status 2 and the reason on stderr only" {
    for arguments in 'server 0 ::1 x' 'server 65536' 'server -1' 'server 50x' \
        'server 99999' 'client 127.0.0.1 5000 x' 'client 127.0.0.1 99999' \
        'client 127.0.0.1 50x' 'client 127.0.0.1 +80' 'lookup' 'lookup 1 2 3' \
        'any-type x' 'any-type 1 2' 'big-port' 'not-errno x' 'reverse 127.0.0.1' \
        'reverse 127.0.0.1 x' 'v6only x' 'v6only 1 2'; do
        status=0
        # shellcheck disable=SC2086 # words on purpose
        timeout 5 "$BIN"/$arguments >out 2>err || status=$?
        echo "$arguments: $status, $(cat err)"
        [ "$status" -eq 2 ]
        [ ! -s out ]
        grep -qE "^usage: ${arguments%% *}|^${arguments%% *}: port " err
    done
    for program in 'server' 'client 127.0.0.1'; do
        for port in '' ' 80'; do
            # shellcheck disable=SC2086 # words on purpose
            run timeout 5 "$BIN"/$program "$port"
            [ "$status" -eq 2 ]
        done
    done
}

@test "a closed or a full stdout is reported, with status 1" {
    start
    for arguments in 'server 0' "client 127.0.0.1 $port" 'lookup 127.0.0.1' \
        'big-port 80' 'reverse 127.0.0.1 80'; do
        echo "$arguments"
        run timeout 5 unshare -rm "$NAMES" bash -c "$BIN/$arguments >&-"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[EBADF]"* ]]
        run timeout 5 unshare -rm "$NAMES" bash -c "$BIN/$arguments >/dev/full"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
    done
    serves
}

# --- addresses and names ----------------------------------------------------

@test "lookup says what getent says, for names and for numbers" {
    for host in localhost both.example six.example four.example 127.0.0.1 ::1 \
        192.0.2.7 2001:db8::7 127.1 0x7f.1; do
        # shellcheck disable=SC2016 # $ for the inner shell
        unshare -rm "$NAMES" sh -c '
            "$1" "$2" 80 | cut -d " " -f 2 >ours
            getent ahosts "$2" | sed -n "s/ *STREAM.*//p" >theirs' \
            sh "$BIN/lookup" "$host"
        echo "$host"
        diff -u theirs ours
        [ -s ours ]
    done
}

@test "lookup without a service gives port 0" {
    run "$BIN/lookup" 127.0.0.1
    [ "$output" = 'AF_INET 127.0.0.1 port 0' ]
}

@test "an address of one link keeps its scope" {
    run "$BIN/lookup" fe80::1%lo 5000
    [ "$output" = 'AF_INET6 fe80::1%lo port 5000' ]
}

@test "a name that nobody knows: one named error, status 1" {
    for program in 'lookup nobody_here 80' 'client nobody_here 80' \
        'server 80 nobody_here'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 unshare -rm "$NAMES" "$BIN"/$program
        echo "$output"
        [ "$status" -eq 1 ]
        [[ ${lines[0]} == *": getaddrinfo nobody_here 80: "*"[EAI_NONAME]" ]]
    done
    # "syslog" is a service, but not one of TCP's.
    for program in 'lookup ::1 syslog' 'client ::1 syslog' 'server syslog'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 unshare -rm "$NAMES" "$BIN"/$program
        echo "$output"
        [ "$status" -eq 1 ]
        [[ ${lines[0]} == *": getaddrinfo "*" syslog: "*"[EAI_SERVICE]" ]]
    done
}

@test "a machine without /etc/services: numbers work, names are refused" {
    mkdir etc
    # shellcheck disable=SC2016 # $ for the inner shell
    run unshare -rm sh -c 'mount --bind etc /etc
        "$1" ::1 80; "$1" ::1 http' sh "$BIN/lookup"
    echo "$output"
    [ "${lines[0]}" = 'AF_INET6 ::1 port 80' ]
    [[ ${lines[1]} == *"[EAI_SERVICE]" ]]
}

@test "numbers ask nobody: no file is read, no question is sent" {
    strace -f -qq -o trace -e trace=openat,open,connect,sendto,sendmmsg \
        "$BIN/lookup" ::1 80
    ! grep -E 'sendto|sendmmsg|/etc/(hosts|services|resolv)' trace || false
    run strace -f -qq -o trace -e trace=openat,open,connect,sendto,sendmmsg \
        "$BIN/not-errno"
    ! grep -E 'sendto|sendmmsg|/etc/(hosts|resolv)' trace || false
}

@test "all addresses fail: each is reported, and the list is given back" {
    # shellcheck disable=SC2016 # $ for the inner shell
    run unshare -rn sh -c 'ip link set lo up; exec "$1"' sh "$BIN/client"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == 'client: connect [::1]:5000: '*'[ECONNREFUSED]' ]]
    [[ ${lines[2]} == 'client: connect 127.0.0.1:5000: '*'[ECONNREFUSED]' ]]
}

@test "a machine without IPv6: its addresses come last, and are told of" {
    # shellcheck disable=SC2016 # $ for the inner shell
    run unshare -rn sh -c '
        ip link set lo up
        echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
        exec "$1"' sh "$BIN/client"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == 'client: connect 127.0.0.1:5000: '*'[ECONNREFUSED]' ]]
    [[ ${lines[2]} == 'client: connect [::1]:5000: '*"[E"*"]" ]]
}

@test "a kernel without IPv6: no socket for it, and a named error" {
    for program in 'client ::1 5000' 'server 0 ::1'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 10 strace -qq -o /dev/null -e trace=socket \
            -e inject=socket:error=EAFNOSUPPORT "$BIN"/$program
        echo "$output"
        [ "$status" -eq 1 ]
        [[ $output == *": socket for "*"::1"*"[EAFNOSUPPORT]"* ]]
    done
}

@test "both families, by one socket or by one each" {
    local hosts=(127.0.0.1 ::1)
    if getent ahosts localhost >/dev/null; then # not on a bare system
        hosts+=(localhost)
    fi
    for host in "${hosts[@]}"; do
        start "$host"
        grep -qxE "listening on (127.0.0.1|\[::1\]):$port" out
        if [ "$host" != localhost ]; then
            serves "$host"
        fi
        kill -TERM "$started"
        ends_with 143
    done
    start ::
    grep -qx "listening on \[::\]:$port" out
    serves ::1
    wait_until grep -qE '^echoed 1 byte to \[::1\]:[0-9]+$' out
    serves 127.0.0.1
    wait_until grep -qE '^echoed 1 byte to \[::ffff:127.0.0.1\]:[0-9]+$' out
    serves ::ffff:127.0.0.1
}

@test "foreign clients and a foreign server talk to ours" {
    start ::1
    [ "$(printf x | timeout 10 socat -t 5 - "TCP6:[::1]:$port")" = x ]
    [ "$(printf y | timeout 10 curl -s -T - "telnet://[::1]:$port")" = y ]
    host=::1 peer '
    s = connect(); s.sendall(b"\0"); assert s.recv(9) == b"\0"'
    kill -TERM "$started"
    ends_with 143
    python3 -c 'if True:
    import socket
    s = socket.create_server(("::1", 0), family=socket.AF_INET6)
    print(s.getsockname()[1], flush=True)
    c, _ = s.accept()
    c.sendall(c.recv(1))' >port 3>&- &
    started=$!
    wait_until test -s port
    port=$(cat port)
    serves ::1
    ends_with 0
}

# --- hostile peers ----------------------------------------------------------

@test "clients that leave, reset or flood do no harm" {
    start
    serves
    before=$(descriptors)
    peer '
    for i in range(200):
        connect().close()
    for i in range(50):
        reset(connect())
    for i in range(20):
        s = connect(); s.sendall(b"A"); reset(s)
    for i in range(20):
        s = connect(); s.shutdown(socket.SHUT_WR); assert s.recv(9) == b""
    for text in b"\0", b"\xff", b"\x1b", b"\r\n":
        s = connect(); s.sendall(text); assert s.recv(9) == text[:1]
    s = connect()
    try:
        s.sendall(b"x" * 1000000)
    except OSError:
        pass'
    serves
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
    # What they sent is nowhere in what the server prints.
    ! LC_ALL=C grep -qP '[^ -~]' out err || false
}

@test "a silent client holds up the next one for two seconds, and no longer" {
    start
    peer '
    silent = connect()
    start = time.monotonic()
    s = connect(); s.sendall(b"A"); assert s.recv(9) == b"A"
    assert 1 < time.monotonic() - start < 8'
    grep -q '^server: recv from 127.0.0.1:.*\[EAGAIN\]' err
    serves
}

@test "500 clients at once are all served" {
    start
    before=$(descriptors)
    peer '
    all = [connect() for i in range(500)]
    for s in all: s.sendall(b"A")
    for s in all: assert s.recv(9) == b"A"'
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
    [ "$(lines_with '^echoed 1 byte to ' out)" -eq 500 ]
}

# --- errors -----------------------------------------------------------------

@test "an error of one connection is told, and the next client is served" {
    for inject in accept,accept4:EINTR accept,accept4:ECONNABORTED \
        accept,accept4:EMFILE accept,accept4:ENOBUFS getpeername:ENOTCONN \
        getpeername:ENOBUFS recvfrom:EINTR recvfrom:ECONNRESET \
        recvfrom:EAGAIN recvfrom:ENOMEM sendto:EINTR sendto:EPIPE \
        sendto:ECONNRESET sendto:ENOBUFS; do
        start -w "strace -D -qq -o trace -e trace=${inject%:*} -e inject=${inject%:*}:error=${inject#*:}:when=1"
        echo "$inject"
        timeout 10 "$BIN/client" 127.0.0.1 "$port" >client.out 2>&1 || true
        serves
        grep -q INJECTED trace
        kill -TERM "$started"
        ends_with 143
    done
}

@test "an error that is the program's own ends it with status 1" {
    for inject in socket:EMFILE setsockopt:ENOMEM bind:EACCES listen:ENOBUFS \
        getsockname:ENOBUFS; do
        run timeout 10 strace -qq -o trace -e "trace=${inject%:*}" \
            -e "inject=${inject%:*}:error=${inject#*:}" "$BIN/server" 0
        echo "$inject: $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: ${inject%:*}"*"[${inject#*:}]"* ]]
    done
}

@test "the client names the call that failed" {
    start
    for inject in socket:ENFILE connect:ENETUNREACH sendto:EPIPE \
        recvfrom:ECONNRESET; do
        run timeout 10 strace -qq -o trace -e "trace=${inject%:*}" \
            -e "inject=${inject%:*}:error=${inject#*:}" \
            "$BIN/client" 127.0.0.1 "$port"
        echo "$inject: $output"
        [ "$status" -eq 1 ]
        call=${inject%:*}
        call=${call/sendto/send}
        [[ $output == *"client: ${call/recvfrom/recv} "*"[${inject#*:}]"* ]]
    done
}

@test "a busy port is told with the address, of either family" {
    for host in 127.0.0.1 ::1; do
        start "$host"
        run timeout 5 "$BIN/server" "$port" "$host"
        echo "$output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: bind "*"$host"*":$port: "*"[EADDRINUSE]"* ]]
        kill -TERM "$started"
        ends_with 143
    done
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM end the server; it can start again at once" {
    for signal in INT TERM; do
        start
        serves
        wait_until asleep
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        env --default-signal=INT,QUIT "$BIN/server" "$port" >again 2>&1 3>&- &
        started=$!
        wait_until grep -q "^listening on 127.0.0.1:$port$" again
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
    done
}
