#!/usr/bin/env bats
# The grader of lesson 11's exercise, ask.c.

load grader

# What anna types is asked at a café whose answers we write. She has so much
# patience that under load, too, nothing is asked twice.
anna_asks() { # anna_asks [COMMAND]
    cat <<END
cafe\$ ./peer udp \$PORT
cafe| bound to 127.0.0.1:\$PORT
anna\$ ${1:-./ask 127.0.0.1 \$PORT 3000 3}
END
}

# ask gets the lines as its input; errors are told, and not shown.
with_lines() { # with_lines LINES ARGUMENTS
    echo "sh -c 'printf \"$1\" | ./ask $2 2>errors; status=\$?; test -s errors && echo \"(its stderr names an error)\"; exit \$status'"
}

# A café that, when it has been asked, says every 10 ms something that is no
# answer, until it is asked again; but not longer than some seconds.
make_chatter() {
    cat > "$DIRECTORY/chatter" <<'END'
#!/bin/sh
{
    echo receive
    read -r now
    i=0
    while [ $i -lt 250 ]; do
        printf '%s\n' 'reply 4711 no answer' receive-now
        sleep 0.01
        i=$((i + 1))
    done
} | ./peer udp "$1" | {
    said=0
    while read -r what; do
        case $what in
        'sent '* | nothing) ;;
        *) said=$((said + 1)) && [ $said -gt 3 ] || echo "$what" ;;
        esac
    done
    [ $said -ge 3 ] || echo 'was not asked again while something came'
}
END
    chmod +x "$DIRECTORY/chatter"
}

# It opens when somebody has bound a UDP socket to the port.
make_door() {
    cat > "$DIRECTORY/door" <<'END'
#!/bin/sh
port=$(printf ':%04X ' "$1")
until cat /proc/net/udp /proc/net/udp6 2>/dev/null | grep -q "$port"; do :; done
END
    chmod +x "$DIRECTORY/door"
}

cafe_is_open() {
    cat <<'END'
cafe$ ./ask $PORT
cafe| listening on 127.0.0.1:$PORT
END
}

# NAME is a customer whose questions we write.
comes_in() { # comes_in NAME
    cat <<END
$1\$ ./peer udp connect 127.0.0.1 \$PORT
$1| connected to 127.0.0.1:\$PORT from 127.0.0.1:{$1:[0-9]+}
END
}

sends() { printf '%s< send %s\n%s| sent {...}\n' "$1" "$2" "$1"; } # sends NAME TEXT

hears() { # hears NAME ANSWER
    printf '%s< receive\n%s| received "%s" from 127.0.0.1:$PORT\n' "$1" "$1" "$2"
}

leave() { # leave NAME...
    printf '%s^D\n' "$@"
    printf '%s= 0\n' "$@"
}

cafe_closes() {
    echo 'cafe^C'
    echo 'cafe= SIGINT'
}

# kind: behaviour
# points: 10
# hint: Each line is a question: its number, a blank and the line, in one datagram. The answer has the same number, and is printed without it.
# hint: sendto(sockfd, question, strlen(question), 0, (struct sockaddr *)server, sizeof *server), then recvfrom; split gives the number and the text.
# hint: snprintf(question, sizeof question, "%lu %s", ++number, line); and for the answer: if (split(answer, &n) != NULL && n == number) puts(text);
# hint /expected +received "2 .*got +received "1 /: The same question came again before its time was over. Ask, then wait for MS milliseconds, and ask again only if nothing has come.
# hint /room for 0 bytes/: recvfrom was told that there is room for 0 bytes of address. Set addrlen = sizeof from before each call.
@test "asks each line with a number, and prints the answer without it" {
    random Q words 2
    random A words 2
    random B korean
    scene < <(
        anna_asks
        cat <<'END'
anna< $Q
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port:[0-9]+}
cafe< reply 1 $A
cafe| sent {...}
anna| $A
anna< $Q
cafe< receive
cafe| received "2 $Q" from 127.0.0.1:{second:[0-9]+}
cafe< reply 2 $B
cafe| sent {...}
anna| $B
anna^D
anna= 0
cafe^D
cafe= 0
END
    )
}

# kind: behaviour
# points: 10
# hint: A question, or its answer, can be lost, and nobody tells you. How long do you wait?
# hint: poll with a time limit, or SO_RCVTIMEO: when MS milliseconds are over without an answer, send the same question again.
# hint: for (i = 0; i < tries && !answered; i++) { sendto(…); deadline = now() + ms; while ((left = deadline - now()) > 0) { poll(&pollfd, 1, left) … recvfrom(…) } }
# hint /got +received "[0-9]+ /: It is the same question: it has the same number, and comes from the same socket. How could the other side recognise it otherwise?
@test "asks again, with the same number from the same port, when no answer comes in time" {
    random Q words 2
    random A words 2
    scene < <(
        anna_asks './ask 127.0.0.1 $PORT 20 1000'
        cat <<'END'
anna< $Q
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port:[0-9]+}
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port}
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port}
cafe< reply 1 $A
cafe| sent {...}
anna| $A
anna^D
anna= 0
cafe^D
cafe= 0
END
    )
}

# kind: behaviour
# points: 5
# hint: After TRIES questions without an answer it is enough: say so on stderr, and go on with the next line. The last line decides nothing: one line without an answer makes the status 1.
# hint: Count the questions that were sent, the first one too: there are TRIES of them, and a wait behind each.
# hint: if (!answered) { fprintf(stderr, "ask: no answer to question %lu\n", number); all_answered = false; } … return all_answered ? 0 : 1;
@test "gives up after TRIES questions, says so, goes on, and ends with status 1" {
    random Q words 2
    random R words 1
    scene < <(
        anna_asks "$(with_lines '$Q\n$R\n' '127.0.0.1 $PORT 20 3')"
        cat <<'END'
anna| (its stderr names an error)
anna= 1
boris$ ./peer udp connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{boris:[0-9]+}
boris< send that was all
boris| sent {...}
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{anna:[0-9]+}
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{anna}
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{anna}
cafe< receive
cafe| received "2 $R" from 127.0.0.1:{again:[0-9]+}
cafe< receive
cafe| received "2 $R" from 127.0.0.1:{again}
cafe< receive
cafe| received "2 $R" from 127.0.0.1:{again}
cafe< receive
cafe| received "that was all" from 127.0.0.1:{boris}
END
        leave boris cafe
    )
}

# kind: behaviour
# points: 15
# hint: Is what has come the answer to the question that was just asked? It may answer an earlier one, come for the second time, or come from somebody else.
# hint: Compare the whole number in the answer with that of the question, and the address that recvfrom gives with the one that you asked. If one of them differs, forget what has come and go on waiting.
# hint: if (text == NULL || number != wanted || !is_same(&from, server)) continue; inside the loop that waits.
# hint /lies/: Anybody can send a datagram to your port. Compare the address that recvfrom gives with the one that you asked; or connect the socket, then others are not let in.
# hint /was not asked again while/: Something came that was no answer, every 10 ms, and each time the wait began anew. MS milliseconds are for all of it: note when they end, now() + ms, and let poll wait for what is left of them.
@test "takes only the answer to this question, and only from whom it asked" {
    random Q words 2
    random A words 2
    random B words 2
    scene < <(
        anna_asks
        cat <<'END'
anna< $Q
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port:[0-9]+}
cafe< reply 2 too early
cafe| sent {...}
cafe< reply 11 eleven
cafe| sent {...}
cafe< reply without a number
cafe| sent {...}
cafe< reply 1 $A
cafe| sent {...}
cafe< reply 1 the same once more
cafe| sent {...}
anna| $A
anna< second $Q
cafe< receive
cafe| received "2 second $Q" from 127.0.0.1:{second:[0-9]+}
cafe< reply 1 too late
cafe| sent {...}
cafe< reply 2 $B
cafe| sent {...}
anna| $B
END
        leave anna cafe
    )
    scene < <(
        anna_asks
        cat <<'END'
anna< $Q
cafe< receive
cafe| received "1 $Q" from 127.0.0.1:{port:[0-9]+}
stranger$ ./peer udp
stranger| bound to 127.0.0.1:{stranger:[0-9]+}
stranger< send-to 127.0.0.1 {port} 1 lies
stranger| sent 6 bytes
cafe< reply 1 $A
cafe| sent {...}
anna| $A
END
        leave anna cafe stranger
    )
    make_chatter
    scene <<'END'
cafe$ ./chatter $PORT
cafe| bound to 127.0.0.1:$PORT
anna$ ./ask 127.0.0.1 $PORT 150 1000
anna< $Q
cafe| received "1 $Q" from 127.0.0.1:{port:[0-9]+}
# From now on something else comes again and again.
cafe< now
cafe| received "1 $Q" from 127.0.0.1:{port}
cafe^TERM
cafe= SIGTERM
anna^KILL
anna= SIGKILL
END
}

# kind: behaviour
# points: 10
# hint: Each question is an order: print it with the order's number, and answer it to where it came from.
# hint: recvfrom gives the sender's address; sendto takes it. Orders are counted over all customers, from 1.
# hint: printf("order %lu: %s\n", ++orders, text); snprintf(answer, sizeof answer, "%lu order %lu: %s", number, orders, text); sendto(sockfd, answer, strlen(answer), 0, (struct sockaddr *)&from, fromlen);
# hint /room for 0 bytes/: recvfrom was told that there is room for 0 bytes of address. Set addrlen = sizeof from before each call.
@test "takes orders from all customers, and answers each to who has sent it" {
    random A words 2
    random B korean
    scene < <(
        cafe_is_open
        comes_in anna
        comes_in boris
        sends anna '1 $A'
        echo 'cafe| order 1: $A'
        sends boris '1 $B'
        echo 'cafe| order 2: $B'
        sends boris '2 $A'
        echo 'cafe| order 3: $A'
        hears anna '1 order 1: $A'
        hears boris '1 order 2: $B'
        hears boris '2 order 3: $A'
        leave anna boris
        cafe_closes
    )
}

# kind: behaviour
# points: 10
# hint: A question that comes again is the same order, and not one more. But its sender has not got the answer: so it is sent again.
# hint: Keep the number of each customer's last question, and the answer to it. The same number: send that answer again. A smaller one: it has been answered long ago, forget it.
# hint /→ +[0-9]+ +cafe\| order 4/: A question with a smaller number than this customer's last one has been on the way for long: it was answered before the later ones were asked. It is no new order: forget it.
# hint: if (number < customer->number) continue; if (number > customer->number) { … a new order … } sendto(… customer->answer …);
@test "answers a question that comes twice twice, and makes the order once" {
    random A words 2
    random B words 2
    random C words 2
    scene < <(
        cafe_is_open
        comes_in anna
        sends anna '1 $A'
        echo 'cafe| order 1: $A'
        hears anna '1 order 1: $A'
        sends anna '1 $A'
        hears anna '1 order 1: $A'
        comes_in boris
        sends boris '1 $A'
        echo 'cafe| order 2: $A'
        hears boris '1 order 2: $A'
        sends anna '1 $A'
        hears anna '1 order 1: $A'
        sends anna '2 $B'
        echo 'cafe| order 3: $B'
        hears anna '2 order 3: $B'
        sends anna '1 $A'
        sends anna '3 $C'
        echo 'cafe| order 4: $C'
        hears anna '3 order 4: $C'
        leave anna boris
        cafe_closes
    )
}

# kind: behaviour
# points: 5
# hint: recvfrom returns 0 for an empty datagram. Is that the end? Who could end what is no connection?
# hint: Whatever is no question, or no answer, is forgotten, and the loop goes on: an empty datagram, one without a number.
# hint: if (text == NULL) continue; and no loop that runs only while recvfrom returns more than 0.
@test "forgets empty datagrams, and others that are neither question nor answer" {
    random A words 2
    scene < <(
        cafe_is_open
        comes_in anna
        sends anna ''
        sends anna '$A'
        sends anna '0 $A'
        sends anna '-1 $A'
        sends anna '1'
        sends anna '1 $A'
        echo 'cafe| order 1: $A'
        hears anna '1 order 1: $A'
        leave anna
        cafe_closes
    )
    scene < <(
        anna_asks
        cat <<'END'
anna< $A
cafe< receive
cafe| received "1 $A" from 127.0.0.1:{port:[0-9]+}
cafe< reply
cafe| sent 0 bytes
cafe< reply $A
cafe| sent {...}
cafe< reply 1 $A
cafe| sent {...}
anna| $A
END
        leave anna cafe
    )
}

# Both sides are ask.
order_of() { # order_of TEXT
    cafe_is_open
    cat <<END
anna\$ ./ask 127.0.0.1 \$PORT 3000 3
anna< $1
cafe| order 1: $1
anna| order 1: $1
anna^D
anna= 0
END
    cafe_closes
}

# kind: behaviour
# points: 5
# hint: A text can have 1,000 bytes, and in front of it there are numbers. What a datagram has and your buffer has not, is lost.
# hint: Give each buffer more than 1,000 bytes; ROOM is enough. snprintf and recvfrom cut what does not fit.
# hint: char question[ROOM]; recvfrom(sockfd, question, sizeof question - 1, …);
# hint /boris/: A longer question has changed what was kept of another customer. Does the answer, with its numbers, still fit where you keep it? snprintf(customer->answer, sizeof customer->answer, …) never writes behind it.
@test "takes texts of up to 1,000 bytes" {
    random TEXT letters 1000
    random LONG letters 1997
    random A words 2
    random B words 2
    scene < <(order_of '$TEXT')
    make_door
    # Whether the café takes a longer question is its own affair, so nobody looks
    # at its orders here.
    scene < <(
        cat <<'END'
cafe$ ./ask $PORT >orders
door$ ./door $PORT
door= 0
END
        comes_in boris
        comes_in anna
        comes_in clara
        sends boris '1 $A'
        hears boris '1 order 1: $A'
        sends anna '1 $A'
        hears anna '1 order 2: $A'
        sends clara '1 $B'
        hears clara '1 order 3: $B'
        sends anna '2 $LONG'
        sends anna '3 $LONG $LONG'
        # They have not got their answers.
        sends boris '1 $A'
        hears boris '1 order 1: $A'
        sends clara '1 $B'
        hears clara '1 order 3: $B'
        leave boris anna clara
        cafe_closes
    )
}

# An order, and a question that nobody answers.
order_and_silence() {
    order_of '$A'
    cat <<'END'
nobody$ ./peer udp $PORT2
nobody| bound to 127.0.0.1:$PORT2
END
    echo "boris\$ $(with_lines 'is anybody there?\n' '127.0.0.1 $PORT2 150 2')"
    cat <<'END'
boris| (its stderr names an error)
boris= 1
END
    leave nobody
}

# kind: calls
# points: 5
# hint: recvfrom reads addrlen before it writes it: it is the room that you have for the address, not for the data.
# hint: Set addrlen to the size of the address before each call of recvfrom.
# hint: socklen_t addrlen = sizeof from; recvfrom(sockfd, data, sizeof data - 1, 0, (struct sockaddr *)&from, &addrlen);
@test "tells recvfrom how much room there is for the address" {
    random A words 2
    traced_scene < <(order_and_silence)
    local told
    told=$(ACTOR=cafe calls '^recvfrom\(.*\[[0-9]' | grep -vE '\[(16|28|128)( => [0-9]+)?\]' || true)
    [ -z "$told" ] || fail "addrlen was something else than the room for an address:" "$told"
}

# kind: calls
# points: 5
# hint: While there is no answer there is nothing to do. Who wakes you when it comes, or when the time is over?
# hint: poll and select sleep until something comes, or until their time limit. A recvfrom that does not wait, again and again, takes a whole core.
# hint: struct pollfd answered = {.fd = sockfd, .events = POLLIN}; poll(&answered, 1, (int)left);
@test "sleeps while it waits" {
    random A words 2
    traced_scene < <(order_and_silence)
    local count
    count=$(ACTOR=boris calls '^(recv|read|poll|ppoll|select|pselect|clock_nanosleep|nanosleep)' | wc -l)
    [ "$count" -le 500 ] || fail "in 300 ms of silence there were $count calls:" \
        "$(ACTOR=boris calls '^(recv|read|poll|ppoll|select|pselect)' | tail -n 3)" …
}

# kind: weather
# points: 5
# hint: Through this relay questions and answers are lost, doubled and overtaken. Each line must become one order and one answer, in the lines' order.
# hint: Each of the requirements above is needed here: the same number for the same question, old answers forgotten, orders made once.
# hint: make run-11 SCENE=exercise shows such a storm. Which datagram is taken for something else by your program?
@test "makes each order once, and prints each answer once, through loss, doubles and disorder" {
    random SEED number 1 99999
    random A word
    random B word
    random C word
    random D korean
    scene < <(
        cafe_is_open
        cat <<'END'
relay$ sh -c './relay $PORT2 127.0.0.1 $PORT loss=30 dup=30 reorder=30 ms=10 seed=$SEED | { read -r line; echo "$line"; cat > log; }'
relay| listening on 127.0.0.1:$PORT2
anna$ sh -c 'printf "$A\n$B\n$C\n$D\n" | ./ask 127.0.0.1 $PORT2 20 1000'
cafe| order 1: $A
cafe| order 2: $B
cafe| order 3: $C
cafe| order 4: $D
anna| order 1: $A
anna| order 2: $B
anna| order 3: $C
anna| order 4: $D
anna= 0
relay^C
relay= SIGINT
END
        cafe_closes
    )
}

# kind: weather
# points: 5
# hint: Nobody is at the port now. On a connected socket the kernel says so: ECONNREFUSED. It is no answer, and no reason to leave: a moment later somebody may be there.
# hint: Treat ECONNREFUSED as silence: wait until MS milliseconds are over, and ask again.
# hint: if (n == -1 && (errno == EINTR || errno == EAGAIN || errno == ECONNREFUSED)) continue;
@test "asks on while nobody is at the port for a moment (ECONNREFUSED)" {
    random A words 2
    scene <<'END'
cafe$ ./peer udp $PORT
cafe| bound to 127.0.0.1:$PORT
anna$ sh -c 'echo "$A" | ./ask 127.0.0.1 $PORT 3 1000 2>errors'
cafe< receive
cafe| received "1 $A" from 127.0.0.1:{anna:[0-9]+}
cafe^D
cafe= 0
# The kernel counts what comes to a port where nobody is: until it does.
kernel$ sh -c 'count() { while read -r what _ in_vain _; do echo $what $in_vain; done </proc/net/snmp | grep "^Udp: [0-9]"; }; first=$(count); while [ "$(count)" = "$first" ]; do :; done; echo one came in vain'
kernel| one came in vain
kernel= 0
cafe$ ./ask $PORT
cafe| listening on 127.0.0.1:$PORT
cafe| order 1: $A
anna| order 1: $A
anna= 0
cafe^C
cafe= SIGINT
END
}

# kind: weather
# points: 5
# hint: A signal can interrupt any call that may wait, poll, recvfrom and sendto: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR go on waiting; a sendto that was interrupted has sent nothing: call it once more. What was sent in vain is sent again when the time is over.
# hint: if (n == -1 && errno == EINTR) continue;
# hint /its stderr tells of an error/: All was answered, and yet an error was told: EINTR is none. sendto was interrupted before it sent anything: call it once more.
# hint /anna +asleep in read/: A signal came while it waited, and was taken for the end of the time. poll returns 0 when the time is over; -1 with EINTR says only: look how much of it is left, and wait on.
@test "goes on when a signal interrupts a call (EINTR)" {
    random A words 2
    random B korean
    weather --eintr recv,send,poll,select,epoll
    scene <<'END'
cafe$ ./ask $PORT 2>errors
cafe| listening on 127.0.0.1:$PORT
anna$ sh -c './ask 127.0.0.1 $PORT 100 50 2>errors; status=$?; test -s errors && echo "(its stderr tells of an error)"; exit $status'
anna< $A
cafe| order 1: $A
anna| order 1: $A
anna< $B
cafe| order 2: $B
anna| order 2: $B
anna^D
anna= 0
cafe^C
cafe= SIGINT
END
    # She asks once, and has much patience.
    weather --eintr recv,poll,select,epoll
    scene < <(
        anna_asks './ask 127.0.0.1 $PORT 20000 1 2>errors'
        cat <<'END'
anna< $A
cafe< receive
cafe| received "1 $A" from 127.0.0.1:{port:[0-9]+}
cafe< reply 1 $B
cafe| sent {...}
anna| $B
END
        leave anna cafe
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A datagram that fills the buffer leaves no room for a '\0' behind it: receive one byte less than the buffer has.
# hint: recvfrom(sockfd, question, sizeof question - 1, …); question[n] = '\0';
@test "keeps within its memory" {
    random TEXT letters 1000
    random SEED number 1 9999
    scene < <(
        cafe_is_open
        comes_in anna
        echo 'anna< send-random 60000 $SEED text'
        echo 'anna| sent 60000 bytes'
        sends anna '1 $TEXT'
        echo 'cafe| order 1: $TEXT'
        echo 'anna< receive'
        echo 'anna| received 1011 bytes, sum {...}'
        leave anna
        cafe_closes
    )
    scene < <(
        anna_asks
        cat <<'END'
anna< $TEXT
cafe< receive
cafe| received {...} from 127.0.0.1:{port:[0-9]+}
END
        echo 'cafe< reply without a number $TEXT $TEXT $TEXT'
        cat <<'END'
cafe| sent {...}
cafe< reply 1 $TEXT
cafe| sent {...}
anna| $TEXT
END
        leave anna cafe
    )
}
