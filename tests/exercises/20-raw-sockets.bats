#!/usr/bin/env bats
# The grader of lesson 20's exercise, ping.c.

load grader

# Each scene has a network of its own, and root of that network plays it: a raw
# socket is for root. Where its kernel answers no echo requests, the peer may.
WRAP=${WRAP/ --network closed / --network closed --sockets raw }
WRAP_SANITIZED=${WRAP_SANITIZED/ --network closed / --network closed --sockets raw }

# kind: behaviour
# points: 15
# hint: What goes out is an ICMP header and TEXT behind it: type ICMP_ECHO, an id, the sequence, the checksum over all of it.
# hint: Fill in struct icmphdr, id and sequence with htons; copy it and TEXT into one buffer; internet_checksum over both; put the checksum in; sendto.
# hint: struct icmphdr header = {.type = ICMP_ECHO}; header.un.echo.id = htons(id); header.un.echo.sequence = htons(sequence); memcpy it and the text; header.checksum = internet_checksum(packet, len); memcpy the header again; sendto(sockfd, packet, len, 0, (struct sockaddr *)&target, sizeof target);
# hint /got +echo request id [0-9]+ sequence 256 /: The sequence travels in network byte order, like the id: htons.
# hint /got +echo request id [0-9]+ sequence 0 /: The first question has number 1.
# hint /got +echo request .*x00"/: TEXT has no NUL in the packet: send as many bytes of it as strlen says, and no more.
# hint /got +echo request .*checksum wrong/: The checksum is over header and TEXT, computed when all the rest is in its place and its own field is 0. It lies right as it comes: no htons.
@test "asks with an echo request: sequence 1, TEXT, and the right checksum" {
    random TEXT words 3
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
ping$ sh -c './ping 127.0.0.1 1 3000 "$TEXT" >answers 2>errors; read -r end'
peer< receive
peer| echo request id {id:[0-9]+} sequence 1 "$TEXT", checksum right
ping^KILL
ping= SIGKILL
peer^D
peer= 0
END
}

# kind: behaviour
# points: 15
# hint: The answer is an ICMP message too, behind an IP header: type ICMP_ECHOREPLY, your id, your sequence, and the TEXT that you sent.
# hint: ihl, the lower half of the packet's first byte, is the IP header's length in words of 4 bytes. Behind it is struct icmphdr, behind that the text.
# hint: size_t start = ip.ihl * 4U; memcpy(&icmp, packet + start, sizeof icmp); the text is at packet + start + sizeof icmp, and n - start - sizeof icmp bytes long.
# hint /got +no answer 1/: An answer came, and was not taken for one. Does your program look for the ICMP header behind the IP header? Does it receive again when the first packet (on loopback it is its own question) is none?
# hint /got +no answer [2-9]/: The first question was answered, the next one was not: nobody answers a question whose checksum is wrong. It must be computed anew each time, with its own field 0.
# hint /answer [0-9]+ from 1[.]0[.]0[.]127/: inet_ntop takes the address in network order, as it lies in the packet.
@test "prints each answer, asks again at once, and ends with status 0" {
    random TEXT words 2
    random WORD korean
    random N number 3 6
    scene < <(
        printf '%s\n' '@network own' '@user root'
        echo 'ping$ ./ping 127.0.0.1 $N 1000 "$TEXT"'
        for ((i = 1; i <= N; i++)); do
            echo "ping| answer $i from 127.0.0.1 in {t:[0-9.]+} ms: \$TEXT" |
                sed "s/{t:/{t$(tr 1-9 a-i <<< "$i"):/"
        done
        cat <<'SCENE'
ping| $N sent, $N answered
ping= 0
ping$ ./ping 127.9.8.7 1 1000 $WORD
ping| answer 1 from 127.9.8.7 in {t:[0-9.]+} ms: $WORD
ping| 1 sent, 1 answered
ping= 0
SCENE
    )
}

# kind: behaviour
# points: 5
# hint: IP's header comes on top of what you sent: a packet that answers 1,000 bytes of TEXT has 1,028 bytes at least.
# hint: What does not fit into your buffers is cut off. Give the message room for header and TEXT, and the packet more.
# hint: char packet[65535]; ssize_t n = recv(sockfd, packet, sizeof packet, 0);
@test "takes a TEXT of up to 1,000 bytes" {
    random TEXT letters 1000
    random ODD letters 999
    scene <<'END'
@network own
@user root
ping$ ./ping 127.0.0.1 1 1000 $TEXT
ping| answer 1 from 127.0.0.1 in {t:[0-9.]+} ms: $TEXT
ping| 1 sent, 1 answered
ping= 0
ping$ ./ping 127.0.0.1 1 1000 $ODD
ping| answer 1 from 127.0.0.1 in {u:[0-9.]+} ms: $ODD
ping| 1 sent, 1 answered
ping= 0
END
}

# kind: behaviour
# points: 10
# hint: Nobody answers here. What does come to your socket is your own question: its type is 8. And when MS milliseconds are over, it is time for the next one.
# hint: Only type ICMP_ECHOREPLY is an answer. poll with a time limit, or SO_RCVTIMEO, ends the wait; then print "no answer K". One without an answer makes the status 1.
# hint: double end = now() + ms; while (now() < end) { poll(&wanted, 1, (int)(end - now()) + 1) … } printf("no answer %ld\n", sequence); … return answered == count ? 0 : 1;
# hint /got +answer 1 /: That was no answer but your own question: on loopback it comes back to your socket. An answer's type is ICMP_ECHOREPLY.
# hint /ping +ended with 0/: If a question was not answered, the status is 1.
# hint /1040.*ping +asleep in recv/: With 40 milliseconds it held, with 1,040 it waits on. A struct timeval has seconds and microseconds; setsockopt refuses a million of those (EDOM). Do you look at what it returns?
# hint /ping +asleep in recv/: Nobody answers, and the program waits on. recv alone has no limit: poll has one, and so has SO_RCVTIMEO.
@test "says so when no answer comes within MS milliseconds, and ends with status 1" {
    random TEXT words 2
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
ping$ ./ping 127.0.0.1 2 40 "$TEXT"
ping| no answer 1
ping| no answer 2
ping| 2 sent, 0 answered
ping= 1
ping$ ./ping 127.0.0.1 1 1040 "$TEXT"
ping| no answer 1
ping| 1 sent, 0 answered
ping= 1
END
}

# kind: behaviour
# points: 15
# hint: Each raw socket gets a copy of everybody's answers. How does yours know its own?
# hint: An answer has the id of your program and the sequence of the question that you have just asked. Anything else is passed over, and the wait goes on.
# hint: if (icmp.type != ICMP_ECHOREPLY || ntohs(icmp.un.echo.id) != id || ntohs(icmp.un.echo.sequence) != sequence) continue;
# hint /got +answer .*: another id/: This answer has another id: it belongs to another program. Compare icmp.un.echo.id with yours.
# hint /got +answer .*: (too early|too late)/: This answer has your id and another number: it answers another question. Compare icmp.un.echo.sequence with the question's.
# hint /expected +answer 1 .*got +answer 1 /: The text is not the one that came. Print what stands in the answer behind its ICMP header, and not what you asked.
@test "takes only the answer to this question: its own id, and this sequence" {
    random A words 2
    random B words 2
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
ping$ ./ping 127.0.0.1 2 3000 "$A"
peer< receive
peer| echo request id {id:[0-9]+} sequence 1 "$A", checksum {...}
peer< echo-reply +1 +0 another id
peer| answered id {...} sequence 1
peer< echo-reply +0 +1 too early
peer| answered id {id} sequence 2
peer< echo-reply +0 +0 $B
peer| answered id {id} sequence 1
ping| answer 1 from 127.0.0.1 in {t:[0-9.]+} ms: $B
peer< receive
peer| echo request id {id} sequence 2 "$A", checksum {...}
peer< echo-reply {id} 1 too late
peer| answered id {id} sequence 1
peer< echo-reply +1 +0 another id
peer| answered id {...} sequence 2
peer< echo-reply +0 +0
peer| answered id {id} sequence 2
ping| answer 2 from 127.0.0.1 in {u:[0-9.]+} ms: $A
ping| 2 sent, 2 answered
ping= 0
peer^D
peer= 0
END
}

# kind: behaviour
# points: 5
# hint: This answer comes from somebody else than the one who was asked.
# hint: The IP header says where a packet comes from: saddr. Compare it with the address that you asked.
# hint: if (ip.saddr != target.sin_addr.s_addr) continue;
@test "takes an answer only from ADDRESS" {
    random A words 2
    # The peer's answers come from 127.0.0.1.
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
ping$ ./ping 127.9.9.9 1 250 "$A"
peer< receive
peer| echo request id {id:[0-9]+} sequence 1 "$A", checksum {...}
peer< echo-reply +0 +0 from somebody else
peer| answered id {id} sequence 1
ping| no answer 1
ping| 1 sent, 0 answered
ping= 1
peer^D
peer= 0
END
}

# kind: behaviour
# points: 10
# hint: Two of your pings run at the same time, and both ask their question 1. One has taken the other's answer for its own.
# hint: Each process needs an id of its own, and the system gives each one a number.
# hint: uint16_t id = (uint16_t)getpid();
@test "has an id of its own while another ping runs" {
    random A words 2
    random B words 2
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
# One ping asks and waits. Then the other asks, and is answered first.
both$ sh -c './ping 127.0.0.1 1 3000 "$A" & read -r go; ./ping 127.0.0.1 1 3000 "$B"; wait $!'
peer< receive
peer| echo request id {a:[0-9]+} sequence 1 "$A", checksum {...}
both< go
peer< receive
peer| echo request id {b:[0-9]+} sequence 1 "$B", checksum {...}
peer< echo-reply +0 +0
peer| answered id {b} sequence 1
both| answer 1 from 127.0.0.1 in {t:[0-9.]+} ms: $B
both| 1 sent, 1 answered
peer< echo-reply {a} 1 $A
peer| answered id {a} sequence 1
both| answer 1 from 127.0.0.1 in {u:[0-9.]+} ms: $A
both| 1 sent, 1 answered
both= 0
peer^D
peer= 0
END
}

# kind: behaviour
# points: 5
# hint: No way leads to this address, and sendto says so.
# hint: Check what sendto returns: -1 means that errno has the reason. die("sendto …") prints it and ends with status 1.
# hint: if (sendto(…) == -1) die("sendto %s", argv[1]);
@test "names the error and ends with status 1 where it cannot ask" {
    random TEXT words 2
    scene <<'END'
@network own
@user root
ping$ sh -c './ping 192.0.2.1 2 100 "$TEXT" 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
ping| (its stderr names an error)
ping= 1
END
}

# kind: calls
# points: 5
# hint: While there is no answer there is nothing to do. Who wakes you when one comes, or when the time is over?
# hint: poll and select sleep until a packet comes or their time limit is over, recv does with SO_RCVTIMEO. A recv that does not wait, again and again, takes a whole core.
# hint: struct pollfd wanted = {.fd = sockfd, .events = POLLIN}; poll(&wanted, 1, (int)left + 1);
@test "sleeps while it waits" {
    random TEXT words 2
    traced_scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
ping$ ./ping 127.0.0.1 2 100 "$TEXT"
ping| no answer 1
ping| no answer 2
ping| 2 sent, 0 answered
ping= 1
END
    local waits='^(recv|read\(|poll|ppoll|p?select|epoll|clock_nanosleep|nanosleep)' count
    count=$(calls "$waits" | wc -l)
    [ "$count" -le 100 ] || fail "in 200 ms of silence there were $count calls:" \
        "$(calls "$waits" | tail -n 3)" …
}

# kind: weather
# points: 5
# hint: A signal can interrupt sendto, recv or poll: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call again. The time that is left does not grow by that.
# hint: if (n == -1 && errno == EINTR) continue;
@test "goes on when a signal interrupts a call (EINTR)" {
    random TEXT words 2
    weather --eintr recv,send,poll,select,epoll
    scene <<'END'
@network own
@user root
ping$ ./ping 127.0.0.1 4 3000 "$TEXT"
ping| answer 1 from 127.0.0.1 in {a:[0-9.]+} ms: $TEXT
ping| answer 2 from 127.0.0.1 in {b:[0-9.]+} ms: $TEXT
ping| answer 3 from 127.0.0.1 in {c:[0-9.]+} ms: $TEXT
ping| answer 4 from 127.0.0.1 in {d:[0-9.]+} ms: $TEXT
ping| 4 sent, 4 answered
ping= 0
END
}

# kind: weather
# points: 5
# hint: Your neighbour asks without a pause, and each of his packets comes to your socket too. When are your MS milliseconds over?
# hint: A limit for each recv, or each poll, begins anew with each packet. Note when the wait ends, and wait each time only for what is left.
# hint: double end = now() + ms, left; while ((left = end - now()) > 0) { poll(&wanted, 1, (int)left + 1) … }
@test "waits MS milliseconds and no longer, however much others talk" {
    random TEXT words 2
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
@deadline 3
neighbour$ sh -c './ping 127.0.0.1 65535 1 hello >/dev/null & exec ./ping 127.0.0.1 65535 1 hello >/dev/null'
ping$ ./ping 127.0.0.1 1 200 "$TEXT"
ping| no answer 1
ping| 1 sent, 0 answered
ping= 1
neighbour^KILL
neighbour= SIGKILL
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A packet may be longer than any of yours, and recv fills the whole buffer then. Its text has no NUL at the end: print it by its length.
# hint: recv(sockfd, packet, sizeof packet, 0), no packet[n] = 0 behind its end; printf("%.*s", (int)len, text).
@test "keeps within its memory, also when packets come that are longer than its own" {
    random TEXT letters 999
    random LONG letters 3000
    scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
peer$ ./peer icmp
peer| waiting for echo requests
ping$ ./ping 127.0.0.1 1 3000 $TEXT
peer< receive
peer| echo request id {id:[0-9]+} sequence 1 "$TEXT", checksum {...}
peer< echo-reply +1 +0 $LONG
peer| answered id {...} sequence 1
peer< echo-reply +0 +0
peer| answered id {id} sequence 1
ping| answer 1 from 127.0.0.1 in {t:[0-9.]+} ms: $TEXT
ping| 1 sent, 1 answered
ping= 0
peer^D
peer= 0
END
}
