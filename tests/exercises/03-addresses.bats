#!/usr/bin/env bats
# The grader of lesson 03's exercise, addr.c.

load grader

# known NAME VALUE: $NAME in the scenes that follow.
known() { SETS+=(--set "$1=$2"); }

# A random port: $P, its bytes $HIGH and $LOW, and $BACK, where they are swapped.
# One of the two is above 127.
random_port() {
    local high low
    random_number 1 126
    high=$REPLY
    random_number 128 254
    low=$REPLY
    [ $((RANDOM % 2)) -eq 0 ] || { local other=$high && high=$low && low=$other; }
    known P $((high * 256 + low))
    known BACK $((low * 256 + high))
    known HIGH "$(printf %02x "$high")"
    known LOW "$(printf %02x "$low")"
}

# A random IPv4 address: $ADDRESS, its bytes $BYTES, and $MIRROR from the other end.
random_ipv4() {
    local i byte=()
    for i in 0 1 2 3; do
        random_number 1 120
        byte[i]=$REPLY
    done
    random_number 128 250
    byte[1 + RANDOM % 3]=$REPLY
    known ADDRESS "${byte[0]}.${byte[1]}.${byte[2]}.${byte[3]}"
    known MIRROR "${byte[3]}.${byte[2]}.${byte[1]}.${byte[0]}"
    known BYTES "$(printf '%02x %02x %02x %02x' "${byte[@]}")"
}

# A random IPv6 address with a row of zeros: $ADDRESS as inet_ntop has it, $LONG as
# nobody would write it, $BYTES and $MIRROR.
random_ipv6() {
    local i byte=()
    for i in 0 1 2 3 4 5; do
        random_number 17 254
        byte[i]=$REPLY
    done
    known ADDRESS "$(printf 'fd%02x:%x%02x::%x%02x' "${byte[@]:0:5}")"
    known LONG "$(printf 'FD%02X:%X%02x:0:0:00:0:0000:%02X%02x' "${byte[@]:0:5}")"
    known BYTES "$(printf 'fd %02x %02x %02x 00 00 00 00 00 00 00 00 00 00 %02x %02x' "${byte[@]:0:5}")"
    known MIRROR "$(printf '%x%02x::%x%02x:%xfd' "${byte[4]}" "${byte[3]}" "${byte[2]}" "${byte[1]}" "${byte[0]}")"
}

# kind: behaviour
# points: 15
# hint: parse_port makes a number of the port. In which order do its two bytes lie in memory, and in which on the wire?
# hint: htons puts them in the order of the wire. Then look at them one by one, through an unsigned char *.
# hint: uint16_t wire = htons(parse_port(port)); unsigned char *byte = (unsigned char *)&wire; printf("port %02x %02x\n", byte[0], byte[1]);
# hint /expected +port (..) (..).*got +port \2 \1/: The low byte is first: that is this machine's order. htons makes the wire's.
# hint /got +port 00 00/: Both bytes are gone. htonl is for 32 bits: its upper half went into your 16. A port takes htons.
# hint /got +port .*ffffff/: A char can be negative, and printf shows it as an int. Look at the bytes through an unsigned char *.
@test "shows the two bytes of the port, in the order of the wire" {
    random_port
    scene <<'END'
addr$ ./addr 127.0.0.1 $P
addr| port $HIGH $LOW
addr| address {...}
addr| text {...}
addr= 0
END
}

# kind: behaviour
# points: 10
# hint: inet_pton makes four bytes of the text, and they are in the order of the wire already.
# hint: struct in_addr has room for the four bytes. Show them as they lie, without htonl.
# hint: inet_pton(AF_INET, text, &address) == 1, then the bytes of address, each with " %02x".
# hint /ffffff/: A char can be negative, and printf shows it as an int. Look at the bytes through an unsigned char *.
# hint /expected +port .*got +port/: The address was not looked at yet: the line of the port, before it, is wrong. Its bytes go in the order of the wire, and htons puts them there.
# hint /expected +address (..) (..) (..) (..)[[:cntrl:]].*got +address \4 \3 \2 \1/: The bytes are turned round. inet_pton gives them in the order of the wire; show them as they lie, without htonl.
# hint /got +address 00 00 00 00[[:cntrl:]]/: Nobody has written these bytes yet. Has inet_pton answered 1, and into the very struct that you show?
@test "shows the four bytes of an IPv4 address" {
    random_ipv4
    scene <<'END'
addr$ ./addr $ADDRESS 80
addr| port 00 50
addr| address $BYTES
addr| text {...}
addr= 0
END
}

# kind: behaviour
# points: 10
# hint: What inet_pton refuses as AF_INET may be an address of the other family.
# hint: inet_pton(AF_INET6, …) fills a struct in6_addr, 16 bytes.
# hint: if (inet_pton(AF_INET, text, &address) == 1) size = 4; else if (inet_pton(AF_INET6, text, &address) == 1) size = 16; else refuse(…);
# hint /expected +port .*got +port/: The address was not looked at yet: the line of the port, before it, is wrong. Its bytes go in the order of the wire, and htons puts them there.
# hint /expected +address (.. .. .. ..) .*got +address \1[[:cntrl:]]/: These are the first four of sixteen bytes. An IPv6 address is a struct in6_addr, and sizeof knows how long that is.
# hint /got +address( ..){4}[[:cntrl:]]/: It was taken for IPv4. inet_pton answers 0 for a text that is no address of this family; -1 is for a family that it does not know. Whatever is not 1 is a no: then ask for AF_INET6.
@test "shows the sixteen bytes of an IPv6 address" {
    random_ipv6
    scene <<'END'
addr$ ./addr $LONG 80
addr| port 00 50
addr| address $BYTES
addr| text {...}
addr= 0
END
}

# kind: behaviour
# points: 10
# hint: The text is to be made of the bytes, by inet_ntop: of all sixteen, as this family, in a buffer with room for it. Which of these is not so?
# hint: inet_ntop(family, &address, buffer, sizeof buffer); the longest IPv6 address needs INET6_ADDRSTRLEN bytes.
# hint: char forwards[INET6_ADDRSTRLEN]; and ntohs for the port.
# hint /expected +port .*got +port/: The address was not looked at yet: the line of the port, before it, is wrong. Its bytes go in the order of the wire, and htons puts them there.
# hint /ENOSPC|No space left|expected +text 1111:/: inet_ntop found too little room for the text, and answered NULL. The longest IPv6 address needs INET6_ADDRSTRLEN bytes; INET_ADDRSTRLEN is for IPv4.
# hint /got +text [^ ]*:0:0:00:0:0000:/: This is what the user typed. The text is to be made of the bytes, by inet_ntop, and it may look different.
# hint /expected +text ([^ ]+) [0-9]+,.*got +text \1 [0-9]+,/: The address is right, and the port is not: its bytes are still in the order of the wire. ntohs makes a number of them that this machine can print.
# hint /expected +text ([0-9a-f]+:[0-9a-f]+::)[0-9a-f]+ .*got +text \1 /: The end of the address is lost: the text was made of four bytes, and IPv6 has sixteen. A struct in6_addr has room for them.
# hint /got +text [0-9]+[.][0-9]+[.]/: The text is that of an IPv4 address. inet_ntop has to be told the family that inet_pton took: AF_INET6.
@test "makes text of the bytes again" {
    random_port
    random_ipv6
    scene <<'END'
addr$ ./addr $LONG $P
addr| port $HIGH $LOW
addr| address $BYTES
addr| text $ADDRESS $P, {...}
addr= 0
# The longest there is.
addr$ ./addr 1111:2222:3333:4444:5555:6666:7777:8888 1
addr| port 00 01
addr| address 11 11 22 22 33 33 44 44 55 55 66 66 77 77 88 88
addr| text 1111:2222:3333:4444:5555:6666:7777:8888 1, {...}
addr= 0
END
}

# kind: behaviour
# points: 15
# hint: Turn the bytes of both round, the last one first, and make text of them in the same way.
# hint: Two texts in one line need two buffers. inet_ntoa has only one, and so has a function with a static one.
# hint: mirror[i] = bytes[size - 1 - i]; inet_ntop(family, mirror, backwards, sizeof backwards);
# hint /expected +text ([^ ]+ [0-9]+, backwards [^ ]+) [0-9]+[[:cntrl:]].*got +text \1 [0-9]+/: The address is turned round, and its port is not: swap the two bytes of the port as well.
# hint /text ([0-9a-f.:]+) [0-9]+, backwards.*got +text ([0-9a-f.:]+) [0-9]+, backwards \2 /: One address stands there twice. Two texts in one line need two buffers; inet_ntoa and a static array are one.
# hint /ENOSPC|No space left/: inet_ntop found too little room for the text. The longest IPv6 address needs INET6_ADDRSTRLEN bytes; INET_ADDRSTRLEN is for IPv4.
@test "and once more from the other end, in the same line" {
    random_port
    random_ipv4
    scene <<'END'
addr$ ./addr $ADDRESS $P
addr| port $HIGH $LOW
addr| address $BYTES
addr| text $ADDRESS $P, backwards $MIRROR $BACK
addr= 0
END
    random_ipv6
    scene <<'END'
addr$ ./addr $ADDRESS $P
addr| port $HIGH $LOW
addr| address $BYTES
addr| text $ADDRESS $P, backwards $MIRROR $BACK
addr= 0
END
}

# kind: behaviour
# points: 5
# hint: 255.255.255.255 and 0.0.0.0 are addresses like any other. Does your check take one of them for an error?
# hint: inet_addr answers INADDR_NONE for an error, and that is 255.255.255.255. inet_pton has an answer apart.
# hint: inet_pton(AF_INET, text, &address) == 1
@test "takes every address, 0.0.0.0, 255.255.255.255 and :: too" {
    scene <<'END'
addr$ ./addr 255.255.255.255 1
addr| port 00 01
addr| address ff ff ff ff
addr| text 255.255.255.255 1, backwards 255.255.255.255 256
addr= 0
addr$ ./addr 0.0.0.0 256
addr| port 01 00
addr| address 00 00 00 00
addr| text 0.0.0.0 256, backwards 0.0.0.0 1
addr= 0
addr$ ./addr :: 257
addr| port 01 01
addr| address 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
addr| text :: 257, backwards :: 257
addr= 0
END
}

# The program ends with status 2 for each pair of arguments, and says why.
refuses() { # refuses ARGUMENTS...
    local arguments
    for arguments; do
        echo "addr\$ ./addr $arguments >lines 2>errors"
        echo 'addr= 2'
    done
    echo 'addr$ test -s errors'
    echo 'addr= 0'
    echo '# And it has printed nothing.'
    echo 'addr$ cat lines'
    echo 'addr= 0'
}

# kind: behaviour
# points: 10
# hint: Not every text is an address. What does inet_pton answer then?
# hint: inet_pton answers 1 for an address and 0 for a text that is none; -1 is for a family that it does not know.
# hint: if (inet_pton(…) != 1) refuse("\"%s\": an address is needed", text); which ends with status 2.
# hint /300\.0\.0\.1 80[^$]*addr ended with 0/: inet_pton answers 0 for a bad text, and not -1. Ask whether it is 1.
# hint /addr 1\.2 80[^$]*addr ended with 0/: inet_addr and inet_aton take more than people write: 1.2, octal numbers, words behind. inet_pton does not.
# hint /cat lines.*got/: Who is refused gets no line on stdout: check both arguments before you print the first one, and complain on stderr.
# hint /addr to end with 2.*addr ended with 1/: It is refused, and as the fault of the one who called: that is status 2. refuse() does both.
@test "refuses what is no address, with status 2" {
    random_number 256 999
    known N "$REPLY"
    scene < <(refuses '300.0.0.1 80' '1.2.$N.4 80' '1.2 80' '010.0.0.1 80' "'127.0.0.1 junk' 80" "'' 80" \
        '12345:: 80' '1::2::3 80')
}

# kind: behaviour
# points: 10
# hint: A port is a number from 0 to 65535, and nothing else. atoi does not tell what it could not read.
# hint: parse_port of common/error.h refuses the rest, with status 2.
# hint: uint16_t wire_port = htons(parse_port(port));
# hint /cat lines.*got/: Who is refused gets no line on stdout: check both arguments before you print the first one, and complain on stderr.
@test "takes the ports 0 to 65535, and refuses all else with status 2" {
    random_number 65536 999999
    known N "$REPLY"
    scene < <(
        echo 'addr$ ./addr 127.0.0.1 0'
        echo 'addr| port 00 00'
        echo 'addr| address 7f 00 00 01'
        echo 'addr| text 127.0.0.1 0, backwards 1.0.0.127 0'
        echo 'addr= 0'
        echo 'addr$ ./addr 127.0.0.1 65535'
        echo 'addr| port ff ff'
        echo 'addr| address 7f 00 00 01'
        echo 'addr| text 127.0.0.1 65535, backwards 1.0.0.127 65535'
        echo 'addr= 0'
        refuses '127.0.0.1 99999' '127.0.0.1 $N' '::1 65536' '127.0.0.1 -1' '127.0.0.1 80x' "127.0.0.1 ''" '127.0.0.1 http'
    )
}

# kind: calls
# points: 5
# hint: An address as text needs nobody's help. Who is asked when the text is a name?
# hint: inet_pton asks nobody; getaddrinfo and gethostbyname look names up. A name is no address here.
# hint: inet_pton for both families, and if neither answers 1: refuse.
@test "asks nobody: a name is refused without looking it up" {
    traced_scene <<'END'
addr$ sh -c 'exec ./addr localhost 80' 2>errors
addr= 2
END
    local asked
    asked=$(calls '^(socket|connect)\(|^open.*"/etc/(hosts|resolv\.conf|nsswitch\.conf|host\.conf|services)"' || true)
    [ -z "$asked" ] || fail 'It asked for help:' "$asked"
}

# kind: weather
# points: 5
# hint: What is printed can get lost, where the disk is full. Somebody should hear of it.
# hint: start_program sees to that, at the end of the program: a message on stderr, and status 1. Is it still called?
# hint: start_program(argv[0]); as main's first line; or check what fflush(stdout) returns.
@test "ends with status 1 when its output cannot be written, and names the error" {
    scene <<'END'
addr$ ./addr 127.0.0.1 80 >/dev/full 2>errors
addr= 1
addr$ test -s errors
addr= 0
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A text of N characters needs N + 1 bytes: INET6_ADDRSTRLEN counts the \0. An in6_addr has 16 bytes, and an in_addr 4.
# hint: char forwards[INET6_ADDRSTRLEN], backwards[INET6_ADDRSTRLEN]; and loops that end before size.
@test "keeps within its memory" {
    random_ipv4
    scene <<'END'
addr$ ./addr $ADDRESS 80
addr| port 00 50
addr| address $BYTES
addr| text $ADDRESS 80, backwards $MIRROR 20480
addr= 0
addr$ ./addr 1111:2222:3333:4444:5555:6666:7777:8888 1
addr| port 00 01
addr| address 11 11 22 22 33 33 44 44 55 55 66 66 77 77 88 88
addr| text 1111:2222:3333:4444:5555:6666:7777:8888 1, backwards 8888:7777:6666:5555:4444:3333:2222:1111 256
addr= 0
addr$ ./addr nobody 80 2>errors
addr= 2
END
}
