#!/usr/bin/env bats
#
# Lesson 16: its scenes, and its four servers before many clients, slow ones
# and rude ones.

load ../helper

SERVERS='iterative-server fork-server thread-server prefork-server'
MANY='fork-server thread-server prefork-server'

setup_file() {
    cc -D_POSIX_C_SOURCE=200809L -o "$BATS_FILE_TMPDIR/visitors" \
        "$BATS_TEST_DIRNAME/visitors.c"
}

setup() {
    BIN=$BUILD/16-concurrent-servers
    cd "$BATS_TEST_TMPDIR" || return 1
    server='' jobs=''
}

teardown() {
    local pid
    for pid in $server $jobs; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

# start NAME [SECONDS [WRAPPER...]]: a server, on a port that the kernel
# chooses. bats starts background commands with SIGINT ignored; env undoes it.
start() {
    rm -f out err
    env --default-signal=INT,QUIT,PIPE "${@:3}" "$BIN/$1" 0 "${2:-30}" \
        >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' out)
}

# The server's end, as its parent sees it, must be this status; and of what it
# started nothing is left, be it at work or a zombie.
ends_with() {
    local status=0 children
    children=$(cat "/proc/$server/task/$server/children" 2>/dev/null || true)
    wait "$server" || status=$?
    server=
    echo "the server ended with $status, and had the children $children"
    [ "$status" -eq "$1" ]
    for child in $children; do
        [ ! -e "/proc/$child" ]
    done
}

stop_with() { # stop_with SIGNAL STATUS: and at once, not when clients leave
    local begin=$SECONDS
    kill "-$1" "$server"
    ends_with "$2"
    [ $((SECONDS - begin)) -le 10 ]
}

visitors() { timeout 20 "$BATS_FILE_TMPDIR/visitors" "$port" "$@"; }

# One ordinary client is served.
serves() {
    [ "$(echo '안녕!!' | timeout 10 "$BIN/client" 127.0.0.1 "$port" | tail -1)" = '안녕!!' ]
}

# talk PYTHON: clients that are none of ours; connect() makes one.
talk() {
    timeout 20 python3 -c "
import socket, struct, sys, time
def connect():
    s = socket.create_connection(('127.0.0.1', $port))
    s.settimeout(15)
    return s
def echoes(s, data=b'hello\n'):
    s.sendall(data)
    got = b''
    while len(got) < len(data):
        part = s.recv(65536)
        assert part, 'the server hung up'
        got += part
    assert got == data
def fill(s): # send until nothing more goes in
    s.settimeout(0.05)
    try:
        while True:
            s.send(bytes(65536))
    except TimeoutError:
        pass
$1"
}

# How many clients have come and gone.
gone() { grep -cE ' (left|broke off)$' "$1" || true; }
have_gone() { [ "$(gone out)" -ge "$1" ]; }

# What the server holds: descriptors, children, threads, and whether there is a
# zombie among the children.
holds() {
    find "/proc/$server/fd" -mindepth 1 | wc -l
    wc -w <"/proc/$server/task/$server/children"
    sed -n '/^Threads:/p' "/proc/$server/status"
    local child children
    read -ra children <"/proc/$server/task/$server/children" || true
    for child in "${children[@]}"; do
        grep -s '^State:.Z' "/proc/$child/status" || true
    done
}
# The last client's process or thread has been waited for, too.
at_rest() { # at_rest NAME
    [[ $1 != @(fork|thread)-server ]] ||
        [ "$(grep -c ' serves ' out)" -eq "$(grep -c ' has ended$' out)" ]
}
holds_again() { [ "$(holds)" = "$1" ]; }

resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$server/status"; }

# each FUNCTION: for the four servers at the same time, each in a directory and a
# subshell of its own; $1 is the server's name.
each() {
    local name job
    for name in $SERVERS; do
        (
            trap teardown EXIT
            server='' jobs=''
            mkdir -p "$name"
            cd "$name" || exit
            "$1" "$name"
        ) >"$name.log" 2>&1 3>&- &
        jobs+=" $!"
    done
    local failed=
    for job in $jobs; do
        wait "$job" || failed=1
    done
    jobs=
    if [ -n "$failed" ]; then
        cat ./*.log
        return 1
    fi
}

# --- scenes -----------------------------------------------------------------

@test "transcript: one client at a time, and a process for each" {
    play_scene 16-concurrent-servers
}

@test "experiment: the second client is connected, and waits" {
    play_scene 16-concurrent-servers iterative
}

@test "experiment: a thread for each client" {
    play_scene 16-concurrent-servers threads
}

@test "experiment: processes that wait for clients" {
    play_scene 16-concurrent-servers prefork
}

@test "experiment: the four compared" {
    play_scene 16-concurrent-servers compare
}

@test "experiment: zombies" {
    play_scene 16-concurrent-servers zombies
}

@test "experiment: five children, one SIGCHLD" {
    play_scene 16-concurrent-servers merged
}

@test "experiment: SIGCHLD ignored, no zombie and no status" {
    play_scene 16-concurrent-servers ignored
}

@test "experiment: SIGCHLD interrupts accept" {
    play_scene 16-concurrent-servers interrupted
}

@test "experiment: the parent keeps the socket, no end of file" {
    play_scene 16-concurrent-servers keeps-socket
}

@test "experiment: the child keeps the listening socket" {
    play_scene 16-concurrent-servers keeps-listener
}

@test "experiment: a child flushes the parent's buffer again" {
    play_scene 16-concurrent-servers twice
}

@test "experiment: a thread's argument is an address" {
    play_scene 16-concurrent-servers thread-argument
}

# --- start ------------------------------------------------------------------

@test "bad arguments: status 2 and what is right" {
    local name bad
    for name in $SERVERS; do
        for bad in http 65536 -1 ''; do
            run timeout 5 "$BIN/$name" "$bad"
            [ "$status" -eq 2 ]
            [ "$output" = "$name: port \"$bad\": a port is a number from 0 to 65535" ]
        done
        for bad in 0 x 86401; do
            run timeout 5 "$BIN/$name" 0 "$bad"
            [ "$status" -eq 2 ]
            [[ $output == "$name: SECONDS \"$bad\": "* ]]
        done
        run timeout 5 "$BIN/$name" 0 1 2
        [ "$status" -eq 2 ]
        [ "$output" = "usage: $name [PORT [SECONDS]]" ]
    done
    for name in compare merged ignored; do
        run timeout 5 "$BIN/$name" x
        [ "$status" -eq 2 ]
    done
}

@test "a busy port: a named error and status 1" {
    local name
    start iterative-server
    for name in $SERVERS; do
        run timeout 5 "$BIN/$name" "$port"
        [ "$status" -eq 1 ]
        [[ $output == "$name: bind 127.0.0.1:$port: "*'[EADDRINUSE]'* ]]
    done
}

@test "stdout closed or full: a named error and status 1" {
    local name
    for name in $SERVERS; do
        run timeout 5 bash -c "'$BIN/$name' 0 >&-"
        [ "$status" -eq 1 ]
        [[ $output == "$name: write standard output: "*'[EBADF]'* ]]
        run timeout 5 bash -c "'$BIN/$name' 0 >/dev/full"
        [ "$status" -eq 1 ]
        [[ $output == "$name: write standard output: "*'[ENOSPC]'* ]]
    done
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM stop each server, status 0, whoever it serves" {
    local name signal
    for name in $SERVERS; do
        for signal in INT TERM; do
            echo "$name $signal"
            start "$name"
            serves
            exec 7<>"/dev/tcp/127.0.0.1/$port" 8<>"/dev/tcp/127.0.0.1/$port"
            wait_until have_gone 1
            stop_with "$signal" 0
            timeout 5 cat <&7 || true # the end, or a reset
            exec 7>&- 8>&-
            [ ! -s err ]
            [ -z "$(tail -c 1 out)" ]
        done
    done
}

@test "a flood, or a client that never reads, does not keep them from stopping" {
    local name
    for name in $SERVERS; do
        echo "$name"
        start "$name"
        talk 's = connect(); fill(s); print("full", flush=True); time.sleep(15)' >full 3>&- &
        jobs=$!
        wait_until grep -q full full
        stop_with TERM 0
        kill "$jobs"
        wait "$jobs" || true
        jobs=
    done
}

# --- clients ----------------------------------------------------------------

leaves_nothing() {
    local before resident
    start "$1"
    visitors 10 1 sr
    wait_until have_gone 10
    wait_until at_rest "$1"
    before=$(holds)
    visitors 300 3 sr s she - x he sx
    wait_until have_gone 310
    resident=$(resident)
    visitors 10000 1 sr s she - x he sx
    wait_until have_gone 10310
    wait_until holds_again "$before"
    echo "resident $resident kB, then $(resident) kB"
    [ "$(resident)" -le $((resident + 128)) ]
    [ ! -s err ]
    serves
    stop_with TERM 0
}

@test "one after another, 10,000 clients leave nothing behind" {
    each leaves_nothing
}

@test "1,000 clients at once; beyond 1,200 they wait in the queue" {
    local name before
    ulimit -n 4096
    for name in fork-server thread-server; do
        start "$name"
        serves
        wait_until have_gone 1
        wait_until at_rest "$name"
        before=$(holds)
        talk 'clients = [connect() for i in range(1201)]
late = clients.pop()
late.sendall(b"x")
for s in clients: s.sendall(b"hello")
for s in clients: assert s.recv(5) == b"hello"
clients.reverse()
for s in clients[:1000]: echoes(s)
late.settimeout(0.05)
try:
    assert not late.recv(1)
except TimeoutError:
    pass
clients.pop().close()
late.settimeout(15)
assert late.recv(1) == b"x"'
        wait_until have_gone 1202
        wait_until holds_again "$before"
        serves
        [ ! -s err ]
        stop_with TERM 0
    done
}

@test "1,000 clients at once, who leave: one process or eight will do" {
    local name
    for name in iterative-server prefork-server; do
        start "$name"
        visitors 1000 1000 s x sh
        wait_until have_gone 1000
        [ ! -s err ]
        serves
        stop_with TERM 0
    done
}

@test "clients that never read or never write stop nobody" {
    local name
    for name in $MANY; do
        start "$name"
        talk 'rude = [connect() for i in range(6)]
fill(rude[0])
a, b = connect(), connect()
for i in range(3): echoes(a); echoes(b)'
        [ ! -s err ]
        stop_with TERM 0
    done
}

loses_patience() {
    start "$1" 1
    talk 'rude = [connect() for i in range(8)]
fill(rude[0])
patient = connect()
echoes(patient)
assert rude[1].recv(1) == b""
import select # what is left of the other one is an error: nobody read it
p = select.poll()
p.register(rude[0], 0)
assert p.poll(15000)' &
    jobs=$!
    if [ "$1" != iterative-server ]; then # there, it takes eight seconds
        wait "$jobs"
        jobs=
    fi
    wait_until grep -q ' has not read for too long$' out
    wait_until grep -q ' is silent too long$' out
    stop_with TERM 0
}

@test "a client keeps its place for SECONDS and no longer" {
    each loses_patience
}

@test "bytes come back as they are: 1 MB, NULs, pieces, a half-close" {
    local name
    for name in $SERVERS; do
        start "$name"
        talk 'import threading
data = bytes(range(256)) * 4096
s = connect()
t = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
t.start()
got = b""
while part := s.recv(65536): got += part
assert got == data
s = connect()
for i in range(50): s.send(b"\0")
s.shutdown(socket.SHUT_WR)
got = b""
while part := s.recv(65536): got += part
assert got == b"\0" * 50'
        [ ! -s err ]
        stop_with TERM 0
    done
}

@test "a worker or a child that is killed costs one client" {
    start prefork-server
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    wait_until grep -q ' serves ' out
    kill -KILL "$(sed -n 's/^process \([0-9]*\) serves .*/\1/p' out)"
    wait_until grep -q ' takes its place$' out
    [ -z "$(timeout 5 cat <&7)" ]
    exec 7>&-
    serves
    stop_with TERM 0
    start fork-server
    exec 7<>"/dev/tcp/127.0.0.1/$port"
    wait_until grep -q ' serves ' out
    kill -KILL "$(sed -n 's/^process \([0-9]*\) serves .*/\1/p' out)"
    wait_until grep -q ' has ended$' out
    [ -z "$(timeout 5 cat <&7)" ]
    exec 7>&-
    serves
    stop_with TERM 0
}

@test "the workers do not outlive a parent that is killed" {
    local workers worker
    start prefork-server
    workers=$(cat "/proc/$server/task/$server/children")
    [ "$(wc -w <<<"$workers")" -eq 8 ]
    kill -KILL "$server"
    wait "$server" || true
    server=
    for worker in $workers; do
        wait_until gone_or_zombie "$worker"
    done
}
gone_or_zombie() { ! grep -s '^State:' "/proc/$1/status" | grep -qv Z; }

# --- errors -----------------------------------------------------------------

@test "an interrupted or aborted call changes nothing" {
    local name
    for name in $SERVERS; do
        echo "$name"
        start "$name" 30 strace -D -f -qq -o trace \
            -e trace=accept,ppoll,recvfrom,sendto \
            -e inject=accept,ppoll,recvfrom,sendto:error=EINTR:when=1..2
        serves
        [ "$(grep -c INJECTED trace)" -ge 8 ]
        [ ! -s err ]
        stop_with TERM 0
        start "$name" 30 strace -D -f -qq -o trace \
            -e trace=accept,recvfrom,sendto \
            -e inject=accept:error=ECONNABORTED:when=1..2 \
            -e inject=recvfrom,sendto:error=EAGAIN:when=1..2
        serves
        [ "$(grep -c INJECTED trace)" -ge 6 ]
        [ ! -s err ]
        stop_with TERM 0
    done
}

@test "no room for a client: said once, it waits, and stopping works" {
    local name
    for name in iterative-server fork-server thread-server; do
        start "$name" 30 strace -D -f -qq -o trace -e trace=accept \
            -e inject=accept:error=EMFILE:when=1..2
        serves
        [ "$(grep -c EMFILE err)" -eq 1 ]
        stop_with TERM 0
        start "$name" 30 strace -D -f -qq -o trace -e trace=accept \
            -e inject=accept:error=ENOMEM
        exec 7<>"/dev/tcp/127.0.0.1/$port"
        wait_until grep -q ENOMEM err
        stop_with TERM 0
        exec 7>&-
        [ "$(wc -l <trace)" -lt 50 ]
    done
}

@test "no process or thread for a client: said, and the next one is served" {
    start fork-server 30 strace -D -qq -o trace -e trace=clone,fork,vfork \
        -e inject=clone,fork,vfork:error=EAGAIN:when=1
    [ "$(timeout 5 "$BIN/hear" 127.0.0.1 "$port")" = 'the server hung up' ]
    grep -q '^fork-server: fork for 127.*\[EAGAIN\]' err
    serves
    stop_with TERM 0
    start thread-server 30 strace -D -qq -o trace -e trace=clone,clone3 \
        -e inject=clone,clone3:error=EAGAIN:when=1
    [ "$(timeout 5 "$BIN/hear" 127.0.0.1 "$port")" = 'the server hung up' ]
    grep -q '^thread-server: pthread_create for 127.*\[EAGAIN\]' err
    serves
    stop_with TERM 0
}
