#!/usr/bin/env bats
# The grader of lesson 19's exercise, librarian.c.

load grader

# The librarian sits at the desk, and everything lies there. Whoever else does
# something to files is a hand: trusted, and seeing all.
export ACTOR=desk

# A book of two lines.
random_book() {
    random A words 3
    random B korean
    [ ! -e "$DIRECTORY/hand" ] || return 0
    printf '%s\n' '#!/bin/sh' 'exec "$@"' > "$DIRECTORY/hand"
    chmod +x "$DIRECTORY/hand"
}

# The librarian writes it, with the next command at the desk; or at once.
book_is_there() { FIRST='echo "$A" > book; echo "$B" >> book; '; }
book_is_there_already() {
    book_is_there
    at_desk true
    echo 'desk= 0'
}

at_desk() { # at_desk COMMANDS
    echo "desk\$ sh -c '$FIRST$1'"
    FIRST=''
}

librarian_opens() { # librarian_opens [PATH]
    at_desk "exec ./librarian ${1:-shelf} book 2>errors"
    echo "desk| lending book at ${1:-shelf}"
}

# When a class is graded, a hand is another user than the librarian. But what lies
# at the desk is the librarian's own: else it could do nothing to it anyway.
belongs_to_desk() { # belongs_to_desk FILE
    [ -z "${WRAP:-}" ] ||
        printf '%s\n' "hand\$ ./hand chown -h --reference=../desk ../desk/$1" 'hand= 0'
}

# Who comes borrows the book, and reads all of it.
borrows() { # borrows NAME [PATH]
    cat <<END
$1\$ ./borrow ../desk/${2:-shelf}
desk| user {...} came
$1| borrowed descriptor {...}, at byte 0
$1| \$A
$1| \$B
$1= 0
END
}

# From the next directory the longest path is too long.
borrows_by_link() {
    printf '%s\n' 'hand$ ./hand ln -s $FITS ../desk/link' 'hand= 0'
    borrows anna link
}

# Whoever has served a client has passed all that stands in front of its loop.
librarian_ends() { printf '%s\n' 'desk^TERM' 'desk= 0'; }

# It does not open. $STATUS is 1 or 2.
librarian_refuses() { # librarian_refuses STATUS [PATH]
    at_desk "./librarian ${2:-shelf} book 2>errors; status=\$?; test -s errors && echo \"(its stderr names an error)\"; exit \$status"
    printf '%s\n' 'desk| (its stderr names an error)' "desk= $1"
}

# kind: behaviour
# points: 10
# hint: A client of this machine is sent a descriptor: not its number, but itself. How does that travel?
# hint: In a control message of type SCM_RIGHTS, beside one byte of data: sendmsg. The lesson's descriptor.h shows it.
# hint: cmsg->cmsg_level = SOL_SOCKET; cmsg->cmsg_type = SCM_RIGHTS; cmsg->cmsg_len = CMSG_LEN(sizeof fd); memcpy(CMSG_DATA(cmsg), &fd, sizeof fd); and .msg_iov with one byte.
# hint /connect [^ ]*: (No such file|Connection refused)/: Nobody listens at PATH when the line is printed. socket, bind and listen come first, with a struct sockaddr_un.
# hint /the server sent no descriptor/: The client got an end, or bytes, and no descriptor. Its number alone means nothing to another process; and on a stream a control message needs a byte of data to go with.
@test "says what it lends and where, and sends each client a descriptor of the file" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        borrows anna
        echo 'desk^KILL'
        echo 'desk= SIGKILL'
    )
}

# kind: behaviour
# points: 5
# hint: Anna has read the whole book. Where does Boris begin?
# hint: Who shares an open file shares its position, through SCM_RIGHTS as through dup and fork. Each client needs an open of its own.
# hint: int fd = open(name, O_RDONLY); for each client, behind accept; send it; close(fd).
@test "opens the file for each client anew, so that each begins at byte 0" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        borrows anna
        borrows boris
        borrows clara
        echo 'desk^KILL'
        echo 'desk= SIGKILL'
    )
}

# kind: behaviour
# points: 5
# hint: A client has what it came for. For what else does the librarian wait, or hold the connection?
# hint: Wait for nothing from the client: no recv. Behind sendmsg come close(fd) and close(connfd), then the next client.
# hint: serve(connfd, name); close(connfd); as the last lines of the loop's body.
@test "hangs up then, and waits for nothing that a client does" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        cat <<'END'
idle$ ./peer unix ../desk/shelf
idle| connected to ../desk/shelf
desk| user {...} came
END
        borrows anna
        cat <<'END'
idle< receive-all
idle| received {...}, then end
idle^D
idle= 0
desk^KILL
desk= SIGKILL
END
    )
}

# kind: behaviour
# points: 5
# hint: The book is away for a while. What does that mean for this client, and what for the next?
# hint: If open fails, tell it on stderr, close the connection, and go on with the next client. die is for what makes the whole service impossible.
# hint: if (fd == -1) { report("open %s", name); return; } and close(connfd) behind it.
@test "sends nothing where the file cannot be opened, and serves the next client" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        cat <<'END'
hand$ ./hand mv ../desk/book ../desk/away
hand= 0
idle$ ./peer unix ../desk/shelf
idle| connected to ../desk/shelf
desk| user {...} came
idle< receive-all
idle| end
idle^D
idle= 0
hand$ ./hand mv ../desk/away ../desk/book
hand= 0
END
        borrows anna
        echo 'desk^KILL'
        echo 'desk= SIGKILL'
    )
}

# kind: behaviour
# points: 5
# hint: The socket goes with its descriptor. What stays, and who removes it?
# hint: Catch SIGINT and SIGTERM (lesson 15), leave the loop, unlink PATH, return 0. common/stop.h does the first part, with ppoll.
# hint: catch_stop(); while (times_asked() == 0) { … ppoll(&door, 1, NULL, asleep_mask()) … } behind the loop remove PATH, if it is still yours, and return 0.
# hint /no more lines on stdout/: On stdout the handout wants two kinds of lines: what else you have to say goes to stderr.
# hint /ended by SIG(INT|TERM)/: The signal has ended the program, and so nothing was removed. catch_stop of common/stop.h, before bind; then ppoll with asleep_mask() before each accept.
# hint /desk +asleep in accept/: The signal came, and accept sleeps on: catch_stop keeps the two out of every call but one, and after a handler with SA_RESTART accept is called again. Sleep in ppoll with asleep_mask(), which lets them in, and call accept when a client is there (common/stop.h).
# hint /got +file ended with 0/: PATH is still there. What has to be done about it before the program ends, and where does the program end?
@test "ends on SIGINT and on SIGTERM with status 0, and PATH is gone" {
    random_book
    scene < <(
        book_is_there
        for signal in C TERM; do
            librarian_opens
            borrows anna
            printf '%s\n' "desk^$signal" 'desk= 0'
            printf '%s\n' 'file$ ./hand test -e ../desk/shelf' 'file= 1'
        done
    )
}

# kind: behaviour
# points: 10
# hint: A librarian was killed, and the file of its socket is still there. What does bind say to that?
# hint: EADDRINUSE. Look first: is the file of that name a socket's, and does nobody answer there (connect gives ECONNREFUSED)? Then unlink it and bind.
# hint: lstat, S_ISSOCK(file.st_mode), and connect of a probe: if it gives -1 with ECONNREFUSED, unlink(path); then bind.
@test "takes over a PATH that a librarian has left" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        echo 'desk^KILL'
        echo 'desk= SIGKILL'
        librarian_opens
        borrows anna
        librarian_ends
    )
}

# kind: behaviour
# points: 10
# hint: Somebody listens at PATH. Then it is not yours to take, neither now nor when the program ends.
# hint: Only ECONNREFUSED says that nobody is there. EPROTOTYPE: a living socket of another type. A full queue makes a stream's connect wait. And whoever has not bound PATH must not remove it.
# hint: Probe with socket(AF_UNIX, SOCK_DGRAM, 0): connect gives ECONNREFUSED where nobody is, EPROTOTYPE for a stream socket, however full its queue, and 0 for datagrams. Unlink in the first case only.
# hint /got +nothing( within|:)/: The queue there is full, and connect waits until there is room. A datagram socket's connect never waits, and tells as much.
@test "leaves a PATH alone where somebody listens, however busy, with status 1" {
    random_book
    scene < <(
        book_is_there_already
        cat <<'END'
other$ ./peer --backlog 0 unix-listen ../desk/shelf
other| listening on ../desk/shelf
END
        belongs_to_desk shelf
        librarian_refuses 1
        cat <<'END'
other< fill-queue
other| the queue is full, with {...} connections
END
        librarian_refuses 1
        cat <<'END'
# It is still the other's.
file$ ./hand test -S ../desk/shelf
file= 0
other^D
other= 0
hand$ ./hand rm ../desk/shelf
hand= 0
# And so it is with a socket for datagrams.
other$ ./peer unix-datagrams ../desk/shelf
other| bound to ../desk/shelf
END
        belongs_to_desk shelf
        librarian_refuses 1
        cat <<'END'
anna$ ./peer unix-datagrams own ../desk/shelf
anna| bound to own
anna< send hello
anna| sent 5 bytes
other< receive
other| received "hello" from own
anna^D
anna= 0
other^D
other= 0
END
    )
}

# kind: behaviour
# points: 5
# hint: A file of this name is there, and it is no socket. What is in it would be lost.
# hint: connect says ECONNREFUSED for a file that is no socket, too. lstat tells what it is.
# hint: struct stat file; if (lstat(path, &file) == 0 && S_ISSOCK(file.st_mode) && …) unlink(path);
# hint /librarian link/: PATH was a symbolic link, and what it points to a socket. stat tells of the socket; lstat of the link, which is what unlink would remove.
@test "removes no file that is not a socket" {
    random_book
    random NOTE words 4
    scene < <(
        book_is_there_already
        cat <<'END'
hand$ ./hand sh -c 'echo "$NOTE" > ../desk/shelf'
hand= 0
END
        belongs_to_desk shelf
        librarian_refuses 1
        cat <<'END'
hand$ ./hand cat ../desk/shelf
hand| $NOTE
hand= 0
# A symbolic link to a socket that somebody has left is no socket, either.
other$ ./peer unix-listen ../desk/old
other| listening on ../desk/old
other^D
other= 0
hand$ ./hand ln -s old ../desk/link
hand= 0
END
        belongs_to_desk old
        belongs_to_desk link
        librarian_refuses 1 link
        cat <<'END'
file$ ./hand test -L ../desk/link
file= 0
END
    )
}

# kind: behaviour
# points: 10
# hint: While the librarian was there, its file was removed, and another server has taken the name. What is at PATH now?
# hint: Remember which file your bind has made: lstat gives its device and its inode. Remove PATH at the end only if it is still that one.
# hint: lstat(path, &made) behind bind; at the end lstat(path, &file) and unlink(path) only if file.st_dev == made.st_dev && file.st_ino == made.st_ino.
@test "removes at its end only what its own bind has made" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        borrows boris
        cat <<'END'
hand$ ./hand rm ../desk/shelf
hand= 0
other$ ./peer unix-listen ../desk/shelf
other| listening on ../desk/shelf
END
        belongs_to_desk shelf
        librarian_ends
        cat <<'END'
file$ ./hand test -S ../desk/shelf
file= 0
anna$ ./peer unix ../desk/shelf
anna| connected to ../desk/shelf
anna^D
anna= 0
other^D
other= 0
hand$ ./hand rm ../desk/shelf
hand= 0
# Nothing at all at PATH is no reason to fail, either.
END
        librarian_opens
        borrows boris
        printf '%s\n' 'hand$ ./hand rm ../desk/shelf' 'hand= 0'
        librarian_ends
    )
}

# kind: behaviour
# points: 5
# hint: struct sockaddr_un has room for 108 bytes of path. What of a path that is longer?
# hint: Cut, it is another file's name. Compare strlen(path) with sizeof address.sun_path, which must hold a 0 as well; then copy.
# hint: if (strlen(path) >= sizeof address.sun_path) refuse("path \"%s\": a socket's path has from 1 to 107 bytes", path);
@test "refuses a PATH of more than 107 bytes with status 2, and takes one of 107" {
    random_book
    random FITS letters 107
    random LONG letters 108
    random LONGER number 109 200
    random LONGER letters "$LONGER"
    scene < <(
        book_is_there
        librarian_refuses 2 '$LONG'
        librarian_refuses 2 '$LONGER'
        cat <<'END'
# Nothing was made.
file$ ./hand find ../desk -type s
file= 0
END
        librarian_opens '$FITS'
        borrows_by_link
        librarian_ends
    )
}

# Some clients, one after the other.
clients_come_and_go() {
    book_is_there_already # by a shell of its own, whose calls do not count
    librarian_opens
    local name
    for name in anna boris clara dora emil; do borrows $name; done
    librarian_ends
}

# kind: calls
# points: 5
# hint: A signal can come as soon as the first line is there to read. What would it do to your program then?
# hint: Be ready for the two signals before you print the line; best before bind, for from then on there is something to remove.
# hint: catch_stop(); then bind, listen, and only then printf("lending %s at %s\n", name, path);
@test "is ready for the two signals before it says where it lends" {
    random_book
    traced_scene < <(clients_come_and_go)
    # Ready is who has a handler, or has blocked the signal. A thread or a process
    # of its own may have seen to it, and the order between two is not known.
    local late
    late=$(calls '^(rt_sig|execve|write|\+\+\+)' | awk '
        function has(list, name) { return list ~ "[[ ]" name "[] ]" }
        function is_set(name) { ready[name] = 1; by[name, process] = 1 }
        BEGIN { names[1] = "INT"; names[2] = "TERM" }
        /^\+\+\+/ { process++ }
        /^execve/ { split("", ready) }
        match($0, /^rt_sigaction\(SIG(INT|TERM), [{]sa_[a-z]+=0x/) {
            name = /^rt_sigaction\(SIGINT/ ? "INT" : "TERM"
            is_set(name)
        }
        match($0, /^rt_sigprocmask\(SIG_(BLOCK|SETMASK), ~?\[[^]]*\]/) {
            list = substr($0, 1, RLENGTH)
            for (i in names)
                if ((list ~ /~/) != has(list, names[i])) is_set(names[i])
        }
        /^writev?\(1,.*lending / && !told++ {
            teller = process
            for (i in names) if (!(names[i] in ready)) missing[names[i]] = 1
        }
        END {
            for (key in by) { split(key, part, SUBSEP); if (part[2] != teller) delete missing[part[1]] }
            for (name in missing) print "SIG" name
        }')
    [ -z "$late" ] || fail "The first line was there before the program was ready for ${late//$'\n'/ and }:" \
        "$(calls '^(execve|rt_sig(action|procmask)\(.*(INT|TERM)|bind\(|listen\(|writev?\(1,.*lending )' | awk '
            /^execve/ { n = 0; next }
            n < 8 { line[++n] = substr($0, 1, 110) }
            END { for (i = 1; i <= n; i++) print line[i] }')"
}

# kind: calls
# points: 5
# hint: Not the client tells who it is, and the librarian's own user is no answer, either. Who knows?
# hint: The kernel wrote down who called connect: getsockopt with SO_PEERCRED gives a struct ucred.
# hint: struct ucred peer; socklen_t len = sizeof peer; getsockopt(connfd, SOL_SOCKET, SO_PEERCRED, &peer, &len); printf("user %u came\n", peer.uid);
@test "asks the kernel who each client is, and says so" {
    random_book
    traced_scene < <(clients_come_and_go)
    local told said
    told=$(calls '^(getsockopt|recvmsg)\(' | grep -oE '[{ ]uid=[0-9]+' | grep -oE '[0-9]+' | sort | uniq -c)
    said=$(calls '^writev?\(1,' | grep -oE 'user [0-9]+ came' | grep -oE '[0-9]+' | sort | uniq -c)
    [ "$(awk '{ n += $1 } END { print n + 0 }' <<< "$told")" -ge 5 ] || fail \
        'five clients came, and the kernel was asked about the users:' "${told:-nothing}" \
        "$(calls '^(accept4?|getsockopt|recvmsg)\(')"
    [ "$(awk '{ print $2 }' <<< "$told")" = "$(awk '{ print $2 }' <<< "$said")" ] || fail \
        'the kernel has told these users (how often, which):' "$told" 'and these were said:' "$said"
}

# kind: calls
# points: 5
# hint: The client's copy of the descriptor is the client's. Who closes yours? And may a client write into the book?
# hint: open(name, O_RDONLY), and close(fd) when it is sent, close(connfd) behind it, on each way through the loop.
# hint: int fd = open(name, O_RDONLY); … send_descriptor(connfd, fd); close(fd); … close(connfd);
@test "opens the file for reading only, and closes its own descriptors" {
    random_book
    traced_scene < <(clients_come_and_go)
    local opened accepted writable
    opened=$(different_results '^open(at2?)?\(.*"book".* = [0-9]+$')
    accepted=$(different_results '^accept4?\(.* = [0-9]+$')
    writable=$(calls '^(open(at2?)?\(.*"book".*(O_RDWR|O_WRONLY)|creat\()' || true)
    [ -z "$writable" ] || fail 'a client could write into the book:' "$writable"
    [ "$opened" -le 3 ] && [ "$accepted" -le 3 ] || fail \
        "for 5 clients, one after the other, accept gave $accepted different descriptors, and open gave $opened:" \
        "$(calls '^(accept4?|open(at)?|close)\(.* = [0-9]+$' | grep -vE '"/|ld.so|lib')" \
        "A descriptor that has been closed is free, and is given out again."
}

# kind: weather
# points: 5
# hint: A signal can interrupt accept, sendmsg and ppoll: -1 with EINTR. Only when it was SIGINT or SIGTERM the librarian is to end.
# hint: On EINTR look whether the program was asked to stop; if not, call again.
# hint: do n = sendmsg(connfd, &message, MSG_NOSIGNAL); while (n == -1 && errno == EINTR); and continue where accept or ppoll gave EINTR.
@test "goes on when a signal interrupts a call (EINTR)" {
    random_book
    weather --eintr accept,send,recv,poll,select,epoll
    scene < <(clients_come_and_go)
}

# kind: weather
# points: 5
# hint: These clients have left before they were served. What does sendmsg say, and what else does the kernel do?
# hint: sendmsg gives EPIPE, and with it comes SIGPIPE, unless it has the flag MSG_NOSIGNAL. One client's affair: tell it on stderr, and take the next.
# hint: n = sendmsg(connfd, &message, MSG_NOSIGNAL); if (n == -1) report("sendmsg"); close, and go on. The lesson's descriptor.h dies there.
@test "lives on when clients have left before they are served" {
    random_book
    scene < <(
        book_is_there
        librarian_opens
        borrows anna
        cat <<'END'
# While it is stopped they come, wait in the queue, and leave.
desk^STOP
rude$ ./peer crowd ../desk/shelf
rude< flood 4
rude| connected 4 times
rude^D
rude= 0
desk^CONT
END
        printf 'desk| user {...} came\n%.0s' 1 2 3 4
        borrows boris
        librarian_ends
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: The control message needs a header and the descriptor, with what alignment adds: CMSG_SPACE(sizeof fd). And a path that is too long must be refused before it is copied.
# hint: union { struct cmsghdr header; char room[CMSG_SPACE(sizeof fd)]; } control = {0}; and .msg_controllen = sizeof control.
@test "keeps within its memory" {
    random_book
    random LONG letters 300
    random FITS letters 107
    scene < <(
        book_is_there
        librarian_refuses 2 '$LONG'
        librarian_opens '$FITS'
        borrows_by_link
        librarian_ends
        librarian_opens
        borrows boris
        librarian_ends
    )
}
