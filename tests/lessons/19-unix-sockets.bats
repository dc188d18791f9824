#!/usr/bin/env bats
# Lesson 19: sockets of one machine. The scenes, and the programs beyond them.

load ../helper

setup() {
    BIN=$BUILD/19-unix-sockets
    cd "$BATS_TEST_TMPDIR" || return 1
    server='' first=''
}

teardown() {
    for pid in $server $first; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

# start [WRAPPER...]: the server at the path s. bats starts background commands
# with SIGINT ignored; env undoes that.
start() {
    rm -f out err
    env --default-signal=INT,QUIT "$@" "$BIN/server" s >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on s$' out
}

# The server's end, as its parent sees it, must be this status.
ends_with() {
    local status=0
    wait "$server" || status=$?
    server=
    echo "the server ended with $status"
    [ "$status" -eq "$1" ]
}

# stops [SIGNAL]: asked to, the server ends with status 0, and its path with it.
stops() {
    kill "-${1:-TERM}" "$server"
    ends_with 0
    [ ! -e s ]
    [ "$(tail -n 1 out)" = 'removed s' ]
}

# One ordinary client is served, all of it.
serves() {
    timeout 10 "$BIN/client" s >client.out 2>client.err
    [[ $(sed -n 3p client.out) =~ ^'You are process '[0-9]+' of user '$(id -u)', ' ]]
    [ ! -s client.err ]
}

# talk PYTHON: a peer that is none of ours; s is connected, again() does it anew.
talk() {
    timeout 20 python3 -c '
import os, socket, sys
def again():
    s = socket.socket(socket.AF_UNIX)
    s.connect("s")
    return s
s = again()
'"$1"
}

descriptors() {
    local open=("/proc/$server/fd/"*)
    echo "${#open[@]}"
}

asleep() { # in the state that /proc calls S
    grep -q '^[0-9]* (server) S ' "/proc/$server/stat"
}

stopped() {
    grep -q '^[0-9]* (server) T ' "/proc/$server/stat"
}

leave_stale_path() {
    "$BIN/careless" s </dev/null >/dev/null
    [ -S s ]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: two clients learn who they are" {
    play_scene 19-unix-sockets
}

@test "experiment: a pair of sockets, for parent and child" {
    play_scene 19-unix-sockets pair
}

@test "experiment: a path is cut to 14 bytes in a sockaddr" {
    play_scene 19-unix-sockets cut
}

@test "experiment: paths of 107, 108 and 109 bytes" {
    play_scene 19-unix-sockets long
}

@test "experiment: the file outlives its server" {
    play_scene 19-unix-sockets stale
}

@test "experiment: a living server's path and others' files are left alone" {
    play_scene 19-unix-sockets in-use
}

@test "experiment: unlink without looking takes a server's name away" {
    play_scene 19-unix-sockets stolen
}

@test "experiment: who may connect, the file's mode says" {
    play_scene 19-unix-sockets permission
}

@test "experiment: the peer is who connected; the sender who sent" {
    play_scene 19-unix-sockets credentials
}

@test "experiment: an abstract name" {
    play_scene 19-unix-sockets abstract
}

@test "experiment: a descriptor is lent" {
    play_scene 19-unix-sockets lend
}

@test "experiment: a descriptor's number is not the descriptor" {
    play_scene 19-unix-sockets number
}

@test "experiment: a descriptor for which there is no room is lost" {
    play_scene 19-unix-sockets no-room
}

@test "experiment: datagrams wait instead of being lost" {
    play_scene 19-unix-sockets datagrams
}

@test "experiment: a nameless client's datagram cannot be answered" {
    play_scene 19-unix-sockets nameless
}

# --- arguments --------------------------------------------------------------

@test "bad arguments: one clear line and status 2" {
    long=$(printf '%0108d' 0)
    for program in server client lend borrow careless; do
        run timeout 5 "$BIN/$program" "$long"
        [ "$status" -eq 2 ]
        [ "$output" = "$program: path \"$long\": a socket's path has from 1 to 107 bytes" ]
        run timeout 5 "$BIN/$program" ''
        [ "$status" -eq 2 ]
        run timeout 5 "$BIN/$program" a b c
        [ "$status" -eq 2 ]
        [[ $output == "usage: $program "* ]]
    done
    run timeout 5 "$BIN/careless" s remove
    [ "$status" -eq 2 ]
    for program in pair cut long whose over-tcp abstract number no-room \
        datagrams nameless; do
        run timeout 5 "$BIN/$program" x
        [ "$status" -eq 2 ]
        [ "$output" = "usage: $program" ]
    done
    [ -z "$(ls)" ]
}

@test "without an argument both go by the path socket" {
    env --default-signal=INT "$BIN/server" >out 2>&1 3>&- &
    server=$!
    wait_until grep -q '^listening on socket$' out
    run timeout 5 "$BIN/client"
    [ "$status" -eq 0 ]
    kill -INT "$server"
    ends_with 0
    [ ! -e socket ]
}

@test "a path of 107 bytes is served" {
    path=$(printf '%0107d' 0)
    "$BIN/server" "$path" >out 2>&1 3>&- &
    server=$!
    wait_until grep -q '^listening on ' out
    run timeout 5 "$BIN/client" "$path"
    [ "$status" -eq 0 ]
    kill -TERM "$server"
    ends_with 0
    [ ! -e "$path" ]
}

# --- the path ---------------------------------------------------------------

@test "what a killed server has left is removed by the next" {
    start
    kill -KILL "$server"
    ends_with 137
    [ -S s ]
    start
    [ "$(head -n 1 out)" = 'removed s, which a server had left' ]
    serves
    stops
}

@test "a file, a directory, a FIFO or a symbolic link is left alone" {
    echo precious >file
    mkdir directory
    mkfifo fifo
    ln -s nowhere link
    leave_stale_path
    ln -s s to-socket
    for path in file directory fifo link to-socket; do
        run timeout 5 "$BIN/server" "$path"
        [ "$status" -eq 1 ]
        [[ $output == *"server: bind $path: "*"[EADDRINUSE]"* ]]
    done
    [ "$(cat file)" = precious ]
    [ -d directory ] && [ -p fifo ] && [ -L link ] && [ -L to-socket ] && [ -S s ]
}

# hold PYTHON: a socket x of our own at s, until the file leave is there.
hold() {
    timeout 20 python3 -c "
import socket, sys
$1
print(flush=True)
sys.stdin.read()" < <(wait_until test -e leave) >held 3>&- &
    peer=$!
    wait_until test -s held
}

@test "a living socket is left alone: bound, full queue, other types" {
    for life in 'x = socket.socket(socket.AF_UNIX); x.bind("s")' \
        'x = socket.socket(socket.AF_UNIX); x.bind("s"); x.listen(0)
y = socket.socket(socket.AF_UNIX); y.connect("s")' \
        'x = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); x.bind("s")' \
        'x = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); x.bind("s")'; do
        rm -f s held leave
        hold "$life"
        run timeout 5 "$BIN/server" s
        [ "$status" -eq 1 ]
        [[ $output == *"server: bind s: "*"[EADDRINUSE]"* ]]
        [ -S s ]
        touch leave
        wait "$peer"
    done
}

@test "another user's stale socket is left alone" {
    [ "$(id -u)" -eq 0 ] || skip 'only root can give files away'
    leave_stale_path
    chown nobody s
    run timeout 5 "$BIN/server" s
    [ "$status" -eq 1 ]
    [[ $output == *'[EADDRINUSE]'* ]]
    [ -S s ]
}

@test "of servers that start together at a stale path one gets it, and keeps it" {
    for _ in 1 2 3 4 5; do
        rm -f out.*
        leave_stale_path
        pids=()
        for i in 1 2 3 4 5 6; do
            "$BIN/server" s >"out.$i" 2>&1 3>&- &
            pids+=($!)
        done
        wait_until settled
        serves
        kill -TERM "${pids[@]}" 2>/dev/null || true
        for pid in "${pids[@]}"; do
            wait "$pid" || true
        done
        [ "$(cat out.* | grep -c '^listening on s$')" -eq 1 ]
        [ ! -e s ]
    done
}

settled() {
    [ "$(cat out.* | grep -c 'EADDRINUSE\|^listening')" -eq 6 ]
}

# strace stops the first when it has found the path stale. Now the second comes.
@test "a server does not remove what another has made meanwhile" {
    leave_stale_path
    strace -D -qq -o trace -e trace=connect -e inject=connect:signal=SIGSTOP \
        "$BIN/server" s >out 2>err 3>&- &
    first=$!
    wait_until grep -q 'stopped by SIGSTOP' trace
    "$BIN/server" s >second.out 2>second.err 3>&- &
    server=$!
    wait_until asleep
    kill -CONT "$first"
    wait_until grep -q '^listening on s$' out
    wait_until grep -q '\[EADDRINUSE\]' second.err
    ends_with 1
    [ ! -s second.out ]
    server=$first first=
    serves
    stops
}

@test "a path that another server has taken is left to it" {
    start
    rm s
    first=$server
    mv out first.out
    start
    kill -TERM "$first"
    wait "$first"
    serves
    stops
    [ "$(tail -n 1 first.out)" = 's is not ours any more' ]
}

@test "no such directory, or no right to it: a named error" {
    run timeout 5 "$BIN/server" nowhere/s
    [ "$status" -eq 1 ]
    [[ $output == *'server: open nowhere: '*'[ENOENT]'* ]]
    touch file
    run timeout 5 "$BIN/server" file/s
    [ "$status" -eq 1 ]
    [[ $output == *'[ENOTDIR]'* ]]
}

# --- output -----------------------------------------------------------------

@test "stdout closed or full: a named error, status 1, and no file left" {
    for failure in '>&- EBADF' '>/dev/full ENOSPC'; do
        broken=${failure% *} error=${failure#* }
        run timeout 5 bash -c "\"\$0\" s $broken" "$BIN/server"
        [ "$status" -eq 1 ]
        [[ $output == *"server: write standard output: "*"[$error]"* ]]
        [ ! -e s ]
    done
    start
    for broken in '>&-' '>/dev/full'; do
        run timeout 5 bash -c "\"\$0\" s $broken" "$BIN/client"
        [ "$status" -eq 1 ]
        [[ $output == *'client: write standard output: '* ]]
    done
    serves
    stops
}

# --- clients ----------------------------------------------------------------

@test "peers that are none of ours are told who they are" {
    start
    run talk 'print(s.recv(100) == b"You are process %d of user %d, group %d.\n" %
        (os.getpid(), os.getuid(), os.getgid()), s.recv(1))'
    [ "$output" = "True b''" ]
    stops
}

@test "clients that leave, flood, shut down or stay do no harm" {
    start
    before=$(descriptors)
    talk '
kept = [again() for i in range(50)]              # say and read nothing
for i in range(1000): again().close()            # leave at once
for i in range(20):
    for text in b"x" * 100000, bytes(1000), b"\xff\xfe\n" * 1000:
        f = again(); f.setblocking(False)
        try: f.send(text)
        except OSError: pass
        f.close()
for i in range(20): again().shutdown(socket.SHUT_RDWR)
for i in range(20):
    f = again(); f.shutdown(socket.SHUT_WR); assert f.recv(100)'
    serves
    wait_until asleep
    [ "$(descriptors)" -eq "$before" ]
    stops
}

@test "500 clients at once are all served" {
    start
    wait_until asleep
    kill -STOP "$server"
    wait_until stopped
    talk '
many = [again() for i in range(500)]
os.kill('"$server"', 18)
print(sum(len(m.recv(100)) > 0 for m in many))' >served
    [ "$(cat served)" -eq 500 ]
    [ ! -s err ]
    stops
}

@test "with no descriptor left the server rests, serves later, and can stop" {
    start
    wait_until asleep
    for ending in serves stops; do
        prlimit --pid "$server" --nofile=4:
        timeout 10 "$BIN/client" s >client.out 2>&1 3>&- &
        client=$!
        wait_until grep -q '^server: accept on descriptor [0-9]*: .*\[EMFILE\]' err
        if [ "$ending" = serves ]; then
            prlimit --pid "$server" --nofile=64:
            wait "$client"
            grep -q '^You are ' client.out
            : >err
        fi
    done
    stops
    wait "$client" || true
}

# --- errors that the kernel can give ----------------------------------------

@test "an error that concerns a client, or will pass, stops nobody" {
    for error in EINTR ECONNABORTED EMFILE ENOMEM; do
        start strace -D -qq -o trace -e trace=accept,accept4 \
            -e "inject=accept,accept4:error=$error:when=1..2"
        serves
        stops
    done
    for error in EINTR ENOMEM; do
        start strace -D -qq -o trace -e trace=ppoll \
            -e "inject=ppoll:error=$error:when=1..2"
        serves
        stops
    done
    for failure in sendto:EPIPE sendto:EAGAIN \
        sendto:ENOBUFS getsockopt:ENOMEM; do
        call=${failure%:*}
        start strace -D -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=${failure#*:}:when=1"
        run timeout 5 "$BIN/client" s
        [ "$status" -eq 1 ]
        [[ $output == *'client: the server closed without an answer' ]]
        serves
        grep -q "\[${failure#*:}\]" err
        stops
    done
    start strace -D -qq -o trace -e trace=sendto,flock \
        -e inject=sendto,flock:error=EINTR:when=1..2
    serves
    stops
}

@test "an error that is the server's own ends it with status 1 and no file left" {
    for call in socket openat flock bind listen accept; do
        filter=
        [ "$call" != openat ] || filter='-P .' # not the libraries
        error=ENOBUFS
        [ "$call" != accept ] || error=EINVAL
        # shellcheck disable=SC2086 # words on purpose
        strace -D -qq -o trace $filter -e "trace=$call" \
            -e "inject=$call:error=$error" "$BIN/server" s >out 2>err 3>&- &
        server=$!
        if [ "$call" = accept ]; then
            wait_until grep -q '^listening' out
            timeout 5 "$BIN/client" s >/dev/null 2>&1 || true
        fi
        ends_with 1
        grep -q "^server: ${call%at} .*\[$error\]" err
        [ ! -e s ]
    done
}

@test "each call of the client that fails is named, status 1" {
    start
    for call in socket connect getsockopt recvfrom; do
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS" "$BIN/client" s
        [ "$status" -eq 1 ]
        [[ $output == *"client: ${call%from}"*"[ENOBUFS]"* ]]
    done
    run timeout 10 strace -qq -o trace -e trace=recvfrom \
        -e inject=recvfrom:error=EINTR:when=1..2 "$BIN/client" s
    [ "$status" -eq 0 ]
    stops
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM stop the server with status 0 and no file left" {
    for signal in INT TERM; do
        start
        wait_until asleep
        stops "$signal"
        start
        talk 'try:
    while True: again()
except OSError: pass' >/dev/null 2>&1 3>&- &
        wait_until has_served
        stops "$signal"
        wait "$!" || true
    done
}

has_served() { [ "$(grep -c '^accepted' out)" -gt 20 ]; }

# strace sends the signal after each call in turn.
@test "SIGINT and SIGTERM at any moment: no file is left" {
    for signal in INT TERM; do
        for call in bind listen accept getsockopt sendto; do
            rm -f out
            env --default-signal=INT strace -D -qq -o trace -e "trace=$call" \
                -e "inject=$call:signal=SIG$signal:when=1" \
                "$BIN/server" s >out 2>err 3>&- &
            server=$!
            wait_until grep -q '^listening' out
            timeout 5 "$BIN/client" s >/dev/null 2>&1 || true
            ends_with 0
            [ ! -e s ]
        done
    done
}

# --- a descriptor on its way ------------------------------------------------

@test "lend gives its descriptor to a peer that is none of ours" {
    "$BIN/lend" s >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on s$' out
    run talk 'data, fds, flags, address = socket.recv_fds(s, 10, 4)
print(data, len(fds), os.read(fds[0], 100))'
    [ "$output" = "b'!' 1 b'The second line is read by the borrower.\\n'" ]
    ends_with 0
    [ "$(tail -n 1 out)" = 'descriptor 3 stands at byte 79' ]
    [ ! -e s ]
}

@test "borrow: no descriptor, or nothing at all, is said, status 1" {
    for answer in 'c.send(b"!")' 'pass'; do
        rm -f s ready
        timeout 20 python3 -c "
import socket
l = socket.socket(socket.AF_UNIX); l.bind('s'); l.listen()
print(flush=True)
c = l.accept()[0]; $answer" >ready 3>&- &
        peer=$!
        wait_until [ -s ready ]
        run timeout 5 "$BIN/borrow" s
        [ "$status" -eq 1 ]
        [ "$output" = 'borrow: the server sent no descriptor' ]
        wait "$peer"
    done
}

@test "lend: a borrower that leaves at once does no harm" {
    "$BIN/lend" s >out 2>err 3>&- &
    server=$!
    wait_until grep -q '^listening on s$' out
    kill -STOP "$server"
    talk 's.close()'
    kill -CONT "$server"
    ends_with 1
    grep -q '^lend: sendmsg descriptor 3: .*\[EPIPE\]' err
}
