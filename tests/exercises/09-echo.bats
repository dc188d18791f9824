#!/usr/bin/env bats
# The grader of lesson 09's exercise, talk.c.

load grader

# The beginning of a scene: a server that listens, and talk with a connection.
talk_has_a_server() { # talk_has_a_server [COMMAND]
    cat <<END
server\$ ./peer listen \$PORT
server| listening on 127.0.0.1:\$PORT
talk\$ ${1:-./talk 127.0.0.1 \$PORT}
server< accept
server| accepted from 127.0.0.1:{port:[0-9]+}
END
}

# Somebody types a line, and the server answers it.
exchange() { # exchange LINE ANSWER
    cat <<END
talk< $1
server< receive-line
server| line "$1"
server< send-line $2
server| sent {...}
talk| $2
END
}

# The input ends, and so do both of them.
both_end() {
    cat <<END
talk^D
server< expect-end
server| end
server^D
server= 0
talk= 0
END
}

# talk reads what the command COMMAND prints.
with_input() { # with_input COMMAND
    echo "sh -c '$1 | ./talk 127.0.0.1 \$PORT 2>errors; status=\$?; test -s errors && echo \"(its stderr names an error)\"; exit \$status'"
}

# kind: behaviour
# points: 10
# hint: A line that was typed goes to the server at once, with its newline; then the server's answer is read and printed.
# hint: getline(&line, &room, stdin) gives a line and its length. send_all of common/io.h sends so many bytes; recv brings the answer.
# hint: while ((length = getline(&line, &room, stdin)) != -1) { send_all(sockfd, line, (size_t)length); … recv … fwrite(answer, 1, (size_t)n, stdout); }
@test "sends each line that is typed, and prints the line that the server answers" {
    random Q1 letters 6
    random A1 letters 6
    random Q2 letters 9
    random A2 letters 9
    scene < <(
        talk_has_a_server
        exchange '$Q1' '$A1'
        exchange '$Q2' '$A2'
        echo 'talk^KILL'
        echo 'talk= SIGKILL'
        echo 'server^D'
        echo 'server= 0'
    )
}

# kind: behaviour
# points: 10
# hint: After the end of its input (Ctrl-D) talk sends nothing more. It closes the connection and ends with status 0.
# hint: getline returns -1 at the end of the input. getchar returns EOF there, an int that no char can hold.
# hint: while ((length = getline(…)) != -1) { … } close(sockfd); return 0;
# hint /xff|sum 0x/: EOF is no byte: in a char it becomes the byte 0xff, and is sent as one. Keep what getchar returns in an int.
@test "ends with status 0 when its input ends" {
    random Q letters 5
    random A letters 5
    scene < <(
        talk_has_a_server
        exchange '$Q' '$A'
        both_end
    )
}

# kind: behaviour
# points: 5
# hint: `printf hello | ./talk …`: this line ends without a newline. The server waits for one before it answers.
# hint: If the last byte of what getline gave is no '\n', there is room for one: where the '\0' stands.
# hint: if (line[length - 1] != '\n') line[length++] = '\n';
@test "sends a last line that has no newline with one" {
    random Q letters 9
    random A letters 9
    scene < <(
        talk_has_a_server "$(with_input 'printf "$Q"')"
        cat <<'END'
server< receive-line
server| line "$Q"
server< send-line $A
server| sent {...}
talk| $A
server< expect-end
server| end
server^D
server= 0
talk= 0
END
    )
}

# kind: behaviour
# points: 10
# hint: What ends an answer? Neither its length nor that recv has returned: its newline does.
# hint: One recv may bring a part of the answer. Call recv until there is a newline in what has come; memchr finds it.
# hint: while ((newline = memchr(pending, '\n', have)) == NULL) { n = recv(sockfd, pending + have, sizeof pending - have, 0); … have += (size_t)n; }
@test "waits for the whole answer, however long it is and in however many pieces it comes" {
    random Q letters 12
    random LONG words 12
    random SHORT letters 3
    scene < <(
        talk_has_a_server
        cat <<'END'
talk< $Q
server< receive-line
server| line "$Q"
server< send-slowly $LONG\\n
server| sent {...}
talk| $LONG
END
        exchange '$Q' '$SHORT'
        exchange '$SHORT' ''
        exchange '' '$SHORT'
        both_end
    )
}

# kind: behaviour
# points: 5
# hint: One recv may bring more than the answer. What stands behind the newline is the beginning of the next answer.
# hint: Print up to the newline. Keep the rest where the next round looks first, before it calls recv.
# hint: have -= length; memmove(pending, pending + length, have); and only call recv while there is no newline in pending.
@test "keeps what comes behind the newline for the next answer" {
    random Q words 2
    random A words 2
    random B words 3
    random C words 1
    scene < <(
        talk_has_a_server
        cat <<'END'
talk< first $Q
server< receive-line
server| line "first $Q"
server< send $A\\n$B\\n$C
server| sent {...}
talk| $A
talk< second $Q
server< receive-line
server| line "second $Q"
talk| $B
talk< third $Q
server< receive-line
server| line "third $Q"
server< send-line , $Q
server| sent {...}
talk| $C, $Q
END
        both_end
    )
}

# kind: behaviour
# points: 10
# hint: When the server goes before it has answered, nobody will answer any more. Which value of recv tells that?
# hint: recv returns 0 when the server has ended its side, -1 when the connection is broken. Either is told on stderr, and talk ends with status 1.
# hint: if (n == 0) { fprintf(stderr, "talk: the server has gone\n"); exit(1); }
@test "says that the server has gone, and ends with status 1" {
    random Q words 2
    random A words 2
    for how in close reset; do
        scene < <(
            talk_has_a_server "$(with_input 'printf "$Q\none more\n"')"
            cat <<END
server< receive-line
server| line "\$Q"
server< send-line \$A
server| sent {...}
talk| \$A
server< receive-line
server| line "one more"
server< $how
server| {...}
talk| (its stderr names an error)
talk= 1
server^D
server= 0
END
        )
    done
    scene <<END
talk\$ $(with_input 'echo hello')
talk| (its stderr names an error)
talk= 1
END
}

# kind: behaviour
# points: 10
# hint: When the server goes in the middle of a line, or of a letter, that piece is no answer. It does not belong on the screen.
# hint: Collect what recv brings. Print nothing before the newline has come, and then all of the line at once.
# hint: Call fwrite behind the loop that looks for the newline, not inside it.
@test "prints whole lines only: not even a part of a letter" {
    random Q words 2
    random A words 2
    random PART korean
    local how
    for how in close reset; do
        scene < <(
            talk_has_a_server "$(with_input 'printf "$Q\none more\n"')"
            cat <<END
server< receive-line
server| line "\$Q"
server< send-line \$A
server| sent {...}
talk| \$A
server< receive-line
server| line "one more"
server< send-slowly \$PART\\xed\\x95
server| sent {...}
server< $how
server| {...}
talk| (its stderr names an error)
talk= 1
server^D
server= 0
END
        )
    done
}

# kind: behaviour
# points: 10
# hint: A line is a number of bytes, and each of them can have any value: 0 and 0xff, and the three of a Korean letter.
# hint: strlen stops at a byte 0, printf("%s") too. getline returns the length; recv does; fwrite takes it.
# hint: send_all(sockfd, line, (size_t)length); and fwrite(pending, 1, length, stdout);
# hint /got +\\\\x/: The bytes of a letter belong together. Write them as they are, with fwrite, and leave the letters to the screen.
@test "passes on every byte: of 한글, 0 and 0xff" {
    random Q korean
    random A korean
    scene < <(
        talk_has_a_server "$(with_input 'printf "$Q!\n\377a\0b$Q\377\n"')"
        cat <<'END'
server< receive-line
server| line "$Q!"
server< send-line $A
server| sent {...}
talk| $A
server< receive-line
server| line "\\xffa\\x00b$Q\\xff"
server< send-line \\xffb\\x00$A\\xff
server| sent {...}
talk| \xffb\x00$A\xff
server< expect-end
server| end
server^D
server= 0
talk= 0
END
    )
}

# kind: behaviour
# points: 5
# hint: A line can have 65,536 bytes, its newline among them. Is one of your buffers smaller?
# hint: fgets cuts a line that is longer than its buffer in pieces. getline gets as much memory as the line needs.
# hint: Give the answer's buffer 65536 bytes, and the typed line none at all: char *line = NULL; size_t room = 0; getline(&line, &room, stdin).
@test "takes lines of 65,536 bytes, typed and answered" {
    random LETTERS letters 40
    random SEED number 1 9999
    scene < <(
        talk_has_a_server "$(with_input '(yes $LETTERS | tr -d \\n | head -c 65535; echo)') | cksum"
        cat <<'END'
server< receive-until $LETTERS
server| received "$LETTERS"
server< sum 65496
server| received 65496 bytes, sum {...}
server< send-many 16 abcdefgh
server| sent 128 bytes
server< send-many 8175 hgfedcba
server| sent 65400 bytes
server< send 1234567\\n
server| sent 8 bytes
server< expect-end
server| end
server^D
server= 0
END
        echo "talk| $( (printf 'abcdefgh%.0s' {1..16}; printf 'hgfedcba%.0s' {1..8175}; printf '1234567\n') | cksum)"
        echo 'talk= 0'
    )
}

# kind: calls
# points: 5
# hint: Each send costs a system call, and may be a packet of its own. How many does a line of 500 bytes need?
# hint: Collect the line first, all of it; then send it with one call, or with as many as it takes when one takes only a part.
# hint: send_all(sockfd, line, (size_t)length) in place of a send for each byte.
@test "sends a line in a few pieces, not byte by byte" {
    random Q letters 500
    random A letters 500
    traced_scene < <(
        talk_has_a_server
        exchange '$Q' '$A'
        both_end
    )
    local count
    count=$(calls '^(sendto|sendmsg|sendmmsg|write|writev)\(' | grep -cvE '^write[v]?\([12],' || true)
    [ "$count" -le 50 ] || fail "a line of 501 bytes was sent with $count calls:" \
        "$(calls '^(sendto|sendmsg|write|writev)\(' | head -n 3)" …
}

# A line and its answer, whatever the weather.
one_exchange() {
    random Q words 9
    random A words 9
    scene < <(
        talk_has_a_server './talk 127.0.0.1 $PORT 2>errors'
        exchange '$Q' '$A'
        exchange '$A' '$Q'
        both_end
    )
}

# kind: weather
# points: 5
# hint: A signal can interrupt recv or send: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call again. send_all and recv_all of common/io.h do so by themselves.
# hint: do n = recv(…); while (n == -1 && errno == EINTR);
@test "goes on when a signal interrupts recv or send (EINTR)" {
    weather --eintr recv,send,poll,select,epoll
    one_exchange
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given.
# hint: Send the rest in a loop until all is sent; send_all of common/io.h does that.
# hint: if (send_all(sockfd, line, (size_t)length) == -1) die("send to the server");
@test "sends the whole line though send takes only a part of it" {
    weather --short sockets
    one_exchange
}

# kind: weather
# points: 5
# hint: Sending to a server that has gone can raise SIGPIPE, which ends a program without a word. How did lesson 08 prevent that?
# hint: Give each send the flag MSG_NOSIGNAL (send_all does), or ignore SIGPIPE. Then send returns -1, and talk can say why.
# hint: send(sockfd, …, MSG_NOSIGNAL) and, where it returns -1: die("send to the server");
@test "tells it, and is not killed, when it sends to a server that has gone" {
    random Q words 9
    random A words 2
    weather --short sockets
    scene < <(
        talk_has_a_server "$(with_input '(echo hello; read -r key; echo "$Q")')"
        cat <<'END'
server< receive-line
server| line "hello"
server< send-line $A
server| sent {...}
talk| $A
server< close
server| closed
talk< now
talk| (its stderr names an error)
talk= 1
server^D
server= 0
END
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused, or got and not given back.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: An answer of 65,536 bytes fills a buffer of 65,536 bytes: no '\0' has room behind it, and recv must be told how much room is left.
# hint: recv(sockfd, pending + have, sizeof pending - have, 0), and free(line) before the end.
@test "keeps within its memory, and gives it back" {
    random Q words 3
    random A words 4
    scene < <(
        talk_has_a_server
        exchange '$Q' "$(printf 'abcdefgh%.0s' {1..300})"
        cat <<'END'
# Behind a short answer comes a longer one at once.
talk< $Q
server< receive-line
server| line "$Q"
server< send ,\\n$A\\n
server| sent {...}
talk| ,
talk< next
server< receive-line
server| line "next"
talk| $A
talk< $Q
server< receive-line
server| line "$Q"
server< send-many 8191 01234567
server| sent 65528 bytes
server< send 7654321\\n
server| sent 8 bytes
talk| {...}
END
        both_end
    )
}
