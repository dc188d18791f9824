#!/usr/bin/env bats
# The grader of lesson 06's exercise, knock.c.

load grader

# kind: behaviour
# points: 15
# hint: connect is the knock. If it returns 0, somebody listens at that port.
# hint: socket, connect with the address and sizeof server, printf("%u open\n", port), close; at the end return 0.
# hint: server.sin_port = htons(port); if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == 0) printf("%u open\n", port);
# hint /EDOM/: tv_usec has room for less than a second: 0 to 999,999 microseconds. Whole seconds go into tv_sec: MS is ms / 1000 of them, and ms % 1000 milliseconds more.
# hint /htons/: The port goes over the wire with its high byte first: server.sin_port = htons(port).
@test "says open where somebody listens, and ends with 0" {
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
knock$ ./knock 127.0.0.1 $PORT
knock| $PORT open
knock= 0
anna^D
anna= 0
END
}

# kind: behaviour
# points: 10
# hint: Look at what connect returns: -1 is a no, and errno tells which.
# hint: Where nobody listens errno is ECONNREFUSED. Print "PORT refused", and remember that not all ports were open.
# hint: if (errno == ECONNREFUSED) { printf("%u refused\n", port); status = 1; } with int status = 0 before the loop, and return status.
# hint /got +knock ended with 0/: The line is right, the status is not: it is 0 only if all ports were open.
@test "says refused where nobody listens, and ends with 1" {
    scene <<'END'
knock$ ./knock 127.0.0.1 $PORT 2>errors
knock| $PORT refused
knock= 1
END
}

# A port where nobody answers: its queue is full.
silent_port() {
    cat <<'END'
silent$ ./peer --backlog 0 listen $PORT
silent| listening on 127.0.0.1:$PORT
silent< fill-queue
silent| the queue is full, {...}
END
}

# Nobody waits for two minutes to see a program hang. What it says on stderr is
# its own affair, but not what the sanitizers say there.
bounded() { # bounded ARGUMENTS
    printf '%s' "knock\$ sh -c 'timeout 2 ./knock $1 2>errors; status=\$?; "
    printf '%s' 'test $status != 124 || echo 2 seconds later it still waits; '
    echo 'grep -E "Sanitizer|runtime error" errors >&2; exit $status'\'
}

# kind: behaviour
# points: 10
# hint: No answer is an answer, too, but connect waits two minutes for it. MS says how long this knock may take.
# hint: Before connect set the option SO_SNDTIMEO with a struct timeval. When the time is over, connect returns -1 with EINPROGRESS.
# hint: setsockopt(sockfd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); then EINPROGRESS and ETIMEDOUT are "timed out".
# hint /2 seconds later it still waits/: connect waits as long as the kernel likes, about two minutes. How long it may take is an option of the socket: SO_SNDTIMEO, set before connect.
# hint /got +[0-9]+ refused/: Nobody has refused here: nobody has said anything. errno knows the difference.
@test "says timed out where no answer comes in time, and ends with 1" {
    random MS number 50 80
    scene < <(silent_port; bounded "-w $MS 127.0.0.1 \$PORT"; cat <<'END'
knock| $PORT timed out
knock= 1
silent^D
silent= 0
END
    )
}

# Ports of all three kinds; what follows one that did not answer is asked
# with another socket, or not at all.
many_ports() {
    silent_port
    cat <<'END'
boris$ ./peer listen $PORT2
boris| listening on 127.0.0.1:$PORT2
clara$ ./peer listen $PORT3
clara| listening on 127.0.0.1:$PORT3
END
    bounded "-w 100 127.0.0.1 \$PORT4 \$PORT2 \$PORT3 \$PORT \$PORT3 \$PORT5"
    cat <<'END'
knock| $PORT4 refused
knock| $PORT2 open
knock| $PORT3 open
knock| $PORT timed out
knock| $PORT3 open
knock| $PORT5 refused
knock= 1
silent^D
silent= 0
boris^D
boris= 0
clara^D
clara= 0
END
}

# kind: behaviour
# points: 10
# hint: Each port has its own answer, whatever the one before has said: a failure is no end, and each needs a socket of its own.
# hint: A socket that is connected, or is still trying to be, cannot be used for another port. Make a new one inside the loop.
# hint: Inside the loop: sockfd = socket(…), setsockopt, connect, close(sockfd); after a failure go on with the next port.
@test "knocks at every port, one line each, in the order given" {
    scene < <(many_ports)
}

# kind: behaviour
# points: 10
# hint: Who knocks does not enter: nothing is to be sent, and the connection is to be closed at once.
# hint: After connect has returned 0 there is nothing to do but close(sockfd). No send, no recv.
# hint: if (connect(…) == 0) printf("%u open\n", port); close(sockfd);
@test "sends nothing where the door opens, and hangs up" {
    scene <<'END'
anna$ ./peer listen $PORT
anna| listening on 127.0.0.1:$PORT
knock$ ./knock 127.0.0.1 $PORT
knock| $PORT open
knock= 0
anna< accept
anna| accepted from 127.0.0.1:{port:[0-9]+}
anna< receive
anna| end
anna^D
anna= 0
END
}

# The same, and once without -w.
traced_ports() {
    many_ports | sed '/^boris^D/,$d'
    cat <<'END'
knock$ ./knock 127.0.0.1 $PORT2 $PORT3
knock| $PORT2 open
knock| $PORT3 open
knock= 0
boris^D
boris= 0
clara^D
clara= 0
END
}

# kind: calls
# points: 10
# hint: After a failed connect a portable program does not use the socket again: close it, make a new one.
# hint: The call of socket belongs into the loop, so that each port has its own.
# hint: for (…) { int sockfd = socket(AF_INET, SOCK_STREAM, 0); … connect(sockfd, …) … close(sockfd); }
@test "takes a new socket for each port" {
    traced_scene < <(traced_ports)
    local shared
    shared=$(calls '^(socket|connect)\(' | awk '
        /^socket\(.* = [0-9]+$/ { port[$NF] = "" }
        /^connect\([0-9]+, .*_port=htons\(/ {
            fd = $0; sub(/^connect\(/, "", fd); fd += 0
            to = $0; sub(/.*_port=htons\(/, "", to); to += 0
            if (port[fd] != "" && port[fd] != to)
                print
            port[fd] = to
        }')
    [ -z "$shared" ] || fail \
        'This socket had knocked at another port before:' "$shared"
}

# kind: calls
# points: 10
# hint: Whoever knocks at 2,000 ports must not hold 2,000 descriptors: each socket is to be closed.
# hint: Look at each way through the loop, also those after refused and timed out: each must pass close(sockfd).
# hint: close(sockfd) once, behind the if and else that print; keep errno in a variable before.
@test "closes every socket, whatever the answer was" {
    traced_scene < <(traced_ports)
    local left
    left=$(calls '^(execve|socket|close|close_range)\(' | awk '
        /^execve/ { for (fd in line) { print line[fd]; delete line[fd] } } # the next process
        /^socket\(AF_INET6?, SOCK_STREAM.* = [0-9]+$/ { line[$NF] = $0 }
        /^close\([0-9]+\)/ { fd = $0; sub(/^close\(/, "", fd); delete line[fd + 0] }
        /^close_range\(/ { for (fd in line) delete line[fd] }
        END { for (fd in line) print line[fd] }')
    [ -z "$left" ] || fail \
        'Still open at the end, and closed by nobody but the end of the program:' \
        "$left" '' 'what was opened and closed' "$(calls '^(socket|connect|close)\(')"
}

# kind: calls
# points: 5
# hint: MS is 1000 then. Does setsockopt take the limit that you make of it? Look at what it returns.
# hint: Of 1,000 milliseconds none are left for tv_usec: they are a second, and that goes into tv_sec.
# hint: struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
# hint /EDOM/: tv_usec has room for less than a second: 0 to 999,999 microseconds. Whole seconds go into tv_sec: MS is ms / 1000 of them, and ms % 1000 milliseconds more.
@test "without -w waits 1000 milliseconds at most" {
    traced_scene < <(traced_ports)
    local failed
    failed=$(calls '^setsockopt\([0-9]+, SOL_SOCKET, SO_SNDTIMEO.* = -1 ' || true)
    [ -z "$failed" ] || fail 'No limit was set, so connect waits as long as the kernel likes:' "$failed"
}

# kind: weather
# points: 5
# hint: connect has more to say than refused and timed out. What happens to an errno that you have not thought of?
# hint: All other errors are reported on stderr (report("connect …") does it), with no line on stdout; the status becomes 1.
# hint: default: report("connect to port %u", port); status = 1; and the loop goes on: no die here.
# hint /expected +[0-9]+ open.*got +[(]its stderr names an error[)]/: The error is named, and the program ends with it: the next port is not asked. die ends it; report only says it.
@test "names any other error on stderr, goes on, and ends with 1" {
    weather --error connect:EHOSTUNREACH:1
    scene <<'END'
boris$ ./peer listen $PORT2
boris| listening on 127.0.0.1:$PORT2
knock$ sh -c './knock 127.0.0.1 $PORT $PORT2 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
knock| $PORT2 open
knock| (its stderr names an error)
knock= 1
boris^D
boris= 0
END
}

# kind: weather
# points: 5
# hint: Nobody has answered within your limit, or within the kernel's own. Each has an errno, and both have the same name here.
# hint: EINPROGRESS says that your limit is over, ETIMEDOUT that the kernel's is.
# hint: if (errno == EINPROGRESS || errno == ETIMEDOUT) printf("%u timed out\n", port);
@test "says timed out, too, where the kernel itself gives up (ETIMEDOUT)" {
    weather --error connect:ETIMEDOUT:1
    scene <<'END'
boris$ ./peer listen $PORT2
boris| listening on 127.0.0.1:$PORT2
knock$ ./knock 127.0.0.1 $PORT $PORT2 2>errors
knock| $PORT timed out
knock| $PORT2 open
knock= 1
boris^D
boris= 0
END
}

# kind: weather
# points: 5
# hint: A signal can interrupt connect: -1 with EINTR. That is neither open nor refused nor timed out.
# hint: After EINTR the connection may still come to be, so this socket is no good for a second connect: close it, and knock again with a new one.
# hint: do error = knock(&server, ms); while (error == EINTR); with a function knock that makes, connects and closes a socket.
# hint /called again on the same socket/: The interrupted connection may still come to be, on that socket, and what a second connect says there is another matter from system to system: EALREADY, EISCONN or 0. Close it, and knock with a new one.
@test "knocks again, with a new socket, when a signal interrupts connect (EINTR)" {
    weather --eintr connect,poll,select,epoll
    scene <<'END'
boris$ ./peer listen $PORT
boris| listening on 127.0.0.1:$PORT
knock$ ./knock 127.0.0.1 $PORT $PORT2 $PORT $PORT 2>errors
knock| $PORT open
knock| $PORT2 refused
knock| $PORT open
knock| $PORT open
knock= 1
boris^D
boris= 0
END
    # What is printed does not matter now: a connect that must not wait (O_NONBLOCK) is
    # never interrupted, and the program may know that.
    refused_scene connect:EINTR:1 <<'END'
boris$ ./peer listen $PORT
boris| listening on 127.0.0.1:$PORT
knock$ sh -c './knock 127.0.0.1 $PORT >lines 2>errors; exit 0'
knock= 0
boris^D
boris= 0
END
    local again
    again=$(calls '^(socket|connect|close|dup2|dup3)\(' | awk '
        { fd = $0; sub(/^[a-z0-9]+\(/, "", fd); fd += 0 }
        /^(socket|dup[23])\(/ { fd = $NF }
        /^connect\(/ && fd in interrupted { print interrupted[fd]; print }
        { delete interrupted[fd] }
        /^connect\(.* = -1 EINTR/ { interrupted[fd] = $0 }')
    [ -z "$again" ] || fail 'After EINTR connect was called again on the same socket:' "$again"
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: Does an array have room for as many ports as the user may give? Is everything that came from malloc given to free?
# hint: This program needs no array and no malloc: one port, one socket, one line after the other.
@test "keeps within its memory" {
    scene < <(many_ports)
}
