#!/usr/bin/env bats
# The grader of lesson 02's exercise, sockinfo.c.

load grader

# one_of NAME WORD...: the variable NAME becomes one of the words.
one_of() {
    local name=$1
    shift
    shift $((RANDOM % $#))
    printf -v "$name" %s "$1"
    SETS+=(--set "$name=$1")
}

# kind: behaviour
# points: 15
# hint: socket answers with the descriptor. Print that, and what getsockopt says of it; kinds.c shows how to ask.
# hint: getsockopt puts the value where its fourth argument points; the fifth points to the size of that place.
# hint: int value; socklen_t len = sizeof value; getsockopt(sockfd, SOL_SOCKET, SO_DOMAIN, &value, &len); then SO_TYPE, SO_PROTOCOL.
# hint /no socket/: == binds tighter than =, so the variable got the answer to "is it -1?". Parentheses: (sockfd = socket(…)) == -1.
# hint /got +protocol 0/: 0 is what you asked for. Which protocol has the kernel chosen? SO_PROTOCOL tells.
@test "prints the descriptor, and the domain, type and protocol that the kernel gave" {
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 0
sockinfo| descriptor {fd:[0-9]+}
sockinfo| domain 2
sockinfo| type 1
sockinfo| protocol 6
sockinfo= 0
END
}

# kind: behaviour
# points: 10
# hint: Any socket may be asked for, by name or by number: pass on to socket what the arguments say.
# hint: socket(domain, type, protocol), with the three numbers that main has read from its arguments.
# hint: Print the values that getsockopt gave, each from a call of its own, and not the arguments: the kernel may give others.
# hint /AF_UNIX 3/: You asked for type 3, and got 2: print what getsockopt tells, and not the argument.
@test "tells of every kind of socket, whether asked for by name or by number" {
    local kinds=('AF_INET SOCK_DGRAM 0=2 2 17' 'AF_UNIX SOCK_STREAM 0=1 1 0'
        'AF_UNIX SOCK_DGRAM 0=1 2 0' '2 SOCK_DGRAM 17=2 2 17' 'AF_UNIX 5 0=1 5 0')
    # Posts of the kernel: its routing tables, news of devices, and so on.
    local posts=('16 SOCK_RAW 16=16 3 16' '16 3 15=16 3 15' '16 SOCK_DGRAM 16=16 2 16')
    scene < <(
        kind_of_socket "${kinds[RANDOM % 5]}"
        kind_of_socket "${posts[RANDOM % 3]}"
        # Linux has no local raw sockets, and takes this for SOCK_DGRAM.
        kind_of_socket 'AF_UNIX 3 0=1 2 0'
    )
}

kind_of_socket() { # kind_of_socket 'ARGUMENTS=DOMAIN TYPE PROTOCOL'
    local is
    read -ra is <<< "${1#*=}"
    echo "sockinfo\$ ./sockinfo ${1%=*}"
    echo 'sockinfo| descriptor {fd:[0-9]+}'
    echo "sockinfo| domain ${is[0]}"
    echo "sockinfo| type ${is[1]}"
    echo "sockinfo| protocol ${is[2]}"
    echo 'sockinfo= 0'
}

# kind: behaviour
# points: 15
# hint: socket answers -1 when there is no such socket. What do you ask about its answer?
# hint: Only -1 is a failure. Then print errno's symbol: error_symbol(errno) has it as a text.
# hint: if (sockfd == -1) { int reason = errno; … printf("errno %s\n", error_symbol(reason)); return 1; }
# hint /got +descriptor -1/: -1 is no descriptor. `if (sockfd)` takes it for one: compare with -1.
# hint /got +errno [0-9]/: A number tells people little. error_symbol(errno) gives its symbol.
# hint /got +errno E/: That is the symbol of another error. Any call may change errno, perror too: keep it in a variable at once.
@test "prints errno's symbol where there is no such socket" {
    random FAMILY number 100 250
    one_of TYPE SOCK_STREAM SOCK_DGRAM
    random UNKNOWN number 146 250
    random TOO_MUCH number 300 9999
    scene <<'END'
sockinfo$ sh -c './sockinfo $FAMILY $TYPE 0; true' 2>errors
sockinfo| errno EAFNOSUPPORT
sockinfo= 0
sockinfo$ sh -c './sockinfo AF_INET $TYPE $UNKNOWN; true' 2>errors
sockinfo| errno EPROTONOSUPPORT
sockinfo= 0
sockinfo$ sh -c './sockinfo AF_INET $TYPE $TOO_MUCH; true' 2>errors
sockinfo| errno EINVAL
sockinfo= 0
END
}

# kind: behaviour
# points: 10
# hint: Who runs your program from a script sees its status, and reads stderr when something went wrong.
# hint: Print a message on stderr, such as perror makes it, and let main return 1.
# hint: fprintf(stderr, "sockinfo: socket: %s\n", strerror(reason)); … return 1;
@test "ends with status 1 where there is no such socket, and says why on stderr" {
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM IPPROTO_UDP 2>errors
sockinfo| errno EPROTONOSUPPORT
sockinfo= 1
sockinfo$ test -s errors
sockinfo= 0
END
}

# kind: behaviour
# points: 5
# hint: With standard input closed the smallest free descriptor can be 0. Is that a failure?
# hint: Only -1 is a failure. `sockfd <= 0` and `!sockfd` take a good socket for none.
# hint: if (sockfd == -1)
@test "works with standard input closed, too" {
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_DGRAM 0 <&-
sockinfo| descriptor {fd:[0-9]+}
sockinfo| domain 2
sockinfo| type 2
sockinfo| protocol 17
sockinfo= 0
END
}

traced_sockinfo() {
    traced_scene <<'END'
sockinfo$ sh -c 'exec ./sockinfo AF_INET SOCK_DGRAM 0 3</dev/null'
sockinfo| descriptor {fd:[0-9]+}
sockinfo| domain 2
sockinfo| type 2
sockinfo| protocol 17
sockinfo= 0
END
}

# kind: calls
# points: 15
# hint: Which protocol a socket has is known to the kernel. Ask it about the socket that you have got.
# hint: Three options of the level SOL_SOCKET tell: SO_DOMAIN, SO_TYPE and SO_PROTOCOL. Each is a getsockopt of its own.
# hint: getsockopt(sockfd, SOL_SOCKET, SO_DOMAIN, &value, &len) on the descriptor that socket returned, and so on.
@test "asks the kernel about its socket: SO_DOMAIN, SO_TYPE, SO_PROTOCOL" {
    traced_sockinfo
    local fd option printed
    fd=$(calls '^socket\(.*SOCK_DGRAM' | sed -n 's/.* = //p' | tail -n 1)
    for option in SO_DOMAIN SO_TYPE SO_PROTOCOL; do
        [ -n "$(calls "^getsockopt\\($fd, SOL_SOCKET, $option, .* = 0\$")" ] ||
            fail "Nobody asked for $option of descriptor $fd:" "$(calls '^(socket|getsockopt)\(')"
    done
    # However it was written: in one piece, or byte by byte.
    printed=$(calls '^writev?\(1, ' | grep -oE '"([^"\\]|\\.)*"' | tr -d '"\n')
    [[ $printed == *"descriptor $fd\n"* ]] ||
        fail "socket answered $fd, and that is not what was printed:" "$(calls '^(socket|writev?)\(')"
}

# kind: calls
# points: 5
# hint: A socket is closed like a file when you have done with it.
# hint: close(sockfd), after the last question.
# hint: close(sockfd); return 0;
@test "closes the socket" {
    traced_sockinfo
    local fd
    fd=$(calls '^socket\(.*SOCK_DGRAM' | sed -n 's/.* = //p' | tail -n 1)
    calls . | sed -n '/^socket(.*SOCK_DGRAM/,$p' | grep -qE "^(close\\($fd\\)|close_range\\().*= 0\$" ||
        fail "./sockinfo AF_INET SOCK_DGRAM 0 was run with descriptor 3 in use already." "Descriptor $fd, the socket, was never closed:" "$(calls '^(socket|getsockopt|close)\(' | sed -n '/^socket(.*SOCK_DGRAM/,$p')"
}

# kind: weather
# points: 10
# hint: The message on stderr could not be written, and then the symbol was another one. Who has changed errno?
# hint: Any call may change errno. Keep it in a variable of your own before you print anything.
# hint: int reason = errno; as the first thing after the failure; then only `reason`.
@test "prints the errno of socket, though its message on stderr cannot be written" {
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 200 2>/dev/full
sockinfo| errno EPROTONOSUPPORT
sockinfo= 1
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 999 2>/dev/full
sockinfo| errno EINVAL
sockinfo= 1
END
}

# kind: weather
# points: 5
# hint: A socket that could be had yesterday may fail today, for another reason than a wrong argument.
# hint: error_symbol knows the symbols of all errors: give it errno, whatever that is.
# hint: printf("errno %s\n", error_symbol(reason));
@test "prints the symbol when no descriptor or no memory is left" {
    one_of ERROR EMFILE ENFILE ENOBUFS ENOMEM
    weather --error "socket:$ERROR"
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 0 2>errors
sockinfo| errno $ERROR
sockinfo= 1
END
}

# kind: weather
# points: 5
# hint: getsockopt can fail like any call. What would you print then?
# hint: Check each getsockopt: on -1 a message on stderr, and status 1. A variable that was not filled holds anything.
# hint: if (getsockopt(…) == -1) die("getsockopt %d", sockfd);
@test "ends with status 1 when getsockopt fails, and prints no number that it was not told" {
    weather --error getsockopt:ENOBUFS
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 0 >lines 2>errors
sockinfo= 1
sockinfo$ sh -c 'test -s errors && grep -cE "^(domain|type|protocol) +-?[0-9]" lines'
sockinfo| 0
sockinfo= 1
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: getsockopt writes an int here: the place must be an int, and len its size.
# hint: int value; socklen_t len = sizeof value;
@test "keeps within its memory" {
    scene <<'END'
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 0
sockinfo| descriptor {fd:[0-9]+}
sockinfo| domain 2
sockinfo| type 1
sockinfo| protocol 6
sockinfo= 0
sockinfo$ ./sockinfo AF_INET SOCK_STREAM 200 2>errors
sockinfo| errno EPROTONOSUPPORT
sockinfo= 1
END
}
