#!/usr/bin/env bats
# make xray-NN: calls and the states of sockets between the lines of a scene,
# the ladder, and one's own calls beside the solution's.

load helper

setup() {
    export BUILD COLUMNS=100 TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
}

teardown() {
    wait_until nobody_is_left
    local left
    left=$(ls -A "$TMPDIR")
    [ -z "$left" ] || { echo "left in TMPDIR: $left"; return 1; }
}

nobody_is_left() { ! grep -lzsx "TMPDIR=$TMPDIR" /proc/[0-9]*/environ; }

# xray LESSON: with the variables that stand before it; a failure is shown.
xray() {
    run scripts/xray "$1"
    echo "$output"
}

# says TEXT...: the output has all of them, in this order.
says() {
    local rest=$output text
    for text; do
        if [[ $rest != *"$text"* ]]; then
            printf 'expected, behind what came before it: %s\n' "$text"
            return 1
        fi
        rest=${rest#*"$text"}
    done
}

# log_of SCENE_FILE [OPTION...]: play it, its tracer's log into ./log.
log_of() {
    (cd "$ROOT" && "$PLAY" --check --xray "$BATS_TEST_TMPDIR/log" "${@:2}" "$1")
}

# What differs from run to run: ports, processes; and how wide they make a row.
without_numbers() { sed -E 's/[0-9]{2,}/N/g; s/ +/ /g; s/[─╌]+/-/g'; }

@test "calls and states stand under the lines, in the order in which they came" {
    xray 06-connect
    [ "$status" -eq 0 ]
    says 'server$ ./server' 'socket(AF_INET, SOCK_STREAM, 0) = 3' 'server 3  CLOSED' \
        'server| socket()' 'bind(3, 127.0.0.1:' 'server 3  CLOSED  127.0.0.1:' \
        'listen(3, 1) = 0' 'server 3  LISTEN  queue 0  backlog 1' \
        'server| waiting for client' 'accept(3, NULL) … waits' 'server~ accept' \
        'client$ ./client' 'connect(3, 127.0.0.1:' 'client 3  ESTABLISHED' \
        'client| connect()' 'accept(3, NULL) = 4' 'server 4  ESTABLISHED' '1 byte to read' \
        'recv(4, "A", 1, 0) = 1' 'server 4  ESTABLISHED  queues empty' \
        'close(4) = 0' 'server 4  FIN-WAIT-2 (closed)' 'client 3  CLOSE-WAIT' \
        'recv(3, "B", 1, 0) = 1' 'close(3) = 0' 'server 4  TIME-WAIT (closed)' 'client 3  gone' \
        'client= 0' 'The ladder'
}

@test "a program's columns stay columns" {
    xray 12-getifaddrs
    says 'you| lo    up   loopback       AF_INET   127.0.0.1/8'
}

@test "accept4's flags are those of a socket, not of a message" {
    xray 21-http
    says 'accept(4, 127.0.0.1:' ', SOCK_NONBLOCK|SOCK_CLOEXEC) = 5'
}

@test "whom a connect that waits has asked" {
    SCENE=queue xray 05-listen-accept
    says 'second$ ./client' '… waits' 'second 3  SYN-SENT  :' ' → :5000'
}

@test "the same scene gives the same picture, but for numbers" {
    local lesson run
    for lesson in 06-connect 08-sigpipe 10-shutdown 19-unix-sockets; do
        for run in 1 2 3; do
            scripts/xray "$lesson" | without_numbers > "$BATS_TEST_TMPDIR/$run"
            diff "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/$run"
        done
    done
}

# A build whose tracer's news of a line comes late, and behind an old one.
late_build() {
    local late=$BATS_TEST_TMPDIR/late
    mkdir "$late"
    cp -rs "$BUILD/." "$late"
    cp --remove-destination "$BUILD/play/play" "$late/play/play"
    cat > "$late/late.c" <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>
#include <time.h>
#include "xray-message.h"
ssize_t send(int fd, const void *data, size_t len, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);
    *(void **)&real = dlsym(RTLD_NEXT, "send");
    const struct xray_message *news = data;
    struct xray_message old = {.what = XRAY_QUIET, .actor = -1};
    struct timespec moment = {.tv_nsec = 30000000};
    if (fd == XRAY_FD && news->what == XRAY_ASK) {
        real(fd, &old, len, flags);
        nanosleep(&moment, NULL);
    }
    return real(fd, data, len, flags);
}
END
    cc -shared -fPIC -Iscripts/play "$late/late.c" -o "$late/late.so" -ldl
    mv "$late/xray/tracer" "$late/xray/in-time"
    printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$1"\n' "$late/late.so" "$late/xray/in-time" \
        > "$late/xray/tracer"
    chmod +x "$late/xray/tracer"
}

@test "no action before all wait, be the news of a line ever so late" {
    scripts/xray 10-shutdown | without_numbers > "$BATS_TEST_TMPDIR/in-time"
    late_build
    BUILD=$BATS_TEST_TMPDIR/late scripts/xray 10-shutdown | without_numbers \
        > "$BATS_TEST_TMPDIR/too-late"
    diff "$BATS_TEST_TMPDIR/in-time" "$BATS_TEST_TMPDIR/too-late"
}

@test "the states are what ss says at that point" {
    cat > "$BATS_TEST_TMPDIR/scene" <<'END'
@needs ss
@network own
server$ ./server $PORT
server| socket()
server| bind()
server| listen()
server| waiting for client
server~ accept
one$ ./tuple-client 127.0.0.1 $PORT
one| {...}
one| {...}
one| {...}
server| accepted
server~ recvfrom
two$ ./tuple-client 127.0.0.1 $PORT
two| {...}
two| {...}
two| {...}
two~ read
look$ sh -c 'ss -tanH | while read -r state in out here there; do echo "$state $in $here $there"; done > states; wc -l < states'
look| 5
look= 0
look$ cat states
@any
look| {a:.*}
look| {b:.*}
look| {c:.*}
look| {d:.*}
look| {e:.*}
@end
look= 0
server^KILL
server= SIGKILL
one^KILL
one= SIGKILL
two^KILL
two= SIGKILL
END
    log_of "$BATS_TEST_TMPDIR/scene" --from "$BUILD/06-connect"
    # What ss said, and the last that the x-ray had said of each socket by then.
    awk -F '\t' '$1 == "step" && $5 == "look" && $3 == "|" && $6 ~ / / { print $6 }' \
        "$BATS_TEST_TMPDIR/log" |
        sed 's/^ESTAB /ESTABLISHED /' | grep -v '0\.0\.0\.0:\*' | sort > "$BATS_TEST_TMPDIR/ss"
    awk -F '\t' '$1 == "step" && $5 == "look" { exit }
        $1 == "state" && $7 == "ESTABLISHED" { last[$4] = $7 " " $10 " " $8 " " $9 }
        END { for (i in last) print last[i] }' "$BATS_TEST_TMPDIR/log" |
        sort > "$BATS_TEST_TMPDIR/xray"
    cat "$BATS_TEST_TMPDIR/ss" "$BATS_TEST_TMPDIR/xray"
    # The one that waits in the queue has no descriptor, so the x-ray shows three.
    [ "$(wc -l < "$BATS_TEST_TMPDIR/ss")" -eq 4 ]
    [ "$(wc -l < "$BATS_TEST_TMPDIR/xray")" -eq 3 ]
    [ -z "$(comm -13 "$BATS_TEST_TMPDIR/ss" "$BATS_TEST_TMPDIR/xray")" ]
    # And the queue of the listener is one long, as ss has it.
    grep -q $'^step\t[0-9]*\t|\t[0-9]*\tlook\tLISTEN 1 ' "$BATS_TEST_TMPDIR/log"
    grep -q $'\tLISTEN\t127.0.0.1:5000\t\t1\t' "$BATS_TEST_TMPDIR/log"
}

@test "a connect that nobody answers, and one that is refused" {
    SCENE=backlog xray 05-listen-accept
    [ "$status" -eq 0 ]
    says 'connect(4, 127.0.0.1:' '-1 EINPROGRESS' 'SYN-SENT'
    SCENE=refused xray 06-connect
    [ "$status" -eq 0 ]
    says 'connect(3, 127.0.0.1:' '= -1 ECONNREFUSED' 'The ladder' 'SYN' '✗' 'nobody listens there'
}

@test "a signal, an interrupted call, an error" {
    xray 08-sigpipe
    [ "$status" -eq 0 ]
    says 'MSG_NOSIGNAL) = -1 EPIPE' 'server^C' '= interrupted' '◀ SIGINT' 'server 3  gone' \
        'server= SIGINT'
}

@test "a socket that two processes hold is closed only by the last one" {
    SCENE=holders xray 10-shutdown
    [ "$status" -eq 0 ]
    says 'held by 2 processes' 'held by one process' 'FIN-WAIT-2 (closed)'
}

@test "UDP, UNIX sockets and Korean text" {
    xray 11-udp
    [ "$status" -eq 0 ]
    says 'bind(3, 127.0.0.1:' 'server 3  bound  127.0.0.1:' 'sendto(3, "안녕!!", 8, 0, 127.0.0.1:' \
        'client 3  bound  8 bytes to read' '"안녕!!"'
    xray 19-unix-sockets
    [ "$status" -eq 0 ]
    says 'bind(3, ../s) = 0' 'connect(3, ../s) = 0' 'client 3  connected' 'connect ─' 'end ╌'
}

@test "the ladder: columns, arrows, who waits, states" {
    xray 06-connect
    [ "$status" -eq 0 ]
    output=${output#*The ladder}
    says 'server' 'client' '$ ./server' '┬' 'accept(3, NULL) … waits  │' \
        '┊◀─' 'SYN' '┊─' 'SYN, ACK' '▶│ 3 ESTABLISHED' '◀─' 'ACK' '◀─' '"A"' \
        'close(4) = 0  │╌' 'FIN' '▶┊ 3 CLOSE-WAIT' '4 TIME-WAIT (closed)   ◀╌' 'FIN' '┴ exits with 0'
}

@test "no line is wider than the screen" {
    local lesson columns
    for columns in 80 100 200; do
        for lesson in 06-connect 11-udp 16-concurrent-servers; do
            COLUMNS=$columns scripts/xray "$lesson" > "$BATS_TEST_TMPDIR/text"
            LC_ALL=C awk -v most="$columns" -f scripts/xray.d/events.awk -f <(
                # shellcheck disable=SC2016  # awk's
                echo '{ if (width($0) > most) { print width($0) ": " $0; bad = 1 } }
                    END { exit bad }') "$BATS_TEST_TMPDIR/text"
        done
    done
}

@test "colours on a terminal, and none elsewhere or under NO_COLOR" {
    xray 06-connect
    [[ $output != *$'\e['* ]]
    run script -qec 'scripts/xray 06-connect' /dev/null
    [ "$status" -eq 0 ]
    [[ $output == *$'\e['* ]]
    NO_COLOR=1 run script -qec 'scripts/xray 06-connect' /dev/null
    [ "$status" -eq 0 ]
    [[ $output != *$'\e['* ]]
}

@test "in tmux it takes the width of the pane" {
    local screen=xray-$$-$BATS_TEST_NUMBER
    tmux -L "$screen" -f /dev/null new-session -d -x 200 -y 100 \
        "env -u COLUMNS BUILD=$BUILD TMPDIR=$TMPDIR scripts/xray 06-connect; exec sleep 100"
    wait_until pane_shows 'exits with 0'
    tmux -L "$screen" capture-pane -p > "$BATS_TEST_TMPDIR/pane"
    tmux -L "$screen" kill-server
    grep -q '^ *│ *┊◀─* SYN ─*│ connect\|┊◀─\{10,\} SYN ─\{10,\}│ connect' "$BATS_TEST_TMPDIR/pane"
}

pane_shows() { tmux -L "$screen" capture-pane -p | grep -q "$1"; }

@test "more calls than anybody reads are counted, or not looked at" {
    SCENE=all-first xray 09-echo
    [ "$status" -eq 0 ]
    says 'more calls like these'
    SCENE=append xray 01-file-syscalls
    [ "$status" -eq 0 ]
    says '… and on; so many calls are not shown' 'append= 0'
    [ "${#lines[@]}" -lt 300 ]
}

@test "FILE takes the place of the lesson's program of its name" {
    sed 's/char c = .A./char c = '\''Z'\''/; s/send %c/send %c/' lessons/06-connect/client.c \
        > "$BATS_TEST_TMPDIR/client.c"
    grep -q "'Z'" "$BATS_TEST_TMPDIR/client.c"
    FILE=$BATS_TEST_TMPDIR/client.c xray 06-connect
    # The scene does not hold with it, and says so below.
    [ "$status" -eq 1 ]
    says 'send(3, "Z", 1, MSG_NOSIGNAL) = 1' '✗ 06-connect'
}

@test "FILE takes the place of the exercise" {
    FILE=lessons/05-listen-accept/exercise/solution/doorman.c xray 05-listen-accept
    [ "$status" -eq 0 ]
    says 'doorman$ ./doorman' 'listen(3, ' 'doorman 3  LISTEN'
}

@test "what makes no sense is said" {
    FILE=no-such.c xray 06-connect
    [ "$status" -eq 2 ]
    says 'xray: FILE=no-such.c: no such file'
    echo 'int main(void) { return x; }' > "$BATS_TEST_TMPDIR/client.c"
    FILE=$BATS_TEST_TMPDIR/client.c xray 06-connect
    [ "$status" -eq 2 ]
    says 'error:' 'does not compile'
    XRAY_DIFF=1 xray 12-getifaddrs-no
    [ "$status" -eq 2 ]
    says 'has no exercise'
    LADDER=/no/such/directory/six.svg xray 06-connect
    [ "$status" -eq 2 ]
    says 'cannot write /no/such/directory/six.svg'
}

@test "where programs may not be traced it says so" {
    # Whoever is traced by strace already cannot be traced by us.
    run strace -f -qq -o /dev/null scripts/xray 06-connect
    echo "$output"
    [ "$status" -eq 2 ]
    says 'xray: programs cannot be traced here (ptrace: Operation not permitted)'
}

@test "play --xray goes with one transcript, and with no other tracer" {
    run "$PLAY" --check --xray log --trace events lessons/06-connect/transcript
    [ "$status" -eq 2 ]
    says '--xray goes with neither --trace, --wrap nor --record'
    run "$PLAY" --check --xray log lessons/06-connect/transcript lessons/05-listen-accept/transcript
    [ "$status" -eq 2 ]
    says '--xray takes one transcript'
}

# A copy of the doorman's solution, changed by sed.
changed_doorman() {
    sed "$1" lessons/05-listen-accept/exercise/solution/doorman.c > "$BATS_TEST_TMPDIR/doorman.c"
    ! diff -q lessons/05-listen-accept/exercise/solution/doorman.c "$BATS_TEST_TMPDIR/doorman.c"
}

@test "XRAY_DIFF: the solution beside itself" {
    FILE=lessons/05-listen-accept/exercise/solution/doorman.c XRAY_DIFF=1 xray 05-listen-accept
    [ "$status" -eq 0 ]
    says 'No call is missing, none is extra'
}

@test "XRAY_DIFF: a different argument, a missing call, an extra one" {
    changed_doorman 's/htons(port)/port/'
    FILE=$BATS_TEST_TMPDIR/doorman.c XRAY_DIFF=1 xray 05-listen-accept
    says '▶ bind(3, 127.0.0.1:' '≠  bind(3, 127.0.0.1:' 'first difference  different: bind('
    changed_doorman 's/^\( *\)close(connfd);/\1;/'
    FILE=$BATS_TEST_TMPDIR/doorman.c XRAY_DIFF=1 xray 05-listen-accept
    says '▶' '-  close(4) = 0' 'first difference  missing: close(4) = 0'
    changed_doorman 's/^\( *\)close(connfd);/\1shutdown(connfd, SHUT_WR); close(connfd);/'
    FILE=$BATS_TEST_TMPDIR/doorman.c XRAY_DIFF=1 xray 05-listen-accept
    says '▶ shutdown(4, SHUT_WR) = 0' '+' 'first difference  extra: shutdown(4, SHUT_WR) = 0'
}

@test "XRAY_DIFF: programs that a shell starts, and ports that the kernel chose" {
    cp lessons/21-http/exercise/start/kiosk.c lessons/12-getifaddrs/exercise/start/ifs.c "$BATS_TEST_TMPDIR"
    FILE=$BATS_TEST_TMPDIR/kiosk.c XRAY_DIFF=1 xray 21-http
    says 'first difference  missing: pthread_create()'
    FILE=$BATS_TEST_TMPDIR/ifs.c XRAY_DIFF=1 xray 12-getifaddrs
    says 'first difference  missing: socket(AF_NETLINK'
    FILE=lessons/04-bind/exercise/solution/reserve.c XRAY_DIFF=1 xray 04-bind
    says 'No call is missing, none is extra'
}

@test "XRAY_DIFF: without the solution it says who has it" {
    cp -a scripts common "$BATS_TEST_TMPDIR"
    mkdir "$BATS_TEST_TMPDIR/lessons"
    cp -a lessons/05-listen-accept "$BATS_TEST_TMPDIR/lessons"
    rm -r "$BATS_TEST_TMPDIR/lessons/05-listen-accept/exercise/solution"
    XRAY_DIFF=1 run "$BATS_TEST_TMPDIR/scripts/xray" 05-listen-accept
    echo "$output"
    [ "$status" -eq 2 ]
    says 'your instructor has it'
}

@test "as a plain user" {
    [ "$(id -u)" -eq 0 ] || skip 'you are one'
    local home
    home=$(mktemp -d /tmp/xray-user.XXXXXX)
    cp -a scripts common "$home"
    mkdir "$home/lessons"
    cp -a lessons/06-connect "$home/lessons"
    cp -a "$BUILD" "$home/build"
    chown -R nobody "$home"
    run env -u BUILD TMPDIR="$home" setpriv --reuid nobody --regid nogroup --clear-groups \
        "$home/scripts/xray" 06-connect
    rm -rf "$home"
    echo "$output"
    [ "$status" -eq 0 ]
    says 'client 3  ESTABLISHED' 'server 4  TIME-WAIT (closed)'
}

@test "ended in the middle, it leaves nobody behind" {
    local pid log=$BATS_TEST_TMPDIR/log
    SCENE=time-limit XRAY_KEEP=$log scripts/xray 15-clean-exit > /dev/null 3>&- &
    pid=$!
    wait_until grep -qs '^call' "$log"
    kill -TERM "$pid"
    run wait "$pid"
    # teardown looks for survivors and for what is left in TMPDIR
}

@test "a student who reads calls from the log finds each step of the scene" {
    log_of lessons/10-shutdown/transcript
    diff <(awk -F '\t' '$1 == "step" && $3 != "#" { print $4 }' "$BATS_TEST_TMPDIR/log") \
        <(grep -nE '^[a-z][a-z0-9_-]*[$|!<^~=]' lessons/10-shutdown/transcript | cut -d : -f 1)
}

@test "make xray-NN, by number, by topic, and with a name that there is not" {
    run make BUILD="$BUILD" xray-06
    [ "$status" -eq 0 ]
    says 'client 3  ESTABLISHED'
    run make BUILD="$BUILD" xray-connect SCENE=refused
    [ "$status" -eq 0 ]
    says 'ECONNREFUSED'
    run make BUILD="$BUILD" xray-06 SCENE=no-such
    [ "$status" -ne 0 ]
    says 'has no scene called no-such'
    run make BUILD="$BUILD" xray-99
    [ "$status" -ne 0 ]
}

@test "a signal comes to who does not ignore it, and not to who does" {
    SCENE=protect xray 08-sigpipe
    says 'write(5, "x", 1) = -1 EPIPE' '◀ SIGPIPE' 'send-flag= SIGPIPE'
    output=${output#*'sigaction(SIGPIPE, SIG_IGN)'} output=${output%%'The ladder'*}
    says 'send(5, "x", 1, 0) = -1 EPIPE' 'ignore= 0'
    [[ $output != *'◀ SIGPIPE'* ]]
}
