#!/usr/bin/env bats
# The grader of lesson 18's exercise, chat.c.

load grader

# The chat listens. Who turns in a loop is ended by the kernel after a second
# of processor time; a chat needs some milliseconds.
chat_listens() {
    cat <<'END'
chat$ sh -c 'ulimit -S -t 1; exec ./chat $PORT 2>errors'
chat| listening on 127.0.0.1:$PORT
END
}

# Somebody comes and is told a number.
comes() { # comes NAME NUMBER [OPTION...]
    cat <<END
$1\$ ./peer ${*:3} connect 127.0.0.1 \$PORT
$1| connected to 127.0.0.1:\$PORT from 127.0.0.1:{...}
$1< receive-line
$1| line "you are $2"
END
}

says() { printf '%s< send-line %s\n%s| sent {...}\n' "$1" "$2" "$1"; }

hears() { printf '%s< receive-line\n%s| line "%s"\n' "$1" "$1" "$2"; }

# All who are still there leave, and the chat is ended.
all_end() { # all_end NAME...
    local name
    echo 'chat^KILL'
    echo 'chat= SIGKILL'
    for name; do printf '%s^D\n%s= 0\n' "$name" "$name"; done
}

# kind: behaviour
# points: 5
# hint: The second client comes while the first is there and says nothing. Where does the program sleep then?
# hint: Sleep in poll, which watches the listening socket and every client. It returns when one of them has something for you.
# hint: watched[0] is listenfd, watched[1 + i] is clients[i]->fd, all with POLLIN; poll(watched, 1 + client_count, -1); then look at each revents.
# hint /chat +asleep in recv/: It sleeps in recv, and so it waits for one client only. Call recv only where poll has said that there is something.
@test "says where it listens, and tells each client its number" {
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        comes clara 3
        all_end anna boris clara
    )
}

# kind: behaviour
# points: 10
# hint: A line goes to all clients but one. To whom not?
# hint: For each client but the sender: its number, a colon, a blank, the line, a newline.
# hint: for (int i = 0; i < client_count; i++) if (clients[i] != c) deliver(clients[i], text, n);
# hint /chat +asleep in accept/: It sleeps in accept, and so it waits only for somebody new. Call accept only where poll has said that somebody knocks: watched[0].revents & POLLIN.
# hint /chat +asleep in recv/: It sleeps in recv, and so it waits for one client only. Call recv only where poll has said that there is something.
@test "passes each line on to all others, with its sender's number" {
    random A words 2
    random B words 3
    random C word
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        comes clara 3
        says anna '$A'
        hears boris '1: $A'
        hears clara '1: $A'
        says clara '$B'
        hears anna '3: $B'
        hears boris '3: $B'
        says boris '$C'
        hears anna '2: $C'
        hears clara '2: $C'
        all_end anna boris clara
    )
}

# kind: behaviour
# points: 10
# hint: What one recv gives is a piece: less than a line, or more than one. Which bytes end a line?
# hint: Collect what comes from a client in a buffer of its own. Pass on what stands before a newline, keep the rest for the next recv.
# hint: while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) { say(c, line, (size_t)(newline - line)); line = newline + 1; } and memmove the rest to the front.
# hint /chat +asleep in recv/: Somebody has said half a line, and the program waits for the other half. Others speak meanwhile: go back to poll.
@test "passes on whole lines only, in however many pieces they come" {
    random A words 3
    random B korean
    random C words 2
    local long
    long=$(printf 'abcdefgh%.0s' {1..509})
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        cat <<'END'
anna< send-slowly $A
anna| sent {...}
END
        says boris 'go on'
        hears anna '2: go on'
        says anna ', $A'
        hears boris '1: $A, $A'
        cat <<'END'
# Several lines at once, one of them empty, and bytes that are no letters.
anna< send $B\\n\\n\\x00\\xff$C\\x00\\n$A
anna| sent {...}
END
        hears boris '1: $B'
        hears boris '1: '
        hears boris '1: \\x00\\xff$C\\x00'
        says anna ''
        hears boris '1: $A'
        cat <<END
anna< send-line $long
anna| sent 4073 bytes
boris< receive-line
boris| received 4076 bytes, sum {...}
END
        all_end anna boris
    )
}

# kind: behaviour
# points: 10
# hint: A client can leave in three ways: it ends its side, it closes, or the connection breaks. What do poll and recv say each time?
# hint: recv returns 0, or -1 with ECONNRESET: then the client has left. Close its descriptor, take it from the table, say so; the others go on.
# hint: if (n <= 0) c->gone = true; and, when all in this turn have been served, remove_the_gone().
# hint /SIGXCPU|chat +running/: The program turned in a loop until the kernel had seen enough: poll returns at once, again and again, while a client that has left is asked about. POLLHUP and POLLERR come unasked, beside POLLIN: news & (POLLIN | POLLHUP | POLLERR), then recv and close.
# hint /chat +ended with/: One client has left, and the program with it. die is for what makes the whole service impossible.
# hint /got +line "you are [123]"/: Numbers go on: the client after number 3 is number 4, whoever has left.
# hint /chat +asleep in accept/: It sleeps in accept, and so it waits only for somebody new. Call accept only where poll has said that somebody knocks: watched[0].revents & POLLIN.
# hint /chat +asleep in recv/: It sleeps in recv, and so it waits for one client only. Call recv only where poll has said that there is something.
@test "says when a client has left, and goes on with the others" {
    random A words 2
    random B words 2
    random C words 2
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        comes clara 3
        cat <<'END'
anna< half-close
anna| half-closed
chat| 1 left
anna< expect-end
anna| end
anna^D
anna= 0
END
        says boris '$A'
        hears clara '2: $A'
        comes dora 4
        cat <<'END'
# Boris resets his connection.
boris< reset
boris= 0
chat| 2 left
END
        says clara '$B'
        hears dora '3: $B'
        comes emil 5
        cat <<'END'
clara< close
clara= 0
chat| 3 left
END
        says emil '$C'
        hears dora '5: $C'
        all_end dora emil
    )
}

# Long lines, so that some hundreds of them fill what the kernel keeps for one
# connection: 4 MiB and somewhat.
FLOOD=1200
random_flood() {
    local word text
    random_letters 12
    word=$REPLY
    printf -v text "%.0s$word" {1..320}
    printf -v TEXT %s "$text"
    SETS+=(--set "TEXT=$TEXT")
}

# Deaf, number 1, does not read. Anna, number 2, says FLOOD lines and leaves.
nobody_reads() {
    chat_listens
    cat <<END
deaf\$ ./tally 127.0.0.1 \$PORT
deaf| connected to 127.0.0.1:\$PORT from 127.0.0.1:{...}
deaf| line "you are 1"
END
    comes anna 2
    floods anna 2
}

floods() { # floods NAME NUMBER
    cat <<END
# More than two kernels keep for one who does not read.
$1< send-many $FLOOD \$TEXT\\\\n
$1| sent $((FLOOD * (${#TEXT} + 1))) bytes
$1< half-close
$1| half-closed
chat| $2 left
$1^D
$1= 0
END
}

# Where one who is deaf for a while counts what it has missed: tally.c. LATER lines
# come behind the second flood.
LATER=3
make_tally() { own_program "$LESSON/tally" || skip 'not run: there is no compiler'; }

# It reads again.
deaf_hears() { echo "deaf< $1 lines of $((${#TEXT} + 4)) bytes${2:+, $2}"; } # deaf_hears LINES [tell]

# kind: behaviour
# points: 15
# hint: One client does not read, and all wait. For what does send wait, and how can it be told not to?
# hint: send with the flag MSG_DONTWAIT takes what there is room for and returns; -1 with EAGAIN: nothing at all. What it did not take must be kept by you.
# hint: n = send(c->fd, c->queue, c->queued, MSG_DONTWAIT | MSG_NOSIGNAL); then c->queued -= n, memmove the rest to the front, and ask poll for POLLOUT while c->queued > 0.
# hint /got +1 left/: The client that does not read was thrown out. It may stay: it only misses what there is no room for. And EAGAIN is no error of the connection, but "not now".
# hint /SIGXCPU|chat +running/: The program turned in a loop until the kernel had seen enough. While a client does not read, poll for POLLOUT and sleep; do not try again and again.
# hint /SIGSEGV|SIGABRT|SIGBUS/: The program was killed for what it did to its memory. A queue has an end: is there room for the line before it is copied?
# hint /chat +asleep in (send|write)/: It sleeps in send, which waits until one client reads, and so everybody waits for that one. MSG_DONTWAIT is needed in each send, also after POLLOUT: that says that there is room for something, not for everything.
# hint /chat +asleep in accept/: It sleeps in accept, and so it waits only for somebody new. Call accept only where poll has said that somebody knocks: watched[0].revents & POLLIN.
# hint /chat +asleep in recv/: It sleeps in recv, and so it waits for one client only. Call recv only where poll has said that there is something.
@test "lets nobody wait for a client that never reads" {
    random A words 2
    random B words 2
    random_flood
    make_tally
    scene < <(
        nobody_reads
        comes boris 3
        comes clara 4
        says boris '$A'
        hears clara '3: $A'
        says clara '$B'
        hears boris '4: $B'
        all_end boris clara
        printf '%s\n' 'deaf^TERM' 'deaf= SIGTERM'
    )
}

# kind: behaviour
# points: 15
# hint: When the client reads at last, it gets what was kept for it: whole lines. Then it is told how many it has missed.
# hint: Ask poll for POLLOUT while something waits in the queue; send it when poll says so. What is kept is 65,536 bytes and not more; a line for which the queue has no room is counted.
# hint: deliver: if (c->missed > 0 || length > QUEUE_SIZE - c->queued) c->missed++; else put it into the queue. After a send that took something: if (c->missed > 0) put "* N missed\n" there, and c->missed = 0.
# hint /chat +asleep in (send|write)/: It sleeps in send, which waits until one client reads, and so everybody waits for that one. MSG_DONTWAIT is needed in each send, also after POLLOUT: that says that there is room for something, not for everything.
# hint /chat +asleep in accept/: It sleeps in accept, and so it waits only for somebody new. Call accept only where poll has said that somebody knocks: watched[0].revents & POLLIN.
# hint /chat +asleep in recv/: It sleeps in recv, and so it waits for one client only. Call recv only where poll has said that there is something.
# hint /the chat had kept/: Beside what the kernel took, the chat had kept that many bytes when the flood was over. It is to keep 65,536: a line for which the queue has room is put there, and one for which it has none is counted. Each client's queue has an end of its own.
# hint /got +of [0-9]+ lines 0 were/: All was kept for a client that does not read. How much memory will the server need when nobody speaks of anything else? What is kept has an end: 65,536 bytes.
# hint /expected +of 1203 .*got +of/: It was told a larger number than it has missed since it was told last. When the notice is in the queue, begin anew: c->missed = 0.
# hint /deaf.CONT +ok.*got +(received|line)/: A line was not whole, or came before those that were kept. While something waits in the queue, a new line goes behind it, and never past it to send, even if the kernel has room by now.
# hint /got +(of|received)/: Kept and missed lines together must be all that were said, each of them whole. When send takes a part of a line, the rest must be kept; and each line is either kept or counted.
# hint /got +(end|reset)/: The client was thrown out. It is to stay: it has only missed some lines.
# hint /got +nothing/: The client reads now, and nobody sends it what was kept, or tells it what it has missed. Ask poll for POLLOUT while something waits; then send, then tell. Each line is either kept or counted.
@test "keeps 65,536 bytes of whole lines for it, and tells how many it has missed" {
    random A words 2
    random B words 2
    random_flood
    make_tally
    scene < <(
        chat_listens
        comes anna 1
        echo 'anna< drain'
        cat <<'END'
deaf$ ./tally 127.0.0.1 $PORT
deaf| connected to 127.0.0.1:$PORT from 127.0.0.1:{...}
deaf| line "you are 2"
END
        comes clara 3
        floods clara 3
        echo '# Now it reads: whole lines, and how many lines it has missed.'
        deaf_hears $FLOOD
        cat <<END
deaf| of $FLOOD lines {missed:[1-9][0-9]*} were missed
END
        comes boris 4
        says boris '$A'
        echo 'deaf| line "4: $A"'
        says boris '$B'
        echo 'deaf| line "4: $B"'
        deaf_hears $((FLOOD + LATER)) tell
        echo '# Once more it does not read.'
        echo 'deaf^STOP'
        floods boris 4
        cat <<END
# There is room for what was kept, and a new line comes, in the same moment.
chat^STOP
deaf^CONT
deaf| the kernel has nothing more
anna< send-many $LATER \$TEXT\\\\n
anna| sent $((LATER * (${#TEXT} + 1))) bytes
chat^CONT
deaf| of $((FLOOD + LATER)) lines {again:[0-9]+} were missed
END
        says anna '$A'
        echo 'deaf| line "1: $A"'
        printf '%s\n' 'deaf^TERM' 'deaf= SIGTERM' 'chat| 2 left'
        all_end anna
    )
}

deaf_ends() { printf '%s\n' 'deaf^TERM' 'deaf= SIGTERM' 'chat| 1 left'; }

# Guests come, say something, and leave, one after the other; anna stays, and
# boris, who hears all, so that a guest hears nothing that was said before.
guests_come_and_go() {
    local i how
    chat_listens
    comes anna 1
    comes boris 2
    for i in 3 4 5 6 7 8; do
        comes guest $i
        says guest '$A'
        hears anna "$i: \$A"
        hears boris "$i: \$A"
        says anna '$B'
        hears guest '1: $B'
        hears boris '1: $B'
        if ((i % 2)); then how=reset; else how=close; fi
        printf '%s\n' "guest< $how" 'guest= 0' "chat| $i left"
        says anna 'Who is there?'
        hears boris '1: Who is there?'
    done
    # For a moment nobody says anything.
    printf '%s\n' 'nobody$ sleep 0.3' 'nobody= 0'
    all_end anna boris
}

trace_guests() {
    random A words 2
    random B words 2
    traced_scene < <(guests_come_and_go)
}

# kind: calls
# points: 5
# hint: The descriptor of a client that has left is as open as before. Who closes it?
# hint: close(c->fd), once, where the client is taken from the table.
# hint: clients[i] = clients[--client_count]; close(c->fd); free(c);
@test "closes the descriptor of each client that has left" {
    trace_guests
    local accepted
    accepted=$(different_results '^accept4?\(.* = [0-9]+$')
    [ "$accepted" -le 6 ] || fail \
        "accept gave $accepted different descriptors to 8 clients, and at most three were there at the same time:" \
        "$(calls '^accept4?\(.* = [0-9]+$')" \
        "A descriptor that has been closed is free, and accept gives it out again."
}

# kind: calls
# points: 10
# hint: The program asks the kernel again and again while nothing happens. On what does it wait, and why does that come at once?
# hint: A socket has nearly always room, so who always asks for POLLOUT never sleeps. Who asks with a timeout of 0 does not, either.
# hint: events = c->queued > 0 ? POLLIN | POLLOUT : POLLIN; and poll(watched, count, -1).
@test "sleeps while there is nothing to do" {
    trace_guests
    local useful futile
    useful=$(calls '^(accept4?|recv(from|msg)?|readv?|send(to|msg)?|writev?)\(.* = [1-9][0-9]*$|^close\(.* = 0$' | wc -l)
    futile=$(calls '^(poll|ppoll|select|pselect6|epoll_wait|epoll_pwait2?)\(|EAGAIN' | wc -l)
    [ "$futile" -le $((3 * useful + 30)) ] || fail \
        "there was something to do $useful times, and the program has asked $futile times:" \
        "$(calls . | tail -n 4)"
}

# A few lines between three, whatever the weather.
three_talk() {
    random A words 4
    random B korean
    random C words 9
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        comes clara 3
        cat <<'END'
anna< send $A\\n$B\\n$C\\n
anna| sent {...}
END
        for name in boris clara; do
            hears $name '1: $A'
            hears $name '1: $B'
            hears $name '1: $C'
        done
        printf '%s\n' 'boris< half-close' 'boris| half-closed' 'chat| 2 left'
        says clara '$C'
        hears anna '3: $C'
        comes dora 4
        says anna '$B'
        hears clara '1: $B'
        hears dora '1: $B'
        all_end anna boris clara dora
    )
}

# kind: weather
# points: 5
# hint: A signal can interrupt poll, recv, send and accept: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: After EINTR call again. For poll that means: begin the turn anew. No client has left.
# hint: if (poll(…) == -1) { if (errno != EINTR) die("poll"); continue; }
@test "goes on when a signal interrupts a call (EINTR)" {
    weather --eintr accept,recv,send,poll,select,epoll
    three_talk
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given, and not only when a client does not read.
# hint: All that goes to a client goes through its queue: the line that tells it its number, too.
# hint: c->queued -= (size_t)n; memmove(c->queue, c->queue + n, c->queued); and poll for POLLOUT while c->queued > 0.
@test "sends whole lines though send takes only a part of them" {
    weather --short sockets
    three_talk
}

# kind: weather
# points: 5
# hint: A client has left, and a line for it is being sent in this moment. What does the kernel do to the program?
# hint: Sending to a client that has gone can raise SIGPIPE, which ends the program: give send the flag MSG_NOSIGNAL. Its error says that this client has left.
# hint: send(c->fd, …, MSG_DONTWAIT | MSG_NOSIGNAL) and, where errno is neither EAGAIN nor EINTR: c->gone = true;
@test "lives on when a client leaves while a line is being sent to it" {
    random A words 2
    scene < <(
        chat_listens
        comes anna 1
        comes boris 2
        for i in 3 5 7; do
            comes rude $i
            comes clara $((i + 1))
            cat <<END
# In the same moment: anna and boris speak, rude and clara leave unread what they
# were told.
anna< send-line Hello
anna| sent 6 bytes
boris< receive-line
boris| line "1: Hello"
rude< await
rude| something has come
clara< await
clara| something has come
chat^STOP
rude< half-close
rude| half-closed
rude< close
rude= 0
clara< half-close
clara| half-closed
clara< reset
clara= 0
anna< send \$A\\\\n\$A\\\\n
anna| sent {...}
chat^CONT
@any
chat| $i left
chat| $((i + 1)) left
@end
END
            hears boris '1: $A'
            hears boris '1: $A'
        done
        all_end anna boris
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: Who is removed in the middle of a turn may still be looked at in this turn. And each text needs room for all its bytes and its \0.
# hint: if (length <= QUEUE_SIZE - c->queued) memcpy(c->queue + c->queued, text, length); and memmove(c->queue, c->queue + n, c->queued) when c->queued has been made smaller.
@test "keeps within its memory" {
    random A words 2
    random_flood
    make_tally
    scene < <(
        nobody_reads
        comes boris 3
        deaf_hears $FLOOD
        cat <<'END'
deaf| of 1200 lines {...} were missed
END
        deaf_ends
        comes clara 4
        says boris '$A'
        hears clara '3: $A'
        all_end boris clara
    )
}
