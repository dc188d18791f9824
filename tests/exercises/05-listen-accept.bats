#!/usr/bin/env bats
# The grader of lesson 05's exercise, doorman.c.

load grader

# kind: behaviour
# points: 10
# hint: The program must be reachable when it prints its first line. What has to be done before a client can connect?
# hint: socket, bind and listen, in this order, each checked. The address is 127.0.0.1; the port is the first argument, through htons.
# hint: bind(listenfd, (struct sockaddr *)&self, sizeof self), then listen(listenfd, SOMAXCONN); the lesson's server.c has them both.
# hint /htons/: A port travels in network byte order: self.sin_port = htons(port).
@test "says where it waits, and clients can connect from then on" {
    random N number 3 9
    scene <<'END'
doorman$ ./doorman $PORT $N 2>errors
doorman| waiting for $N clients on 127.0.0.1:$PORT
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
doorman^KILL
doorman= SIGKILL
anna^D
anna= 0
END
}

# kind: behaviour
# points: 15
# hint: Each client is to read one whole line: its number, how many there will be, and the address that it has itself.
# hint: accept fills in the client's address. inet_ntop makes text of peer.sin_addr, ntohs makes a number of peer.sin_port.
# hint: snprintf(line, sizeof line, "you are client %ld of %ld, from %s:%u\n", …), send(connfd, line, strlen(line), …), close(connfd).
# hint /you are client 0 of/: The first client is number 1.
# hint /which listens/: The listening socket carries no data. accept returns another descriptor: talk to the client on that one.
# hint /room for 0 bytes/: accept reads addrlen before it writes it: set it to sizeof peer before each call.
# hint /forget ntohs/: sin_port is in network byte order, also where accept has filled it in: ntohs makes a number of it.
# hint /[\\]n[\\]+x00/: Behind the newline come bytes of 0: sizeof line is the room that the buffer has, and not the length of what is in it. strlen(line) is, or what snprintf has returned.
@test "greets a client with its number and its own address, and hangs up" {
    scene <<'END'
doorman$ ./doorman $PORT 1
doorman| waiting for 1 clients on 127.0.0.1:$PORT
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
anna< receive-all
anna| received "you are client 1 of 1, from 127.0.0.1:{port}\\n", then end
anna^D
anna= 0
doorman| all greeted
doorman= 0
END
}

# kind: behaviour
# points: 15
# hint: After the last client there is nothing to wait for: say "all greeted" and end with status 0, neither sooner nor later.
# hint: A loop from 1 to N around accept, send and close; behind it puts("all greeted") and return 0.
# hint: for (long i = 1; i <= clients; i++) { … accept … send … close(connfd); }
@test "greets N clients in the order of their coming, then ends" {
    random N number 3 6
    scene < <(several_clients "$N")
}

several_clients() { # several_clients N
    local i
    echo 'doorman$ ./doorman $PORT '"$1"
    echo "doorman| waiting for $1 clients on 127.0.0.1:\$PORT"
    for ((i = 1; i <= $1; i++)); do
        echo "c$i\$ ./peer connect 127.0.0.1 \$PORT"
        echo "c$i| connected to 127.0.0.1:\$PORT from 127.0.0.1:{port$i:[0-9]+}"
    done
    for ((i = $1; i >= 1; i--)); do
        echo "c$i< receive-all"
        printf '%s\n' "c$i| received \"you are client $i of $1, from 127.0.0.1:{port$i}\\\\n\", then end"
        echo "c$i^D"
        echo "c$i= 0"
    done
    echo 'doorman| all greeted'
    echo 'doorman= 0'
}

# kind: calls
# points: 10
# hint: Every descriptor that accept returned must be closed when its client has been greeted.
# hint: close(connfd) at the end of the loop's body. Without it a server has no descriptors left after 1,000 clients.
# hint: Look at each way through the loop, also the one where send failed: each must pass a close(connfd).
@test "closes the descriptor of each client" {
    traced_scene < <(several_clients 4)
    local accepted
    accepted=$(different_results '^accept4?\(.* = [0-9]+$')
    [ "$accepted" -le 1 ] || fail \
        "accept gave $accepted different descriptors to 4 clients that came one after the other:" \
        "$(calls '^(accept4?|close)\(')" \
        "A descriptor that has been closed is free, and accept gives it out again."
}

# kind: calls
# points: 10
# hint: accept reads addrlen before it writes it: it is the room that you have for the address.
# hint: Set addrlen = sizeof peer before each call of accept, inside the loop: behind it is the length of this client's address.
# hint: socklen_t addrlen = sizeof peer; as the first line of the loop's body.
@test "tells accept how much room there is for the address" {
    traced_scene < <(several_clients 4)
    local told
    told=$(calls '^(accept4?|getpeername)\(.*\[[0-9]' | grep -vE '\[(16|28|128)( => [0-9]+)?\]' || true)
    [ -z "$told" ] || fail "addrlen was something else than the room for an address:" "$told"
}

# Three clients who hear what they are to hear, whatever the weather.
three_clients() { # three_clients [SECONDS]
    scene < <(
        echo "@deadline ${1:-5}"
        cat <<'END'
doorman$ ./doorman $PORT 3 2>errors
doorman| waiting for 3 clients on 127.0.0.1:$PORT
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
anna< receive-all
anna| received "you are client 1 of 3, from 127.0.0.1:{a}\\n", then end
anna^D
anna= 0
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{b:[0-9]+}
boris< receive-all
boris| received "you are client 2 of 3, from 127.0.0.1:{b}\\n", then end
boris^D
boris= 0
clara$ ./peer connect 127.0.0.1 $PORT
clara| connected to 127.0.0.1:$PORT from 127.0.0.1:{c:[0-9]+}
clara< receive-all
clara| received "you are client 3 of 3, from 127.0.0.1:{c}\\n", then end
clara^D
clara= 0
doorman| all greeted
doorman= 0
END
    )
}

# kind: weather
# points: 5
# hint: A port that another program holds makes bind fail. Say so on stderr, and end with status 1.
# hint: Check what bind returns: -1 means that errno has the reason. die("bind …") prints it and ends with status 1.
# hint: if (bind(…) == -1) die("bind 127.0.0.1:%u", port);
@test "names the error and ends with status 1 where another program holds the port" {
    scene <<'END'
other$ ./peer listen $PORT
other| listening on 127.0.0.1:$PORT
doorman$ sh -c './doorman $PORT 1 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
doorman| (its stderr names an error)
doorman= 1
other^D
other= 0
END
}

# kind: weather
# points: 5
# hint: A signal can interrupt accept: it returns -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call accept again. A client counts only when accept has returned a descriptor.
# hint: if (connfd == -1 && (errno == EINTR || errno == ECONNABORTED)) continue; without counting.
# hint /got +(received "", then )?end[[:space:]].*interrupted (send|write)|the last one: (send|write)/: A signal can interrupt send as well as accept: -1 with EINTR, and no byte was taken. The client is still there: send the same once more.
@test "goes on when a signal interrupts accept or send (EINTR)" {
    weather --eintr accept,send
    three_clients
}

# kind: weather
# points: 5
# hint: A client can leave while it waits in the queue: accept then returns -1 with ECONNABORTED. That is one client's affair.
# hint: On ECONNABORTED take the next client. Do not count this one, and do not end.
# hint: if (connfd == -1 && (errno == EINTR || errno == ECONNABORTED)) continue; without counting.
@test "goes on when a client has left the queue before accept (ECONNABORTED)" {
    weather --error accept:ECONNABORTED:1..2
    three_clients
}

# kind: weather
# points: 10
# hint: With no descriptor left accept fails at once, again and again (EMFILE). The client stays in the queue.
# hint: After EMFILE, ENFILE, ENOBUFS or ENOMEM wait a little before accept is called again; else the loop takes a whole core.
# hint: if (errno == EMFILE) { report("accept"); nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL); continue; }
# hint /the last one: accept[^,]*, EN/: ENFILE, ENOBUFS and ENOMEM will pass as EMFILE does: the table of accept's errors has the same for all of them.
@test "waits, and does not spin, while there are no descriptors left (EMFILE)" {
    # The other errors of this kind come while there is nothing to be had, anyway. Who
    # waits for two seconds each time may do so.
    weather --error accept:ENFILE:3 --error accept:ENOBUFS:4 --starve accept:2
    three_clients 10
    weather_was_at_most 30 'starved accept'
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given.
# hint: Send the rest in a loop until all is sent; common/io.h has send_all for this, which lesson 07 teaches.
# hint: while (left > 0) { ssize_t n = send(connfd, line, left, MSG_NOSIGNAL); … line += n; left -= (size_t)n; }
@test "sends the whole line though send takes only a part of it" {
    weather --short sockets
    three_clients
}

# kind: weather
# points: 5
# hint: A client may be gone before it is greeted. It must not take the doorman with it.
# hint: Sending on a connection that was reset can raise SIGPIPE, which ends the program: give send MSG_NOSIGNAL. Its error is reported and is not fatal.
# hint: n = send(connfd, line, length, MSG_NOSIGNAL); on -1: report("send"), close(connfd), and the next client.
@test "survives clients that leave before they are greeted" {
    # A greeting takes more than one send. While the doorman stands still, clients
    # come and go.
    weather --short sockets
    scene <<'END'
doorman$ ./doorman $PORT 3 2>errors
doorman| waiting for 3 clients on 127.0.0.1:$PORT
doorman^STOP
rude$ ./peer crowd 127.0.0.1 $PORT
rude< flood 1
rude| connected 1 times
rude< flood 1 reset
rude| connected 1 times
rude^D
rude= 0
doorman^CONT
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
anna< receive-all
anna| received "you are client 3 of 3, from 127.0.0.1:{port}\\n", then end
anna^D
anna= 0
doorman| all greeted
doorman= 0
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A text needs room for its bytes and a \0: INET_ADDRSTRLEN for the address, more for the line; snprintf with sizeof keeps within it.
# hint: char host[INET_ADDRSTRLEN], line[100]; and snprintf(line, sizeof line, …).
@test "keeps within its memory" {
    scene < <(several_clients 3)
}
