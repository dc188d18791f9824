#!/usr/bin/env bats
# The grader of lesson 15's exercise, barber.c.

load grader

# A client comes, and is given back what it sends.
comes() { # comes NAME WORD
    cat <<SCENE
$1\$ ./peer connect 127.0.0.1 \$PORT
$1| connected to 127.0.0.1:\$PORT from 127.0.0.1:{...}
SCENE
    says "$1" "$2"
}

says() { # says NAME WORD
    cat <<SCENE
$1< send-line $2
$1| sent {...}
$1< receive-line
$1| line "$2"
SCENE
}

# The client ends its side, and the barber hangs up.
leaves() { # leaves NAME NUMBER
    cat <<SCENE
$1< half-close
$1| {...}
$1< expect-end
$1| end
$1^D
$1= 0
barber| client $2 is done
SCENE
}

# What it says on stderr is its own affair, but not what the sanitizers say there.
opens() { # opens [NAME]
    local errors=' 2>errors'
    [ "$KIND" != memory ] || errors=''
    cat <<SCENE
${1:-barber}\$ ./barber \$PORT$errors
${1:-barber}| open on 127.0.0.1:\$PORT
SCENE
}

stops() { # stops [NAME]
    cat <<SCENE
${1:-barber}| stopped
${1:-barber}= 0
SCENE
}

lines() { printf '%s\n' "$@"; }

# gap.c sends the program SIGTERM before its first call that sleeps; or, with
# --said, as soon as it has said that it is open.
haunted_by_gap() { # haunted_by_gap [--said]
    own_program "$LESSON/gap" && "$REPLY" true 2> /dev/null || return 1
    # shellcheck disable=SC2034  # scene reads it
    WEATHER="$REPLY ${1:-} 4>/dev/null"
}

# kind: behaviour
# points: 10
# hint: Begin with the server that you know: it listens, says "open on 127.0.0.1:PORT", and gives back what its client sends until that ends.
# hint: recv returns 0 when the client has ended. Then close the client's descriptor, say "client K is done", and accept the next one.
# hint: while ((n = recv(connfd, buffer, sizeof buffer, 0)) > 0) send_all(connfd, buffer, (size_t)n); close(connfd); printf("client %d is done\n", ++clients);
@test "serves one client after another: each is given back what it sends" {
    random A words 2
    random B words 3
    random C korean
    scene < <(
        opens
        comes anna '$A'
        says anna '$C'
        leaves anna 1
        comes boris '$B'
        leaves boris 2
        lines 'barber^KILL' 'barber= SIGKILL'
    )
}

# kind: behaviour
# points: 15
# hint: A signal must not cost the client anything: it may go on talking until it ends. What does your program do when the signal comes while it waits in recv?
# hint: A handler that prints and exits ends everything in the middle of anything. Let it set a flag; main looks at it, and ends when its client has ended.
# hint: In the loop that serves a client EINTR is no end of that client: n == -1 && errno == EINTR means look at the flag, then go on with recv.
# hint /ended by SIG(INT|TERM)/: The signal has ended the program where it stood: nobody catches it. sigaction, for SIGINT and for SIGTERM.
# hint /barber +asleep in (accept|recv|read)/: The signal came, and the sleep went on. Did the handler run? Then SA_RESTART is set, as signal() does it; sigaction with sa_flags 0 does not. Is the signal blocked? Then sleep where it is let in: ppoll, with its mask.
# hint /barber +asleep in (poll|select|epoll_wait)/: The signal waits, for it is blocked, and this sleep does not let it in. ppoll does, with its mask.
@test "finishes the client who is there before it ends" {
    random A words 2
    random B words 2
    scene < <(
        opens
        comes anna '$A'
        lines 'boris$ ./peer connect 127.0.0.1 $PORT' \
            'boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{...}'
        lines 'barber^TERM' 'barber| no more clients'
        says anna '$B'
        says anna '$A'
        leaves anna 1
        stops
        lines '# Who waits outside is turned away.' \
            'boris< expect-end' 'boris| reset' 'boris^D' 'boris= 0'
    )
}

# kind: behaviour
# points: 10
# hint: Without a handler a signal ends the program where it stands. Catch SIGINT and SIGTERM, and let them end the sleep.
# hint: sigaction with a handler that only notes that a signal came, and sa_flags 0; then the call that slept fails with EINTR, and the loop looks at the note.
# hint: struct sigaction action = {.sa_handler = on_stop}; sigaction(SIGINT, &action, NULL); the same for SIGTERM; while (!asked) … ; puts("no more clients");
# hint /ended by SIG(INT|TERM)/: The signal has ended the program where it stood: nobody catches it, or not yet. Whoever reads "open on" may send one. So sigaction first, for SIGINT and for SIGTERM, and then open.
# hint /barber +asleep in (accept|recv|read)/: The signal came, and the sleep went on. Did the handler run? Then SA_RESTART is set, as signal() does it; sigaction with sa_flags 0 does not. Is the signal blocked? Then sleep where it is let in: ppoll, with its mask.
# hint /barber +asleep in (poll|select|epoll_wait)/: The signal waits, for it is blocked, and this sleep does not let it in. ppoll does, with its mask.
# hint /got +stopped/: The line "no more clients" comes first, with nobody there too.
@test "asked to stop with nobody there, it ends at once with status 0" {
    local signal
    scene < <(
        for signal in C TERM; do
            opens
            lines "barber^$signal" 'barber| no more clients'
            stops
        done
    )
    haunted_by_gap --said || return 0
    scene < <(
        opens
        lines 'barber| no more clients'
        stops
    ) || fail '' '  SIGTERM      comes here as soon as the line "open on" is written.'
}

# kind: behaviour
# points: 10
# hint: From the moment on when it was asked to stop nobody new may come in. What keeps the door open while the last client is finished?
# hint: As long as the listening socket is open the kernel goes on connecting clients to it. Close it at the first signal, not at the end of the program.
# hint: In the loop that serves the client: if (asked > 0 && listenfd != -1) { close(listenfd); listenfd = -1; printf("no more clients\n"); }
@test "refuses new clients while it finishes the last one" {
    random A words 1
    scene < <(
        opens
        comes anna '$A'
        lines 'barber^C' 'barber| no more clients'
        lines 'boris$ ./peer connect 127.0.0.1 $PORT' \
            'boris| connect: ECONNREFUSED Connection refused' 'boris= 1'
        says anna '$A'
        leaves anna 1
        stops
    )
}

# kind: behaviour
# points: 10
# hint: The connections of the one who was there before hold the port, some of them for a minute. Which option lets bind have it all the same?
# hint: SO_REUSEADDR, in both runs, and before bind: afterwards it is too late.
# hint: int on = 1; setsockopt(listenfd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) between socket and bind.
@test "can be started again at once, even while another finishes its client" {
    random A words 2
    random B words 1
    # Killed with a client: the port is in FIN-WAIT, then in TIME-WAIT.
    scene < <(
        opens
        comes anna '$A'
        lines 'barber^KILL' 'barber= SIGKILL' 'anna< expect-end' 'anna| end' 'anna^D' 'anna= 0'
        opens
        comes boris '$B'
        leaves boris 1
        lines 'barber^TERM' 'barber| no more clients'
        stops
    )
    scene < <(
        opens
        comes anna '$A'
        lines 'barber^TERM' 'barber| no more clients'
        opens next
        comes boris '$B'
        says anna '$B'
        leaves anna 1
        stops
        says boris '$A'
        lines 'next^C' 'next| no more clients' 'boris^D' 'boris= 0' \
            'next| client 1 is done'
        stops next
    )
}

# kind: behaviour
# points: 10
# hint: The last client may take for ever. Who asks a second time does not want to wait for it.
# hint: Count the signals instead of noting them. In the loop that serves a client leave it when there are two.
# hint: static void on_stop(int number) { (void)number; asked++; } and while (asked < 2) around poll and recv.
@test "asked again, it hangs up on its client and ends with status 0" {
    random A words 1
    local signals
    scene < <(
        for signals in 'C C' 'C TERM' 'TERM C' 'TERM TERM'; do
            opens
            comes anna '$A'
            lines "barber^${signals% *}" 'barber| no more clients' "barber^${signals#* }" \
                'barber| client 1 is done'
            stops
            lines 'anna< expect-end' 'anna| end' 'anna^D' 'anna= 0'
        done
    )
}

# kind: behaviour
# points: 5
# hint: Two barbers at one door: bind or listen says no to the second one. Report it, and end with status 1.
# hint: SO_REUSEADDR never takes a port from somebody who listens there; SO_REUSEPORT does. Check what bind returns.
# hint: if (bind(…) == -1) die("bind 127.0.0.1:%u", port);
@test "names the error and ends with status 1 where another one is open" {
    scene < <(
        opens
        cat <<'SECOND'
second$ sh -c './barber $PORT 2>errors; status=$?; test -s errors && echo "(its stderr names an error)"; exit $status'
second| (its stderr names an error)
second= 1
barber^TERM
barber| no more clients
SECOND
        stops
    )
}

# kind: calls
# points: 5
# hint: Every descriptor that accept returned must be closed when its client is done, also when it has broken off.
# hint: close(connfd) behind the loop that serves the client, whatever has ended it.
# hint: serve(connfd); close(connfd); printf("client %d is done\n", ++clients);
@test "closes the descriptor of each client" {
    traced_scene < <(
        opens
        for i in 1 2 3 4; do
            comes "c$i" hello
            [ "$i" -ne 2 ] || lines "c$i< reset" # it breaks off
            lines "c$i^D" "c$i= 0" "barber| client $i is done"
        done
        lines 'barber^TERM' 'barber| no more clients'
        stops
    )
    local accepted
    accepted=$(different_results '^accept4?\(.* = [0-9]+$')
    [ "$accepted" -le 1 ] || fail \
        "accept gave $accepted different descriptors to 4 clients that came one after the other:" \
        "$(calls '^(accept4?|close)\(.*= [0-9]')" \
        "A descriptor that has been closed is free, and accept gives it out again."
}

# kind: weather
# points: 10
# hint: A signal can come after the look at the flag and before the sleep begins. Then nothing wakes the sleeper.
# hint: Block both signals with sigprocmask, and sleep in ppoll with a mask that lets them in: ppoll opens the door and falls asleep in one step.
# hint: sigprocmask(SIG_BLOCK, &stop_signals, &asleep); sigdelset(&asleep, SIGINT); … SIGTERM; then ppoll(&wanted, 1, NULL, &asleep) wherever the program sleeps.
@test "notices a signal that comes just before it falls asleep" {
    haunted_by_gap || skip 'not run: signals cannot be sent so exactly here'
    scene < <(
        opens
        lines '# SIGTERM is sent here: after the look, before the first call that sleeps.' \
            'barber| no more clients'
        stops
    )
}

# kind: weather
# points: 5
# hint: A call can fail with EINTR though nobody has asked the program to stop: other signals, and debuggers, do that.
# hint: EINTR says that a signal came, not which. Only the flag says whether to stop: look at it, and if it is not set, go on.
# hint: if (n == -1 && errno == EINTR) continue; in each loop, with the look at the flag at its head.
@test "goes on when a call is interrupted and nobody has asked it to stop (EINTR)" {
    weather --eintr all
    random A words 2
    random B words 2
    scene < <(
        opens
        comes anna '$A'
        says anna '$B'
        leaves anna 1
        comes boris '$B'
        lines 'barber^TERM' 'barber| no more clients'
        says boris '$A'
        leaves boris 2
        stops
    )
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given.
# hint: Send the rest before you receive again; common/io.h has send_all, or keep count as the lesson's server.c does.
# hint: while (sent < held) { n = send(connfd, buffer + sent, held - sent, MSG_NOSIGNAL); … sent += (size_t)n; }
# hint /ended by SIGPIPE/: The client had gone before it had everything back, and sending to it raised SIGPIPE. MSG_NOSIGNAL makes send return -1 instead (send_all does so): that client is done, and the next one is served.
@test "gives everything back though send takes only a part of it" {
    weather --short sockets
    random A words 12
    random B words 12
    scene < <(
        opens
        comes anna '$A'
        says anna '$B'
        lines '# While anna is served boris comes, says a lot, and goes. There is nobody to whom it could be given back.' \
            'boris$ ./peer connect 127.0.0.1 $PORT' \
            'boris| connected to 127.0.0.1:$PORT from 127.0.0.1:{...}' \
            'boris< send-many 20 $B' 'boris| sent {...}' 'boris^D' 'boris= 0'
        leaves anna 1
        lines 'barber| client 2 is done'
        comes clara '$B'
        lines 'clara< reset' 'clara^D' 'clara= 0' 'barber| client 3 is done'
        comes dora '$A'
        lines 'barber^TERM' 'barber| no more clients'
        leaves dora 4
        stops
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report above? Then the story counts: the program is slower here than in the tests before, and does something else.
# hint: A buffer holds what recv was told it has room for; what recv returned is how much is in it, and there is no \0 behind it.
# hint: recv(connfd, buffer, sizeof buffer, 0), and send as many bytes as recv returned.
@test "keeps within its memory" {
    random A words 20
    scene < <(
        opens
        comes anna '$A'
        leaves anna 1
        comes boris '$A'
        lines 'barber^TERM' 'barber| no more clients'
        says boris '$A'
        leaves boris 2
        stops
    )
}
