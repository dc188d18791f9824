#!/usr/bin/env bats
# The grader of lesson 13's exercise, dial.c.
#
# Its scenes are played with an /etc of their own, whose names are made up, and
# in a network of their own: the player and all actors are in it.

load grader

HERE=$ROOT/tests/exercises/13-getaddrinfo

# The scenes know $HOST, by the addresses that are given, $SERVICE and its port
# $NUMBER. Over UDP the service has the port beside it. A host with several lines
# has several addresses if RESOLV_MULTI says so; else /etc/host.conf, which the
# sandbox does not show.
names() { # names ADDRESS...
    local etc=$BATS_TEST_TMPDIR/etc address
    random HOST letters 9
    random SERVICE letters 8
    random NUMBER number 2000 9000
    mkdir "$etc"
    for address; do
        echo "$address $HOST"
    done > "$etc/hosts"
    printf '%s %s/%s\n' "$SERVICE" $((NUMBER + 1)) udp "$SERVICE" "$NUMBER" tcp > "$etc/services"
    # shellcheck disable=SC2034  # grader.bash plays
    PLAY=play_in_world
}

play_in_world() { "$HERE/world" "$BATS_TEST_TMPDIR/etc" "$BUILD/play/play" "$@"; }

# NAME waits at an address.
waits() { # waits NAME ADDRESS
    local shown=$2
    [[ $2 != *:* ]] || shown="[$2]"
    printf '%s$ ./peer listen %s $NUMBER\n' "$1" "$2"
    printf '%s| listening on %s:$NUMBER\n' "$1" "$shown"
}

# anna is told a TEXT, and then that it was all.
hears() { # hears NAME TEXT
    cat <<END
$1< accept
$1| accepted from {...}
$1< send-line $2
$1| sent {...}
anna| $2
$1< close
$1| closed
anna= 0
END
}

goes_home() { printf '%s^D\n%s= 0\n' "$1" "$1"; }

# kind: behaviour
# points: 15
# hint: getaddrinfo makes an address of two texts. What has to be called before something can be received?
# hint: For the first result: socket with its family, type and protocol, connect with its ai_addr and ai_addrlen; then getnameinfo for the line, and recv until it returns 0.
# hint: getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV); printf("connected to %s port %s\n", host, port);
# hint /EAI_OVERFLOW|buffer overflow/: getnameinfo had no room for one of its two texts. An IPv6 address can have 45 bytes, and a \0; a port in numbers (NI_NUMERICSERV) has 5.
# hint /EAI_BADFLAGS|ai_flags/: The hints hold what was in memory before. getaddrinfo wants 0 in each member that you do not set: struct addrinfo hints = {…}, or memset.
# hint /got +nothing more/: recv gives what has come by now, and that was not all: call it again until it returns 0.
# hint /expected +1 .x00 2/: Every byte is to be printed, 0 and those that are no letters, too: fwrite(data, 1, (size_t)n, stdout), with n as recv has returned it. Texts end at a 0.
# hint /got +nothing/: What has come must be on the screen before dial waits for more: fflush(stdout), where stdio keeps it.
@test "connects, says to whom, and prints what the server says up to its end" {
    names 127.0.0.1
    random A words 3
    random B korean
    scene < <(
        waits server 127.0.0.1
        cat <<'END'
anna$ ./dial 127.0.0.1 $NUMBER
anna| connected to 127.0.0.1 port $NUMBER
server< accept
server| accepted from {...}
server< send-line $A
server| sent {...}
anna| $A
server< send-line 1 \\x00 2 \\xff 3
server| sent {...}
anna| 1 \x00 2 \xff 3
server< send $B
server| sent {...}
anna| $B\c
server< close
server| closed
anna= 0
END
        goes_home server
    )
}

# kind: behaviour
# points: 10
# hint: ::1 is an address, too. Which families do your hints ask for?
# hint: ai_family = AF_UNSPEC asks for both; and nothing else in the program may know the family: neither sockaddr_in, nor 16 bytes for the text of an address.
# hint: struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}; and char host[64]; or NI_MAXHOST, where that is defined.
# hint /EAI_OVERFLOW|buffer overflow/: getnameinfo had no room for one of its two texts. An IPv6 address can have 45 bytes, and a \0; a port in numbers (NI_NUMERICSERV) has 5.
@test "takes addresses of both families" {
    names 127.0.0.1
    random A words 2
    scene < <(
        waits server ::1
        cat <<'END'
anna$ ./dial ::1 $NUMBER
anna| connected to ::1 port $NUMBER
END
        hears server '$A'
        goes_home server
        waits other 2001:db8:1234:5678:9abc:def0:1234:5678
        cat <<'END'
anna$ ./dial 2001:db8:1234:5678:9abc:def0:1234:5678 $NUMBER
anna| connected to 2001:db8:1234:5678:9abc:def0:1234:5678 port $NUMBER
END
        hears other '$A'
        goes_home other
    )
}

# kind: behaviour
# points: 10
# hint: Hosts and services have names. getaddrinfo knows where to look them up; give it the texts as they are.
# hint: The service's text goes to getaddrinfo unread: neither atoi nor htons is needed. The hints say SOCK_STREAM: one name can be a port of TCP and another of UDP.
# hint: getaddrinfo(host, service, &hints, &list), with hosts' and services' names as the user wrote them.
# hint /got +connected to [a-z.]+ port/: Say it in numbers: NI_NUMERICHOST | NI_NUMERICSERV are flags of getnameinfo.
# hint /got +connected to [^ ]+ port [a-z]+/: Say it in numbers: NI_NUMERICHOST | NI_NUMERICSERV are flags of getnameinfo.
@test "takes the names of hosts and services, and says who answered in numbers" {
    names 127.0.0.1
    random A words 2
    scene < <(
        waits server 127.0.0.1
        cat <<'END'
anna$ ./dial $HOST $SERVICE
anna| connected to 127.0.0.1 port $NUMBER
END
        hears server '$A'
        goes_home server
    )
}

# kind: behaviour
# points: 5
# hint: More than one address answers. Which is the one to talk to?
# hint: The results are sorted, the best one first. Stop at the first that answers.
# hint: break; or a condition sockfd == -1 in the loop over the list.
@test "stops at the first address that answers" {
    names ::1 127.0.0.1
    random A words 2
    scene < <(
        waits first ::1
        waits second 127.0.0.1
        cat <<'END'
anna$ env RESOLV_MULTI=on ./dial $HOST $NUMBER
anna| connected to ::1 port $NUMBER
END
        hears first '$A'
        echo 'anna$ ./peer connect 127.0.0.1 $NUMBER'
        echo 'anna| connected to 127.0.0.1:$NUMBER from 127.0.0.1:{port:[0-9]+}'
        echo 'second< accept'
        echo 'second| accepted from 127.0.0.1:{port}'
        goes_home anna
        goes_home first
        goes_home second
    )
}

# kind: behaviour
# points: 10
# hint: Nobody answers at any of the addresses. Whoever called dial should hear of it, and see it in its status.
# hint: After the loop: is there a connected socket? If not, say so on stderr, and end with status 1.
# hint: if (sockfd == -1) return 1; behind the loop, and report("connect") in it.
# hint /double free|SIGABRT|SIGSEGV/: The list was given back, and used all the same. freeaddrinfo comes once, behind the loop, and gets the first result.
# hint /got +connected to/: Nobody listens there: say "connected" when connect has returned 0, and ask for SOCK_STREAM. Without ai_socktype in the hints each address comes for UDP, too, whose connect asks nobody.
@test "says so, and ends with status 1, when no address answers" {
    names ::1 127.0.0.1
    scene <<'END'
anna$ env RESOLV_MULTI=on ./dial $HOST $NUMBER 2>errors
anna= 1
anna$ test -s errors
anna= 0
END
}

# A host with two addresses. ::1 comes first (RFC 6724), and does not answer.
several() {
    names 127.0.0.1 ::1
    random A words 2
}

four_only() {
    waits server 127.0.0.1
    cat <<'END'
anna$ env RESOLV_MULTI=on ./dial $HOST $NUMBER 2>errors
anna| connected to 127.0.0.1 port $NUMBER
END
    hears server "$1"
    goes_home server
}

# kind: behaviour
# points: 15
# hint: A host can have several addresses, and here only one of them answers. It is not the first.
# hint: When connect fails, close the socket, and go on with ai_next: a new socket, since the family may be another. Only when there is no next one is it over.
# hint: for (ai = list; ai != NULL && sockfd == -1; ai = ai->ai_next) sockfd = call(ai); where call returns -1 when connect has failed.
# hint /double free|SIGABRT|SIGSEGV/: The list was given back, and used all the same. freeaddrinfo comes once, behind the loop, and gets the first result.
# hint /(EAFNOSUPPORT|EINVAL|EISCONN|ECONNABORTED)/: One socket was used for several addresses. Each needs its own: the family may be another, and a refused socket is used up.
@test "tries the next address when one does not answer" {
    several
    scene < <(four_only '$A')
}

# anna asks for what does not exist, and is told why: PATTERN.
asks_in_vain() { # asks_in_vain HOST SERVICE PATTERN
    cat <<END
anna\$ ./dial $1 $2 2>errors
anna= 1
anna\$ sh -c 'tr -s "\\n" " " < errors; echo'
anna| {why:.*($3).*}
anna= 0
END
}

# kind: behaviour
# points: 10
# hint: getaddrinfo is no system call, and does not set errno. Where does it say what was wrong?
# hint: It returns a number of its own, and gai_strerror has the words for it.
# hint: int error = getaddrinfo(…); if (error != 0) die_gai(error, "getaddrinfo %s %s", host, service);
# hint /got +.*(Success|Unknown error|No such file|Inappropriate ioctl)/: These are errno's words, or strerror's. What getaddrinfo returned is for gai_strerror.
@test "says with gai_strerror's words why there is no address, and ends with status 1" {
    names 127.0.0.1
    scene < <(
        asks_in_vain 'no$HOST' '$SERVICE' \
            'Name or service not known|Temporary failure in name resolution|Name does not resolve|Try again'
        asks_in_vain 127.0.0.1 'no$SERVICE' \
            'Servname not supported|Unrecognized service'
    )
}

# kind: calls
# points: 5
# hint: A socket whose connect was refused is of no more use. What becomes of it?
# hint: close(sockfd) where connect has failed, before the next address is tried.
# hint: if (connect(…) == -1) { report("connect"); close(sockfd); return -1; }
@test "closes the socket of an address that does not answer" {
    several
    traced_scene < <(four_only '$A')
    local descriptors
    descriptors=$(ACTOR=anna different_results '^socket\(AF_INET6?, SOCK_STREAM.* = [0-9]+$')
    [ "$descriptors" -le 1 ] || fail \
        "Sockets were tried one after the other, and have $descriptors different descriptors:" \
        "$(ACTOR=anna calls '^(socket\(AF_INET6?, SOCK_STREAM|close\([3-9]\))')" \
        "A descriptor that has been closed is free, and socket gives it out again."
}

# kind: weather
# points: 5
# hint: A signal can interrupt recv: it returns -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call recv again. Print each time as many bytes as recv has returned.
# hint: if (n == -1 && errno == EINTR) continue;
@test "goes on when a signal interrupts recv (EINTR), and when recv gives only a part" {
    names 127.0.0.1
    random TEXT letters 300
    weather --eintr recv,poll,select --short sockets
    scene < <(four_only '$TEXT')
}

# kind: weather
# points: 5
# hint: When the connection breaks, dial cannot know whether it has heard everything. Its caller should learn of it.
# hint: recv returns 0 at the end, and -1 when there was none: say so on stderr, and end with status 1.
# hint: if (n == -1) die("recv");
@test "says so, and ends with status 1, when the connection breaks" {
    names 127.0.0.1
    random A words 2
    scene < <(
        waits server 127.0.0.1
        cat <<'END'
anna$ ./dial 127.0.0.1 $NUMBER 2>errors
anna| connected to 127.0.0.1 port $NUMBER
server< accept
server| accepted from {...}
server< send-line $A
server| sent {...}
anna| $A
server< reset
server| reset
anna= 1
anna$ test -s errors
anna= 0
END
        goes_home server
    )
}

# kind: memory
# points: 10
# hint: The list was made for you, from your process's memory. Who gives it back?
# hint: freeaddrinfo(list), with the list's first result, when a socket is connected or none could be.
# hint: Walk with a pointer of its own: for (struct addrinfo *ai = list; …), so that list still is the first result when freeaddrinfo(list) is called.
# hint /EAI_BADFLAGS|ai_flags/: The hints hold what was in memory before. getaddrinfo wants 0 in each member that you do not set: struct addrinfo hints = {…}, or memset.
# hint /heap-use-after-free/: After freeaddrinfo the results, and the addresses in them, are gone: use them first, then free.
# hint /(buffer-overflow|bad-free|SEGV|runtime error)/: The sanitizer's report above names the line of your program where memory was misused.
@test "gives the list back, and keeps within its memory" {
    # What only a stack that is left still knows is lost.
    export LSAN_OPTIONS=$LSAN_OPTIONS:use_stacks=0:use_registers=0
    names 127.0.0.1
    random TEXT number 1 9999
    scene < <(
        waits server 127.0.0.1
        cat <<'END'
anna$ ./dial $HOST $NUMBER >out
server< accept
server| accepted from {...}
server< send-random 12000 $TEXT text
server| sent {...}
server< close
server| closed
anna= 0
anna$ sh -c 'tail -n +2 out | ./peer verify 12000 $TEXT text'
anna| 12000 bytes as expected
anna= 0
END
        goes_home server
    )
}
