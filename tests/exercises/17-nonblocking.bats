#!/usr/bin/env bats
# The grader of lesson 17's exercise, hail.c.

load grader

lines() { printf '%s\n' "$@"; }

anna_listens() { lines 'anna$ ./peer listen $PORT' 'anna| listening on 127.0.0.1:$PORT'; }

anna_accepts() { lines 'anna< accept' 'anna| accepted from 127.0.0.1:{...}'; }

anna_ends() { lines 'anna^D' 'anna= 0'; }

# A port where nobody answers: its queue is full.
silent_port() {
    lines 'silent$ ./peer --backlog 0 listen $PORT2' 'silent| listening on 127.0.0.1:$PORT2' \
        'silent< fill-queue' 'silent| the queue is full, {...}'
}

# Nobody waits for two minutes to see a program hang. What it says on stderr is
# its own affair, but not what the sanitizers say there.
bounded() { # bounded ARGUMENTS
    printf '%s' "hail\$ sh -c 'timeout 2 ./hail $1 2>errors; status=\$?; "
    printf '%s' 'test $status != 124 || echo 2 seconds later it still waits; '
    echo 'grep -E "Sanitizer|runtime error" errors >&2; exit $status'\'
}

# kind: behaviour
# points: 15
# hint: connect on a socket that does not block returns at once, with -1 and EINPROGRESS. That is no failure yet: when is it decided?
# hint: poll for POLLOUT; then SO_ERROR is 0 if the connection is there. Say "connected", and print what recv brings until it returns 0.
# hint: while ((n = recv(sockfd, buffer, sizeof buffer, 0)) != 0) { if (n == -1 && errno == EINTR) continue; if (n == -1) die("recv"); fwrite(buffer, 1, (size_t)n, stdout); fflush(stdout); }
# hint /forget htons/: The port goes over the wire with its high byte first: .sin_port = htons(port).
# hint /recv[a-z]*\([^=]*= -1 EAGAIN/: EAGAIN says that nothing has come yet. Take O_NONBLOCK away when you are connected, or poll for POLLIN before recv.
# hint /EINPROGRESS[^)]*\)[[:space:]]+poll\(\[\{fd=[0-9]+, events=POLLIN\}/: POLLIN means that something has come, and a server may say nothing for long. A connection that is decided makes the socket writable: POLLOUT.
# hint /→ +[0-9]+ +hail\| \$C:/: No newline came, so stdio keeps the text for later. fflush(stdout) after each fwrite lets it go.
@test "says connected where somebody listens, prints what comes until the end, and ends with 0" {
    random A words 3
    random B korean
    random C word
    scene < <(
        anna_listens
        lines 'hail$ ./hail 4000 127.0.0.1 $PORT 2>errors' 'hail| connected'
        anna_accepts
        lines 'anna< send-line $A' 'anna| sent {...}' 'hail| $A'
        # Time for a look, in vain, for more.
        lines 'time$ sleep 0.1' 'time= 0'
        lines 'anna< send-line $B' 'anna| sent {...}' 'hail| $B'
        # A prompt: there is no newline, and the server waits for an answer.
        lines 'anna< send $C:\x20' 'anna| sent {...}' 'hail| $C:\x20\c'
        anna_ends
        lines 'hail= 0'
    )
}

# kind: behaviour
# points: 15
# hint: Writable means decided. How it was decided, the socket knows, and tells once.
# hint: getsockopt with SO_ERROR gives the errno that connect would have had. ECONNREFUSED: say "refused", and end with status 1.
# hint: int error; socklen_t len = sizeof error; getsockopt(sockfd, SOL_SOCKET, SO_ERROR, &error, &len); the answer stands in error, not in what getsockopt returns.
# hint /got +connected/: poll says that it is decided, and not how. Ask for SO_ERROR, and look at the error that it has put into your variable.
# hint /ended with 0/: The line is right, the status is not: 0 is for a conversation that came to its end.
@test "says refused where nobody listens, and ends with 1" {
    lines 'hail$ ./hail 4000 127.0.0.1 $PORT 2>errors' 'hail| refused' 'hail= 1' > refused
    scene < refused
}

# kind: behaviour
# points: 10
# hint: poll takes a time limit, in milliseconds. What does it return when the time is over?
# hint: poll returns 0 when nothing was decided within the limit: say "no answer", and end with status 1.
# hint: if (poll(&wanted, 1, (int)ms) == 0) { printf("no answer\n"); return 1; }
# hint /got +connected/: SO_ERROR is 0 while the connection is still under way, too. Look first at what poll has returned: 0 means that nothing is decided.
# hint /2 seconds later it still waits/: Who sets the limit? poll's third argument is in milliseconds; -1 is for ever. And connect itself must not block.
@test "says no answer where none comes in time, and ends with 1" {
    random MS number 50 80
    scene < <(
        silent_port
        bounded "\$MS 127.0.0.1 \$PORT2"
        lines 'hail| no answer' 'hail= 1' 'silent^D' 'silent= 0'
    )
}

# kind: behaviour
# points: 10
# hint: The limit is for the connection. A server that thinks before it speaks has all the time it wants.
# hint: If the socket does not block, recv says EAGAIN when nothing has come yet, and that is neither the end nor an error.
# hint: fcntl(sockfd, F_SETFL, flags) puts the old flags back after the connection is there: recv sleeps again.
@test "waits for a server that takes longer than the limit to say something" {
    random MS number 150 200
    random LONGER number 450 500
    random A words 2
    scene < <(
        silent_port
        anna_listens
        lines 'hail$ ./hail $MS 127.0.0.1 $PORT 2>errors' 'hail| connected'
        anna_accepts
        lines '# Another one calls in vain meanwhile. So we know that the time is over.' \
            'clock$ ./hail $LONGER 127.0.0.1 $PORT2 2>errors' 'clock| no answer' 'clock= 1' \
            'silent^D' 'silent= 0' \
            'anna< send-line $A' 'anna| sent {...}' 'hail| $A'
        anna_ends
        lines 'hail= 0'
    )
}

# kind: behaviour
# points: 10
# hint: What comes are bytes: some of them may be 0, and no newline need be among them.
# hint: recv returns how many bytes there are. fwrite or write take a length; printf and puts stop at a NUL.
# hint: fwrite(buffer, 1, (size_t)n, stdout);
@test "prints every byte that comes" {
    random N number 20000 40000
    random S number 1 9999
    scene < <(
        anna_listens
        lines "you\$ sh -c './hail 4000 127.0.0.1 \$PORT 2>errors | { read -r first; echo \"\$first\"; cat >out; }'" \
            'you| connected'
        anna_accepts
        lines 'anna< send-random $N $S' 'anna| {...}'
        anna_ends
        # Looked at from another directory, where the program cannot come.
        lines 'you= 0' 'look$ ./peer verify $N $S < ../you/out' 'look| $N bytes as expected' 'look= 0'
    )
}

# kind: behaviour
# points: 5
# hint: connect has more to say than refused: no network, no route. What happens to an errno that you have not thought of?
# hint: All other errors are named on stderr, with nothing on stdout; status 1. connect itself may report them at once.
# hint: if (errno != EINPROGRESS) die("connect %s:%u", host, port); and the same with what SO_ERROR has given.
# hint /anna< reset +ok/: The server has reset the connection, so recv returns -1: that is no end, but an error, and errno has it. Name it on stderr; status 1.
@test "names any other error on stderr, and ends with 1" {
    random A words 2
    scene <<'END'
# No stream leads to the broadcast address: ENETUNREACH.
hail$ sh -c './hail 200 255.255.255.255 $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
hail| (its stderr names an error)
hail= 1
# The server breaks off: recv has ECONNRESET.
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
hail$ sh -c './hail 4000 127.0.0.1 $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
hail| connected
anna< accept
anna| accepted from 127.0.0.1:{...}
anna< send-line $A
anna| sent {...}
hail| $A
anna< reset
anna| reset
hail| (its stderr names an error)
hail= 1
anna^D
anna= 0
END
}

# Two waits of some length: for a connection that does not come, and for a
# server that is silent while another program calls in vain.
two_waits() {
    silent_port
    lines 'hail$ ./hail 150 127.0.0.1 $PORT2 2>errors' 'hail| no answer' 'hail= 1'
    anna_listens
    lines 'hail$ ./hail 4000 127.0.0.1 $PORT 2>errors' 'hail| connected'
    anna_accepts
    lines 'clock$ ./hail 100 127.0.0.1 $PORT2 2>errors' 'clock| no answer' 'clock= 1' \
        'anna< send-line hello' 'anna| sent {...}' 'hail| hello'
    anna_ends
    lines 'hail= 0' 'silent^D' 'silent= 0'
}

# kind: calls
# points: 10
# hint: It is a socket that does not block that waits best: connect returns, poll sleeps. Which call tells the socket so, and which flags has it then?
# hint: Make it non-blocking before connect. F_SETFL sets all flags: fetch those that there are by F_GETFL, and change one.
# hint: int flags = fcntl(sockfd, F_GETFL); fcntl(sockfd, F_SETFL, flags | O_NONBLOCK); and later fcntl(sockfd, F_SETFL, flags);
# hint /took flags away/: F_SETFL sets all flags, and what is not named is off: flags | O_NONBLOCK keeps them, O_NONBLOCK alone does not.
@test "connects by a socket that does not block, and takes no other flag away" {
    traced_scene < <(two_waits)
    local blocking lost
    blocking=$(calls '^(socket|fcntl|ioctl|connect)\(' | awk '
        /^socket\(.* = [0-9]+$/ { open[$NF] = /SOCK_NONBLOCK/ }
        /^fcntl\([0-9]+, F_SETFL/ { fd = $0; sub(/^fcntl\(/, "", fd); open[fd + 0] = /O_NONBLOCK/ }
        /^ioctl\([0-9]+, FIONBIO/ { fd = $0; sub(/^ioctl\(/, "", fd); open[fd + 0] = !/\[0\]/ }
        /^connect\([0-9]+, .*AF_INET/ { fd = $0; sub(/^connect\(/, "", fd); if (!open[fd + 0]) print }')
    [ -z "$blocking" ] || fail 'This socket could have slept in connect:' "$blocking"
    lost=$(calls '^fcntl\([0-9]+, F_SETFL, O_RDONLY' || true)
    [ -z "$lost" ] || fail 'A socket is O_RDWR. These took flags away (strace writes 0 as O_RDONLY):' "$lost"
}

# kind: calls
# points: 10
# hint: To ask again and again whether it is decided takes a whole processor. Which call sleeps until it is?
# hint: poll sleeps until the socket is writable, or the time is over. connect is called once. recv is called when poll, or a socket that blocks again, lets it sleep.
# hint: struct pollfd wanted = {.fd = sockfd, .events = POLLOUT}; poll(&wanted, 1, (int)ms); in place of a loop around connect, getsockopt or recv.
# hint /^(recv|read)[a-z0-9]* was called/: The connection is there, and nothing has come yet: recv says EAGAIN. Poll for POLLIN before each recv; or take O_NONBLOCK away once you are connected, and recv sleeps.
@test "sleeps while it waits" {
    traced_scene < <(two_waits)
    local most
    most=$(calls '^[a-z0-9_]+\(' | sed 's/(.*//' | sort | uniq -c | sort -rn | head -n 1)
    [ -n "$most" ] || fail 'the program could not be traced'
    # shellcheck disable=SC2086  # a number and a name
    set -- $most
    [ "$1" -le 200 ] || fail "$2 was called $1 times, for three answers and one line of text:" \
        "$(calls "^$2\\(" | head -n 5)" '…'
}

# kind: weather
# points: 5
# hint: A signal can interrupt poll and recv: -1 with EINTR. Nothing is decided by that.
# hint: After EINTR poll again, with the rest of the time; and recv again.
# hint: while ((ready = poll(&wanted, 1, (int)left)) == -1 && errno == EINTR) { left = end - now_ms(); if (left < 0) left = 0; } A negative limit would be for ever.
# hint /still waits for/: The interrupted poll has used up a part of MS. Before it, note when MS is over; after it, wait for what is left until then.
@test "goes on when a signal interrupts poll or recv (EINTR)" {
    weather --eintr poll,select,epoll,recv --short sockets
    random A words 5
    scene < <(
        silent_port
        lines 'hail$ ./hail 100 127.0.0.1 $PORT2 2>errors' 'hail| no answer' 'hail= 1'
        lines 'silent^D' 'silent= 0'
        anna_listens
        lines 'hail$ ./hail 4000 127.0.0.1 $PORT 2>errors' 'hail| connected'
        anna_accepts
        lines 'anna< send-line $A' 'anna| sent {...}' 'hail| $A'
        anna_ends
        lines 'hail= 0'
    )
    command -v strace > /dev/null || return 0
    # 50 ms go by in the first poll, and a signal ends it.
    refused_scene '?poll,?ppoll:EINTR:1:delay_enter=50000' < <(
        silent_port
        lines 'hail$ ./hail 150 127.0.0.1 $PORT2 2>errors' 'hail| no answer' 'hail= 1'
        lines 'silent^D' 'silent= 0'
    )
    local again
    again=$(calls '^p?poll\(\[\{fd=[0-9]+, events=[^}]*POLLOUT' | awk '
        interrupted && / 1, 1[5-9][0-9]\)|{tv_sec=0, tv_nsec=1[5-9][0-9]{6}}/ { print }
        /EINTR/ { interrupted = 1 }')
    [ -z "$again" ] || fail 'MS was 150, a signal came after 50 ms, and the program still waits for 150:' "$again"
}

# Like refused_scene; but connect does its work, and a signal stops the program behind
# it, until the scene sends SIGCONT. counted.c says why it is the 51st.
stopped_scene() {
    weather --short sockets # is there ptrace?
    own_program 17-nonblocking/counted || skip 'not run: there is no compiler'
    rm -rf "$BATS_FILE_TMPDIR/strace"
    # shellcheck disable=SC2034  # grader.bash plays
    WEATHER='' INJECT='-e inject=connect:signal=SIGSTOP:when=51' EVENTS=$BATS_TEST_TMPDIR/events
    traced_scene
}

# kind: weather
# points: 5
# hint: The connection was there, and was reset before the program could look. What does SO_ERROR have then?
# hint: SO_ERROR may have any errno, not only 0 and ECONNREFUSED. Compare it with those that you know; all others are named on stderr.
# hint: if (error != 0) { errno = error; die("connect %s:%u", host, port); } behind "refused" and "no answer".
# hint /got +(refused|no answer)|ended with 0/: SO_ERROR may have any errno, here ECONNRESET. Only ECONNREFUSED is "refused", and only 0 is "connected"; the others are named on stderr.
@test "names an error that comes after connect has returned, too" {
    # Whoever calls connect in a thread of its own is not stopped, and may see the
    # connection before it is reset, and end before SIGCONT: so its shell waits for a line.
    stopped_scene < <(
        anna_listens
        lines "hail\$ sh -c './counted ./hail 4000 127.0.0.1 \$PORT </dev/null >out 2>errors; status=\$?; read -r go; grep -vx connected out; test -s errors && echo \"(its stderr names an error)\"; exit \$status'"
        anna_accepts
        lines '# It has called connect, and is stopped, so that it sees nothing of this.' \
            'anna< reset' 'anna| reset' 'hail^CONT' 'hail< go' \
            'hail| (its stderr names an error)' 'hail= 1' 'anna^D' 'anna= 0'
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: recv does not put a \0 behind what it brings, and a full buffer has no room for one.
# hint: Print n bytes, without a \0: fwrite(buffer, 1, (size_t)n, stdout).
@test "keeps within its memory" {
    scene < <(
        anna_listens
        lines "hail\$ sh -c './hail 4000 127.0.0.1 \$PORT >out'"
        anna_accepts
        lines 'anna< send-random 50000 7 text' 'anna| {...}'
        anna_ends
        lines 'hail= 0'
        bounded '4000 127.0.0.1 $PORT2'
        lines 'hail| refused' 'hail= 1'
    )
}
