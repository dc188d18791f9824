#!/usr/bin/env bats
# scripts/weather: short reads and writes, EINTR, errors, for one program.
bats_require_minimum_version 1.5.0
load helper

WEATHER=${WEATHER:-$BUILD/weather/weather}

setup_file() {
    export STORM=$BATS_FILE_TMPDIR
    local source=$BATS_TEST_DIRNAME/weather/subject.c
    cc -O2 -Wall -Wextra -Werror -pthread -o "$BATS_FILE_TMPDIR/subject" "$source"
    cc -O2 -static -pthread -o "$BATS_FILE_TMPDIR/static" "$source" || true
    if [ -n "$(command -v musl-gcc)" ]; then
        musl-gcc -O2 -o "$BATS_FILE_TMPDIR/musl" "$source" || true
    fi
    chmod 755 "$BATS_FILE_TMPDIR"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    SUBJECT=$BATS_FILE_TMPDIR/subject
}

# Nobody whom these tests have started is left, no tracer either.
teardown_file() {
    wait_until nobody_is_left
}

survivors() { grep -lzsx "STORM=$STORM" /proc/[0-9]*/environ; }
nobody_is_left() { [ -z "$(survivors)" ]; }

# reported LINE...: the report has these lines; # stands for a number.
reported() {
    local line
    cat report
    for line; do
        grep -Ex "${line//\#/[1-9][0-9]*}" report || { echo "no line: $line"; return 1; }
    done
}

# in_weather OPTIONS WORD [ARG]...: the subject ends well, output in $output.
in_weather() {
    local options=$1
    shift
    rm -f report
    # shellcheck disable=SC2086  # several options
    run timeout 20 "$WEATHER" --report report $options "$SUBJECT" "$@"
    echo "$output"
    [ "$status" -eq 0 ]
}

# ended PID: wait for it; its status in $status.
ended() {
    status=0
    wait "$1" || status=$?
}

tracer_of() { awk '/^TracerPid:/ { print $2 }' "/proc/$1/status"; }
is_gone() { [ ! -e "/proc/$1/fd/0" ]; }
is_asleep() { [ "$(cat "/proc/$1/comm")" = sleep ] && is_in_state "$1" S; }
is_in_state() { [[ $(sed 's/.*) //; s/ .*//' "/proc/$1/stat") == [$2] ]]; }

# ---------------------------------------------------------- the program ----

@test "COMMAND keeps process, parent, status and signal" {
    run "$WEATHER" sh -c 'exit 7'
    [ "$status" -eq 7 ]
    run "$WEATHER" sh -c 'kill -SEGV $$'
    [ "$status" -eq 139 ]
    sh -c 'echo $$; exec "$0" --eintr all sh -c "echo \$\$ \$PPID"' "$WEATHER" >out
    [ "$(sed -n 2p out)" = "$(sed -n 1p out) $BASHPID" ]
    run "$WEATHER" --eintr all "$SUBJECT" alone
    [ "$output" = "no child, no signal" ]
}

@test "a command that cannot be run, options that are wrong" {
    run -127 "$WEATHER" ./none
    [ "$output" = "weather: ./none: No such file or directory" ]
    echo x >text
    run "$WEATHER" ./text
    [ "$status" -eq 126 ]
    local wrong
    for wrong in "" "--nothing true" "--seed x true" "--short pipes true" \
        "--eintr none true" "--error accept true" "--error axept:EIO true" \
        "--error accept:EWHAT true" "--error accept:EIO:0 true" \
        "--error accept:EIO:3..2 true" "--report"; do
        # shellcheck disable=SC2086  # several words
        run "$WEATHER" $wrong
        echo "$wrong: $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
    done
}

@test "where it cannot trace it says so, and runs nothing" {
    run "$WEATHER" "$WEATHER" touch it
    [ "$status" -eq 3 ]
    [ "$output" = "weather: this process cannot be traced here: Operation not permitted" ]
    [ ! -e it ]
}

@test "the program's descriptors are those it would have had" {
    echo 'exec ls -l /proc/self/fd | sed "s/.*:.. //; s/proc.*/proc/"' >list
    sh -c '. ./list' 7</etc/passwd >calm
    "$WEATHER" --short files --eintr all --report report \
        sh -c '. ./list' 7</etc/passwd >stormy
    reported "short read #"
    grep "7 -> /etc/passwd" stormy
    # Pipes and files of the two have other names.
    diff <(sed 's/\[.*//; s/calm//' calm) <(sed 's/\[.*//; s/stormy//' stormy)
}

@test "the tracer holds nothing, and is in nobody's way" {
    exec 7</etc/passwd
    "$WEATHER" --eintr all --report report sleep 100 7</etc/passwd &
    local pid=$!
    wait_until is_asleep "$pid"
    local tracer
    tracer=$(tracer_of "$pid")
    [ "$(readlink "/proc/$tracer/cwd")" = / ]
    [ "$(readlink "/proc/$tracer/fd/"* | sort -u | grep -v 'pidfd' | tr '\n' ' ')" = "/dev/null $PWD/report " ]
    [ "$(ps -o sid= -p "$tracer")" -eq "$tracer" ]
    is_in_state "$tracer" S
    kill "$pid"
    ended "$pid"
    [ "$status" -eq 143 ]
    wait_until is_gone "$tracer"
    exec 7<&-
}

@test "stop and continue" {
    "$WEATHER" --eintr all sleep 100 &
    local pid=$!
    wait_until is_asleep "$pid"
    kill -STOP "$pid"
    wait_until is_in_state "$pid" Tt
    kill -CONT "$pid"
    wait_until is_in_state "$pid" S
    kill -INT "$pid" || true
    kill "$pid"
    ended "$pid"
    [ "$status" -eq 143 ]
}

@test "whoever is killed, nothing is left" {
    "$WEATHER" --eintr all --report report sleep 100 &
    local pid=$! tracer
    wait_until is_asleep "$pid"
    tracer=$(tracer_of "$pid")
    kill -KILL "$tracer"
    ended "$pid"
    [ "$status" -eq 137 ]

    "$WEATHER" sh -c 'sleep 100 & echo $! >child; wait' &
    pid=$!
    wait_until test -s child
    tracer=$(tracer_of "$pid")
    kill -KILL "$pid"
    ended "$pid"
    [ "$status" -eq 137 ]
    [ "$(tracer_of "$(cat child)")" -eq "$tracer" ] # it goes on with the child
    kill -TERM "$tracer"
    wait_until is_gone "$tracer"
    wait_until is_gone "$(cat child)"
}

@test "a hung program's report is there" {
    "$WEATHER" --eintr all --report report sh -c 'sleep 100; :' &
    local pid=$!
    wait_until grep -q '^last clock' report
    reported "eintr wait #" "eintr nanosleep #" "last clock_nanosleep - EINTR"
    kill "$(tracer_of "$pid")"
    ended "$pid"
    [ "$status" -eq 137 ]
}

@test "the loader, the shell and other programs work in all weather" {
    run "$WEATHER" --short sockets,files --eintr all --report report \
        sh -c 'ls / | wc -l; (exit 3); echo $?; x=$(cat /etc/passwd); echo "$x"'
    [ "$status" -eq 0 ]
    [ "$output" = "$(sh -c 'ls / | wc -l; echo 3; cat /etc/passwd')" ]
    reported "short read #" "eintr wait #"
}

@test "forks, threads, exec, and a thread that executes" {
    for SUBJECT in "$BATS_FILE_TMPDIR"/{subject,static,musl}; do
        [ -x "$SUBJECT" ] || continue
        in_weather "--short sockets --eintr all" threads
        [ "$output" = joined ]
        reported "short read #" "short write #" "eintr recv #" "eintr send #"
        in_weather "--short sockets --eintr all" forks
        [ "$output" = 28 ]
        reported "eintr wait #"
        in_weather "--short sockets --eintr all" exec-in-thread
        [ "$output" = joined ]
        reported "short read #"
    done
}

@test "who hides from tracers is left alone; whom he starts is not" {
    in_weather "--short sockets --eintr all" hides
    [ "${lines[0]}" = 0 ]
    [ "${lines[1]}" = joined ]
    reported "short read #"
}

@test "same seed, same weather; another seed, other weather" {
    in_weather "--seed 5 --short sockets --eintr all" forks
    grep -v last report >first
    in_weather "--seed 5 --short sockets --eintr all" forks
    grep -v last report | diff first -
    in_weather "--seed 6 --short sockets --eintr all" forks
    ! grep -v last report | diff first - || false
}

@test "as a plain user, where only a parent may trace, too" {
    [ "$(id -u)" -eq 0 ] || skip "this is one"
    [ -n "$(command -v setpriv)" ] || skip "needs setpriv"
    local place
    place=$(mktemp -d)
    chmod 755 "$place"
    cp "$WEATHER" "$SUBJECT" "$place/"
    runs() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
    run runs "$place/weather" --short sockets --eintr all "$place/subject" forks
    local forks=$output
    run runs "$place/weather" --eintr connect "$place/subject" connect
    rm -r "$place"
    [ "$forks" = 28 ]
    [ "${lines[0]}" = "connect: EINTR, then 0, then 0" ]
}

# ----------------------------------------------------------------- short ---

# echoes PROGRAM OPTIONS: a MiB to and fro; $took is how long, in ms.
echoes() {
    rm -f port
    # shellcheck disable=SC2086  # several options
    "$WEATHER" --report report $2 "$SUBJECT" "$1" >port 3>&- &
    local pid=$! start
    wait_until grep -q listening port
    start=${EPOCHREALTIME/./}
    run "$SUBJECT" visit "$(tr -dc 0-9 <port)" "${3:-1048576}"
    took=$(((${EPOCHREALTIME/./} - start) / 1000))
    wait "$pid"
    echo "$output, $took ms"
}

@test "short: an echo server that looks at send's result passes a MiB" {
    for SUBJECT in "$BATS_FILE_TMPDIR"/{subject,static,musl}; do
        [ -x "$SUBJECT" ] || continue
        echoes echo "--short sockets --eintr all"
        [ "$status" -eq 0 ]
        [ "$took" -lt 5000 ] # some 0.2 s on a quiet machine
        reported "short read #" "short write #" "eintr accept #" "eintr recv #" "eintr send #"
    done
}

@test "short: one that ignores it loses bytes; in calm weather none" {
    echoes careless-echo "--short sockets" 30000
    [ "$status" -eq 1 ]
    reported "short write #"
    echoes careless-echo "--eintr accept" 30000
    [ "$status" -eq 0 ]
    reported "eintr accept #"
}

@test "short: datagrams and packets are never cut" {
    in_weather "--short sockets,files" datagrams
    [ "$output" = whole ]
    ! grep "short read" report || false
}

@test "short: nor peeks and reads of all" {
    in_weather "--short sockets" flags
    [ "$output" = whole ]
    reported "short write #"
    ! grep "short read" report || false
}

@test "short: vectors and messages, without a trace in the program's memory" {
    for SUBJECT in "$BATS_FILE_TMPDIR"/{subject,static,musl}; do
        [ -x "$SUBJECT" ] || continue
        in_weather "--short sockets" vectors
        [ "$output" = short ]
        in_weather "--eintr accept" vectors
        [ "$output" = whole ]
    done
}

@test "short: a lowered length is back when the call has ended" {
    in_weather "--short sockets" lengths
    [ "$output" = kept ]
    reported "short read #"
}

@test "short: a call that a handler interrupts begins again as it was" {
    in_weather "--short sockets" caught
    [ "$output" = caught ]
    reported "short read #"
}

@test "short: files, pipes; PIPE_BUF bytes stay together" {
    seq 20000 >numbers
    in_weather "--short files" copy numbers copies
    cat numbers numbers | cmp - copies
    [ "${output% *}" -gt 300 ]
    reported "short read #" "short write #"
    in_weather "--short sockets" copy numbers copies
    cat numbers numbers | cmp - copies
    [ "${output% *}" -lt 300 ]
    [ ! -s report ]
    in_weather "--short files" pipes
    [ "$output" = short ]
    in_weather "--short sockets" pipes
    [ "$output" = whole ]
}

# ----------------------------------------------------------------- eintr ---

@test "eintr: a program that tries again ends, each kind was interrupted" {
    for SUBJECT in "$BATS_FILE_TMPDIR"/{subject,static,musl}; do
        [ -x "$SUBJECT" ] || continue
        in_weather "--eintr all" retry
        [ "${lines[1]}" = "done, interrupted" ]
        reported "eintr accept #" "eintr recv #" "eintr send #" "eintr poll #" \
            "eintr select #" "eintr epoll #" "eintr wait #" "eintr connect 1" \
            "eintr nanosleep #"
        [ "$(wc -l <report)" -eq 10 ]
    done
}

@test "eintr: only the kinds that were asked for" {
    in_weather "--eintr poll,wait" retry
    reported "eintr poll #" "eintr wait #" "last .*"
    [ "$(wc -l <report)" -eq 3 ]
    in_weather "" retry
    [ "$output" = "done, undisturbed" ]
    [ ! -s report ]
}

@test "eintr: the first time, then by chance, at most twice in a row" {
    in_weather "--eintr accept" rows 200
    [[ $output == *", at most 2 in a row" ]]
    [ "${output%%,*}" -gt 20 ]
    [ "${output%%,*}" -lt 150 ]
    in_weather "--eintr accept" rows 1
    [ "${output%%,*}" -ge 1 ]
}

@test "eintr: not where a call cannot sleep, nor for stdio" {
    in_weather "--eintr all" sleepless
    [ "$output" = none ]
    [ ! -s report ]
}

@test "eintr: connect goes on; a second one finds it done, as on Linux; refused is refused" {
    for SUBJECT in "$BATS_FILE_TMPDIR"/{subject,static,musl}; do
        [ -x "$SUBJECT" ] || continue
        in_weather "--eintr connect" connect
        [ "${lines[0]}" = "connect: EINTR, then 0, then 0" ]
        [ "${lines[1]}" = "x came" ]
        [ "${lines[2]}" = refused ]
        reported "eintr connect 1"
    done
}

# ---------------------------------------------------------------- starve ---

@test "starve: for a while accept finds no descriptor, and then the client is served" {
    cat > scene << 'END'
server$ ./server $PORT 2>errors
server| listening on {...}
client$ ./client 127.0.0.1 $PORT
client| connected from {...}
server| accepted {...}
server| sent {...}
server| closed {...}
client| Welcome! You have been accepted.
client| the server hung up after 33 bytes
client= 0
server^C
server= SIGINT
END
    "$PLAY" --check --wrap "server=$WEATHER --starve accept:1 --report $PWD/report" \
        --from "$BUILD/05-listen-accept" scene
    # It waits a second after each failure.
    reported "starved accept [1-3]"
}

@test "starve: what makes no sense" {
    run "$WEATHER" --starve nothing true
    [ "$status" -eq 2 ]
    run "$WEATHER" --starve accept:x true
    [ "$status" -eq 2 ]
    [[ $output == *"WHEN is a number, not x"* ]]
}

# ----------------------------------------------------------------- error ---

@test "error: all, one, from one on, some" {
    local when seen
    while read -r when seen; do
        in_weather "--error accept:ECONNABORTED$when" failures 6
        [ "$output" = "$seen" ]
        reported "error accept ECONNABORTED #" "last accept4? # ECONNABORTED"
    done <<'END'
:1+ xxxxxx
:2 .x....
:2+ .xxxxx
:3..4 ..xx..
END
    in_weather "--error accept:ECONNABORTED" failures 6
    [ "$output" = xxxxxx ]
    in_weather "--error accept4:ECONNABORTED --error accept:EPERM:2+" failures 6
    [ "$output" = "x?x?x?" ]
    reported "error accept4 ECONNABORTED 3" "error accept EPERM 3"
}

@test "error: the loader's own calls do not count" {
    run "$WEATHER" --error read:EIO:1 "$SUBJECT" failures 1
    [ "$output" = . ]
}

# ----------------------------------------------------------------- track ---

@test "without pidfd_getfd it is the same" {
    in_weather "--track --short sockets --eintr all" threads
    [ "$output" = joined ]
    grep -v last report >tracked
    in_weather "--short sockets --eintr all" threads
    grep -v last report | diff tracked -
    in_weather "--track --eintr all" retry
    [ "${lines[1]}" = "done, interrupted" ]
    in_weather "--track --eintr all" sleepless
    in_weather "--track --short sockets" datagrams
    in_weather "--track --short files" pipes
    [ "$output" = short ]
    echoes echo "--track --short sockets --eintr all"
    [ "$status" -eq 0 ]
    reported "short read #" "short write #" "eintr accept #"
}

# ---------------------------------------------------------------- player ---

@test "the player: lines, sleep, signals, silence" {
    export TMPDIR=$BATS_TEST_TMPDIR
    chmod 711 .
    local wrap="$WEATHER --short sockets --eintr all --seed 7"
    run "$PLAY" --check --wrap "a=$wrap" --wrap "b=$wrap --report $PWD/report" - <<'END'
a$ sh -c 'echo out; echo err >&2; read -r x; echo "got $x"; exit 7'
a| out
a! err
a~ read
a< hello
a| got hello
a= 7
b$ sleep 100
b~ nanosleep
b^C
b= SIGINT
a$ sh -c 'trap "echo term; exit 9" TERM; echo ready; while :; do read -r x; done'
a| ready
a^TERM
a| term
a= 9
END
    echo "$output"
    [ "$status" -eq 0 ]
    reported "eintr nanosleep #" "last clock_nanosleep - EINTR"
    local start=${EPOCHREALTIME/./}
    run "$PLAY" --check --wrap "a=$wrap" - <<'END'
a$ sh -c 'read -r x'
a| never
a= 0
END
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"nothing: everybody sleeps"* ]]
    [ $((${EPOCHREALTIME/./} - start)) -lt 3000000 ] # 0.3 s; the deadline is 5
}
