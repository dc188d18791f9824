#!/usr/bin/env bats
# The grader of lesson 04's exercise, reserve.c.

load grader

# kind: behaviour
# points: 10
# hint: socket, bind, getsockname: bind.c has them all. Then hold the socket until the input ends.
# hint: The port goes through htons into the name, and through ntohs out of it. bind wants the size of the address.
# hint: bind(sockfd, (struct sockaddr *)&name, sizeof name); then getsockname, printf("tcp %s:%u\n", …), and getchar until EOF.
# hint /forget htons/: The port of the name is in the order of the wire, high byte first: htons(port). (Printing it needs ntohs.)
# hint /getsockname\([^[:cntrl:]]*\[0( => [0-9]+)?\]|got +tcp 0\.0\.0\.0:0/: getsockname was told that there is no room for the name: set the length that its third argument points to, before each call, to sizeof the struct.
# hint /getsockname\([^[:cntrl:]]*EINVAL/: getsockname was given a length that was never set, and this one is negative: set it before each call, to sizeof the struct.
# hint /bind\([^[:cntrl:]]*EINVAL/: bind was given a wrong length. In a function that was handed a pointer, sizeof gives the pointer's own size.
# hint /got +tcp 0\.0\.0\.0:/: You hold every address of this machine. HOST has to get into sin_addr: inet_pton.
# hint /other. \.\/bind.*reserve +(gone|ended with 0)/: The program has ended, and its sockets with it. Hold them until the input ends: getchar() until EOF.
@test "holds the port at HOST for TCP, and tells the name that it has" {
    scene <<'END'
reserve$ ./reserve 127.0.0.1 $PORT
reserve| tcp 127.0.0.1:$PORT
reserve| udp {...}
other$ ./bind 127.0.0.1 $PORT
other| asked for 127.0.0.1:$PORT
other! bind: bind 127.0.0.1:$PORT: Address already in use [EADDRINUSE]
other! {...}
other= 1
# At another address of this machine the port is free.
other$ ./bind 127.0.0.2 $PORT </dev/null
other| asked for 127.0.0.2:$PORT
other| bound to  127.0.0.2:$PORT
other| holding it until input ends
other= 0
reserve^D
reserve= 0
END
}

# kind: behaviour
# points: 10
# hint: TCP and UDP have ports of their own. Each needs a socket of its own, bound to the same name.
# hint: socket(AF_INET, SOCK_DGRAM, 0), bound like the first one.
# hint: A function that makes a socket of a type, binds it and gives it back can be called twice, for SOCK_STREAM and SOCK_DGRAM.
@test "holds the same port for UDP, too" {
    scene <<'END'
reserve$ ./reserve 127.0.0.1 $PORT
reserve| tcp 127.0.0.1:$PORT
reserve| udp 127.0.0.1:$PORT
other$ ./protocols $PORT
other| TCP port $PORT: EADDRINUSE
other| UDP port $PORT: EADDRINUSE
other| TCP port $PORT: EADDRINUSE
other| UDP port $PORT: EADDRINUSE
other= 0
reserve^D
reserve= 0
END
}

# kind: behaviour
# points: 10
# hint: With one argument only, the port is held at every address of this machine.
# hint: INADDR_ANY, 0.0.0.0, is every address. It is what host has when there is no HOST.
# hint: inet_pton(AF_INET, host, &name.sin_addr), and host is "0.0.0.0" then.
@test "without HOST holds the port at every address" {
    scene <<'END'
reserve$ ./reserve $PORT
reserve| tcp 0.0.0.0:$PORT
reserve| udp 0.0.0.0:$PORT
other$ ./bind 127.0.0.2 $PORT 2>errors
other| asked for 127.0.0.2:$PORT
other= 1
reserve^D
reserve= 0
END
}

# Port 0, and whoever wants the number that came of it is refused.
any_port_scene() {
    cat <<'END'
reserve$ ./reserve 127.0.0.1 0 2>errors
reserve| tcp 127.0.0.1:{port:[1-9][0-9]*}
reserve| udp 127.0.0.1:{port}
other$ ./protocols {port}
other| TCP port {port}: EADDRINUSE
other| UDP port {port}: EADDRINUSE
other| TCP port {port}: EADDRINUSE
other| UDP port {port}: EADDRINUSE
other= 0
reserve^D
reserve= 0
END
}
any_port() { scene < <(any_port_scene); }

# kind: behaviour
# points: 10
# hint: Port 0 is a question. Who knows the answer, and how do you get the same number for UDP?
# hint: Bind the TCP socket to port 0, ask getsockname which port it has got, and bind the UDP socket to that one.
# hint: getsockname(tcpfd, (struct sockaddr *)&name, &len): now name holds the port; bind the UDP socket to this very name.
# hint /getsockname\([^[:cntrl:]]*\[0( => [0-9]+)?\]/: getsockname was told that there is no room for the name, and so it wrote none: set the length that its third argument points to, before each call, to sizeof the struct.
# hint /got +tcp 127\.0\.0\.1:0/: 0 is what you asked for. Print what getsockname says.
# hint /expected +udp 127.*got +udp 127/: Both were bound to port 0, and each got a number of its own. Ask for UDP what TCP has got.
@test "with port 0 tells the number that the kernel chose, one for both" {
    any_port
}

# kind: behaviour
# points: 10
# hint: A name that another program holds cannot be had. Which call tells you, and who looks at its answer?
# hint: bind returns -1 then: the error goes to stderr, nothing to stdout, and the status is 1. die does it.
# hint: if (bind(…) == -1) die("bind %s:%u", host, port);
# hint /reserve to end with 1.*reserve ended with 0/: It has failed, and says that all is well. The status must be 1.
# hint /got +tcp/: bind failed, and you went on. Check what it returns: -1 means that the name is not yours.
@test "names the error and ends with status 1 where the port is taken for TCP" {
    scene <<'END'
holder$ ./bind 127.0.0.1 $PORT
holder| asked for 127.0.0.1:$PORT
holder| bound to  127.0.0.1:$PORT
holder| holding it until input ends
reserve$ ./reserve 127.0.0.1 $PORT 2>errors
reserve= 1
reserve$ test -s errors
reserve= 0
holder^D
holder= 0
END
}

# kind: behaviour
# points: 10
# hint: The port can be free for TCP, and taken for UDP. Tell nothing on stdout before you hold both.
# hint: Check the second bind as the first one, and print the two lines after both.
# hint: int tcpfd = …, udpfd = …; if (udpfd == -1) return 1; and only then printf.
# hint /got +tcp.*got nothing|got +udp/: bind failed for UDP, and you went on. Check what it returns.
@test "names the error and ends with status 1 where it is taken for UDP only" {
    scene <<'END'
holder$ ./peer udp 127.0.0.1 $PORT
holder| {...}
reserve$ ./reserve 127.0.0.1 $PORT 2>errors
reserve= 1
reserve$ test -s errors
reserve= 0
holder^D
holder= 0
END
}

# kind: behaviour
# points: 5
# hint: HOST can be an address that is not this machine's, or no address at all. These are two mistakes.
# hint: bind fails with EADDRNOTAVAIL for the first: status 1. inet_pton does not answer 1 for the second: status 2.
# hint: if (inet_pton(AF_INET, host, &name.sin_addr) != 1) refuse("\"%s\": an IPv4 address is needed", host);
@test "ends with status 1 for an address of another machine, with status 2 for none" {
    scene <<'END'
reserve$ ./reserve 192.0.2.1 $PORT 2>errors
reserve= 1
reserve$ test -s errors
reserve= 0
reserve$ ./reserve 300.0.0.1 $PORT 2>errors
reserve= 2
reserve$ test -s errors
reserve= 0
END
}

# kind: behaviour
# points: 5
# hint: A line that somebody types is not the end of the input. What does getchar return for one, and what at the end?
# hint: Read on until EOF, and tell both names again whenever you have read a newline.
# hint: int c; while ((c = getchar()) != EOF) if (c == '\n') { tell("tcp", …); tell("udp", …); }
# hint /no more lines/: It told more often than lines were typed. getchar gives one character, and fgets no more than its buffer holds: a line is over where its newline is. Tell only then.
# hint /expected +(tcp|udp) [^→]*reserve +asleep in/: A line was typed, and reserve tells nothing, but waits for more. Does it wait for the end of the input? Each newline is a reason to tell.
@test "tells both again at each line that is typed, and gives both back when the input ends" {
    # Longer than most buffers; a terminal takes 4,095 bytes.
    random_letters 30
    local text=$REPLY
    while [ ${#text} -lt 3000 ]; do text+=$text; done
    SETS+=(--set "TEXT=${text:0:3000}")
    scene <<'END'
reserve$ ./reserve 127.0.0.1 $PORT
reserve| tcp 127.0.0.1:$PORT
reserve| udp 127.0.0.1:$PORT
reserve< $TEXT
reserve| tcp 127.0.0.1:$PORT
reserve| udp 127.0.0.1:$PORT
reserve< 
reserve| tcp 127.0.0.1:$PORT
reserve| udp 127.0.0.1:$PORT
other$ ./bind 127.0.0.1 $PORT 2>errors
other| asked for 127.0.0.1:$PORT
other= 1
reserve^D
reserve= 0
other$ ./protocols $PORT
other| TCP port $PORT: bound
other| UDP port $PORT: bound
other| TCP port $PORT: EADDRINUSE
other| UDP port $PORT: EADDRINUSE
other= 0
END
}

traced_reserve() {
    traced_scene <<'END'
reserve$ sh -c 'exec ./reserve 127.0.0.1 0'
reserve| tcp 127.0.0.1:{port:[1-9][0-9]*}
reserve| udp 127.0.0.1:{port}
reserve^D
reserve= 0
END
}

# How many different descriptors these calls are made on.
descriptors() { calls "$1" | sed -E 's/^[a-z0-9_]+\(([0-9]+).*/\1/' | sort -u | wc -l; }

# kind: calls
# points: 5
# hint: getsockname's third argument works both ways: before the call it is the room that there is for the name.
# hint: Set it before each call, to the size of the struct that the second argument points to.
# hint: struct sockaddr_in name; socklen_t len = sizeof name; getsockname(sockfd, (struct sockaddr *)&name, &len);
# hint /was not asked for the name of each/: Who has said what the socket's name is: the kernel, or you? Ask getsockname for each of the two, and tell what it answers.
@test "asks the kernel for both names, and says how much room there is (getsockname)" {
    traced_reserve
    local asked
    asked=$(calls '^getsockname\(' || true)
    [ "$(descriptors '^getsockname\(')" -ge "$(descriptors '^bind\(.*AF_INET,.*= 0')" ] ||
        fail 'The kernel was not asked for the name of each socket:' "$(calls '^(bind|getsockname)\(')"
    ! grep -vqE '\[(16|28|128)( => [0-9]+)?\]' <<< "$asked" ||
        fail 'The length was something else than the room for an address:' "$asked"
}

# kind: calls
# points: 5
# hint: Who holds a port need not open the door. Which of your calls lets clients come?
# hint: bind is enough to hold a name. A socket that listens takes connections, and nobody here would answer them.
# hint: Take the call of listen out.
@test "does not listen: nobody can connect to a port that is only held" {
    traced_reserve
    local listened
    listened=$(calls '^listen\(' || true)
    [ -z "$listened" ] || fail 'It listened:' "$listened"
}

# kind: weather
# points: 10
# hint: The number that the kernel gives for TCP may be taken for UDP. With port 0 any other number will do.
# hint: On EADDRINUSE for UDP close the TCP socket, and begin again with a new one, bound to port 0. The number is another one then.
# hint: for (;;) { TCP to port 0; getsockname; UDP to that port; if (udpfd != -1) break; close(tcpfd); }
# hint /asked for again/: It asked again for the number that is taken. Whoever has it may keep it for hours: begin again with a new TCP socket, bound to port 0, and the number is another one.
# hint /Still open/: A socket of the try that failed is still open, and holds its number though nobody is told. Close it before you try another one; the one whose bind failed, too.
@test "with port 0 tries another number where the first is taken for UDP, and lets the first go" {
    refused_scene bind:EADDRINUSE:2 < <(any_port_scene)
    local again left
    # What was refused, and after that was bound with no question (port 0) between.
    again=$(calls '^bind\(' | awk -F'htons[(]' '
        { port = $2 + 0 }
        /= -1 EADDRINUSE/ { taken = port; line = $0; next }
        port == 0 { taken = 0 }
        port == taken && taken != 0 { print line; print }')
    [ -z "$again" ] || fail 'The number that was taken is asked for again:' "$again"
    # What is open when the names are told.
    left=$(calls '^(socket|close|close_range|dup2|dup3|write|writev)\(' | awk '
        /^socket\(AF_INET, .* = [0-9]+$/ { fd = $NF; held++; open[fd] = $0 }
        /^close\([0-9]+\)/ { fd = $0; sub(/^close\(/, "", fd); forget(fd + 0) }
        /^dup[23]\([0-9]+, [0-9]+.* = [0-9]+$/ { forget($NF) }
        /^close_range\(/ { for (fd in open) forget(fd) }
        /^writev?\(1, .*"tcp / { if (held > 2) for (fd = 0; fd < 1024; fd++) if (fd in open) print open[fd]; exit }
        function forget(fd) { if (fd in open) { delete open[fd]; held-- } }')
    [ -z "$left" ] || fail 'Still open when the names are told, and two of them are enough:' \
        "$left" '' 'what was opened and closed' "$(calls '^(socket|bind|close)\(')"
}

# kind: weather
# points: 5
# hint: Each call can fail: socket when no descriptor is left, and getsockname too. What do you print then?
# hint: Check them all. On -1: the error on stderr, no name on stdout, status 1.
# hint: if (sockfd == -1) die("socket"); … if (getsockname(…) == -1) die("getsockname");
@test "ends with status 1 when socket or getsockname fails, and tells no name" {
    weather --error socket:EMFILE:2
    failing_scene
    weather --error getsockname:ENOBUFS
    failing_scene
}

failing_scene() {
    scene <<'END'
reserve$ ./reserve 127.0.0.1 0 2>errors
reserve= 1
reserve$ test -s errors
reserve= 0
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: An address as text needs INET_ADDRSTRLEN bytes, its \0 counted.
# hint: char host[INET_ADDRSTRLEN]; inet_ntop(AF_INET, &name.sin_addr, host, sizeof host)
@test "keeps within its memory" {
    any_port
}
