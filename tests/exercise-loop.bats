#!/usr/bin/env bats
# The student's loop: check, hint, reset, solution, submit, and what make shows.

load helper

# A checkout of its own. Lesson 05's exercise stands for all.
setup_file() {
    COPY=$BATS_FILE_TMPDIR/workbook
    export COPY
    mkdir -p "$COPY/build" "$COPY/tests"
    cp -a Makefile common scripts lessons "$COPY"
    cp -a tests/exercises "$COPY/tests"
    local built
    for built in common play peer weather 05-listen-accept; do
        cp -a "$BUILD/$built" "$COPY/build/"
    done
}

setup() {
    cd "$COPY" || return
    rm -rf .progress .name ./*.tar.gz lessons/05-listen-accept/exercise
    cp -a "$ROOT/lessons/05-listen-accept/exercise" lessons/05-listen-accept/
    cp "$ROOT"/tests/exercises/* tests/exercises/ 2> /dev/null || true
    unset BUILD
    EXERCISE=lessons/05-listen-accept/exercise/doorman.c
    SOLUTION=lessons/05-listen-accept/exercise/solution/doorman.c
    ONE="greets a client with its number"
}

# a_doorman [BODY]: a program in place of the student's.
a_doorman() {
    printf '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <sys/wait.h>\nint main(int argc, char **argv)\n{\n%s\n(void)argc; (void)argv;\nreturn 0;\n}\n' \
        "$1" > "$EXERCISE"
}

has() { # has TEXT: in $output
    [[ $output == *"$1"* ]] || { printf '%s\n' "expected: $1" "$output"; return 1; }
}

@test "check: the starting point fails, with a story, a score and one hint" {
    run make check-05
    [ "$status" -ne 0 ]
    has '✗   0  says where it waits, and clients can connect from then on'
    # It ends before anna connects, or while she does.
    [[ $output == *'too late: doorman ended with 0'* || $output == *'doorman      ended with 0'* ]]
    has 'what the kernel saw last'
    has 'what it does in bad weather   not run: first what it does'
    has ' 0 of 100 points'
    [ "$(grep -c '^  hint ' <<< "$output")" -eq 1 ]
    grep -qE '^checked 05-listen-accept 0 [0-9]+ says where it waits' .progress
}

@test "check: random letters are as many as asked for, and no chance makes a test fail" {
    eval "$(sed -n '/^random_letters()/,/^}/p' tests/exercises/grader.bash)"
    # With this seed one of bash's numbers is 0, where ((…)) would say that it failed.
    RANDOM=390
    random_letters 1000
    [[ $REPLY =~ ^[a-z]{255} && ${#REPLY} -eq 1000 && $REPLY != *[^a-z]* ]]
    random_letters 1
    [[ $REPLY == [a-z] ]]
}

@test "check: the solution gets all points, status 0, and make knows" {
    cp "$SOLUTION" "$EXERCISE"
    run make check-05
    echo "$output"
    [ "$status" -eq 0 ]
    has '100 of 100 points'
    run make
    has '✓ 05  listen-accept       doorman   passed just now'
}

@test "check: an exercise that passed and no longer does is shown as such" {
    printf 'passed 05-listen-accept %s\n' $(($(date +%s) - 3 * 86400 - 5)) > .progress
    run make check-05 ONLY=
    [ "$status" -ne 0 ]
    run make
    has '✗ 05  listen-accept       doorman   passed 3 days ago, now 0 of 100'
    has 'mend   make check-05'
}

@test "check: what does not compile is told first, and is not judged" {
    sed -i 's/return 0;/return nothing;/' "$EXERCISE"
    run make check-05
    [ "$status" -ne 0 ]
    has "‘nothing’ undeclared"
    has 'it does not compile'
    [[ $output != *"says where it waits"* ]]
    grep -q '^checked 05-listen-accept 0 ' .progress
}

@test "check: warnings are shown and are no failure" {
    sed 's/^int main/static void unused(void) {}\n&/' "$SOLUTION" > "$EXERCISE"
    run make check-05 ONLY="$ONE"
    [ "$status" -eq 0 ]
    has 'defined but not used'
}

@test "check: FILE is another program; progress and the student's file stay" {
    cksum "$EXERCISE" > before
    run make check-05 FILE="$SOLUTION"
    echo "$output"
    [ "$status" -eq 0 ]
    [ ! -e .progress ]
    cksum "$EXERCISE" | diff before -
    run env STOP=1 FILE="$SOLUTION" scripts/check 05-listen-accept
    [ "$status" -eq 0 ]
}

@test "check: FILE that is not there" {
    run make check-05 FILE=no/such.c
    [ "$status" -ne 0 ]
    has 'no/such.c: no such file'
}

@test "check: the same SEED gives the same numbers, another one others" {
    numbers() { make check-05 ONLY='says where' SEED="$1" | grep -oE 'waiting for [0-9]+ clients' | head -n 1; }
    for seed in 1 2 3 4; do numbers $seed; done > first
    for seed in 1 2 3 4; do numbers $seed; done | diff first -
    [ "$(sort -u first | wc -l)" -gt 1 ]
}

@test "check: SEED and ONLY that make no sense" {
    run make check-05 SEED=abc
    [ "$status" -ne 0 ]
    has 'SEED=abc: a whole number is needed'
    run make check-05 ONLY='no such test'
    [ "$status" -ne 0 ]
    has "matches no test; these there are"
    has 'keeps within its memory'
}

# Each of these programs gets a verdict, soon, and nothing of it is left.
bad_programs() {
    cat << 'END'
for (;;) ;
for (;;) puts("flood");
for (;;) sleep(100);
for (int i = 0; i < 40; i++) if (fork() == 0) pause();
signal(15, (void (*)(int))1); if (fork() == 0) { setsid(); if (fork() == 0) pause(); }
abort();
*(volatile int *)0 = 1;
close(1); close(2); sleep(1);
return 0;
puts("waiting for 1 clients"); kill(getppid(), 9);
END
}

@test "check: a program that hangs, floods, forks, crashes or closes its stdout" {
    local number=0 verdict
    mkdir "$BATS_TEST_TMPDIR/bad"
    while IFS= read -r body; do
        number=$((number + 1))
        EXERCISE=$BATS_TEST_TMPDIR/bad/$number.c a_doorman "$body"
        sed -i '1i #include <signal.h>' "$BATS_TEST_TMPDIR/bad/$number.c"
    done < <(bad_programs)
    run env MARK="$BATS_TEST_TMPDIR" parallel --will-cite --jobs 3 --halt never \
        'FILE={} timeout 60 scripts/check 05-listen-accept > {.}.verdict 2>&1; echo $? >> {.}.verdict' \
        ::: "$BATS_TEST_TMPDIR"/bad/*.c
    for verdict in "$BATS_TEST_TMPDIR"/bad/*.verdict; do
        output=$(< "$verdict")
        [ "$(tail -n 1 "$verdict")" -eq 1 ] || { echo "$output"; return 1; }
        has '✗   0  says where it waits'
        has ' of 100 points'
        [ "${#output}" -lt 20000 ]
    done
    [ "$number" -eq "$(compgen -G "$BATS_TEST_TMPDIR/bad/*.verdict" | wc -l)" ]
    run grep -lsz "^MARK=$BATS_TEST_TMPDIR\$" /proc/[0-9]*/environ
    [ -z "$output" ]
}

@test "check: no verdict is no points" {
    cp "$SOLUTION" "$EXERCISE"
    sed -i "/^@test \"greets N clients/,/^}/s/random N/kill -KILL \$\$; &/" tests/exercises/05-listen-accept.bats
    run make check-05
    [ "$status" -ne 0 ]
    has '✗   0  keeps within its memory'
    grep -qE '^checked 05-listen-accept [0-9]{1,2} ' .progress
    sed -i '3a echo "1..1"; echo "ok 1 keeps within its memory"; exit 0' tests/exercises/05-listen-accept.bats
    run make check-05
    [ "$status" -ne 0 ]
}

@test "check: without its tools it says how to get them" {
    mkdir bin
    for tool in bash sh make dirname basename env cc gcc sed grep; do
        ln -sf "$(command -v $tool)" bin/
    done
    run env PATH="$PWD/bin" scripts/check 05-listen-accept
    rm -r bin
    [ "$status" -eq 3 ]
    has 'scripts/setup check'
}

@test "check: where no weather can be made it says so, and refuses nobody for that" {
    cp "$SOLUTION" "$EXERCISE"
    mv build/weather/weather build/weather/real
    printf '#!/bin/sh\nexit 3\n' > build/weather/weather
    chmod +x build/weather/weather
    run scripts/check 05-listen-accept
    mv build/weather/real build/weather/weather
    [ "$status" -ne 0 ]
    has 'not run: this machine forbids what makes the weather'
    has 'not everything could be run'
    [[ $output != *'✗'* ]]
}

@test "check and hint change nothing but the memory" {
    list() { find . -type f -not -path './build/*' -not -name '.progress*' -exec cksum {} + | sort; }
    list > ../before
    make check-05 ONLY="$ONE" > /dev/null || true
    make hint-05 > /dev/null
    list | diff ../before -
    [ -z "$(find . -name '.progress.*')" ]
}

@test "hint: it goes on from the one that came with the failure; the last one stays" {
    run make check-05
    has 'hint  The program must be reachable'
    run make hint-05
    has 'says where it waits'
    has '1. The program must be reachable'
    has '2. socket, bind and listen'
    [[ $output != *'3. '* ]]
    run make hint-05
    has '3. bind(listenfd'
    has 'That was the last one'
    run make hint-05
    has '3. bind(listenfd'
    # Another test fails: its hints, behind the one that fits what was seen.
    sed 's/i = 1; i <= clients/i = 0; i < clients/' "$SOLUTION" > "$EXERCISE"
    run make check-05
    has 'The first client is number 1.'
    run make hint-05
    has 'greets a client with its number'
    has '1. The first client is number 1.'
    has '2. Each client is to read'
    [[ $output != *'3. '* ]]
    # A part that was judged alone and failed is what it is about then.
    run make check-05 ONLY='says where'
    has 'this holds'
    sed 's/htons(port)/port/' "$SOLUTION" > "$EXERCISE"
    run make check-05 ONLY='says where'
    run make hint-05
    has 'says where it waits'
    has '1. A port travels in network byte order'
}

@test "hint: before any check it is about the first requirement; after all points there is none" {
    run make hint-05
    has '1. The program must be reachable'
    printf 'checked 05-listen-accept 100 1700000000\n' > .progress
    run make hint-05
    [ "$output" = $'The exercise has all its points.\nmake solution-05 shows how we wrote it.' ]
    printf 'checked 05-listen-accept 0 1700000000 it does not compile\n' > .progress
    run make hint-05
    has 'make check-05 shows the line'
    run make
    has 'doorman   does not compile'
}

@test "check: the way on is said: after all points, after a part, after two failures" {
    cp "$SOLUTION" "$EXERCISE"
    run make check-05
    has 'make: what comes next   make solution-05: how we wrote it'
    run make check-05 ONLY="$ONE"
    [ "$status" -eq 0 ]
    has 'this holds   all of it: make check-05'
    [[ $output != *'everything holds'* ]]
    sed 's/i = 1; i <= clients/i = 0; i < clients/' "$SOLUTION" > "$EXERCISE"
    run make check-05
    has "the story of another ✗: make check-05 ONLY='words of its name'"
    has 'signs like {...} and ^D in a scene: docs/transcripts.md'
}

@test "what comes next is behind the exercise that passed last" {
    run make
    has '→ 01'
    printf 'passed 05-listen-accept 1700000000\nchecked 05-listen-accept 100 1700000000\n' > .progress
    run make
    has '→ 06'
    has 'make run-06'
    printf 'passed 21-http 1600000000\nchecked 21-http 100 1600000000\n' >> .progress
    run make
    has '→ 06'
    sed -i 's/ 1600000000/ 1800000000/' .progress
    run make
    has '→ 01'
}

@test "help lists the commands; a lesson's number may lack its zero, and not be missing" {
    run make help
    [ "$status" -eq 0 ]
    for command in run check watch hint solution xray demo; do has "  make $command-06"; done
    has '  make submit'
    run make hint-5
    has '1. The program must be reachable'
    run make check
    [ "$status" -ne 0 ]
    has 'make check: of which lesson? make check-06, say'
}

@test "reset: the start again, and a backup that is named" {
    run make reset-05
    has 'is as it was at the beginning'
    [ ! -e "$EXERCISE.1" ]
    echo '/* mine */' >> "$EXERCISE"
    cp "$EXERCISE" mine
    run make reset-05
    [ "$status" -eq 0 ]
    has "your program is kept as $EXERCISE.1; to have it back: cp $EXERCISE.1 $EXERCISE"
    cmp mine "$EXERCISE.1"
    cmp "$EXERCISE" lessons/05-listen-accept/exercise/start/doorman.c
    echo '/* again */' >> "$EXERCISE"
    run make reset-05
    has "kept as $EXERCISE.2"
    rm "$EXERCISE"
    run make reset-05
    cmp "$EXERCISE" lessons/05-listen-accept/exercise/start/doorman.c
}

@test "solution: for one who has passed, or says yes" {
    run make solution-05 <<< no
    [ "$status" -ne 0 ]
    has 'You have not passed this exercise yet'
    [[ $output != *'+++'* ]]
    run make solution-05 < /dev/null
    [ "$status" -ne 0 ]
    run make solution-05 <<< yes
    [ "$status" -eq 0 ]
    has "--- $EXERCISE"
    has '+static int listen_on_loopback'
    printf 'passed 05-listen-accept 1700000000\n' > .progress
    run make solution-05 < /dev/null
    [ "$status" -eq 0 ]
    has '+static int listen_on_loopback'
    rm -r lessons/05-listen-accept/exercise/solution
    run make solution-05
    [ "$status" -ne 0 ]
    has 'ask your instructor'
}

@test "submit: one archive with what was begun; the name is asked for once" {
    run make submit <<< 'Ada Lovelace'
    [ "$status" -ne 0 ]
    has 'no exercise has been begun'
    echo '/* mine */' >> "$EXERCISE"
    run make submit < /dev/null
    echo "$output"
    [ "$status" -eq 0 ]
    has 'Ada_Lovelace.tar.gz holds 1 exercise of Ada_Lovelace'
    [ "$(tar -tzf Ada_Lovelace.tar.gz | grep -v '/$')" = Ada_Lovelace/05-listen-accept/doorman.c ]
    tar -xzOf Ada_Lovelace.tar.gz Ada_Lovelace/05-listen-accept/doorman.c | cmp - "$EXERCISE"
    run make submit NAME=민수
    [ -s 민수.tar.gz ]
    [ "$(cat .name)" = 민수 ]
}

@test "submit: a name is no path, and no name is no archive" {
    echo '/* mine */' >> "$EXERCISE"
    run make submit NAME='../../etc/-x'
    [ "$status" -eq 0 ]
    [ -s etc-x.tar.gz ]
    rm .name
    run make submit < /dev/null
    [ "$status" -ne 0 ]
    has 'no name, no archive'
    run make submit NAME='../..'
    [ "$status" -ne 0 ]
}

@test "an exercise that is not there" {
    run make check-99
    [ "$status" -ne 0 ]
    has 'no lesson is called 99'
    run make hint-nothing
    [ "$status" -ne 0 ]
    has 'no lesson is called nothing'
}

@test "the start is what the student begins with, and is fit to begin with" {
    local start lesson
    for start in "$ROOT"/lessons/*/exercise/start/*.c; do
        lesson=${start%/exercise/start/*}
        cmp "$start" "$lesson/exercise/$(basename "$start")"
        grep -q 'edit below' "$start"
        grep -q "make check-$(basename "$lesson" | cut -c 1-2)" "$lesson/README.md"
        ls "$lesson/exercise/solution/$(basename "$start")" > /dev/null
    done
}

@test "graders: points make 100, kinds are in order, each test has three hints, three right programs" {
    local grader lesson right
    for grader in "$ROOT"/tests/exercises/[0-9]*.bats; do
        lesson=$(basename "$grader" .bats)
        echo "$lesson"
        scripts/plan "$grader" > plan
        [ "$(awk -F'\t' '{ n += $2 } END { print n }' plan)" -eq 100 ]
        [ "$(cut -f 3 plan | sort | uniq -d)" = '' ]
        cut -f 1 plan | uniq | tr '\n' ' ' |
            grep -qE '^behaviour (calls )?(weather )?(memory )?$'
        right=("$ROOT/tests/exercises/$lesson"/right/*.c)
        [ ${#right[@]} -ge 3 ]
        awk '/^# kind:/ { hints = 0 } /^# hint: / { hints++ }
             /^@test/ && hints < 3 { print; bad = 1 } END { exit bad }' "$grader"
    done
}

# saw CALL...: what kernel-saw tells of a doorman that made these calls.
saw() {
    mkdir -p "$BATS_TEST_TMPDIR/saw"
    printf '%s\n' 'execve("./doorman", ["./doorman", "25610", "3"], 0x1 /* 2 vars */) = 0' \
        'prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8, rlim_max=8}) = 0' "$@" > "$BATS_TEST_TMPDIR/saw/doorman.7"
    run scripts/kernel-saw doorman "$BATS_TEST_TMPDIR"/saw/*
}

@test "what the kernel saw: mistakes by their calls, and no more than there are" {
    saw 'bind(3, {sa_family=AF_INET, sin_port=htons(2660), sin_addr=inet_addr("127.0.0.1")}, 16) = 0' \
        'write(1, "waiting on 127.0.0.1:25610\n", 27) = 27'
    has '→ bind asked for port 2660: that is 25610 with its two bytes swapped. Did you forget htons?'
    [ "$(grep -c '→' <<< "$output")" -eq 1 ]
    saw 'recvfrom(4, 0x7ffd, 369098752, 0, NULL, NULL) = -1 EFAULT (Bad address)'
    has '→ recvfrom was to take 369098752 bytes: that is 22 with its four bytes swapped. Did you forget ntohl?'
    saw 'recvfrom(4, "x", 65536, 0, NULL, NULL) = 1' 'recvfrom(4, 0x7ffd, 22, 0, NULL, NULL) = 0'
    [[ $output != *'→'* ]]
    saw 'getsockname(3, {sa_family=AF_INET, sin_port=htons(25610), sin_addr=inet_addr("127.0.0.1")}, [4 => 16]) = 0'
    has '→ getsockname was told that there is room for 4 bytes of address: set addrlen before each call'
    saw 'accept(3, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, [16]) = 4' 'accept(3, NULL, NULL) = 5'
    [[ $output != *'→'* ]]
    saw 'sendmsg(4, {msg_name=NULL, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[-1]}], msg_flags=0}, 0) = -1 EBADF (Bad file descriptor)'
    mapfile -t counted < <(seq 2600 2700 | sed 's/.*/sendto(4, "& some text\\n", 15, MSG_NOSIGNAL, NULL, 0) = 15/')
    saw "${counted[@]}" 'bind(3, {sa_family=AF_INET, sin_port=htons(25610), sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
    [[ $output != *'→'* ]]
    saw 'bind(3, {sa_family=AF_INET, sin_port=htons(25610), sin_addr=inet_addr("127.0.0.1")}, 16) = 0' "${counted[@]}"
    [[ $output != *'→'* ]]
    saw 'sendmsg(4, {msg_name=NULL, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[-1]}], msg_flags=0}, 0) = -1 EBADF (Bad file descriptor)'
    has '→ EBADF: descriptor -1, which this sendmsg was to pass on, is none'
    # Where two actors run the program each call has a name before it.
    cp "$BATS_TEST_TMPDIR/saw/doorman.7" "$BATS_TEST_TMPDIR/saw/second.9"
    saw 'listen(3, 5) = 0'
    has ' doorman: listen(3, 5) = 0'
    has ' second: sendmsg(4'
}

@test "what the kernel saw: neither the end of the stage nor another's processes" {
    mkdir "$BATS_TEST_TMPDIR/saw"
    printf '%s\n' 'execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = 0' 'getrandom("", 8, 0) = 8' > "$BATS_TEST_TMPDIR/saw/ss.5"
    printf '%s\n' 'write(1, "UdpLite: 0\n", 11) = 11' 'close(-1) = -1 EBADF (Bad file descriptor)' > "$BATS_TEST_TMPDIR/saw/ss.6"
    # A shell, its own child, and the program's process and its child.
    printf '%s\n' 'execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = 0' 'clone(child_stack=NULL, flags=SIGCHLD) = 4' 'clone(child_stack=NULL, flags=SIGCHLD) = 7' > "$BATS_TEST_TMPDIR/saw/doorman.3"
    echo 'close(-1) = -1 EBADF (Bad file descriptor)' > "$BATS_TEST_TMPDIR/saw/doorman.4"
    echo 'shutdown(4, SHUT_WR) = 0' > "$BATS_TEST_TMPDIR/saw/doorman.8"
    saw 'clone(child_stack=NULL, flags=SIGCHLD) = 8' 'accept(3, NULL, NULL) = 4' 'read(0, "", 4096) = -1 EIO (Input/output error)' 'close(4) = 0' 'exit_group(0) = ?'
    has 'accept(3, NULL, NULL) = 4'
    has 'shutdown(4, SHUT_WR) = 0'
    [[ $output != *EIO* && $output != *close* && $output != *UdpLite* && $output != *'→'* ]]
}

@test "graders: processes come in the order in which they began, whatever their numbers" {
    # shellcheck disable=SC1090 # one function of it
    source <(sed -n '/^in_order()/,/^}/p' tests/exercises/grader.bash)
    mkdir "$BATS_TEST_TMPDIR/traces"
    cd "$BATS_TEST_TMPDIR/traces"
    echo '1700000000.000001 execve("./desks")' > desks.998
    echo '1700000000.000200 close(3)' > desks.1002
    echo '1700000000.000300 close(4)' > desks.301 # after the highest number
    : > desks.1001
    in_order .
    [ "${traced[*]}" = './desks.1001 ./desks.998 ./desks.1002 ./desks.301' ]
    [ "$(cat desks.998 desks.301)" = $'execve("./desks")\nclose(4)' ]
}
