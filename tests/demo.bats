#!/usr/bin/env bats
# make demo-NN on a real terminal: what the hall sees after each key, and that
# nothing is left behind.

load helper
bats_require_minimum_version 1.5.0

setup() {
    export TMPDIR=$BATS_TEST_TMPDIR
    SERVER=demo$$
}

teardown() {
    tmux -L "$SERVER" kill-server 2> /dev/null || true
    until_seen nothing_left
}

# open_demo WIDTH HEIGHT LESSON [NAME=VALUE]...
open_demo() {
    tmux -L "$SERVER" -f /dev/null new-session -d -x "$1" -y "$2" \
        "env SHELL=/bin/sh ENV= ${*:4} BUILD=$BUILD scripts/demo $3; echo ended with \$?; read -r line"
}

nothing_left() {
    ! compgen -G "$TMPDIR/workbook-demo.*" > /dev/null && ! compgen -G "$TMPDIR/play.*" > /dev/null &&
        ! pgrep -f "$TMPDIR/" > /dev/null
}

# until_seen COMMAND [ARG]...: for at most 30 seconds.
until_seen() {
    local end=$((SECONDS + 30))
    until "$@"; do
        if [ "$SECONDS" -gt "$end" ]; then
            echo "still not so after 30 s: $*" >&2
            return 1
        fi
        read -r -t 0.05 <> <(:) || true
    done
}

screen() { tmux -L "$SERVER" capture-pane -p; }
shows() { screen | grep -qE -- "$1"; }
lacks() { ! shows "$1"; }
keys() { tmux -L "$SERVER" send-keys "$@"; }
has_changed() { [ "$(screen)" != "$before" ]; }
see() { until_seen shows "$1" || { screen; return 1; }; }

@test "80x24: a pane for each actor, one for the kernel, the narrator; Enter and b" {
    open_demo 80 24 06-connect
    see '── server ─+┬── client ─'
    see '── kernel: sockets ─'
    see ' The server first: socket, bind, listen'
    see ' 06 2/22  Enter .* q leave'
    keys Enter
    see '▸ \$ ./server 5000'
    keys Enter
    see '▸ server 3 +CLOSED'
    see '▸ socket\(\)'
    keys Enter
    see '▸ bind\(\) .*'
    see '▸ server 3 +CLOSED +127.0.0.1:5000' # bound, and not listening yet
    keys b
    until_seen lacks 'bind\(\)'
    see '▸ socket\(\)'
    keys Enter Enter
    see '▸ server 3 +LISTEN +127.0.0.1:5000 +0 in queue, backlog [0-9]+ +was CLOSED'
    keys q
    see 'ended with 0'
}

@test "no socket is the prompt's before there has been one; blanks that were typed are seen" {
    open_demo 100 30 07-send-recv
    see '── client'
    keys Enter Enter Enter Enter
    see '▸ connected to'
    keys x # read when the stop has been painted to its end
    see 'x-ray \(on\)'
    shows 'client 3 +ESTABLISHED'
    lacks 'prompt +ESTABLISHED'
    # connect has returned to the client, and accept not yet to the server.
    shows '^▸ - +ESTABLISHED +127.0.0.1:5000 → 127.0.0.1:[0-9]+ +accept is about to return it'
    keys x
    see 'x-ray \(off\)'
    keys Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter
    see '>  you\?'
}

@test "x: it stops behind each system call; Space goes on to the line" {
    open_demo 80 24 05-listen-accept
    see ' 05 2/31 '
    keys x Enter
    see ' 05 3/31 .* x-ray on'
    keys Enter
    see '▸ +socket\(AF_INET, SOCK_STREAM, 0\) = 3'
    see 'server: socket has returned'
    keys Enter Enter
    see '▸ +bind\(3, 127.0.0.1:5000\) = 0'
    see '▸ server 3 +CLOSED +127.0.0.1:5000'
    lacks 'listen\('
    keys Enter
    see '▸ +listen\(3, [0-9]+\) = 0'
    see '▸ server 3 +LISTEN'
    lacks 'listening on'
    keys Space
    see '▸ listening on 127.0.0.1:5000'
    keys b
    see 'server: listen has returned'
    keys x
    see 'x-ray off'
    until_seen lacks 'bind\('
}

@test "200x60, inside tmux, p: a prompt in the same network; + and -; another size" {
    open_demo 200 60 05-listen-accept TMUX=/nowhere,1,0
    see '── server ─{80,}┬── client ─'
    keys Enter
    see '▸ \$ ./server 5000'
    keys Enter
    see '▸ server 3 +LISTEN'
    keys p
    see 'prompt, in the same network'
    see '^[#$]'
    keys 'grep -c :1388 /proc/net/tcp; ls client; echo port $PORT' Enter
    see '^([#$] )?1$'
    see '^client$'
    see '^port 5000$'
    # What somebody does at the prompt is seen in the kernel's pane at once.
    keys './client 127.0.0.1 $PORT > /dev/null &' Enter
    see '▸ server 3 +LISTEN.* 127.0.0.1:5000 +1 in queue'
    see '^▸ prompt +ESTABLISHED +127.0.0.1:[0-9]+ → 127.0.0.1:5000$'
    see '^▸ - +ESTABLISHED +127.0.0.1:5000 → 127.0.0.1:[0-9]+ +not accepted yet$'
    keys 'kill $!' Enter
    see '^▸ - +CLOSE-WAIT +127.0.0.1:5000 → 127.0.0.1:[0-9]+ .*not accepted yet$'
    # In the background it ends with the demo.
    keys "sh -c 'sleep 1000; : $TMPDIR/' &" Enter
    until_seen pgrep -f "^sh -c sleep 1000; : $TMPDIR/"
    keys 'exit' Enter
    until_seen lacks 'prompt, in the same network'
    row() { screen | grep -n 'kernel: sockets' | head -n 1 | cut -d : -f 1; }
    at_rest() { before=$(screen) && [ "$before" = "$(screen)" ]; }
    local before now
    large() { now=$(row) && [ "$now" -gt 30 ]; }
    until_seen large || { screen; tmux -L "$SERVER" list-panes -a; now=$(row); echo "row $now"; return 1; } # the prompt's rows are the others' again
    until_seen at_rest
    before=$(row)
    keys +
    lower() { now=$(row) && [ -n "$now" ] && [ "$now" -gt "$before" ]; }
    until_seen lower
    keys - -
    higher() { now=$(row) && [ -n "$now" ] && [ "$now" -lt "$before" ]; }
    until_seen higher
    tmux -L "$SERVER" resize-window -x 80 -y 24
    see ' 05 5/31  Enter · b back'
    see '▸ server 3 +LISTEN'
}

# victim NAME: a process of this demo.
victim() {
    local directory
    directory=$(compgen -G "$TMPDIR/workbook-demo.*")
    case $1 in
    director) cat "$directory/director" ;;
    player) pgrep -f -o "play --cue --xray $directory/log" ;;
    launcher) ps -o ppid= -p "$(victim client)" ;;
    server) tmux -S "$directory/tmux" display-message -p '#{pid}' ;;
    client) tmux -S "$directory/tmux" display-message -p '#{client_pid}' ;;
    esac
}

@test "whoever is killed, nothing is left behind" {
    local who pid
    for who in director launcher server client; do
        SERVER=demo$$-$who # the last one may still be leaving
        open_demo 80 24 05-listen-accept
        see ' 05 2/31 '
        keys Enter
        see '▸ \$ ./server 5000'
        pid=$(victim $who | tr -d ' ')
        [[ $pid =~ ^[0-9]+$ && $pid -gt 1 ]] # 0 would be ourselves
        kill -KILL "$pid"
        until_seen nothing_left || { pgrep -af "$TMPDIR/"; ls "$TMPDIR"; echo "$who"; return 1; }
        tmux -L "$SERVER" kill-server 2> /dev/null || true
    done
}

@test "a player that dies is told, and b plays again" {
    open_demo 80 24 05-listen-accept
    see ' 05 2/31 '
    keys Enter
    see '▸ \$ ./server 5000'
    kill -KILL "$(victim player)"
    see 'does not hold.* b plays it again'
    keys b
    see '▸ \$ ./server 5000'
    see 'A server makes itself ready'
    keys q
    see 'ended with 0' # it has held since
}

@test "what the narrator says comes with its line, not before it" {
    open_demo 80 24 05-listen-accept
    see ' A server makes itself ready'
    keys Enter Enter
    see '▸ listening on'
    lacks 'accept has nobody to return yet'
    keys Enter
    see 'accept has nobody to return yet'
}

@test "bytes that recv has taken are seen before its program speaks of them" {
    open_demo 100 30 07-send-recv SCENE=waitall
    see ' 07-send-recv waitall '
    keys Enter Enter Enter Enter Enter Enter
    see '11 all'
    keys Enter Enter Enter
    see '▸ send 5: the kernel took 5'
    see 'server 4 +ESTABLISHED .* 5 bytes taken by recv'
}

@test "a socket that waits for the peer's FIN does so for as long as a hall thinks" {
    open_demo 100 30 06-connect
    see ' 06-connect 2/22 '
    keys Enter p
    see '^\$'
    keys 'cat /proc/sys/net/ipv4/tcp_fin_timeout' Enter
    see '^7200'
}

@test "a program that makes too many calls runs on: the narrator says so, and ss where it is" {
    open_demo 100 30 05-listen-accept SCENE=spin
    see ' spin 4/14 '
    keys Enter Enter Enter Enter Enter Enter
    see '▸ +accept failed 100000 times'
    see 'server makes too many calls to be held'
    see '-  +FIN-WAIT-2 \(closed\) +127.0.0.1:5000 → '
    lacks '^. server 3 +LISTEN'
}

@test "EPIPE is a signal, too" {
    open_demo 100 30 08-sigpipe SCENE=careless
    see ' careless 5/18 '
    keys x Space Space Space Space Space Space Space
    see 'ended: 0'
    until shows 'server: write fails with EPIPE, and the kernel raises SIGPIPE'; do
        before=$(screen)
        keys Enter
        until_seen has_changed
        lacks 'Connection refused' # that comes behind it
    done
}

@test "the x-ray is on by itself where a scene shows calls" {
    open_demo 100 30 05-listen-accept SCENE=listen-returns
    see 'x-ray \(?on'
}

@test "times that were measured have a remark" {
    open_demo 100 30 08-sigpipe SCENE=killed
    see ' killed '
    keys Enter
    see 'killed 5/7'
    keys Enter
    see '▸ the peer is connected'
    keys Enter
    see 'make run-08 SCENE=killed has those'
}

@test "make demo goes on by itself, through the lessons" {
    open_demo 80 24 '01-file-syscalls 06-connect' PACE=0
    see 'ended with 0'
}

@test "notes: the next step, on another terminal" {
    open_demo 80 24 05-listen-accept
    see ' 05 2/31 '
    tmux -L "$SERVER" new-window "scripts/notes 05-listen-accept; read -r line"
    see 'next +server starts: ./server 5000'
    tmux -L "$SERVER" select-window -t 0
    keys Enter
    see '▸ \$ ./server 5000'
    tmux -L "$SERVER" select-window -t 1
    see 'next +server prints: listening on'
    tmux -L "$SERVER" select-window -t 0
    keys q
    tmux -L "$SERVER" select-window -t 1
    see 'waits for make demo-05'
}

@test "notes keep what is to be said, until there is something else to say" {
    open_demo 80 24 05-listen-accept
    see ' 05 2/31 '
    tmux -L "$SERVER" new-window "scripts/notes 05-listen-accept; read -r line"
    see ' say +Ask: which calls turn a socket into a server'
    tmux -L "$SERVER" select-window -t 0
    keys x Enter
    see '▸ \$ ./server 5000'
    tmux -L "$SERVER" select-window -t 1
    see 'next +server prints: listening on'
    see ' said +Ask: which calls turn a socket into a server'
    tmux -L "$SERVER" select-window -t 0
    keys Space
    see '▸ listening on 127.0.0.1:5000'
    keys Space
    see '▸ … waits in accept'
    tmux -L "$SERVER" select-window -t 1
    see ' say +Ask: where is the server now'
}

@test "x: a call that is not shown takes no key" {
    open_demo 80 24 07-send-recv
    see ' 07 [0-9]+/'
    local before i
    keys x Enter
    see '▸ \$ ./server 5000'
    brings_news() { [ "$(screen | sed '$d')" != "$before" ] && shows '▸'; }
    for ((i = 0; i < 30; i++)); do
        before=$(screen | sed '$d')
        keys Enter
        until_seen brings_news || { screen; return 1; }
    done
}

@test "a speaker may talk for longer than a program of the scene sleeps" {
    open_demo 80 24 08-sigpipe PACE=0.7
    see 'ended with 0'
}

@test "notes end when their terminal is gone, also in the middle of a screen" {
    ignores_hangups() { exec bash -c 'trap "" HUP; exec scripts/notes 05-listen-accept'; }
    export -f ignores_hangups
    tmux -L "$SERVER" -f /dev/null new-session -d -x 80 -y 24 'exec bash -c ignores_hangups'
    see 'waits for make demo-05'
    local notes
    notes=$(tmux -L "$SERVER" display-message -p '#{pane_pid}')
    kill -0 "$notes"
    tmux -L "$SERVER" kill-server
    are_gone() { ! kill -0 "$notes" 2> /dev/null; }
    until_seen are_gone
}

@test "at the end one Enter too many takes nothing away" {
    open_demo 100 30 06-connect SCENE=reconnect
    local i
    see ' 06-connect reconnect '
    for ((i = 0; i < 40; i++)); do
        if shows 'That is the whole scene'; then break; fi
        keys Enter
        read -r -t 0.3 <> <(:) || true
    done
    see 'That is the whole scene'
    keys Enter
    see 'q leaves, b goes back'
    keys q
    see 'ended with 0'
}

@test "an experiment: the belief first, what the kernel does at the end; notes of its own" {
    open_demo 100 30 05-listen-accept SCENE=listener-io
    tmux -L "$SERVER" new-window "scripts/notes 05-listen-accept; read -r line"
    until_seen shows 'next +server starts: ./listener-io'
    tmux -L "$SERVER" select-window -t :0
    see 'Belief: a server talks to its client over the socket that it has made'
    lacks 'Kernel:'
    keys Enter Enter Enter Enter
    see '▸ connected from'
    lacks 'Kernel:'
    tmux -L "$SERVER" select-window -t :1
    see 'say +Two descriptors, 3 and 4'
    lacks 'Over which of them do we talk' # the main scene's
    tmux -L "$SERVER" select-window -t :0
    keys Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter Enter
    see 'Kernel: that one only listens'
    see 'That is the whole scene'
}

@test "the speaker's notes speak of lines that are there" {
    local file line scene
    for file in scripts/demo.d/notes/*; do
        scene=${file##*/}
        case $scene in
        *.*) scene=lessons/${scene%.*}/experiments/${scene#*.}.transcript ;;
        *) scene=lessons/$scene/transcript ;;
        esac
        while IFS= read -r line; do
            grep -qxF -- "$line" "$scene" || { echo "$file: $line"; return 1; }
        done < <(sed -n 's/^= //p' "$file")
    done
}

@test "without a terminal, and with a pace that is none, it says so" {
    run scripts/demo 05-listen-accept < /dev/null
    [ "$status" -eq 2 ]
    [[ $output == *'it needs a terminal'* ]]
    run scripts/notes 05-listen-accept < /dev/null
    [ "$status" -eq 2 ]
    [[ $output == *'it needs a terminal'* ]]
}
