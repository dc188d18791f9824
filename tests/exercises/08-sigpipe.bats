#!/usr/bin/env bats
# The grader of lesson 08's exercise, feed.c.

load grader

# The feed begins, and what stands on standard input follows: played by `scene`,
# or by what is given. Who turns in a loop is ended by the kernel after a second of
# processor time; a feed needs some milliseconds.
fed() { # fed [scene | traced_scene]
    random TEXT words 2
    random MS number 2 6
    {
        echo 'feed$ sh -c '\''ulimit -S -t 1; exec ./feed $PORT $MS "$TEXT" 2>errors'\'
        echo 'feed| feeding on 127.0.0.1:$PORT'
        cat
    } > "$BATS_TEST_TMPDIR/fed"
    "${1:-scene}" < "$BATS_TEST_TMPDIR/fed"
}

# kind: behaviour
# points: 12
# hint: A client is to read line after line: the number, a blank, TEXT, a newline. The first is number 1.
# hint: A loop without an end: snprintf makes line i, send sends it, pause_while_connected(connfd, ms) waits; then the next i.
# hint: len = snprintf(line, room, "%lu %s\n", i, text); send(connfd, line, len, MSG_NOSIGNAL); pause_while_connected(connfd, ms); i++
@test "feeds a client numbered lines" {
    fed <<'END'
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
feed| 127.0.0.1:{a} came
anna< receive-line
anna| line "1 $TEXT"
anna< receive-line
anna| line "2 $TEXT"
anna< receive-line
anna| line "3 $TEXT"
feed^KILL
feed= SIGKILL
anna^D
anna= 0
END
}

# kind: behaviour
# points: 12
# hint: When a client leaves, only this client is over. What does send return then, and what does your loop do about it?
# hint: -1 with ECONNRESET or EPIPE: the client has left. Leave the loop for this client, say so, close, return to accept.
# hint: if (n == -1 && errno != EINTR) break; then printf("%s left after %llu bytes\n", who, total); close(connfd);
# hint /SIGXCPU/: The program went on sending to a client that has left, as fast as it could, until the kernel had seen enough: after -1 no send to this client will do better.
# hint /ended by SIGPIPE/: A signal has ended the whole program, because send was called for a client that has gone: send has a flag against that.
# hint /got +line "[2-9]/: Each client has lines of its own, and the first of them is number 1.
# hint /feed +ended with 1/: One client has left, and the program with it. die is for what makes the whole service impossible.
@test "says when a client has left, and feeds the next one" {
    fed <<'END'
# anna leaves with lines unread: her kernel resets the connection.
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
feed| 127.0.0.1:{a} came
anna< await
anna| something has come
anna< close
anna= 0
feed| 127.0.0.1:{a} left after {n:[1-9][0-9]*} bytes
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{b:[0-9]+}
feed| 127.0.0.1:{b} came
boris< receive-line
boris| line "1 $TEXT"
boris< receive-line
boris| line "2 $TEXT"
feed^KILL
feed= SIGKILL
boris^D
boris= 0
END
}

# kind: behaviour
# points: 12
# hint: A client that sends no more may still want to read. What does its FIN tell you, and what does it not?
# hint: That recv returns 0 does not mean that the client has left. Only send can tell: EPIPE, ECONNRESET.
# hint: Do without recv and without POLLIN: send the next line, and look at what send says.
@test "goes on feeding a client that has ended its own side only" {
    fed <<'END'
# anna's FIN is there before she is accepted: boris is being fed.
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{b:[0-9]+}
feed| 127.0.0.1:{b} came
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
anna< half-close
anna| half-closed
boris< reset
boris= 0
feed| 127.0.0.1:{b} left after {n:[0-9]+} bytes
feed| 127.0.0.1:{a} came
anna< receive-line
anna| line "1 $TEXT"
anna< receive-line
anna| line "2 $TEXT"
anna< receive-line
anna| line "3 $TEXT"
anna< receive-line
anna| line "4 $TEXT"
feed^KILL
feed= SIGKILL
anna^D
anna= 0
END
}

# kind: behaviour
# points: 18
# hint: With the error EPIPE comes a signal. What does it do to a program that has not said otherwise?
# hint: send with the flag MSG_NOSIGNAL gives the error only; or signal(SIGPIPE, SIG_IGN) once at the start.
# hint: n = send(connfd, line + sent, len - sent, MSG_NOSIGNAL); on -1 with EPIPE this client has left, and the next one is served.
# hint /recv[a-z]*\([^)]*MSG_NOSIGNAL/: recv never raises SIGPIPE, and the flag does nothing there. It belongs to send.
# hint /SIGXCPU/: EPIPE does not pass: whoever goes on sending gets it for ever. Leave the loop: this client is over.
# hint /feed +ended with [01]/: The signal was caught, and the handler has ended the whole service. It may do nothing at all: send's error says enough.
@test "lives on when a client leaves whose FIN has come before (EPIPE and SIGPIPE)" {
    fed <<'END'
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
feed| 127.0.0.1:{a} came
anna< half-close
anna| half-closed
anna< receive-line
anna| line "1 $TEXT"
anna< close
anna= 0
feed| 127.0.0.1:{a} left after {n:[1-9][0-9]*} bytes
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{b:[0-9]+}
feed| 127.0.0.1:{b} came
boris< receive-line
boris| line "1 $TEXT"
feed^KILL
feed= SIGKILL
boris^D
boris= 0
END
}

# kind: behaviour
# points: 10
# hint: A client may be gone before it is fed. It came and left, and the next one waits.
# hint: The first send may say ECONNRESET already. That is no other story than later: 0 bytes, close, the next client.
# hint: No die in feed_client, and no exit: whatever send says of one client, return to accept.
@test "lives on when clients are gone before they are fed" {
    # While it stands still, clients come and go.
    fed <<'END'
feed^STOP
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< flood 2
crowd| connected 2 times
crowd< flood 2 reset
crowd| connected 2 times
crowd^D
crowd= 0
feed^CONT
feed| 127.0.0.1:{a:[0-9]+} came
feed| 127.0.0.1:{a} left after {...} bytes
feed| 127.0.0.1:{b:[0-9]+} came
feed| 127.0.0.1:{b} left after {...} bytes
feed| 127.0.0.1:{c:[0-9]+} came
feed| 127.0.0.1:{c} left after {...} bytes
feed| 127.0.0.1:{d:[0-9]+} came
feed| 127.0.0.1:{d} left after {...} bytes
feed^KILL
feed= SIGKILL
END
}

# Three clients, one after the other, who leave in three ways.
three_clients() {
    cat <<'END'
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
feed| 127.0.0.1:{a} came
anna< receive-line
anna| line "1 $TEXT"
anna< receive-line
anna| line "2 $TEXT"
anna< receive-line
anna| line "3 $TEXT"
anna< close
anna= 0
feed| 127.0.0.1:{a} left after {...} bytes
boris$ ./peer connect 127.0.0.1 $PORT
boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{b:[0-9]+}
feed| 127.0.0.1:{b} came
boris< half-close
boris| half-closed
boris< receive-line
boris| line "1 $TEXT"
boris< close
boris= 0
feed| 127.0.0.1:{b} left after {...} bytes
clara$ ./peer connect 127.0.0.1 $PORT
clara| connected to 127.0.0.1:$PORT from 127.0.0.1:{c:[0-9]+}
feed| 127.0.0.1:{c} came
clara< receive-line
clara| line "1 $TEXT"
clara< reset
clara= 0
feed| 127.0.0.1:{c} left after {...} bytes
feed^KILL
feed= SIGKILL
END
}

# kind: calls
# points: 6
# hint: The descriptor of a client that has left is as open as before. Who closes it?
# hint: However the loop for a client ends, close(connfd) must come behind it, once.
# hint: close(connfd) as the last line of feed_client, with break, not return, in the loop before it.
@test "closes the descriptor of each client" {
    fed traced_scene < <(three_clients)
    local accepted
    accepted=$(different_results '^accept4?\(.* = [0-9]+$')
    [ "$accepted" -le 1 ] || fail \
        "accept gave $accepted different descriptors to 3 clients that came one after the other:" \
        "$(calls '^(accept4?|close)\(')" \
        "A descriptor that has been closed is free, and accept gives it out again."
}

# kind: calls
# points: 6
# hint: N counts the bytes that send has taken: all that it said it took, and nothing else.
# hint: Add what send returned, each time that it is not -1. The last line that could not be sent does not count.
# hint: unsigned long long total = 0; … total += (size_t)n; behind the test for -1.
@test "counts the bytes that send has taken" {
    fed traced_scene < <(three_clients)
    local taken said
    taken=$(calls '^(accept4?|send|sendto|sendmsg|write|writev)\(.* = [0-9]+$' | awk '
        /^accept/ { client[$NF] = 1; next }
        { fd = $0; sub(/^[a-z]+\(/, "", fd) }
        fd + 0 in client { sum += $NF }
        END { print sum + 0 }')
    said=$(calls '^writev?\(1,' | grep -o 'left after [0-9]*' | awk '{ sum += $3 } END { print sum + 0 }')
    [ "$taken" -eq "$said" ] || fail \
        "send has taken $taken bytes for the three clients, and $said were told:" \
        "$(calls '^(accept4?|send|sendto|sendmsg|writev?)\(')"
}

# kind: calls
# points: 4
# hint: One line each MS milliseconds: what does the program do in between?
# hint: Behind each line that was sent the client's loop calls pause_while_connected(connfd, ms), which sleeps in poll.
# hint: send the line; pause_while_connected(connfd, ms); then the next one.
@test "sleeps between two lines" {
    fed traced_scene < <(three_clients)
    local lines pauses
    lines=$(calls '^(send|sendto|sendmsg|writev?)\([^"]*"[0-9]+ .* = [0-9]+$' | wc -l)
    pauses=$(calls '^(p?poll|p?select6?|epoll_p?wait2?|(clock_)?nanosleep|rt_sigtimedwait|rt_sigsuspend|pause|read|futex)\(' | wc -l)
    [ "$pauses" -ge "$((lines - 3))" ] || fail "$lines lines were sent, and between them the program slept $pauses times:" \
        "$(calls '^(sendto|sendmsg|writev?|p?poll|p?select6?|epoll_p?wait2?|(clock_)?nanosleep)\(' | head -n 6)"
}

# kind: weather
# points: 5
# hint: A signal can interrupt send: -1 with EINTR, and nothing was taken. Has the client left?
# hint: On EINTR send the same bytes again. Neither leave the loop nor go on with the next line.
# hint: if (n == -1 && errno == EINTR) continue; before the test for other errors.
@test "goes on when a signal interrupts send or the pause (EINTR)" {
    weather --eintr accept,send,poll,select,epoll,nanosleep
    fed < <(three_clients)
}

# kind: weather
# points: 7
# hint: send can take a part of a line. What does the client read if the rest is never sent?
# hint: Go on behind what was taken, until the whole line is; then comes the next line.
# hint: while (sent < len) { n = send(connfd, line + sent, len - sent, MSG_NOSIGNAL); … sent += (size_t)n; }
@test "sends whole lines though send takes only a part of them" {
    weather --short sockets
    fed < <(three_clients)
}

# kind: memory
# points: 8
# hint: TEXT can be longer than the buffer that you have made for a line.
# hint: Make room for the TEXT that there is: strlen(text), 20 digits, a blank, a newline, a \0. malloc gives it, snprintf keeps within it.
# hint: size_t room = strlen(text) + 23; char *line = malloc(room); len = (size_t)snprintf(line, room, "%lu %s\n", i, text); free(line);
@test "sends a TEXT of any length, and keeps within its memory" {
    random WORD letters 3000
    scene <<'END'
feed$ sh -c './feed $PORT 5 $WORD 2>errors; status=$?; grep -E "Sanitizer|runtime error" errors >&2; exit $status'
feed| feeding on 127.0.0.1:$PORT
anna$ ./peer connect 127.0.0.1 $PORT
anna| connected to 127.0.0.1:$PORT from 127.0.0.1:{a:[0-9]+}
feed| 127.0.0.1:{a} came
anna< receive 2
anna| received "1 "
# Eight lines whose numbers have one digit; then those that have two.
anna< receive-until $WORD\\n10\x20
anna| received 27028 bytes, sum {...}
anna< receive-until $WORD\\n11\x20
anna| received 3004 bytes, sum {...}
anna< close
anna= 0
feed| 127.0.0.1:{a} left after {...} bytes
feed^KILL
feed= SIGKILL
END
}
