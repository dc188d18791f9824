#!/usr/bin/env bats
#
# Lesson 21: its scenes, and a web server before every kind of browser, every
# kind of name and every kind of failure. curl and python3 are the foreign
# clients.

load ../helper

setup() {
    BIN=$BUILD/21-http
    cd "$BATS_TEST_TMPDIR" || return 1
    server=
    cp -R "$ROOT/lessons/21-http/fixtures/site" www
}

teardown() {
    if [ -n "$server" ] && kill -KILL "$server" 2>/dev/null; then
        wait "$server" || true
    fi
}

# start [WRAPPER...]: the server of www, on a port that the kernel chooses.
# $seconds is its patience. bats starts background commands with SIGINT
# ignored; env undoes that.
start() {
    rm -f out err
    env --default-signal=INT,QUIT,PIPE "$@" \
        "$BIN/server" 0 www "${seconds:-30}" >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on 127\.0\.0\.1://p' out)
    url=http://127.0.0.1:$port
    idle=$(descriptors)
}

descriptors() { find "/proc/$server/fd" -mindepth 1 | wc -l; }

# The server has no client, and no file open.
alone() { [ "$(descriptors)" -eq "$idle" ]; }

# stops [SIGNAL]: asked to, the server comes to its end, with its last word.
stops() {
    local status=0
    kill "-${1:-TERM}" "$server"
    wait "$server" || status=$?
    server=
    echo "the server ended with $status"
    cat err
    [ "$status" -eq 0 ]
    [ "$(tail -n 1 out)" = stopped ]
}

# What the server holds: descriptors, memory in pages, children.
holds() {
    descriptors
    cut -d ' ' -f 6 "/proc/$server/statm" # data with stack
    cat "/proc/$server/task/$server/children"
}

python='
import http.client, os, socket, struct, sys, threading, time
def connect():
    return socket.create_connection(("127.0.0.1", port), 20)
def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
def rest(s):
    return b"".join(iter(lambda: s.recv(1 << 20), b""))
def status(answer):
    assert answer.startswith(b"HTTP/1.1 "), answer[:80]
    return int(answer[9:12])
def ask(request):
    s = connect()
    s.sendall(request)
    s.shutdown(socket.SHUT_WR)
    return rest(s)
def good(target="/hello.txt"):
    answer = ask(b"GET %s HTTP/1.0\r\n\r\n" % target.encode())
    assert status(answer) == 200, answer
    head, body = answer.split(b"\r\n\r\n", 1)
    return body
hello = open("www/hello.txt", "rb").read()
'

# talk PYTHON: a client that is none of ours.
talk() {
    timeout 30 python3 -c "port = $port; server = $server$python
$1"
}

# No test waits for ever for a server that does.
curl() { command curl -m 10 "$@"; }

# The next client is served.
serves() {
    curl -sS -o got "$url/hello.txt"
    cmp got www/hello.txt
}

# says STATUS CURL_ARGUMENT...: that is what curl is answered.
says() {
    local got
    got=$(curl -s -o got --path-as-is -w '%{http_code}' "${@:2}")
    echo "${*:2}: $got"
    [ "$got" = "$1" ]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: GET, HEAD, and a name that leads out" {
    play_scene 21-http
}

@test "experiment: two browsers, one port, two 5-tuples" {
    play_scene 21-http browsers
}

@test "experiment: a request comes in pieces" {
    play_scene 21-http pieces
}

@test "experiment: a name that leads out of the directory" {
    play_scene 21-http out
}

@test "experiment: without a length, a part passes for the whole" {
    play_scene 21-http lengths
}

@test "experiment: a silent client" {
    play_scene 21-http slow
}

@test "experiment: send takes a part of a large file" {
    play_scene 21-http short-send
}

@test "experiment: a browser leaves in the middle" {
    play_scene 21-http sigpipe
}

@test "experiment: the numbers that a server answers" {
    play_scene 21-http answers
}

# --- arguments and output ---------------------------------------------------

@test "the programs refuse bad arguments with status 2" {
    for arguments in 'server http' 'server 65536' 'server 0 . 0' \
        'server 0 . x' 'server 0 . 1 1' 'client localhost' 'client 127.0.0.1 x' \
        'client 127.0.0.1 1 1' 'first-try x' 'first-try 0 . 1' 'paths x' \
        'paths 0 . all' 'paths 0 . prefix 1' 'lengths x' 'lengths 0 none x' \
        'lengths 0 none 16' 'lengths 0 none 1 1' 'one-send x' 'one-send 0 a b' \
        'leave localhost' 'leave 127.0.0.1 1 / 1'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments
        echo "$arguments: $status, $output"
        [ "$status" -eq 2 ]
        [ -n "$output" ]
    done
}

@test "a busy port, and a directory that is none, are named, with status 1" {
    start
    run timeout 5 "$BIN/server" "$port"
    [ "$status" -eq 1 ]
    [[ $output == *"bind 127.0.0.1:$port: "*"[EADDRINUSE]"* ]]
    run timeout 5 "$BIN/server" 0 nowhere
    [ "$status" -eq 1 ]
    [[ $output == *"server: open nowhere: "*"[ENOENT]"* ]]
    run timeout 5 "$BIN/server" 0 out
    [ "$status" -eq 1 ]
    [[ $output == *"server: open out: "*"[ENOTDIR]"* ]]
    stops
    run timeout 5 "$BIN/client" 127.0.0.1 "$port" </dev/null
    [ "$status" -eq 1 ]
    [[ $output == *"connect 127.0.0.1:$port: "*"[ECONNREFUSED]"* ]]
}

@test "a closed or full stdout is reported, with status 1" {
    for broken in '>&-' '>/dev/full'; do
        run timeout 5 bash -c "'$BIN/server' 0 www $broken"
        echo "$broken: $status, $output"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "* ]]
    done
}

@test "SIGINT and SIGTERM stop it, idle or busy, and the port is free at once" {
    truncate -s 100M www/big
    for signal in INT TERM; do
        start
        serves
        stops "$signal"
        start
        exec {silent}<>"/dev/tcp/127.0.0.1/$port"
        exec {taking}<>"/dev/tcp/127.0.0.1/$port"
        echo $'GET /big HTTP/1.0\n' >&"$taking"
        wait_until grep -q '/big: 200' out
        stops "$signal"
        cat <&"$taking" >part 2>&1 || true # its end may be a reset
        [ "$(stat -c %s part)" -lt 100000000 ]
        exec {silent}>&- {taking}>&-
        "$BIN/server" "$port" www >again 2>&1 3>&- &
        server=$!
        wait_until grep -qx "listening on 127.0.0.1:$port" again
        kill "$server"
        wait "$server"
    done
}

# --- files ------------------------------------------------------------------

@test "files come to the byte, whatever their size and name" {
    start
    for size in 0 1 65535 65536 65537 5000001; do
        head -c "$size" /dev/urandom >"www/$size.bin"
        curl -sS -o got "$url/$size.bin"
        cmp got "www/$size.bin"
    done
    mkdir 'www/두 번째'
    echo 안녕 >'www/두 번째/100%+.txt'
    curl -sS -o got "$url/%EB%91%90%20%eb%b2%88%ec%a7%b8/100%25+.txt?a=b/../c"
    cmp got 'www/두 번째/100%+.txt'
    [ ! -s err ]
}

@test "each send may take a part only: files still come to the byte" {
    cat >short.c <<'END'
#include <sys/socket.h>
ssize_t send(int fd, const void *data, size_t length, int flags)
{
    static size_t calls;
    size_t most = 1 + calls++ * 7919 % 5000;
    return sendto(fd, data, length < most ? length : most, flags, 0, 0);
}
END
    cc -shared -fPIC -o short.so short.c
    start LD_PRELOAD="$PWD/short.so"
    head -c 300000 /dev/urandom >www/some.bin
    for _ in {1..5}; do
        curl -sS -o got "$url/some.bin"
        cmp got www/some.bin
    done
}

@test "HEAD says what GET says, and gives no body" {
    start
    head -c 100000 /dev/urandom >www/some.bin
    talk '
def fields(method, target):
    c = http.client.HTTPConnection("127.0.0.1", port)
    c.request(method, target)
    answer = c.getresponse()
    body = answer.read()
    named = {k.lower(): v for k, v in answer.getheaders() if k != "Date"}
    if method == "GET":
        assert int(named["content-length"]) == len(body)
    else:
        assert body == b""
    return answer.status, named
for target in "/", "/some.bin", "/nothing", "/notes", "/../x":
    assert fields("GET", target) == fields("HEAD", target), target
# What http.client would not show: not one byte after the empty line.
for target in b"/some.bin", b"/nothing":
    answer = ask(b"HEAD %s HTTP/1.0\r\n\r\n" % target)
    assert answer.endswith(b"\r\n\r\n") and answer.count(b"\r\n\r\n") == 1
'
}

@test "the content type follows the name" {
    start
    while read -r name type; do
        echo x >"www/$name"
        got=$(curl -s -o /dev/null -w '%{content_type}' "$url/$name")
        echo "$name: $got"
        [ "$got" = "$type" ]
    done <<'END'
a.html text/html; charset=utf-8
A.HTML text/html; charset=utf-8
a.css text/css; charset=utf-8
a.js text/javascript; charset=utf-8
a.txt text/plain; charset=utf-8
a.json application/json
a.svg image/svg+xml
a.png image/png
a.jpg image/jpeg
a.pdf application/pdf
a.html.gz application/octet-stream
html application/octet-stream
END
}

@test "what is no file is not opened for long, and nothing waits for it" {
    start
    mkfifo www/fifo
    mkdir www/empty
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("www/socket")'
    ln -s hello.txt www/link
    ln -s www/loop www/loop
    echo x >www/.hidden
    echo x >www/closed
    chmod 0 www/closed
    for name in fifo socket link loop .hidden . .. ./hello.txt; do
        says 403 "$url/$name"
    done
    for name in empty/ nothing nothing/ hello.txt/ hello.txt/x \
        "$(printf 'x%.0s' {1..300})"; do
        says 404 "$url/$name"
    done
    says 301 "$url/empty"
    [ "$(curl -s -o got -w '%{redirect_url}' "$url//notes?x")" = "$url/notes/" ] ||
        [ "$(curl -s -o got -w '%{redirect_url}' "$url//notes?x")" = "$url//notes/" ]
    [ "$(id -u)" -eq 0 ] || says 403 "$url/closed"
    serves
}

@test "no name leads out of the directory" {
    mkdir -p top/www-private
    mv www top/www
    ln -s top/www www # the directory itself may be named by a link
    echo SECRET >top/secret
    echo SECRET >top/www-private/secret
    ln -s ../secret www/link
    ln -s .. www/up
    ln -s "$PWD/top" www/absolute
    start
    for name in /../secret /%2e%2e/secret /%2E./secret /.%2e/secret \
        /notes/../../secret /notes/%2e%2e/%2e%2e/secret /..%2fsecret \
        /%2e%2e%2fsecret //../secret /./../secret /link /up/secret \
        /absolute/secret "/$PWD/top/secret" "/%2f$PWD/top/secret" \
        /../www-private/secret '/..\secret' /%252e%252e/secret \
        /up/www/../secret /%c0%ae%c0%ae/secret /..%00/secret /notes/..; do
        got=$(curl -s --path-as-is -w '\n%{http_code}' "$url$name")
        echo "$name: $got"
        [[ $got != *SECRET* ]]
        [[ $got == *$'\n'40[034] ]]
    done
    serves
}

@test "a directory becomes a link while names are looked up: nothing gets out" {
    mkdir outside www/door
    echo SECRET >outside/file
    echo welcome >www/door/file
    ln -s ../outside link
    start
    talk '
def swap():
    while not over:
        os.rename("www/door", "www/away")
        os.symlink("../outside", "www/door")
        os.unlink("www/door")
        os.rename("www/away", "www/door")
over = False
swapper = threading.Thread(target=swap)
swapper.start()
seen = set()
asked = 0
while asked < 500 or (seen != {200, 404} and asked < 20000):
    answer = ask(b"GET /door/file HTTP/1.0\r\n\r\n")
    assert b"SECRET" not in answer
    seen.add(status(answer))
    asked += 1
over = True
swapper.join()
assert seen == {200, 404}, seen
'
    serves
}

@test "a file that shrinks on the way is broken off, one that grows is not" {
    truncate -s 50M www/shrinks
    truncate -s 50M www/grows
    start
    talk '
for name, size in ("shrinks", 1000), ("grows", 60 << 20):
    s = connect()
    s.sendall(b"GET /%s HTTP/1.0\r\n\r\n" % name.encode())
    start = s.recv(1)
    os.truncate("www/" + name, size)
    answer = start + rest(s)
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"Content-Length: 52428800\r\n" in head
    assert (len(body) < 50 << 20) == (name == "shrinks"), len(body)
    assert len(body) <= 50 << 20
'
    serves
}

# --- requests ---------------------------------------------------------------

@test "methods, versions and fields" {
    start
    for method in POST PUT DELETE OPTIONS TRACE CONNECT PATCH; do
        says 405 -X "$method" "$url/"
    done
    curl -s -D - -o got -X PUT "$url/" | grep -q $'^Allow: GET, HEAD\r$'
    says 501 -X BREW "$url/"
    says 501 -X get "$url/"
    says 414 "$url/$(printf '%09000d' 0)"
    says 404 "$url/$(printf '%07000d' 0)"
    says 431 -H "X: $(printf '%09000d' 0)" "$url/"
    says 200 --http1.0 "$url/"
    says 200 -x "$url" http://example.com/hello.txt # a whole URL
    talk '
for expected, request in [
    (200, b"GET / HTTP/1.0\r\n\r\n"), (200, b"GET / HTTP/1.0\n\n"),
    (200, b"\r\nGET / HTTP/1.0\r\n\r\n"), (200, b"\r\n\r\n\n\nGET / HTTP/1.0\r\n\r\n"),
    (400, b"\r\n\r\nGET /a"), (400, b"\n\nG"), (400, b"\r\n" * 4000),
    (200, b"GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
    (200, b"GET / HTTP/1.1\r\nhOST:\r\n\r\n"),
    (200, b"GET / HTTP/1.9\r\nHost: a\r\nX:\t\xea\xb0\x80\r\n\r\n"),
    (200, b"GET HTTP://a HTTP/1.0\r\n\r\n"),
    (200, b"GET http://a?x=/nothing HTTP/1.0\r\n\r\n"),
    (200, b"GET /?\r HTTP/1.0\r\n\r\n".replace(b"\r ", b" ")),
    (200, b"GET / HTTP/1.0\r\n\r\nGET /nothing HTTP/1.0\r\n\r\n"),
    (400, b"GET / HTTP/1.1\r\n\r\n"),
    (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\nA : b\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\n: b\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\nfield\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\nA: \x01\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\nA: \0\r\n\r\n"),
    (400, b"GET /\r\n\r\n"), (400, b"GET\r\n\r\n"), (400, b"\r\n\r\n"),
    (400, b"\n\n\n\n"), (400, b"GET  / HTTP/1.0\r\n\r\n"),
    (400, b" GET / HTTP/1.0\r\n\r\n"), (400, b"GET / HTTP/1.0 \r\n\r\n"),
    (400, b"GET /a b HTTP/1.0\r\n\r\n"), (400, b"GET\t/\tHTTP/1.0\r\n\r\n"),
    (400, b"GET / http/1.0\r\n\r\n"), (400, b"GET / HTTP/10\r\n\r\n"),
    (400, b"GET / HTTP/1.00\r\n\r\n"), (400, b"GET hello.txt HTTP/1.0\r\n\r\n"),
    (400, b"GET * HTTP/1.0\r\n\r\n"), (400, b"GET ?x HTTP/1.0\r\n\r\n"),
    (400, b"GET /\0 HTTP/1.0\r\n\r\n"), (400, b"GET /\xff HTTP/1.0\r\n\r\n"),
    (400, b"GET /a\rb HTTP/1.0\r\n\r\n"), (400, b"G(T / HTTP/1.0\r\n\r\n"),
    (400, b"GET /%00 HTTP/1.0\r\n\r\n"), (400, b"GET /% HTTP/1.0\r\n\r\n"),
    (400, b"GET /%4 HTTP/1.0\r\n\r\n"), (400, b"GET /%g0 HTTP/1.0\r\n\r\n"),
    (400, b"GET /%-1 HTTP/1.0\r\n\r\n"), (400, b"GET /%+1 HTTP/1.0\r\n\r\n"),
    (400, b"GET / HTTP/1.0\r\n"), (400, b"GE"), (400, b"\0"),
    (400, "안녕!!\r\n\r\n".encode()), (400, b"\xff\xfe\r\n\r\n"),
    (400, b"\x16\x03\x01\x00\xa5\n\n"),
    (505, b"GET / HTTP/2.0\r\n\r\n"), (505, b"GET / HTTP/0.9\r\n\r\n"),
    (405, b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
    (405, b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
    (414, b"x" * 1000000), (414, b"GET /" + b"a/" * 5000 + b" HTTP/1.0\r\n\r\n"),
    (431, b"GET / HTTP/1.0\r\n" + b"A: b\r\n" * 2000 + b"\r\n"),
    (400, b"\0" * 8000 + b"\n\n"),
]:
    got = status(ask(request))
    assert got == expected, (request[:80], got, expected)
assert ask(b"") == b""
'
    [ ! -s err ]
    run env LC_ALL=C grep '[^ -~]' out # nothing of that spoils a screen
    [ "$status" -eq 1 ]
}

@test "a client gets its answer though we do not read what else it sends" {
    start
    head -c 5000000 /dev/urandom >upload
    says 405 -H Expect: --data-binary @upload "$url/"
    says 404 -H Expect: -X GET --data-binary @upload "$url/nothing"
    says 414 -H Expect: --data-binary @upload "$url/$(printf '%09000d' 0)"
    talk '
# One that looks for the answer only when it has said all.
assert status(ask(b"POST / HTTP/1.0\r\n\r\n" + bytes(20000000))) == 405
'
}

@test "a request may come byte by byte, its sender half gone" {
    start
    talk '
s = connect()
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for byte in b"\r\n\r\nGET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n":
    assert good() == hello # others are served between
    s.send(bytes([byte]))
s.shutdown(socket.SHUT_WR)
assert rest(s).endswith(hello)
'
}

# --- clients ----------------------------------------------------------------

@test "clients that leave at any moment are no harm" {
    truncate -s 20M www/big
    start
    talk '
request = b"GET /big HTTP/1.0\r\n\r\n"
for leave in socket.socket.close, reset:
    for sent in 0, 1, len(request) - 1, len(request):
        for received in (0, 1, 100000) if sent == len(request) else (0,):
            for _ in range(20):
                s = connect()
                s.sendall(request[:sent])
                for _ in range(0, received, 1000):
                    s.recv(1000)
                leave(s)
assert good() == hello
'
    wait_until alone
    [ ! -s err ]
}

@test "the silent, the slow and those who never read have their time" {
    truncate -s 50M www/big
    seconds=1 start
    talk '
begun = time.monotonic()
silent, slow, deaf, drip, flood = (connect() for _ in range(5))
deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
deaf.sendall(b"GET /big HTTP/1.0\r\n\r\n")
slow.sendall(b"GET /hel")
def dripping():
    try:
        while time.monotonic() < begun + 9:
            drip.send(b"x")
            time.sleep(0.05)
    except OSError:
        pass
def flooding():
    try:
        flood.sendall(b"POST / HTTP/1.0\r\n\r\n")
        while time.monotonic() < begun + 9:
            flood.send(b"x" * 100000)
    except OSError:
        flood.close()
threads = [threading.Thread(target=f) for f in (dripping, flooding)]
for t in threads:
    t.start()
while time.monotonic() < begun + 0.9:
    assert good() == hello
assert rest(silent) == b""
assert status(rest(slow)) == 408
assert status(rest(drip)) == 408
drip.close()
for t in threads:
    t.join()
while "/big" not in open("out").read() or open("out").read().count("had its time") < 5:
    time.sleep(0.01)
try:
    rest(deaf)
    assert False, "it may have all"
except ConnectionResetError:
    pass
took = time.monotonic() - begun
assert 0.9 < took < 8, took
'
    wait_until alone
    [ ! -s err ]
    serves
}

@test "1,000 silent clients at once: the next is served, and then all are" {
    start
    before=$(holds)
    talk '
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
many = [connect() for _ in range(1000)]
assert good() == hello
for s in many:
    s.sendall(b"GET /hello.txt HTTP/1.0\r\n\r\n")
for s in many:
    assert rest(s).endswith(b"\r\n\r\n" + hello)
    s.close()
'
    wait_until alone
    [ ! -s err ]
    [ "$(grep -c '/hello.txt: 200' out)" -eq 1001 ]
}

@test "10,000 clients one after another leave nothing behind" {
    start
    clients='
for i in range(count):
    s = connect()
    if i % 10 == 0:
        reset(s)
    else:
        s.sendall(b"GET %s HTTP/1.0\r\n\r\n" % (b"/hello.txt", b"/nothing")[i % 2])
        assert len(rest(s)) > 100
        s.close()
'
    talk "count = 200$clients"
    wait_until alone
    before=$(holds)
    talk "count = 10000$clients"
    wait_until alone
    echo "before: $before"
    echo "after:  $(holds)"
    [ "$(holds)" = "$before" ]
    [ ! -s err ]
    serves
}

@test "with few descriptors clients wait in the queue, and all are served" {
    (
        ulimit -n 24
        start
        echo "$server $port" >started
    )
    read -r server port <started
    url=http://127.0.0.1:$port
    talk '
first = [connect() for _ in range(100)]
before = sum(map(int, open("/proc/%d/stat" % server).read().split()[13:15]))
time.sleep(0.3)
after = sum(map(int, open("/proc/%d/stat" % server).read().split()[13:15]))
assert after - before <= 5, "it spins"
for s in first:
    s.sendall(b"GET /hello.txt HTTP/1.0\r\n\r\n")
for s in first:
    assert rest(s).endswith(hello)
    s.close()
'
    [ ! -s err ]
    kill "$server"
    wait_until grep -qx stopped out
    server=
}

# --- errors -----------------------------------------------------------------

# injected CALL ERROR [WHEN]: the server's first call, or that one, fails so.
injected() {
    start strace -D -qq -o trace -e "trace=$1" \
        -e "inject=$1:error=$2:when=${3:-1}"
    curl -s -m 5 -o /dev/null "$url/hello.txt" || true
    serves
    grep -q INJECTED trace
    stops
}

@test "errors that pass are nobody's end" {
    # The loader of programs has calls of pread of its own, before ours.
    strace -qq -o trace -e trace=pread64 "$BIN/server" x || true
    pread=$(($(wc -l <trace) + 1))
    for failure in accept4:EINTR accept4:EAGAIN accept4:ECONNABORTED \
        accept4:EMFILE accept4:ENOMEM \
        recvfrom:EINTR recvfrom:EAGAIN recvfrom:ECONNRESET recvfrom:ENOMEM \
        sendto:EINTR sendto:EAGAIN \
        sendto:EPIPE sendto:ECONNRESET sendto:ENOBUFS sendto:EAGAIN:2 \
        sendto:EPIPE:2 ppoll:EINTR ppoll:ENOMEM pread64:EINTR:$pread pread64:EIO:$pread \
        shutdown:ENOTCONN; do
        IFS=: read -r call error when <<<"$failure"
        echo "$failure"
        injected "$call" "$error" "$when"
    done
}

@test "a call without which there is no server is named, with status 1" {
    for failure in socket:EMFILE setsockopt:ENOMEM bind:EACCES \
        listen:EADDRINUSE fcntl:EINVAL getsockname:ENOBUFS; do
        call=${failure%:*} error=${failure#*:}
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=$error" "$BIN/server" 0 www
        echo "$failure: $status $output"
        [ "$status" -eq 1 ]
        [[ $output == *"server: $call"*"[$error]"* ]]
    done
}
