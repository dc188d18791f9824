#!/usr/bin/env bats
# The grader of lesson 21's exercise, kiosk.c.

load grader

# What is given out and what is not, beside the program, so that it can be read
# from inside of a sandbox as well:
#   www/: hello.txt, index.html, notes/a b.txt     for everybody
#         bytes                                    20,000 of them, NULs too
#         huge                                     32 MiB that take no room
#         door, back                               links to ../key.txt, ../www-private
#         pipe                                     a FIFO
#   key.txt, www-private/prices.txt                for nobody
site() {
    local place=$PROGRAMS/site
    random TEXT words 3
    random TITLE word
    random INDEX korean
    SETS+=(--set "SITE=$place")
    if [ ! -d "$place" ]; then
        mkdir -p "$place/www/notes" "$place/www-private"
        echo 'the key is under the mat' | tee "$place/key.txt" > "$place/www-private/prices.txt"
        ln -s ../key.txt "$place/www/door"
        ln -s ../www-private "$place/www/back"
        mkfifo "$place/www/pipe"
        truncate -s 32M "$place/www/huge"
        "$BUILD/peer/peer" generate 20000 7 > "$place/www/bytes"
        chmod -R a+rX "$place"
    fi
    echo "$TEXT" > "$place/www/hello.txt"
    echo "$INDEX" > "$place/www/index.html"
    echo "$TITLE" > "$place/www/notes/a b.txt"
}

opens() {
    cat <<'END'
kiosk$ sh -c 'exec ./kiosk $PORT $SITE/www 2>errors'
kiosk| listening on 127.0.0.1:$PORT
END
}

closes() {
    echo 'kiosk^KILL'
    echo 'kiosk= SIGKILL'
}

comes() { # comes NAME [OPTION]
    cat <<END
$1\$ ./peer ${2:+$2 }connect 127.0.0.1 \$PORT
$1| connected to 127.0.0.1:\$PORT from 127.0.0.1:{...}
END
}

asks() { # asks NAME REQUEST [HOW]
    cat <<END
$1< ${3:-send} $2\\\\r\\\\n\\\\r\\\\n
$1| sent {...}
END
}

# The answer is read to its end: STATUS (an ERE), LENGTH, and the file's TEXT.
is_told() { # is_told NAME STATUS [LENGTH TEXT]
    echo "$1< receive-all"
    if [ $# -eq 2 ]; then
        echo "$1| received \"HTTP/1.{...} {status:$2}{...}"
    else
        cat <<END
$1| received "HTTP/1.{...} $2{...}\\\\r\\\\nContent-Length: $3{more:([^0-9].*)?}\\\\r\\\\n\\\\r\\\\n$4", then end
END
    fi
}

leaves() { # leaves NAME...
    printf '%s^D\n' "$@"
    printf '%s= 0\n' "$@"
}

gets_hello() { # gets_hello NAME
    comes "$1"
    asks "$1" 'GET /hello.txt HTTP/1.0'
    is_told "$1" 200 $((${#TEXT} + 1)) '$TEXT\\n'
    leaves "$1"
}

# The bytes of a file of 20,000, NULs among them.
gets_bytes() { # gets_bytes NAME
    comes "$1"
    asks "$1" 'GET /bytes HTTP/1.0'
    cat <<END
$1< receive-until \\\\r\\\\n\\\\r\\\\n
$1| {...}Content-Length: 20000{more:([^0-9].*)?}\\\\r\\\\n\\\\r\\\\n"
$1< receive-random 20000 7
$1| received 20000 bytes as expected
$1< expect-end
$1| end
END
    leaves "$1"
}

# kind: behaviour
# points: 10
# hint: The browser is to read: a line with the status, lines with fields, an empty line, and then the bytes of the file. Each line ends in \r\n.
# hint: The field Content-Length says before the first byte how many there will be: fstat knows, st_size. After the last byte comes the end: close.
# hint: snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %lld\r\n\r\n", (long long)file.st_size); send_all the head; then read and send_all, part by part.
# hint /got +received .*[A-Za-qs-z0-9][^A-Za-z0-9]+nContent-Length/: The lines of the head end in CR LF, "\r\n", and so does the empty one behind them.
# hint /got +nothing: everybody sleeps/: The browser waits still, for it reads up to the end. Has the request been answered, and has the connection been closed behind the last byte, by everybody who has it open?
# hint /got +received .*200/: Compare the head that came with the one that is wanted, and the bytes behind it with the file's: no fewer, no more, NULs too. Content-Length counts what stands behind the empty line.
@test "gives out a file: 200, its Content-Length, an empty line, its bytes, and the end" {
    site
    scene < <(
        opens
        gets_hello anna
        gets_bytes boris
        closes
    )
}

# kind: behaviour
# points: 5
# hint: HEAD asks for the same head as GET, and for nothing behind it.
# hint: Content-Length is the file's length all the same. Do not send the file.
# hint: if (strcmp(request.method, "HEAD") != 0) send the file;
@test "answers HEAD with the same head, and without the file" {
    site
    scene < <(
        opens
        comes anna
        asks anna 'HEAD /hello.txt HTTP/1.0'
        is_told anna 200 $((${#TEXT} + 1)) ''
        leaves anna
        closes
    )
}

# kind: behaviour
# points: 5
# hint: A name may lead into a directory below; / is index.html; what is not there is 404, and what is not asked well has its own status.
# hint: read_request gives the status of a bad request, and the decoded name of a good one in request.path. If the file cannot be opened, errno makes the status.
# hint: status = read_request(text, head, &request); if (status == 200) status = find_file(…); ENOENT and ENOTDIR are 404.
@test "finds index.html for /, names with blanks in directories below, and says 404, 405 or 400 else" {
    site
    scene < <(
        opens
        comes anna
        asks anna 'GET / HTTP/1.0'
        is_told anna 200 $(($(wc -c <<< "$INDEX"))) '$INDEX\\n'
        comes boris
        asks boris 'GET /notes/a%20b.txt HTTP/1.1\\r\\nHost: 127.0.0.1'
        is_told boris 200 $((${#TITLE} + 1)) '$TITLE\\n'
        comes clara
        asks clara 'GET /nothing/$TITLE HTTP/1.0'
        is_told clara 404
        comes dora
        asks dora 'POST /hello.txt HTTP/1.0'
        is_told dora '405|501'
        comes emil
        asks emil '$TITLE'
        is_told emil 400
        leaves anna boris clara dora emil
        closes
    )
}

# kind: behaviour
# points: 10
# hint: A request is complete when its empty line has come, and one recv brings what there is: one byte, if need be.
# hint: Receive into a buffer, behind what is there already, until head_length no longer says 0.
# hint: while ((head = head_length(text, held)) == 0 && held < HEAD_SIZE) { n = recv(connfd, text + held, HEAD_SIZE - held, 0); … held += (size_t)n; }
@test "waits for the whole request, in however many pieces it comes" {
    site
    scene < <(
        opens
        comes anna
        asks anna 'GET /hello.txt HTTP/1.0' send-slowly
        is_told anna 200 $((${#TEXT} + 1)) '$TEXT\\n'
        leaves anna
        closes
    )
}

# A request for each target, and no answer may be a file.
may_not_have() { # may_not_have STATUS TARGET...
    local target name i=0
    opens
    for target in "${@:2}"; do
        name=thief$((++i))
        comes "$name"
        asks "$name" "GET $target HTTP/1.0"
        is_told "$name" "$1"
        leaves "$name"
    done
    gets_hello anna
    closes
}

# kind: behaviour
# points: 15
# hint: A name may lead up and out of DIRECTORY, in several spellings. What does open do with it?
# hint: Look at the decoded name, part by part: a part that is .. is refused. A name that begins with a slash is absolute for open and openat: cut it into its parts.
# hint: for (name = strtok_r(path, "/", &rest); …) { if (strcmp(name, "..") == 0) → 403; fd = openat(dirfd, name, …); … }
# hint /www-private/: The directory beside yours begins with the same letters: /www-private begins with /www. To compare paths does not do; to refuse each .. does.
# hint /[$]SITE.key/: A name that begins with a slash is absolute: for openat too, whatever directory it is given. Cut it into its parts at every slash.
# hint /%2e/: %2e%2e is .. as soon as it is decoded. Look at what read_request has decoded, not at the target as it came.
@test "gives out nothing from outside of DIRECTORY, however its name is written" {
    site
    scene < <(may_not_have '40[034]' /../key.txt /notes/../../key.txt /%2e%2e/key.txt /%2e./key.txt '/$SITE/key.txt')
    scene < <(may_not_have '40[034]' /../www-private/prices.txt /..%2fwww-private/prices.txt)
}

# kind: behaviour
# points: 5
# hint: A symbolic link in DIRECTORY leads out of it. The name has no .. in it: who could see it?
# hint: The kernel sees it: O_NOFOLLOW makes the call fail, for the last part of a name only. So open part by part, each with O_NOFOLLOW.
# hint: fd = openat(dirfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW) for each directory on the way, openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW) for the file.
@test "follows no symbolic link out of DIRECTORY" {
    site
    scene < <(may_not_have '40[034]' /door /back/prices.txt)
}

# kind: behaviour
# points: 5
# hint: Not all that can be opened is a file: a directory has no bytes, and who opens a FIFO waits for its writer.
# hint: Open with O_NONBLOCK, so that a FIFO does not keep you; then fstat, and only S_ISREG is given out.
# hint: if (fstat(fd, &file) == -1 || !S_ISREG(file.st_mode)) → 403
@test "gives out regular files only, and waits at no FIFO" {
    site
    scene < <(may_not_have '40[034]|301' /pipe /notes)
}

# kind: behaviour
# points: 10
# hint: One client is silent, one has said half of a request, one does not read what it asked for. Why should the next one wait?
# hint: recv and send may sleep as long as a client likes. Let them do it in a thread or a child of its own (lesson 16), or ask poll who is ready (lesson 18).
# hint: pthread_create(&thread, NULL, serve, client); pthread_detach(thread); and back to accept.
# hint /got +received "HTTP[^"]* 40/: Each client has a request of its own. In a static buffer, or one that all threads have, the next one writes over it.
@test "keeps nobody waiting while others are silent or do not read" {
    site
    scene < <(
        opens
        comes silent
        comes half
        echo 'half< send GET /notes/a'
        echo 'half| sent {...}'
        comes stuck '--rcvbuf 4096'
        asks stuck 'GET /huge HTTP/1.0'
        gets_hello anna
        echo '# What half has said is still known, whoever came in between.'
        asks half '%20b.txt HTTP/1.0'
        is_told half 200 $((${#TITLE} + 1)) '$TITLE\\n'
        echo '# Three come at the same time.'
        echo 'kiosk^STOP'
        comes boris
        asks boris 'GET /hello.txt HTTP/1.0'
        comes clara
        asks clara 'GET / HTTP/1.0'
        comes dora
        asks dora 'GET /notes/a%20b.txt HTTP/1.0'
        echo 'kiosk^CONT'
        is_told boris 200 $((${#TEXT} + 1)) '$TEXT\\n'
        is_told clara 200 $(($(wc -c <<< "$INDEX"))) '$INDEX\\n'
        is_told dora 200 $((${#TITLE} + 1)) '$TITLE\\n'
        closes
        leaves silent half stuck boris clara dora
    )
}

# kind: calls
# points: 5
# hint: Each byte that is moved alone costs two system calls. How many does a file of 20,000 bytes cost?
# hint: Read a part of some kilobytes into a buffer, and send what was read; then the next part.
# hint: char part[16384]; ssize_t n = read(filefd, part, sizeof part); send_all(connfd, part, (size_t)n);
@test "moves a file in large parts" {
    site
    traced_scene < <(
        opens
        gets_bytes anna
        closes
    )
    local moves='^(read|pread64|readv|recv|recvfrom|recvmsg|send|sendto|sendmsg|write|writev|sendfile|splice|poll|ppoll|select|pselect6|epoll_wait|epoll_pwait)\(' count
    count=$(calls "$moves" | wc -l)
    [ "$count" -le 300 ] || fail "20,000 bytes took $count calls:" "$(calls "$moves" | tail -n 4)"
}

# kind: weather
# points: 5
# hint: send may take only a part of what it is given, and read may give less than there is.
# hint: What send has not taken is sent by the next call; send_all does that. How much of the file is left is known by what was really read.
# hint: while (left > 0) { n = read(filefd, part, …); … send_all(connfd, part, (size_t)n); left -= n; }
@test "sends all of a file though send takes only a part" {
    site
    weather --short sockets,files
    scene < <(
        opens
        gets_hello anna
        gets_bytes boris
        closes
    )
}

# kind: weather
# points: 5
# hint: A browser may leave at any byte of its answer. What does the next send do to your program?
# hint: It raises SIGPIPE, which ends the whole program. send has a flag against it, MSG_NOSIGNAL; write and sendfile have none: ignore the signal then.
# hint: send_all uses MSG_NOSIGNAL; or signal(SIGPIPE, SIG_IGN) at the start. Then -1 means: close this client, and nothing else.
@test "lives on when a client leaves in the middle of its answer (SIGPIPE)" {
    site
    scene < <(
        opens
        for name in anna boris; do
            comes "$name" '--rcvbuf 4096'
            asks "$name" 'GET /huge HTTP/1.0'
            # The end of its sending first: so the reset is EPIPE for the kiosk.
            cat <<END
$name< half-close
$name| half-closed
$name< receive 1
$name| received "H"
$name< close
END
            leaves "$name" | tail -n 1
        done
        gets_hello clara
        gets_hello dora
        closes
    )
}

# kind: weather
# points: 5
# hint: This client sends and sends, and no empty line is among it. How much of it do you keep?
# hint: When your buffer is full and the head is not complete, the request is too long: answer 431, or nothing, and hang up.
# hint: if (held == HEAD_SIZE && head_length(text, held) == 0) status = 431;
@test "hangs up on a request that has no end" {
    site
    scene < <(
        opens
        comes endless
        cat <<'END'
endless< send-many 300 GET /hello.txt?GET/hello.txt?GET/hello.txt?GET/hello.txt?GET/hello.txt?GET/hello.txt?GET/hello.txt
endless| {...}
endless< receive-all
endless| {...}
END
        leaves endless
        gets_hello anna
        closes
    )
}

# kind: weather
# points: 5
# hint: A signal can interrupt accept, recv, send: they return -1 with EINTR, and nothing is wrong. What should happen then?
# hint: On EINTR call again. Nothing has come, nothing was taken, and nobody has left.
# hint: if (n == -1 && errno == EINTR) continue;
@test "goes on when a signal interrupts a call (EINTR)" {
    site
    weather --eintr accept,recv,send,poll,select,epoll
    scene < <(
        opens
        gets_hello anna
        gets_bytes boris
        closes
    )
}

# kind: weather
# points: 5
# hint: After some dozens of clients this program has no descriptor left. Which ones has it not closed?
# hint: Each client costs a socket and a file, and each directory on the way one more. Look at every way out of your functions, those of 403 and 404 too.
# hint: if (filefd != -1) close(filefd); close(connfd); in the one place that all answers pass.
@test "closes what it has opened, whatever the answer was" {
    site
    scene <<'END'
kiosk$ sh -c 'ulimit -n 32; exec ./kiosk $PORT $SITE/www 2>errors'
kiosk| listening on 127.0.0.1:$PORT
crowd$ ./peer crowd 127.0.0.1 $PORT
crowd< visit 40 GET /hello.txt HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} 200 {...}
crowd< visit 40 GET /notes/a%20b.txt HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} 200 {...}
crowd< visit 40 GET /notes/nothing HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} 404 {...}
crowd< visit 40 GET /notes HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} {directory:(30[0-9]|40[034])} {...}
crowd< visit 40 GET /pipe HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} 40{...}
crowd< visit 40 GET /hello.txt HTTP/1.0\\r\\n\\r\\n
crowd| visited 40 times, the last was told {...} 200 {...}
crowd^D
crowd= 0
kiosk^KILL
kiosk= SIGKILL
END
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: What comes from a stranger may be longer than your buffer, and a name longer than any of yours. recv gets the room that is left, and strings have a \0 behind them.
# hint: recv(connfd, text + held, HEAD_SIZE - held, 0) with char text[HEAD_SIZE]; after it held is never more than the buffer's size, and nothing is written behind it.
@test "keeps within its memory, whatever a stranger sends" {
    site
    random LONG letters 1900
    scene < <(
        cat <<'END'
kiosk$ sh -c './kiosk $PORT $SITE/www 2>errors & read -r enough; kill $!; grep -E -A 8 "Sanitizer|runtime error" errors >&2; echo closed'
kiosk| listening on 127.0.0.1:$PORT
END
        comes endless
        cat <<'END'
endless< send-many 3000 a:\\x00\\xff%00
endless| {...}
endless< receive-all
endless| {...}
END
        comes boris
        asks boris 'GET /$LONG/$LONG HTTP/1.0\\r\\n'
        is_told boris '4[01]4|40[03]'
        comes clara
        asks clara '\\x00\\xff'
        echo 'clara< receive-all'
        echo 'clara| {...}'
        # Twice: what was there leaves less room for what comes.
        comes twice
        cat <<'END'
twice< send-many 5000 a
twice| {...}
END
        leaves endless boris clara
        gets_bytes anna
        cat <<'END'
twice< send-many 8000 b
twice| {...}
twice< receive-all
twice| {...}
END
        leaves twice
        echo 'kiosk< enough'
        echo 'kiosk| closed'
        echo 'kiosk= 0'
    )
}
