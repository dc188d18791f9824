#!/usr/bin/env bats
# The grader of lesson 14's exercise, sockopts.c.

load grader

# What this system gives a new TCP socket.
defaults() {
    local ipv4=/proc/sys/net/ipv4
    read -r _ RCVBUF _ < $ipv4/tcp_rmem
    read -r _ SNDBUF _ < $ipv4/tcp_wmem
    read -r TTL < $ipv4/ip_default_ttl
    read -r IDLE < $ipv4/tcp_keepalive_time
}

# The table, with other values for those options that are named.
table() { # table [NAME VALUE]...
    local row name value
    while read -r row; do
        name=${row%% *} value=${row#* * }
        local i
        for ((i = 1; i < $#; i += 2)); do
            [ "${!i}" != "$name" ] || { local next=$((i + 1)) && value=${!next}; }
        done
        echo "you| ${row%"${row#* * }"}$value"
    done << END
SO_REUSEADDR SOL_SOCKET off
SO_KEEPALIVE SOL_SOCKET off
SO_LINGER SOL_SOCKET off
SO_RCVBUF SOL_SOCKET $RCVBUF
SO_SNDBUF SOL_SOCKET $SNDBUF
SO_RCVTIMEO SOL_SOCKET 0 ms
SO_SNDTIMEO SOL_SOCKET 0 ms
SO_TYPE SOL_SOCKET 1
IP_TTL IPPROTO_IP $TTL
TCP_NODELAY IPPROTO_TCP off
TCP_KEEPIDLE IPPROTO_TCP $IDLE
END
}

# A scene whose failure shows what was set, and what was refused.
options_scene() {
    local heard
    if scene; then return; fi
    heard=$(grep -hsE '^setsockopt|^getsockopt.*( = -1|\[0\]\))' "$BATS_TEST_TMPDIR"/again/* |
        head -n 8 | sed 's/^/    /')
    [ -z "$heard" ] || printf '\n  the options, as the kernel heard of them\n%s\n' "$heard"
    return 1
}

# kind: behaviour
# points: 20
# hint: Eleven lines, one for each option, in the order of the handout's table: name, level, value, with one blank between.
# hint: getsockopt(sockfd, level, option, &value, &len): the value's type is the option's, an int for most. len is the room at value, set before each call.
# hint: int value = 0; socklen_t len = sizeof value; getsockopt(sockfd, options[i].level, options[i].option, &value, &len); printf("%s %s %d\n", …);
# hint /getsockopt\([0-9]+, [^)]*\[0( => 0)?\]\)/: getsockopt was told that there is room for 0 bytes, and wrote none. Set len = sizeof value before each call.
# hint /getsockopt\([^)]*EFAULT/: optval and optlen are pointers: &value, &len.
# hint /got +SO_REUSEADDR SOL_SOCKET on/: Nothing is to be set that was not asked for, not even SO_REUSEADDR.
# hint /got +SO_(RCV|SND)BUF SOL_SOCKET [0-9]+/: Print what getsockopt says, and set nothing that was not asked for. Linux takes the double of a size that is set; it is no task of yours to halve it.
# hint /EADDRNOTAVAIL/: bind asked for an address that this machine has not. 127.0.0.1 travels in network byte order: htonl(INADDR_LOOPBACK).
# hint /expected +IP_TTL .*got +IP_TTL/: An option is a number of its level: 2 is IP_TTL at IPPROTO_IP, and SO_REUSEADDR at SOL_SOCKET. Take the level that is the option's.
# hint /= -1 ENOPROTOOPT/: This level has no such option. IP_… belongs to IPPROTO_IP, TCP_… to IPPROTO_TCP, SO_… to SOL_SOCKET.
# hint /expected +SO_LINGER .*got +SO_LINGER/: SO_LINGER has two ints, a struct linger: off if l_onoff is 0, else l_linger seconds.
# hint /expected +SO_(RCV|SND)TIMEO .*got +SO_(RCV|SND)TIMEO/: A time limit is a struct timeval: seconds and microseconds, and shown in milliseconds.
@test "prints the table: each option's name, level and value" {
    defaults
    options_scene < <(
        echo 'you$ ./sockopts $PORT'
        table
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 15
# hint: Each NAME=VALUE sets an option, before the table is printed. What does the kernel make of it? That is in the table.
# hint: setsockopt(sockfd, level, option, &value, sizeof value), with an int for a switch and for a number; then ask with getsockopt, and print what it says.
# hint: int value = (int)wish; if (setsockopt(sockfd, option->level, option->option, &value, sizeof value) == -1) report("setsockopt %s", option->name);
# hint /expected +SO_(RCV|SND)BUF SOL_SOCKET [0-9]+[[:space:]]+got +SO_(RCV|SND)BUF SOL_SOCKET [0-9]+/: Linux takes the double of a buffer's size, and tells so. Print what getsockopt says, neither the wish nor a half.
# hint /TCP_DEFER_ACCEPT/: An option is a number of its level: 9 is SO_KEEPALIVE at SOL_SOCKET, and TCP_DEFER_ACCEPT at IPPROTO_TCP. Take the level that is the option's.
# hint /setsockopt\([^)]*EINVAL/: EINVAL: the length is not that of the value. An int's is sizeof(int).
@test "sets switches and numbers, and shows what the kernel has made of them" {
    defaults
    random R number 5000 40000
    random S number 5000 40000
    random T number 2 63
    random K number 10 900
    options_scene < <(
        echo 'you$ ./sockopts $PORT SO_KEEPALIVE=1 SO_RCVBUF=$R IP_TTL=$T TCP_NODELAY=1 SO_SNDBUF=$S TCP_KEEPIDLE=$K'
        table SO_KEEPALIVE on SO_RCVBUF $((2 * R)) IP_TTL "$T" TCP_NODELAY on \
            SO_SNDBUF $((2 * S)) TCP_KEEPIDLE "$K"
        echo 'you= 0'
    )
    options_scene < <(
        echo 'you$ ./sockopts $PORT TCP_NODELAY=1 IP_TTL=9 TCP_NODELAY=0 IP_TTL=$T'
        table IP_TTL "$T"
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 10
# hint: A time limit is no int: its type has two parts, and each has a unit of its own. The handout's table of options has the type.
# hint: struct timeval: tv_sec has whole seconds, tv_usec what is left, in microseconds, less than a million.
# hint: struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}; and its size is sizeof time.
# hint /got +SO_(RCV|SND)TIMEO SOL_SOCKET [0-9]*[1-9]000 ms/: A part of the time is lost. Are seconds and microseconds both set, and both shown? Is len as large as a struct timeval before each getsockopt?
# hint /= -1 EDOM/: EDOM: tv_usec must be less than a million. Whole seconds go to tv_sec.
# hint /setsockopt\([^)]*TIMEO[^)]*, 4\) += -1 EINVAL/: EINVAL: an int is too short for a time limit. The kernel looks for a struct timeval.
@test "sets time limits, in milliseconds" {
    defaults
    random A number 11 19
    random B number 21 29
    options_scene < <(
        echo "you\$ ./sockopts \$PORT SO_RCVTIMEO=${A}00 SO_SNDTIMEO=${B}00"
        table SO_RCVTIMEO "${A}00 ms" SO_SNDTIMEO "${B}00 ms"
        echo 'you= 0'
    )
    options_scene < <(
        echo "you\$ ./sockopts \$PORT SO_RCVTIMEO=300 SO_SNDTIMEO=${B}000"
        table SO_RCVTIMEO '300 ms' SO_SNDTIMEO "${B}000 ms"
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 10
# hint: SO_LINGER is a switch with a number: both go to the kernel together.
# hint: struct linger: l_onoff is 1, l_linger the seconds. Its size is sizeof(struct linger), to set it and to read it.
# hint: struct linger linger = {.l_onoff = 1, .l_linger = (int)wish}; setsockopt(sockfd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger)
# hint /LINGER[^)]*, 4\) += -1 EINVAL/: EINVAL: an int is too short. The kernel looks for a struct linger, which has two.
# hint /got +SO_LINGER SOL_SOCKET off/: l_onoff switches it on, also with 0 seconds, which are a reset.
@test "sets SO_LINGER, in seconds" {
    defaults
    random L number 2 60
    options_scene < <(
        echo 'you$ ./sockopts $PORT SO_LINGER=$L'
        table SO_LINGER "$L s"
        echo 'you= 0'
        echo 'you$ ./sockopts $PORT SO_LINGER=0'
        table SO_LINGER '0 s'
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 5
# hint: The port belongs to somebody who listens there. Not even SO_REUSEADDR helps: bind fails.
# hint: Check what bind returns: -1 means that errno has the reason. The address is 127.0.0.1, the port goes through htons.
# hint: if (bind(…) == -1) die("bind 127.0.0.1:%u", port); before anything is printed.
# hint /forget htons/: A port travels in network byte order: self.sin_port = htons(port).
# hint /127.0.0.2/: 127.0.0.2 is another address, and its ports are others. Bind to 127.0.0.1: INADDR_LOOPBACK, not INADDR_ANY.
@test "names the error, and ends with status 1, where another program holds the port" {
    scene <<'END'
other$ ./peer listen $PORT
other| listening on 127.0.0.1:$PORT
you$ ./sockopts $PORT SO_REUSEADDR=1 2>errors
you= 1
you$ test -s errors
you= 0
other^D
other= 0
END
    defaults
    scene < <(
        echo 'other$ ./peer listen 127.0.0.2 $PORT'
        echo 'other| listening on 127.0.0.2:$PORT'
        echo 'you$ ./sockopts $PORT'
        table
        echo 'you= 0'
        echo 'other^D'
        echo 'other= 0'
    )
}

# A port whose last connection is in TIME_WAIT: who waited there has closed first.
used_port() {
    cat <<'END'
server$ ./peer listen $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
server< accept
server| accepted from 127.0.0.1:{port}
server< close
server| closed
client< expect-end
client| end
client^D
client= 0
server^D
server= 0
END
}

# kind: behaviour
# points: 15
# hint: This port was used a moment ago. With SO_REUSEADDR=1 it can be had. When does the kernel look at this option?
# hint: bind looks at SO_REUSEADDR: so all options are set before bind. And nothing is set that was not asked for.
# hint: socket, then setsockopt for each NAME=VALUE, then bind, then the table.
# hint /got +SO_REUSEADDR SOL_SOCKET/: Without SO_REUSEADDR=1 this port cannot be had. Is bind called, and checked? Or has the program set what it was not asked for?
@test "sets the options before it binds" {
    defaults
    scene < <(
        used_port
        cat <<'END'
you$ ./sockopts $PORT 2>errors
you= 1
you$ test -s errors
you= 0
you$ ./sockopts $PORT SO_REUSEADDR=1
END
        table SO_REUSEADDR on
        echo 'you= 0'
    )
}

# kind: behaviour
# points: 10
# hint: The kernel refuses some wishes. That is no reason to end, but whoever wished should hear of it.
# hint: Where setsockopt returns -1, say so on stderr and go on: the next wish, bind, the table. At the end the status is 1.
# hint: if (!set(sockfd, option, value)) all_were_set = false; and at the end return all_were_set ? 0 : 1;
@test "goes on when the kernel refuses a wish, says so, and ends with status 1" {
    defaults
    random T number 2 63
    random K number 10 900
    options_scene < <(
        echo 'you$ ./sockopts $PORT SO_TYPE=2 IP_TTL=$T TCP_KEEPIDLE=0 SO_KEEPALIVE=1 IP_TTL=300 2>errors'
        table IP_TTL "$T" SO_KEEPALIVE on
        echo 'you= 1'
        echo 'you$ test -s errors'
        echo 'you= 0'
    )
}

# kind: calls
# points: 5
# hint: The last argument of setsockopt is the size of the value: neither of a pointer to it, nor of something that has room for it.
# hint: 4 bytes for an int, 8 for a struct linger. The kernel does not mind more, and looks at the first ones only; but then it is chance that they are the right ones.
# hint: sizeof value, where value is an int; sizeof linger, where linger is a struct linger.
@test "tells setsockopt how many bytes a value has" {
    traced_scene < <(
        defaults
        echo 'you$ ./sockopts $PORT SO_KEEPALIVE=1 SO_RCVBUF=9000 SO_LINGER=3 IP_TTL=7 TCP_NODELAY=1 SO_RCVTIMEO=300'
        table SO_KEEPALIVE on SO_RCVBUF 18000 SO_LINGER '3 s' IP_TTL 7 TCP_NODELAY on SO_RCVTIMEO '300 ms'
        echo 'you= 0'
    )
    local told
    told=$(ACTOR=you calls '^setsockopt\([^)]*(KEEPALIVE|RCVBUF|TTL|NODELAY)' | grep -vE ', 4\) += ' || true
        ACTOR=you calls '^setsockopt\([^)]*LINGER' | grep -vE ', 8\) += ' || true)
    [ -z "$told" ] || fail 'The length is not that of the value:' "$told"
}

# kind: weather
# points: 5
# hint: Not every kernel has every option. getsockopt then returns -1, and errno is ENOPROTOOPT.
# hint: Print unknown in place of the value, and go on with the next option.
# hint: if (getsockopt(…) == -1 && errno == ENOPROTOOPT) printf("unknown\n");
@test "shows unknown for an option that the kernel does not know (ENOPROTOOPT)" {
    weather --error getsockopt:ENOPROTOOPT
    scene <<'END'
you$ ./sockopts $PORT 2>errors
you| SO_REUSEADDR SOL_SOCKET unknown
you| SO_KEEPALIVE SOL_SOCKET unknown
you| SO_LINGER SOL_SOCKET unknown
you| SO_RCVBUF SOL_SOCKET unknown
you| SO_SNDBUF SOL_SOCKET unknown
you| SO_RCVTIMEO SOL_SOCKET unknown
you| SO_SNDTIMEO SOL_SOCKET unknown
you| SO_TYPE SOL_SOCKET unknown
you| IP_TTL IPPROTO_IP unknown
you| TCP_NODELAY IPPROTO_TCP unknown
you| TCP_KEEPIDLE IPPROTO_TCP unknown
you= 0
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: getsockopt writes as many bytes as the option has, if len says that there is room: 4, 8 or 16. Texts of a value need room for ten digits and more.
# hint: Print values as they are, without a buffer of your own; and read each into its own type: int, struct linger, struct timeval.
@test "keeps within its memory" {
    defaults
    scene < <(
        echo 'you$ ./sockopts $PORT SO_RCVTIMEO=999999900 SO_LINGER=100000 SO_KEEPALIVE=1'
        table SO_RCVTIMEO '999999900 ms' SO_LINGER '100000 s' SO_KEEPALIVE on
        echo 'you= 0'
    )
}
