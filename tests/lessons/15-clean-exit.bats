#!/usr/bin/env bats
#
# Lesson 15: its scenes, and a server that stops as it should, whenever it is
# asked to and whatever its clients do.

load ../helper

setup() {
    BIN=$BUILD/15-clean-exit
    cd "$BATS_TEST_TMPDIR" || return 1
    started='' peers=''
}

teardown() {
    local pid
    for pid in $started $peers; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

# start COMMAND...: in the background. bats starts such commands with SIGINT
# ignored; env undoes that.
start() {
    rm -f out err
    env --default-signal=INT,QUIT,TERM "$@" >out 2>err 3>&- &
    started=$!
}

# start_server [WRAPPER...]: on a port that the kernel chooses. $seconds is a
# client's time, 30 if it is not set.
start_server() {
    start "$@" "$BIN/server" 0 "${seconds:-30}"
    wait_until grep -q '^listening on ' out
    port=$(sed -n 's/^listening on 127\.0\.0\.1://p' out)
}

# The end of what was started must have this status, all lines whole.
ends_with() {
    local status=0
    wait "$started" || status=$?
    started=
    cat out err
    echo "it ended with $status"
    [ "$status" -eq "$1" ]
    [ -z "$(tail -qc 1 out err)" ]
}

# stops [SIGNAL]: asked to, the server comes to its end with its last word.
stops() {
    kill "-${1:-TERM}" "$started"
    ends_with 0
    [ "$(tail -n 1 out)" = stopped ]
}

python='
import os, signal, socket, struct, sys, time
def connect():
    return socket.create_connection(("127.0.0.1", port), 20)
def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
def echo(s, data):
    s.sendall(data)
    got = b""
    while len(got) < len(data):
        part = s.recv(65536)
        assert part, "the end after %d bytes" % len(got)
        got += part
    assert got == data
def said(text):
    while text not in open("out").read():
        time.sleep(0.01)
'

# talk PYTHON: a client that is none of ours. s is connected.
talk() {
    timeout 30 python3 -c "port = $port; server = $started$python
s = connect()
$1"
}

# served: the next client is.
served() { talk 'echo(s, b"hello\n")'; }

# --- the scenes -------------------------------------------------------------

@test "transcript: asked to stop, the server finishes its client" {
    play_scene 15-clean-exit
}

@test "experiment: signal, as BSD and as System V have it, and sigaction" {
    play_scene 15-clean-exit handlers
}

@test "experiment: a signal between the look and the wait" {
    play_scene 15-clean-exit race
}

@test "experiment: ppoll lets no signal in while it need not sleep" {
    play_scene 15-clean-exit busy
}

@test "experiment: asked twice, the server does not wait" {
    play_scene 15-clean-exit twice
}

@test "experiment: a silent client has its time" {
    play_scene 15-clean-exit time-limit
}

@test "experiment: the connection outlives both processes" {
    play_scene 15-clean-exit time-wait
}

@test "experiment: who closes first holds TIME_WAIT" {
    play_scene 15-clean-exit who-waits
}

@test "experiment: SO_REUSEADDR needs both runs" {
    play_scene 15-clean-exit reuse
}

@test "experiment: SO_REUSEADDR never overrides a live listener" {
    play_scene 15-clean-exit live
}

# --- arguments and output ---------------------------------------------------

# One clear line on stderr, nothing on stdout, status 2.
refuses_arguments() {
    local status=0
    timeout 5 "$BIN/$1" "${@:2}" >out 2>err </dev/null || status=$?
    cat out err
    [ "$status" -eq 2 ]
    [ ! -s out ]
    [ "$(wc -l <err)" -eq 1 ]
}

@test "bad arguments: status 2 and the reason" {
    for bad in http 65536 -1 '' ' 80'; do
        refuses_arguments server "$bad"
        refuses_arguments client 127.0.0.1 "$bad"
        refuses_arguments plain-server "$bad"
        refuses_arguments handlers "$bad" signal
        refuses_arguments race "$bad" ppoll
    done
    for bad in 0 -1 x '' 86401; do
        refuses_arguments server 0 "$bad"
    done
    refuses_arguments server 0 1 2
    refuses_arguments client localhost 5000
    refuses_arguments client 127.0.0.1 1 2
    refuses_arguments plain-server 0 again
    refuses_arguments handlers 0
    refuses_arguments handlers 0 sysv
    refuses_arguments race 0 poll
    for program in busy reuse who-waits; do
        refuses_arguments "$program" x
    done
}

@test "a busy port: a named error and status 1" {
    start_server
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"server: bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    stops
}

@test "stdout closed or full: a named error, status 1" {
    for failure in '>&- EBADF' '>/dev/full ENOSPC'; do
        for program in 'server 0' busy reuse who-waits; do
            run timeout 10 bash -c "\"\$0\"/$program ${failure% *}" "$BIN"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "*"[${failure#* }]"* ]]
        done
    done
}

# --- it stops ---------------------------------------------------------------

@test "SIGINT and SIGTERM stop it while nobody is there" {
    for signal in INT TERM; do
        for _ in 1 2 3; do
            start_server
            stops "$signal"
        done
    done
}

@test "it finishes its client: all that comes after the signal is echoed" {
    for signal in INT TERM; do
        start_server
        talk 'echo(s, b"before\n")
os.kill(server, signal.SIG'"$signal"'); said("may finish")
for i in range(100): echo(s, b"after\n" * 100)
s.shutdown(socket.SHUT_WR); assert s.recv(1) == b""'
        ends_with 0
        [ "$(tail -n 1 out)" = stopped ]
    done
}

@test "its client has no new time after the signal, even if it never stops" {
    seconds=1
    start_server
    talk 'os.kill(server, signal.SIGTERM); start = time.monotonic()
try:
    while True: echo(s, b"x")
except (AssertionError, OSError): assert time.monotonic() - start < 3'
    ends_with 0
    grep -q 'has had its time' out
}

@test "a client that floods cannot keep the signal out" {
    start_server
    talk 's.setblocking(False); asked = 0; data = bytes(65536)
import select
end = time.monotonic() + 0.5
try:
    while True:
        readable, writable, _ = select.select([s], [s], [])
        if readable and not s.recv(1 << 20): break
        if writable: s.send(data)
        if time.monotonic() > end and asked < 2:
            os.kill(server, signal.SIGTERM); asked += 1; end += 0.2
except OSError: pass'
    ends_with 0
    grep -q 'may finish' out
}

# strace says in the kernel's place that there is always something to do.
@test "a ppoll that need not sleep does not keep the signal out" {
    start_server strace -D -qq -o /dev/null -e trace=ppoll \
        -e inject=ppoll:retval=1:when=2+
    talk 'said("accepted"); os.kill(server, signal.SIGINT); said("may finish")
os.kill(server, signal.SIGINT); said("stopped")'
    ends_with 0
}

@test "the second signal does not wait for the client" {
    start_server
    talk 'echo(s, b"x"); os.kill(server, signal.SIGINT); said("may finish")
os.kill(server, signal.SIGTERM); assert s.recv(1) == b""'
    ends_with 0
    ! grep -q 'has had its time' out || false
}

@test "a client that reads nothing does not hold up the second signal" {
    start_server
    talk 's.settimeout(0.5)
try:
    while True: s.send(bytes(65536))
except TimeoutError: pass
os.kill(server, signal.SIGTERM); said("may finish")
os.kill(server, signal.SIGTERM); said("stopped")'
    ends_with 0
}

# strace sends the signal after each call in turn.
# strace sends the signal at each call in turn. The first of them blocks it.
@test "once the signals are blocked, a signal at any moment is a clean end" {
    for call in rt_sigprocmask socket setsockopt bind listen getsockname write \
        ppoll; do
        start strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:signal=SIGTERM:when=1" "$BIN/server" 0
        ends_with 0
        [ "$(tail -n 1 out)" = stopped ]
    done
}

@test "a signal at any moment of a client's service lets it finish" {
    for call in accept recvfrom sendto; do
        start_server strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:signal=SIGTERM:when=1"
        talk 'echo(s, b"one"); echo(s, b"two"); s.close()'
        ends_with 0
        [ "$(tail -n 1 out)" = stopped ]
    done
}

@test "signals that rain while it serves do no harm" {
    start_server
    talk 'pid = os.fork()
if pid == 0:
    for i in range(2000): os.kill(server, signal.SIGWINCH)
    os._exit(0)
for i in range(500): echo(s, b"data" * 100)
os.waitpid(pid, 0)'
    served
    stops
}

@test "it starts again at once, though it was the first to close" {
    start_server
    for _ in 1 2; do
        talk 'echo(s, b"x"); os.kill(server, signal.SIGTERM); said("may finish")
os.kill(server, signal.SIGTERM); assert s.recv(1) == b""'
        ends_with 0
        wait_until in_time_wait
        start "$BIN/server" "$port"
        wait_until grep -q '^listening on ' out
    done
    served
    stops
}

in_time_wait() { ss -Htan state time-wait "sport = :$port" | grep -q .; }

# --- its clients ------------------------------------------------------------

@test "clients of every kind, and after each the next one is served" {
    seconds=1
    start_server
    talk 's.close()
for peer in r"""s.close()
reset(s)
s.shutdown(socket.SHUT_WR); assert s.recv(1) == b""
s.send(b"x"); reset(s)
s.send(b"x"); s.close()
s.sendall(bytes(100000)); reset(s)
for b in b"one at a time": echo(s, bytes([b]))
echo(s, b"\0\xff\xfe" * 10)
s.send(b"x"); os.fork() or os.kill(os.getpid(), 9); os.wait()
s.shutdown(socket.SHUT_RD); s.sendall(b"x")
assert s.recv(1) == b"" # silent: it has its second""".split("\n"):
    s = connect(); exec(peer); s.close()
    s = connect(); echo(s, b"the next one"); s.close()'
    stops
}

@test "a megabyte without a newline comes back as it was" {
    start_server
    talk 'data = os.urandom(1 << 20); pid = os.fork()
if pid == 0:
    s.sendall(data); s.shutdown(socket.SHUT_WR); os._exit(0)
got = b""
while len(got) < len(data): got += s.recv(1 << 20)
assert got == data and s.recv(1) == b""; os.waitpid(pid, 0)'
    stops
}

@test "bash is a client, too" {
    start_server
    run timeout 10 bash -c "exec 7<>/dev/tcp/127.0.0.1/$port
        printf '안녕!!\n' >&7; head -n 1 <&7"
    [ "$output" = '안녕!!' ]
    stops
}

@test "10,000 clients leave its descriptors and its memory where they were" {
    start_server
    for _ in 1 2 3; do served; done
    descriptors=$(find "/proc/$started/fd" -mindepth 1 | wc -l)
    memory=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$started/status")
    talk 's.close()
for i in range(10000):
    s = socket.create_connection(("127.0.0.1", port))
    if i % 2: echo(s, b"hello\n")
    s.close()'
    served
    echo "$memory kB before"
    grep VmRSS "/proc/$started/status"
    [ "$(find "/proc/$started/fd" -mindepth 1 | wc -l)" -eq "$descriptors" ]
    [ "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$started/status")" -le $((memory + 64)) ]
    [ "$(grep -c '^accepted ' out)" -eq "$(grep -c '^closed ' out)" ]
    stops
}

@test "1,000 clients at once are served one after another" {
    start_server
    talk 's.close(); clients = []
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (min(1100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
for i in range(1000):
    clients.append(connect()); clients[-1].sendall(b"%d\n" % i)
for i, c in enumerate(clients):
    assert c.recv(100) == b"%d\n" % i; c.close()'
    stops
}

# --- errors that the kernel can give ----------------------------------------

@test "errors of accept that pass: reported or not, the next client is served" {
    for error in EINTR EAGAIN ECONNABORTED EMFILE; do
        start_server strace -D -qq -o trace -e trace=accept,accept4 \
            -e "inject=accept,accept4:error=$error:when=1"
        served
        grep -q INJECTED trace
        stops
    done
}

@test "while accept fails for ever it neither spins nor misses the signal" {
    start_server bash -c 'ulimit -n 4; exec "$@"' bash
    timeout 10 "$BIN/client" 127.0.0.1 "$port" </dev/null
    wait_until grep -q EMFILE err
    stops
    [ "$(grep -c EMFILE err)" -le 3 ]
}

@test "errors while it serves concern this client only" {
    for error in recvfrom:EINTR recvfrom:ECONNRESET sendto:EAGAIN \
        sendto:ENOBUFS ppoll:EINTR ppoll:ENOMEM; do
        start_server strace -D -qq -o trace -e "trace=${error%:*}" \
            -e "inject=${error%:*}:error=${error#*:}:when=2"
        talk 'echo(s, b"a")
try: echo(s, b"b")
except (AssertionError, OSError): assert not "'"$error"'".endswith(("EINTR", "EAGAIN"))
s.close(); s = connect(); echo(s, b"the next one")'
        grep -q INJECTED trace
        stops
    done
}

@test "each call that it needs to begin with: named, status 1" {
    for call in rt_sigaction socket setsockopt bind listen getsockname; do
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS" "$BIN/server" 0
        echo "$call: $status, $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: ${call#rt_}"*"[ENOBUFS]"* ]]
    done
}
