#!/usr/bin/env bats
# The error helpers of common/: what a learner reads when a call fails.
#
# errors.c fails on demand; most of its scenarios provoke the kernel's own
# refusal. Whatever is random or differs between machines (ports) is written
# PORT here.

bats_require_minimum_version 1.5.0

setup_file() {
    common=$(cd "$BATS_TEST_DIRNAME/../../common" && pwd)
    tests=$(cd "$BATS_TEST_DIRNAME" && pwd)
    cflags=(-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic
        -Wconversion -Wshadow -Werror)
    export common tests
    for program in errors rows; do
        "${CC:-cc}" "${cflags[@]}" -g "-I$common" "$tests/$program.c" \
            "$common/error.c" -o "$BATS_FILE_TMPDIR/$program"
    done
    "${CC:-cc}" "${cflags[@]}" -g -fsanitize=address,undefined \
        -fno-sanitize-recover=all "-I$common" "$tests/errors.c" \
        "$common/error.c" -o "$BATS_FILE_TMPDIR/sanitized"
}

setup() {
    export PATH="$BATS_FILE_TMPDIR:$PATH"
    unset NO_COLOR
    cd "$BATS_TEST_TMPDIR" || return
}

# Run errors with the arguments, stdout to the file out and stderr to err.
errors() {
    status=0
    command errors "$@" >out 2>err </dev/null || status=$?
}

fail() {
    printf '%s\n' "$@"
    return 1
}

# The file $1 holds exactly what comes on stdin.
holds() {
    diff -u --label expected --label "$1" - "$1"
}

status_is() {
    [ "$status" -eq "$1" ] || fail "status $status, expected $1" "$(cat err)"
}

# Each line on stdin is SCENARIO | FIRST LINE | PART OF THE HINT: each scenario
# says exactly its first line and one hint, on stderr only, with status 1.
provoke() {
    local name first hint got
    while IFS='|' read -r name first hint; do
        read -r name <<<"$name"
        read -r first <<<"$first"
        read -r hint <<<"$hint"
        mkdir "$name"
        cd "$name" || return
        errors "$name"
        cd .. || return
        got=$(sed -E 's/(port |:)[0-9]{4,5}\b/\1PORT/g' "$name/err")
        status_is_in "$name" 1
        [ ! -s "$name/out" ] || fail "$name: something on stdout"
        [ "$(wc -l <"$name/err")" -eq 2 ] || fail "$name:" "$got"
        [ "${got%%$'\n'*}" = "errors: $first" ] ||
            fail "$name: expected: errors: $first" "$got"
        [[ ${got#*$'\n'} == "  hint: "*"$hint"* ]] ||
            fail "$name: expected a hint with: $hint" "$got"
        provoked=$((${provoked:-0} + 1))
    done
    [ "${provoked:-0}" -gt 0 ] || fail "nothing was provoked"
}

status_is_in() {
    [ "$status" -eq "$2" ] || fail "$1: status $status" "$(cat "$1/err")"
}

# --- what the kernel refuses, and the hint to it ---------------------------

@test "hints for files" {
    provoke <<'END'
open-ENOENT        | open missing: No such file or directory [ENOENT] | O_CREAT makes a new file
open-EACCES        | open secret: Permission denied [EACCES]          | `namei -l NAME`
open-EEXIST        | open dangling: File exists [EEXIST]              | O_CREAT with O_EXCL
open-EISDIR        | open .: Is a directory [EISDIR]                  | cannot be opened for writing
open-ENXIO         | open fifo: No such device or address [ENXIO]     | needs a reader first
open-ETXTBSY       | open /proc/self/exe: Text file busy [ETXTBSY]    | this program is running
open-ENOTDIR       | open file/inside: Not a directory [ENOTDIR]      | before the last slash
open-ELOOP         | open circle: Too many levels of symbolic links [ELOOP] | round in a circle
open-ENAMETOOLONG  | open x...: File name too long [ENAMETOOLONG]     | at most 255 bytes
read-EISDIR        | read 1 byte: Is a directory [EISDIR]             | readdir
read-EBADF         | read 1 byte: Bad file descriptor [EBADF]         | for writing only
write-EBADF        | write 1 byte: Bad file descriptor [EBADF]        | for reading only
write-EFBIG        | write 1 byte: File too large [EFBIG]             | `ulimit -f`
write-ENOSPC       | write 1 byte: No space left on device [ENOSPC]   | `df -h .`
write-EPIPE        | write 1 byte: Broken pipe [EPIPE]                | nobody can read this any more
close-EBADF        | close: Bad file descriptor [EBADF]               | closed already
lseek-ESPIPE       | lseek: Illegal seek [ESPIPE]                     | have no offset
unlink-ENOENT      | unlink missing: No such file or directory [ENOENT] | `pwd`
mkdir-EEXIST       | mkdir file: File exists [EEXIST]                 | this name is taken
END
}

@test "hints for socket and addresses" {
    provoke <<'END'
socket-EPROTONOSUPPORT | socket AF_INET SOCK_STREAM 200: Protocol not supported [EPROTONOSUPPORT] | 0 takes their usual one
socket-ESOCKTNOSUPPORT | socket AF_INET SOCK_RDM: Socket type not supported [ESOCKTNOSUPPORT] | no sockets of this type
socket-EAFNOSUPPORT    | socket AF_UNSPEC SOCK_STREAM: Address family not supported by protocol [EAFNOSUPPORT] | does not speak that address family
socket-EINVAL          | socket AF_INET SOCK_STREAM 999: Invalid argument [EINVAL] | no protocol can have this number
socket-EPERM           | socket AF_INET SOCK_RAW: Operation not permitted [EPERM] | CAP_NET_RAW
socket-EMFILE          | socket AF_INET SOCK_STREAM: Too many open files [EMFILE] | `ulimit -n`
socketpair-EOPNOTSUPP  | socketpair AF_INET: Operation not supported [EOPNOTSUPP] | only AF_UNIX makes pairs
inet_pton-EAFNOSUPPORT | inet_pton 127.0.0.1: Address family not supported by protocol [EAFNOSUPPORT] | must be AF_INET or AF_INET6
inet_ntop-ENOSPC       | inet_ntop: No space left on device [ENOSPC] | INET6_ADDRSTRLEN
END
}

@test "hints for bind" {
    provoke <<'END'
bind-EADDRINUSE      | bind 127.0.0.1:PORT: Address already in use [EADDRINUSE] | `ss -atunp 'sport = :PORT'` shows which, unless that one is only bound
bind-EADDRINUSE-file | bind service: Address already in use [EADDRINUSE] | and `ss -xl` nobody behind it, remove it
bind-EACCES          | bind 127.0.0.1:1: Permission denied [EACCES] | port 1 is one of the low ones
bind-EACCES-file     | bind theirs/service: Permission denied [EACCES] | you may not make a file in this directory
bind-EADDRNOTAVAIL   | bind 192.0.2.1:0: Cannot assign requested address [EADDRNOTAVAIL] | `ip addr` lists them
bind-EINVAL          | bind 127.0.0.1:0: Invalid argument [EINVAL] | bound already
bind-EAFNOSUPPORT    | bind service: Address family not supported by protocol [EAFNOSUPPORT] | was sa_family filled in
bind-ENOENT          | bind missing/service: No such file or directory [ENOENT] | the directory that this name lies in
END
}

@test "hints for listen and accept" {
    provoke <<'END'
listen-EADDRINUSE    | listen: Address already in use [EADDRINUSE] | another socket listens on this port
listen-EOPNOTSUPP    | listen: Operation not supported [EOPNOTSUPP] | only stream sockets listen
listen-EINVAL        | listen: Invalid argument [EINVAL] | connected already
accept-EINVAL        | accept: Invalid argument [EINVAL] | does not listen yet
accept-EOPNOTSUPP    | accept: Operation not supported [EOPNOTSUPP] | only a listening stream socket accepts
accept-EAGAIN        | accept: Resource temporarily unavailable [EAGAIN] | no client is waiting
accept-EMFILE        | accept: Too many open files [EMFILE] | stays in the queue
END
}

@test "hints for connect" {
    provoke <<'END'
connect-ECONNREFUSED      | connect 127.0.0.1:PORT: Connection refused [ECONNREFUSED] | nobody listens on port PORT there; is the server running? On its machine, `ss -ltn 'sport = :PORT'`
connect-ECONNREFUSED-file | connect service: Connection refused [ECONNREFUSED] | nobody listens at this address
connect-ENOENT       | connect missing: No such file or directory [ENOENT] | a server makes it when it binds
connect-EINTR        | connect service: Interrupted system call [EINTR] | on this socket the connection may still come to be
connect-EISCONN      | connect 127.0.0.1:1: Transport endpoint is already connected [EISCONN] | another peer needs another socket
connect-EINPROGRESS  | connect 127.0.0.1:PORT: Operation now in progress [EINPROGRESS] | a non-blocking connect goes on by itself
connect-EALREADY     | connect 127.0.0.1:PORT: Operation already in progress [EALREADY] | an earlier connect
connect-EADDRNOTAVAIL | connect 127.0.0.1:PORT: Cannot assign requested address [EADDRNOTAVAIL] | pair of addresses
connect-ECONNABORTED | connect 127.0.0.1:PORT: Software caused connection abort [ECONNABORTED] | use a new socket
connect-EAGAIN       | connect service: Resource temporarily unavailable [EAGAIN] | queue is full
connect-EPROTOTYPE   | connect service: Protocol wrong type for socket [EPROTOTYPE] | SOCK_STREAM against SOCK_DGRAM
connect-EINVAL       | connect 127.0.0.1:1: Invalid argument [EINVAL] | length
connect-EACCES       | connect 127.255.255.255:9: Permission denied [EACCES] | SO_BROADCAST
connect-EAFNOSUPPORT | connect service: Address family not supported by protocol [EAFNOSUPPORT] | was sa_family filled in
connect-EFAULT       | connect: Bad address [EFAULT] | was & forgotten
connect-ENETUNREACH  | connect 192.0.2.1:9: Network is unreachable [ENETUNREACH] | `ip route`
END
}

@test "hints for sending" {
    provoke <<'END'
send-EPIPE        | send 1 byte: Broken pipe [EPIPE] | the peer has gone
send-ECONNRESET   | send 1 byte: Connection reset by peer [ECONNRESET] | the peer reset the connection
send-EAGAIN       | send: Resource temporarily unavailable [EAGAIN] | the send buffer is full
send-EDESTADDRREQ | send 1 byte: Destination address required [EDESTADDRREQ] | has no peer: connect it
send-ECONNREFUSED | send 1 byte: Connection refused [ECONNREFUSED] | nobody was there for this datagram
send-EOPNOTSUPP   | send 1 byte: Operation not supported [EOPNOTSUPP] | MSG_OOB
sendto-EISCONN    | sendto service: Transport endpoint is already connected [EISCONN] | use send
sendto-EMSGSIZE   | sendto 127.0.0.1:9: Message too long [EMSGSIZE] | 65,507
sendto-EINVAL     | sendto 127.0.0.1:0: Invalid argument [EINVAL] | port 0 is nobody's
sendto-ENETUNREACH | sendto 192.0.2.1:9: Network is unreachable [ENETUNREACH] | `ip route`
END
}

@test "hints for receiving" {
    provoke <<'END'
recv-ECONNRESET   | recv 1 byte: Connection reset by peer [ECONNRESET] | the peer reset the connection
recv-EAGAIN       | recv 1 byte: Resource temporarily unavailable [EAGAIN] | nothing is there yet
recv-EINVAL       | recv 1 byte: Invalid argument [EINVAL] | no urgent byte
read-ENOTCONN     | read 1 byte: Transport endpoint is not connected [ENOTCONN] | the descriptor that accept returned
recv-ECONNREFUSED | recv 1 byte: Connection refused [ECONNREFUSED] | nobody was there for this datagram
recv-ENOTSOCK     | recv 1 byte: Socket operation on non-socket [ENOTSOCK] | not a socket
END
}

@test "hints for shutdown, names and options" {
    provoke <<'END'
shutdown-ENOTCONN      | shutdown: Transport endpoint is not connected [ENOTCONN] | to shut down
shutdown-EINVAL        | shutdown: Invalid argument [EINVAL] | SHUT_RDWR
getpeername-ENOTCONN   | getpeername: Transport endpoint is not connected [ENOTCONN] | it listens
getsockname-EINVAL     | getsockname: Invalid argument [EINVAL] | addrlen is negative
setsockopt-ENOPROTOOPT | setsockopt 9999: Protocol not available [ENOPROTOOPT] | this level has no such option
setsockopt-EINVAL      | setsockopt SO_REUSEADDR: Invalid argument [EINVAL] | or its length is wrong
setsockopt-EOPNOTSUPP  | setsockopt TCP_NODELAY: Operation not supported [EOPNOTSUPP] | need a TCP socket
setsockopt-EDOM        | setsockopt SO_RCVTIMEO: Numerical argument out of domain [EDOM] | 999,999
setsockopt-EPERM       | setsockopt SO_RCVBUFFORCE: Operation not permitted [EPERM] | is for root
END
}

@test "hints for select, poll and epoll" {
    provoke <<'END'
select-EBADF      | select: Bad file descriptor [EBADF] | rebuild the sets
select-EINVAL     | select: Invalid argument [EINVAL] | nfds is the highest descriptor plus 1
select-EINTR      | pselect: Interrupted system call [EINTR] | a signal came before
poll-EINVAL       | poll: Invalid argument [EINVAL] | more entries
epoll_ctl-EEXIST  | epoll_ctl EPOLL_CTL_ADD: File exists [EEXIST] | EPOLL_CTL_MOD changes it
epoll_ctl-ENOENT  | epoll_ctl EPOLL_CTL_MOD: No such file or directory [ENOENT] | EPOLL_CTL_ADD puts it there
epoll_ctl-EPERM   | epoll_ctl EPOLL_CTL_ADD: Operation not permitted [EPERM] | no regular files
epoll_wait-EINVAL | epoll_wait: Invalid argument [EINVAL] | maxevents
END
}

@test "hints for processes and signals" {
    provoke <<'END'
fork-EAGAIN      | fork: Resource temporarily unavailable [EAGAIN] | `ulimit -u`
waitpid-ECHILD   | waitpid: No child processes [ECHILD] | no child is left
kill-ESRCH       | kill 2147483647: No such process [ESRCH] | no such process
kill-EPERM       | kill 1: Operation not permitted [EPERM] | another user's
sigaction-EINVAL | sigaction SIGKILL: Invalid argument [EINVAL] | cannot be caught
execv-ENOENT     | execv ./missing: No such file or directory [ENOENT] | search PATH
END
}

@test "hints for getaddrinfo and getnameinfo, whose errors are not errno" {
    provoke <<'END'
gai-NONAME     | getaddrinfo nosuch.example 80: Name or service not known [EAI_NONAME] | nobody knows this name
gai-SERVICE    | getaddrinfo 127.0.0.1 no-such-service: Servname not supported for ai_socktype [EAI_SERVICE] | `getent services NAME`
gai-FAMILY     | getaddrinfo 127.0.0.1 80: ai_family not supported [EAI_FAMILY] | AF_UNSPEC, AF_INET or AF_INET6
gai-SOCKTYPE   | getaddrinfo 127.0.0.1 80: ai_socktype not supported [EAI_SOCKTYPE] | do not fit together
gai-BADFLAGS   | getaddrinfo 127.0.0.1 80: Bad value for ai_flags [EAI_BADFLAGS] | filled with zeros
gai-ADDRFAMILY | getaddrinfo 127.0.0.1 80: Address family for hostname not supported [EAI_ADDRFAMILY] | AF_UNSPEC asks for both
gai-OVERFLOW   | getnameinfo 127.0.0.1:80: Argument buffer overflow [EAI_OVERFLOW] | NI_MAXHOST
gai-SYSTEM     | getaddrinfo localhost http: Too many open files [EMFILE] | `ulimit -n`
END
}

@test "every row of the hints is reached, by every call that it names" {
    rows hints >out || fail "$(cat out)"
    [[ $(cat out) =~ ^[0-9]+\ rows$ ]] || fail "$(cat out)"
}

@test "every errno of the C library has its symbol and its words" {
    rows symbols >out || fail "$(cat out)"
}

# --- the shape of a message ------------------------------------------------

@test "a hint names the port of the message's last HOST:PORT, if there is one" {
    inuse=98
    errors set 'bind [::1]:5000' $inuse
    grep -qF "'sport = :5000'" err || fail "$(cat err)"
    errors set 'bind 127.0.0.1:5000 as wished' $inuse
    grep -qF "'sport = :5000'" err || fail "$(cat err)"
    for call in bind 'bind ::1' 'bind /tmp/a:5000b' 'bind 127.0.0.1:' \
        'bind 127.0.0.1:0' 'bind:5000x'; do
        errors set "$call" $inuse
        grep -qF "nobody behind it, remove it" err || fail "$call" "$(cat err)"
    done
}

@test "ss, as the hint calls it, shows who holds the port" {
    # A listener that waits, a port from it, and the command from the hint.
    cat >holder.c <<'END'
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    socklen_t len = sizeof in;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&in, len) == -1 || listen(fd, 1) == -1 ||
        getsockname(fd, (struct sockaddr *)&in, &len) == -1)
        return 1;
    printf("%u\n", ntohs(in.sin_port));
    fflush(stdout);
    return getchar() == 'x';
}
END
    "${CC:-cc}" holder.c -o holder
    coproc HOLDER { exec ./holder 3>&-; }
    read -r port <&"${HOLDER[0]}"
    errors set "bind 127.0.0.1:$port" 98
    # shellcheck disable=SC2016 # the backquotes are the hint's own
    hinted=$(sed -nE 's/.*`(ss .*)`.*/\1/p' err)
    shown=$(sh -c "$hinted")
    pid=$HOLDER_PID
    eval "exec ${HOLDER[1]}>&-"
    wait "$pid"
    [[ $shown == *:$port*holder* ]] || fail "$hinted" "$shown"
}

@test "an error without a hint is one line" {
    errors set 'getsockname' 71
    holds err <<<'errors: getsockname: Protocol error [EPROTO]'
}

@test "an unknown number is shown as it is" {
    errors set 'call' 4000
    holds err <<<'errors: call: Unknown error 4000 [E?]'
    errors set-gai 'getaddrinfo a b' -777
    holds err <<<'errors: getaddrinfo a b: Unknown error -777 [E?]'
    status_is 1
}

@test "the program is named by the last part of its path" {
    mkdir 'a dir'
    ln -s "$BATS_FILE_TMPDIR/errors" 'a dir/server'
    status=0
    './a dir/server' open-ENOENT 2>err || status=$?
    grep -q '^server: open missing' err || fail "$(cat err)"
}

@test "a program that was started without a name says something all the same" {
    (exec -a '' "$BATS_FILE_TMPDIR/errors" open-ENOENT) 2>err || status=$?
    grep -q '^program: open missing' err || fail "$(cat err)"
}

@test "report keeps errno, and die ends with status 1" {
    errors keep-errno
    holds out <<<'EADDRINUSE'
    status_is 0
    errors open-ENOENT
    status_is 1
}

@test "what was printed before an error comes before it" {
    command errors print-around >both 2>&1
    holds both <<'END'
first line
then halferrors: bind 127.0.0.1:0: Invalid argument [EINVAL]
  hint: the socket is bound already, or the length is not that of its family's address
 a line
END
}

@test "control characters in an argument cannot touch the terminal" {
    errors set $'open a\nb\rc\td\033[2Je\177\001' 2
    [ "$(head -n 1 err)" = 'errors: open a\nb\rc\td\x1B[2Je\x7F\x01: No such file or directory [ENOENT]' ] ||
        fail "$(cat -A err)"
    errors set $'open 안녕' 2
    grep -q '^errors: open 안녕: No such' err || fail "$(cat -A err)"
}

@test "a very long argument is cut, at a character, and the message stays whole" {
    for pad in '' x xx; do
        long=$pad$(printf '안%.0s' {1..5000})
        errors set "open $long" 2
        [ "$(wc -c <err)" -le 4096 ] || fail "$(wc -c err)"
        [ "$(wc -l <err)" -eq 2 ] || fail "$(cat err)"
        iconv -f UTF-8 -t UTF-8 err >/dev/null || fail "cut within a character"
        grep -q '안\.\.\.: No such file or directory \[ENOENT\]$' err ||
            fail "$(tail -c 300 err)"
    done
    errors set "$(printf '\001%.0s' {1..4000})" 2
    [ "$(wc -c <err)" -le 4096 ] || fail "$(wc -c err)"
    grep -q '\.\.\.: No such file' err
}

@test "a message is one write" {
    local first
    for scenario in bind-EADDRINUSE gai-NONAME 'usage errors:\ more' \
        'port 99999' 'set open 2'; do
        eval "set -- $scenario"
        strace -e trace=write -o trace "$BATS_FILE_TMPDIR/errors" "$@" \
            >out 2>err || true
        first=$(grep -c 'write(2,' trace)
        [ "$first" -eq 1 ] || fail "$scenario: $(cat trace)"
        [ "$(wc -l <err)" -ge 1 ] || fail "$scenario said nothing"
    done
}

@test "messages of several processes never mix" {
    for _ in 1 2 3 4; do
        command errors hundred-reports &
    done 2>&1 >out | cat >both
    [ "$(wc -l <both)" -eq 800 ] || fail "$(wc -l both)"
    [ "$(paste - - <both | sort -u | wc -l)" -eq 1 ] || fail "$(sort both | uniq -c)"
}

# --- colour ----------------------------------------------------------------

# Run errors with stderr on a terminal and print what arrives there.
on_terminal() {
    TERM=${TERM-xterm} script -qec 'errors keep-errno >/dev/null' /dev/null \
        </dev/null 3>&- | tr -d '\r'
}

plain="errors: bind 127.0.0.1:5000: Address already in use [EADDRINUSE]
  hint: another socket holds this port, perhaps one in TIME-WAIT; \`ss -atunp 'sport = :5000'\` shows which, unless that one is only bound"

@test "no colour where stderr is no terminal" {
    errors keep-errno
    holds err <<<"$plain"
}

@test "on a terminal the name is bold and the hint is dim, and nothing else differs" {
    TERM=xterm on_terminal >shown
    e=$'\033'
    [ "$(head -n 1 shown)" = "${e}[1merrors:${e}[0m bind 127.0.0.1:5000: Address already in use [EADDRINUSE]" ] ||
        fail "$(cat -A shown)"
    sed "s/${e}\[[0-9]*m//g" shown | diff -u <(echo "$plain") -
    [[ $(sed -n 2p shown) == "  ${e}[2mhint: "*"${e}[0m" ]] || fail "$(cat -A shown)"
}

@test "no colour under NO_COLOR or on a dumb terminal; an empty NO_COLOR is none" {
    NO_COLOR=1 on_terminal >shown
    holds shown <<<"$plain"
    TERM=dumb on_terminal >shown
    holds shown <<<"$plain"
    NO_COLOR='' TERM=xterm on_terminal >shown
    grep -q $'\033' shown || fail "no colour"
}

@test "the words do not depend on the locale" {
    for locale in C POSIX ko_KR.UTF-8 nosuch ''; do
        LC_ALL=$locale LANG=ko_KR.UTF-8 errors keep-errno
        holds err <<<"$plain"
    done
    status=0
    env -i "$BATS_FILE_TMPDIR/errors" keep-errno >out 2>err || status=$?
    status_is 0
    holds err <<<"$plain"
}

# --- standard descriptors --------------------------------------------------

@test "closed standard descriptors are taken, fail, and no socket becomes one" {
    command errors descriptors 0<&- 1>&- 2>&-
    holds descriptors <<'END'
0 EBADF
1 EBADF
2 EBADF
socket above 2
END
    command errors descriptors 1>&- 0</dev/zero 2>/dev/null
    holds descriptors <<'END'
0 works
1 EBADF
2 works
socket above 2
END
}

@test "stderr closed: the status still tells, and stdout is untouched" {
    status=0
    command errors keep-errno >out 2>&- || status=$?
    [ "$status" -eq 0 ]
    holds out <<<'EADDRINUSE'
    status=0
    command errors open-ENOENT >out 2>&- || status=$?
    [ "$status" -eq 1 ]
    [ ! -s out ]
    status=0
    command errors usage x >out 2>&- || status=$?
    [ "$status" -eq 2 ]
}

@test "stdout closed: what is printed is missed at exit" {
    status=0
    command errors print >&- 2>err || status=$?
    status_is 1
    holds err <<'END'
errors: write standard output: Bad file descriptor [EBADF]
  hint: standard output was closed, or open for reading only, when the program started
END
}

@test "stdout closed: a program that prints nothing succeeds" {
    status=0
    command errors quiet >&- 2>err || status=$?
    status_is 0
    [ ! -s err ] || fail "$(cat err)"
}

# shellcheck disable=SC2016 # the backquotes are the hint's own
full='errors: write standard output: No space left on device [ENOSPC]
  hint: the device is full; `df -h .` shows how full'

@test "stdout full: status 1, whatever main returned" {
    for value in 0 1 2 3; do
        status=0
        command errors status $value >/dev/full 2>err || status=$?
        status_is 1
        holds err <<<"$full"
    done
}

@test "a status stays what it is when all output arrives" {
    for value in 0 1 2 3; do
        errors status $value
        status_is $value
        [ ! -s err ] || fail "$(cat err)"
    done
}

@test "stdout full: die's status stays 1, usage's 2, and both reasons are told" {
    status=0
    command errors print-then-die >/dev/full 2>err || status=$?
    status_is 1
    holds err <<END
errors: bind: Invalid argument [EINVAL]
  hint: the socket is bound already, or the length is not that of its family's address
$full
END
    status=0
    command errors print-then-usage >/dev/full 2>err || status=$?
    status_is 2
    holds err <<END
usage: errors SCENARIO
$full
END
}

@test "stdout's reader gone: EPIPE is told" {
    errors print-without-reader
    status_is 1
    holds err <<'END'
errors: write standard output: Broken pipe [EPIPE]
  hint: whoever read our output has gone, as `| head -1` does
END
}

@test "lost output is noticed even if its reason cannot be known any more" {
    status=0
    command errors print-later >/dev/full 2>err || status=$?
    status_is 1
    grep -q '^errors: write standard output: part of the output is lost$' err ||
        fail "$(cat err)"
}

@test "other streams are flushed although stdout failed" {
    status=0
    command errors print-and-file >/dev/full 2>err || status=$?
    status_is 1
    holds kept <<<'kept'
}

@test "a line is out as soon as it is printed, though the program is killed then" {
    (command errors print-killed >out 2>err) 2>/dev/null || status=$?
    holds out <<<'a line'
}

@test "a child ends with its own status, and prints nothing twice" {
    errors child
    status_is 0
    holds out <<'END'
child
7
END
}

# --- the command line ------------------------------------------------------

@test "usage: the synopsis, then the explanation on its own line, status 2" {
    errors usage 'client [HOST [PORT]]'
    status_is 2
    holds err <<<'usage: client [HOST [PORT]]'
    errors usage 'client [HOST [PORT]]: HOST is an IPv4 address: as 127.0.0.1'
    status_is 2
    [ ! -s out ]
    holds err <<'END'
usage: client [HOST [PORT]]
  HOST is an IPv4 address: as 127.0.0.1
END
}

@test "a port is 0 to 65535, in digits and nothing else" {
    for good in 0 1 80 5000 65535 00080; do
        errors port "$good"
        status_is 0
        [ "$(cat out)" -eq "$((10#$good))" ] || fail "$good gave $(cat out)"
    done
    for bad in '' ' 80' '80 ' +80 -1 -0 65536 99999 70000 131152 50x 0x50 http \
        8.0 1e3 4294967376 18446744073709551696 99999999999999999999999; do
        errors port "$bad"
        status_is 2
        [ ! -s out ] || fail "\"$bad\" gave $(cat out)"
        holds err <<<"errors: port \"$bad\": a port is a number from 0 to 65535"
    done
    errors port $'80\n'
    holds err <<<'errors: port "80\n": a port is a number from 0 to 65535'
}

@test "a number lies between its bounds; a minus only where they allow it" {
    for good in 1 7 100; do
        errors number "$good" 1 100
        status_is 0
        holds out <<<"$good"
    done
    for bad in '' 0 101 -1 ' 7' '7 ' +7 7x 0x7 99999999999999999999 \
        -99999999999999999999 - --7; do
        errors number "$bad" 1 100
        status_is 2
        holds err <<<"errors: clients \"$bad\": must be a number from 1 to 100"
    done
    errors number -1 -1 5
    holds out <<<'-1'
    errors number -2 -1 5
    status_is 2
    holds err <<<'errors: clients "-2": must be a number from -1 to 5'
    errors number 9223372036854775807 0 9223372036854775807
    holds out <<<9223372036854775807
    errors number 9223372036854775808 0 9223372036854775807
    status_is 2
}

# --- tools -----------------------------------------------------------------

@test "clean under AddressSanitizer and UBSan" {
    long=$(printf '안%.0s' {1..5000})
    for scenario in bind-EADDRINUSE open-ENOENT gai-NONAME gai-SYSTEM \
        keep-errno print-around 'usage a:\ b' 'usage a' 'port 1' 'port 99999x' \
        "set bind\ $long 98" 'set \  98' "set '' 98" "set : 98" \
        "set bind\ :1 98" "set-gai $long -2" "usage $long" "port $long" print; do
        eval "set -- $scenario"
        sanitized "$@" >out 2>err || [ $? -le 2 ] || fail "$(tail -n 40 err)"
        if grep -E 'Sanitizer|runtime error' err; then
            fail "${scenario:0:60}"
        fi
    done
}

@test "one cc line builds a program with the helpers, without any flags" {
    cp "$tests/errors.c" client.c
    "${CC:-cc}" "-I$common" client.c "$common/error.c" -o client 2>err ||
        fail "$(cat err)"
    [ ! -s err ] || fail "$(cat err)"
}
