#!/usr/bin/env bats
#
# Lesson 04: names of sockets. Who gets which one, and who holds it how long.

load ../helper

setup() {
    BIN=$BUILD/04-bind
    cd "$BATS_TEST_TMPDIR" || return 1
    mkfifo typed
    exec 8<>typed # so that neither end of it waits for the other
    holder=
}

teardown() {
    if [ -n "$holder" ] && kill -KILL "$holder" 2>/dev/null; then
        wait "$holder" || true
    fi
}

# hold [HOST] PORT: start bind, which holds that name until `release`; what it
# was given is in $name, as 127.0.0.1:40001. bats starts background commands
# with SIGINT ignored; env undoes that.
hold() {
    rm -f out err
    env --default-signal=INT,QUIT "$BIN/bind" "$@" \
        <typed >out 2>err 3>&- 8>&- &
    holder=$!
    wait_until grep -q '^holding it until input ends$' out
    name=$(sed -n 's/^bound to  //p' out)
}

# ended: nothing is left of the holder but its status.
ended() {
    [ ! -e "/proc/$holder" ] || grep -q '^[0-9]* (bind) Z ' "/proc/$holder/stat"
}

# The holder's end, as its parent sees it, must be this status.
ends_with() {
    local status=0
    wait_until ended
    wait "$holder" || status=$?
    holder=
    echo "bind ended with $status"
    [ "$status" -eq "$1" ]
}

release() { # end of input
    exec 8>&-
    ends_with 0
}

# asleep: the holder waits for input.
asleep() {
    grep -q '^[0-9]* (bind) S ' "/proc/$holder/stat"
}

# ask [HOST] PORT: may we have this name, for a moment?
ask() {
    run timeout 10 "$BIN/bind" "$@" </dev/null
}

is_refused() { # is_refused NAME SYMBOL, after ask
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"bind: bind $1: "*"[$2]"* ]]
    [[ $output != *'bound to'* ]]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: two names, one of them the kernel's choice" {
    play_scene 04-bind
}

@test "experiment: bind takes the port, not listen" {
    play_scene 04-bind in-use
}

@test "experiment: ss -l does not show a name that only is held" {
    play_scene 04-bind unseen
}

@test "experiment: one port number on two addresses" {
    play_scene 04-bind two-addresses
}

@test "experiment: one port number for TCP and for UDP" {
    play_scene 04-bind protocols
}

@test "experiment: low ports need a privilege" {
    play_scene 04-bind privileged
}

@test "experiment: the address must be this machine's" {
    play_scene 04-bind not-local
}

@test "experiment: a socket is named once" {
    play_scene 04-bind rename
}

@test "experiment: the length must be the address's" {
    play_scene 04-bind length
}

@test "experiment: a port without htons is another port" {
    play_scene 04-bind unswapped
}

@test "experiment: what a forgotten address makes of bind" {
    play_scene 04-bind garbage
}

@test "experiment: listen binds a socket that nobody has bound" {
    play_scene 04-bind unbound
}

# --- arguments --------------------------------------------------------------

@test "bad arguments: status 2 and the reason on stderr only" {
    for arguments in 'bind x' 'bind 65536' 'bind -1' 'bind 50x' \
        'bind 127.0.0.1' 'bind 127.0.0.1 x' 'bind localhost 0' 'bind ::1 0' \
        'bind 300.0.0.1 0' 'bind 127.0.0.1 0 0' 'protocols x' \
        'protocols 0 0' 'garbage x' 'length x' 'privileged x' 'rename x' \
        'unbound x' 'unswapped x'; do
        status=0
        # shellcheck disable=SC2086 # words on purpose
        timeout 10 "$BIN"/$arguments </dev/null >out 2>err || status=$?
        echo "$arguments: $status, $(cat err)"
        [ "$status" -eq 2 ]
        [ ! -s out ]
        grep -qE "^usage: ${arguments%% *}|^${arguments%% *}: port " err
    done
    ask ''
    [ "$status" -eq 2 ]
}

@test "a closed or a full stdout is reported, with status 1" {
    for arguments in 'bind 0' 'protocols 0' garbage length privileged rename \
        unbound unswapped; do
        echo "$arguments"
        run timeout 10 bash -c "$BIN/$arguments </dev/null >&-"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[EBADF]"* ]]
        run timeout 10 bash -c "$BIN/$arguments </dev/null >/dev/full"
        [ "$status" -eq 1 ]
        [[ $output == *"write standard output: "*"[ENOSPC]"* ]]
    done
}

# --- names ------------------------------------------------------------------

@test "without a host it is every address" {
    ask 0
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == 'asked for 0.0.0.0:0' ]]
    [[ ${lines[1]} =~ ^'bound to  0.0.0.0:'[1-9][0-9]*$ ]]
}

@test "port 0 gives each socket a port of its own" {
    hold 127.0.0.1 0
    first=$name
    ask 127.0.0.1 0
    [ "$status" -eq 0 ]
    [[ ${lines[1]} =~ ^'bound to  127.0.0.1:'[1-9][0-9]*$ ]]
    [ "${lines[1]}" != "bound to  $first" ]
}

@test "the kernel is given the port in network order, and the right length" {
    run strace -qq -o trace -e trace=bind "$BIN/bind" 127.0.0.1 40000 \
        </dev/null
    # Whether it was free does not matter here.
    grep -q '^bind([0-9]*, {sa_family=AF_INET, sin_port=htons(40000),' trace
    grep -qF 'sin_addr=inet_addr("127.0.0.1")}, 16) = ' trace
}

@test "a name that is held is refused, also as a part of every address" {
    hold 127.0.0.1 0
    port=${name##*:}
    ask 127.0.0.1 "$port"
    is_refused "127.0.0.1:$port" EADDRINUSE
    ask "$port"
    is_refused "0.0.0.0:$port" EADDRINUSE
}

@test "who holds every address holds each of them" {
    hold 0
    port=${name##*:}
    for host in 127.0.0.1 127.0.0.2 0.0.0.0; do
        ask "$host" "$port"
        is_refused "$host:$port" EADDRINUSE
    done
}

@test "an address of somebody else's is refused" {
    ask 192.0.2.1 0
    is_refused 192.0.2.1:0 EADDRNOTAVAIL
}

@test "a low port is refused to a plain user, with a hint" {
    start=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
    [ "$start" -gt 80 ] || skip "no port is privileged here"
    user=()
    if [ "$(id -u)" -eq 0 ]; then
        user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    fi
    # By its descriptor, for nobody may not look into our directories.
    run "${user[@]}" /proc/self/fd/9 127.0.0.1 80 </dev/null 9<"$BIN/bind"
    [ "$status" -eq 1 ]
    [[ $output == *'bind 127.0.0.1:80: '*'[EACCES]'* ]]
    [[ $output == *'was htons forgotten?'* ]]
}

@test "unswapped takes the next port when its first is taken" {
    first=$("$BIN/unswapped" | sed -n 's/^bound to port \([0-9]*\) .*/\1/p')
    hold 127.0.0.1 "$first"
    run "$BIN/unswapped"
    [ "$status" -eq 0 ]
    [[ $output == *'bound to port '* ]]
    [[ $output != *"bound to port $first "* ]]
}

@test "protocols: a port that TCP has lost is still free for UDP" {
    hold 127.0.0.1 0
    port=${name##*:}
    run "$BIN/protocols" "$port"
    [ "${lines[0]}" = "TCP port $port: EADDRINUSE" ]
    [ "${lines[1]}" = "UDP port $port: bound" ]
}

# --- how long a name is held ------------------------------------------------

@test "nothing that is typed ends it, only the end of input" {
    hold 127.0.0.1 0
    # The byte 255 is not EOF, which a char would take it for.
    printf 'hello\n\0\377\004\nmore\n' >&8
    wait_until asleep
    ask 127.0.0.1 "${name##*:}"
    is_refused "$name" EADDRINUSE
    release
    [ "$(wc -l <out)" -eq 3 ]
    [ ! -s err ]
}

@test "with no input at all it ends at once" {
    run timeout 10 bash -c "$BIN/bind 0 <&-"
    [ "$status" -eq 0 ]
    [[ ${lines[1]} == 'bound to  0.0.0.0:'* ]]
}

@test "the name is free again however its holder ends" {
    for signal in INT TERM KILL; do
        hold 127.0.0.1 0
        wait_until asleep
        kill "-$signal" "$holder"
        ends_with $((128 + $(kill -l "$signal")))
        [ "$(wc -l <out)" -eq 3 ]
        ask 127.0.0.1 "${name##*:}"
        [ "$status" -eq 0 ]
    done
    hold 127.0.0.1 0
    release
    ask 127.0.0.1 "${name##*:}"
    [ "$status" -eq 0 ]
}

# --- errors -----------------------------------------------------------------

@test "the call that failed is named" {
    for call in socket bind getsockname; do
        run timeout 10 strace -qq -o trace -e "trace=$call" \
            -e "inject=$call:error=ENOBUFS" "$BIN/bind" 0 </dev/null
        echo "$call: $status, $output"
        [ "$status" -eq 1 ]
        [[ $output == *"bind: $call"*"[ENOBUFS]"* ]]
    done
}
