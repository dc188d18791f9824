#!/usr/bin/env bats
# The grader of lesson 10's exercise, count.c.

load grader

# A server of count's, and a client that talks to it.
server_has_a_client() {
    cat <<'END'
server$ ./count $PORT
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
END
}

client_types() { printf 'client< %s\nclient| sent {...}\n' "$1"; }

# The client has said all. It hears this answer, and the end.
client_hears() { # client_hears ANSWER
    cat <<END
client< half-close
client| half-closed
client< receive-all
client| received "$1\\\\n", then end
client^D
client= 0
server= 0
END
}

# A server that listens, and count as its client.
client_has_a_server() { # client_has_a_server [COMMAND]
    cat <<END
server\$ ./peer listen \$PORT
server| listening on 127.0.0.1:\$PORT
client\$ ${1:-./count 127.0.0.1 \$PORT}
server< accept
server| accepted from 127.0.0.1:{port:[0-9]+}
END
}

# count reads what COMMAND prints, and says on stderr what went wrong. Its own
# output goes into a file, if there is one.
fails_with_input() { # fails_with_input COMMAND [FILE]
    echo "sh -c '$1 | ./count 127.0.0.1 \$PORT ${2:+>$2 }2>errors; status=\$?; test -s errors && echo \"(its stderr names an error)\"; exit \$status'"
}

# kind: behaviour
# points: 10
# hint: The server receives until the client has ended its side, then sends one line: how many lines, words and bytes that were.
# hint: recv returns 0 when the client has said all. A line has a newline, a word begins where a blank or nothing was before.
# hint: while ((n = recv(…)) > 0) add(&count, piece, (size_t)n); snprintf(answer, …, "%lu %lu %lu\n", lines, words, bytes); send_all(…); close(connfd);
@test "says where it listens, and answers a text with its lines, words and bytes" {
    random A word
    random B word
    random C word
    scene < <(
        server_has_a_client
        client_types 'send $A $B\\n$C\\n'
        client_hears "2 3 $((${#A} + ${#B} + ${#C} + 3))"
    )
}

# kind: behaviour
# points: 5
# hint: A text may come in any number of pieces. Only the end of the client's side says that it was all.
# hint: Neither a newline nor a short recv is the end. Go on with recv until it returns 0, then answer once.
# hint: while ((n = recv(connfd, piece, sizeof piece, 0)) > 0) add(&count, piece, (size_t)n); and the answer behind this loop.
@test "answers once, when the client has said all, however many pieces that takes" {
    random A letters 1
    random B letters 1
    random N number 2 5
    local i pieces=$N
    scene < <(
        server_has_a_client
        for ((i = 0; i < pieces; i++)); do
            client_types 'send-slowly $A\\n$B\\n'
        done
        client_hears "$((2 * pieces)) $((2 * pieces)) $((4 * pieces))"
    )
}

# kind: behaviour
# points: 10
# hint: A word can begin in one piece and end in the next. It is one word.
# hint: Whether the last byte was part of a word must be known when the next piece comes: keep it with the counts, outside of the loop around recv.
# hint: struct count { unsigned long lines, words, bytes; bool in_word; } and in_word is false only once, at the beginning.
@test "counts a word once, though it comes in two pieces" {
    random A letters 7
    random B letters 5
    scene < <(
        server_has_a_client
        client_types 'send-slowly $A $B'
        client_types 'send-slowly $A\\n$B\\n'
        client_hears "2 3 27"
    )
}

# kind: behaviour
# points: 5
# hint: Look at texts that end without a newline, with many blanks in a row, with no word, with nothing at all, with the byte 0.
# hint: wc counts newlines. A word is a run of bytes that are no blanks, as isspace says; a byte 0 is none and no end either.
# hint: for (size_t i = 0; i < len; i++) { bool blank = isspace((unsigned char)text[i]); if (!blank && !in_word) words++; in_word = !blank; lines += text[i] == '\n'; }
# hint /"0 0 0/: An empty text has 0 lines, 0 words and 0 bytes, and that is an answer, too.
@test "counts as wc does: blanks in a row, no last newline, 한글, bytes with the value 0, nothing" {
    random A word
    random K korean
    local korean
    korean=$(printf %s "$K" | LC_ALL=C wc -c)
    scene < <(
        server_has_a_client
        client_types 'send \\t $A\\n\\n\\r\\n\\x0b$K \\x00\\x00 \\x0c$A'
        client_hears "3 4 $((12 + 2 * ${#A} + korean))"
    )
    scene < <(
        server_has_a_client
        client_hears '0 0 0'
    )
}

# kind: behaviour
# points: 10
# hint: The client sends all of its input. Then the server must learn that nothing more will come.
# hint: shutdown(sockfd, SHUT_WR) ends our side. Without it the server waits for more text, and we for an answer: for ever.
# hint: if (shutdown(sockfd, SHUT_WR) == -1) die("shutdown SHUT_WR"); behind the loop that sends.
# hint /got +received "[a-z ]*\\\\n", then end/: The text went on with the byte 0xff. EOF is no byte: in a char it looks like this one. Keep what getchar returns in an int, or read with read or fread.
# hint /another copy/: close gives back one descriptor. A dup of it, or a child that inherited it, still holds the connection: so it does not end. shutdown ends it, whoever holds it.
@test "sends all of its input, and then says that it was all" {
    random A words 3
    random B korean
    scene < <(
        client_has_a_server "sh -c 'printf \"\$A\\n\\377\\0\$B\" | ./count 127.0.0.1 \$PORT > answer 2>&1; true'"
        cat <<'END'
server< receive-all
server| received "$A\\n\\xff\\x00$B", then end
server^D
server= 0
client= 0
END
    ) || tell_of_copies
}

# After a failure: does the trace show that somebody has a copy of the connection?
tell_of_copies() {
    local copy
    # In whichever of this test's files scene has left the traced calls.
    copy=$(find "$BATS_TEST_TMPDIR" -type f -exec sed -n '/\<connect(.*AF_INET/,$p' {} \; |
        grep -m 1 -oE '\<(clone3?|v?fork|dup[23]?)\(.*|\<fcntl\([0-9]+, F_DUPFD.*' | tr -s ' ' | cut -c 1-60) || return 1
    [ -n "$copy" ] || return 1
    fail "  → there is another copy of the descriptor since $copy" \
        '    and a connection ends with the last one'
}

# kind: behaviour
# points: 15
# hint: The answer comes after our own end. Can we still hear it?
# hint: close ends both directions: what the server says then is lost. shutdown(sockfd, SHUT_WR) ends only ours.
# hint: shutdown(sockfd, SHUT_WR); while ((n = recv(sockfd, piece, sizeof piece, 0)) > 0) fwrite(piece, 1, (size_t)n, stdout); close(sockfd);
# hint /SHUT_RDWR/: SHUT_RDWR ends both directions. Which one is it that we have nothing more to say in?
@test "prints the answer that comes after its own end, and ends with status 0" {
    random A words 3
    random N number 100 999
    random M number 1000 9999
    scene < <(
        client_has_a_server "sh -c 'echo \"\$A\" | ./count 127.0.0.1 \$PORT'"
        cat <<'END'
server< receive-all
server| received "$A\\n", then end
server< send-line $N $M
server| sent {...}
server^D
server= 0
client| $N $M
client= 0
END
    )
}

# kind: behaviour
# points: 5
# hint: An answer, too, may come in any number of pieces, and have several lines. What ends it?
# hint: Call recv until it returns 0, and print each piece as it is: fwrite takes the number of bytes.
# hint: while ((n = recv(sockfd, piece, sizeof piece, 0)) > 0) fwrite(piece, 1, (size_t)n, stdout);
@test "prints all of the answer, up to its end" {
    random A words 2
    random B words 2
    random C words 9
    scene < <(
        client_has_a_server './count 127.0.0.1 $PORT < /dev/null'
        cat <<'END'
server< expect-end
server| end
server< send-slowly $A\\n
server| sent {...}
server< send-slowly $B\\n\\x00\\n
server| sent {...}
server< send-line $C
server| sent {...}
server^D
server= 0
client| $A
client| $B
client| \x00
client| $C
client= 0
END
    )
}

# The server has the text, and does this; count says that something was wrong.
breaks_off() { # breaks_off FILE LINE...: FILE as fails_with_input has it
    client_has_a_server "$(fails_with_input 'echo $A' "$1")"
    printf '%s\n' 'server< receive-all' 'server| received "$A\\n", then end' "${@:2}" \
        'server^D' 'server= 0' 'client| (its stderr names an error)' 'client= 1'
}

# kind: behaviour
# points: 10
# hint: A connection that breaks is no end, and no answer is no answer. Say so on stderr, and end with status 1; as a server, too.
# hint /server\^CONT +ok.*got +nothing more on stdout: server ended with 141/: 141 is 128 and 13: SIGPIPE has ended the server, because its client had gone before the answer was sent. MSG_NOSIGNAL (send_all has it) makes send return -1 instead: say so, status 1.
# hint /server\^CONT +ok/: The client said all, and broke off before it was answered. So send fails: look at what it returns, say so, and end with status 1.
# hint: recv returns -1 where the other side has broken the connection (ECONNRESET), 0 where it has ended it. The client has a right to an answer before the 0.
# hint: if (n == -1) die("recv"); and in the client, if nothing has come before the 0: fprintf(stderr, "count: the server ended without an answer\n"); return 1;
@test "says what is wrong, and ends with status 1, when the connection breaks or no answer comes" {
    random A words 3
    scene < <(breaks_off '' 'server< reset' 'server| {...}')
    scene < <(breaks_off '' 'server< close' 'server| {...}')
    # What has come so far is no answer.
    scene < <(breaks_off answer 'server< send 1\x20' 'server| sent {...}' 'server< reset' 'server| {...}')
    scene <<'END'
server$ sh -c './count $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
server| listening on 127.0.0.1:$PORT
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
client< send-slowly $A
client| sent {...}
client< reset
client= 0
server| (its stderr names an error)
server= 1
END
    # This client breaks off when it has said all, before it is answered.
    scene <<'END' || fail '' '  server^STOP  lets the client go before the server does anything; server^CONT lets that go on.'
server$ sh -c './count $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
server| listening on 127.0.0.1:$PORT
server^STOP
client$ ./peer connect 127.0.0.1 $PORT
client| connected to 127.0.0.1:$PORT from 127.0.0.1:{port:[0-9]+}
client< send-line $A
client| sent {...}
client< half-close
client| {...}
client< reset
client^D
client= 0
server^CONT
server| (its stderr names an error)
server= 1
END
}

# Both sides are count, and the text has N bytes of letters.
long_text() { # long_text N
    random SEED number 1 9999
    random N number "$1" "$1"
    local answer
    answer=$("$BUILD/peer/peer" generate "$N" "$SEED" text | LC_ALL=C wc | sed 's/^ *//; s/  */ /g')
    cat <<END
server\$ ./count \$PORT
server| listening on 127.0.0.1:\$PORT
client\$ sh -c './peer generate $N $SEED text | ./count 127.0.0.1 \$PORT'
client| $answer
client= 0
server= 0
END
}

# kind: behaviour
# points: 5
# hint: A text can be of any length. What happens when your buffer is full?
# hint: The server need not keep the text. It can count a piece, forget it, and receive the next one into the same buffer.
# hint: char piece[4096]; while ((n = recv(connfd, piece, sizeof piece, 0)) > 0) add(&count, piece, (size_t)n);
@test "takes a text of a million bytes" {
    scene < <(long_text 1000000)
}

# kind: calls
# points: 5
# hint: Each send and each recv costs a system call. How many do 20,000 bytes need?
# hint: Read as much as a buffer of some thousand bytes takes, and send that with one call; receive in the same way.
# hint: char piece[4096]; while ((n = read(STDIN_FILENO, piece, sizeof piece)) > 0) send_all(sockfd, piece, (size_t)n);
@test "sends and receives many bytes with one call" {
    traced_scene < <(long_text 20000)
    local actor made count
    for actor in client server; do
        made=$(ACTOR=$actor calls '^(send|recv|read|write)' | grep -vE '^(read|write)v?\([012],|ELF' || true)
        count=$(grep -c . <<< "$made" || true)
        [ "$count" -le 1000 ] || fail "for a text of 20,000 bytes the $actor made $count calls:" \
            "$(head -n 3 <<< "$made")" …
    done
}

# Both sides, whatever the weather.
both_sides() {
    random A words 4
    random B korean
    local bytes
    bytes=$(printf %s "$A$B" | LC_ALL=C wc -c)
    scene <<END
server\$ ./count \$PORT 2>errors
server| listening on 127.0.0.1:\$PORT
client\$ sh -c '(echo "\$A"; echo \$B) | ./count 127.0.0.1 \$PORT 2>errors'
client| 2 5 $((bytes + 2))
client= 0
server= 0
END
}

# kind: weather
# points: 5
# hint: A signal can interrupt accept, recv or send: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call again. send_all and recv_all of common/io.h do so by themselves; accept_client returns -1, and is called again.
# hint: do n = recv(…); while (n == -1 && errno == EINTR);
@test "goes on when a signal interrupts accept, recv or send (EINTR)" {
    weather --eintr accept,recv,send,poll,select,epoll,wait
    both_sides
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given.
# hint: Send the rest in a loop until all is sent; send_all of common/io.h does that.
# hint: if (send_all(sockfd, piece, (size_t)n) == -1) die("send the text");
@test "sends the whole text, and the whole answer, though send takes only a part" {
    weather --short sockets
    both_sides
}

# kind: weather
# points: 5
# hint: Sending to a server that has gone can raise SIGPIPE, which ends a program without a word. How did lesson 08 prevent that?
# hint: Give each send the flag MSG_NOSIGNAL (send_all does), or ignore SIGPIPE. Then send returns -1, and the client can say why.
# hint: send(sockfd, …, MSG_NOSIGNAL) and, where it returns -1: die("send the text");
@test "tells it, and is not killed, when the server goes in the middle of the text" {
    random SEED number 1 9999
    scene < <(
        client_has_a_server "$(fails_with_input '(read -r key; ./peer generate 8000000 $SEED)')"
        cat <<'END'
server< close
server| closed
client< now
client| (its stderr names an error)
client= 1
server^D
server= 0
END
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A piece that fills its buffer has no room for a '\0' behind it. Each byte of text is an unsigned char where isspace looks at it.
# hint: recv(sockfd, piece, sizeof piece, 0) and, if you need a '\0' behind it: sizeof piece - 1.
@test "keeps within its memory" {
    scene < <(long_text 100000)
    scene < <(
        server_has_a_client
        client_hears '0 0 0'
    )
}
