#!/usr/bin/env bats
# The grader of lesson 16's exercise, desks.c.

load grader

lines() { printf '%s\n' "$@"; }

# What it says on stderr is its own affair, but not what the sanitizers say there.
opens() { # opens N [STARTER]
    local errors=' 2>errors'
    [ "$KIND" != memory ] || errors=''
    lines "desks\$ ${2:+$2 }./desks \$PORT $1$errors" "desks| $1 desks on 127.0.0.1:\$PORT"
}

connects() { # connects NAME
    lines "$1\$ ./peer connect 127.0.0.1 \$PORT" \
        "$1| connected to 127.0.0.1:\$PORT from 127.0.0.1:{...}"
}

comes() { # comes NAME NUMBER
    connects "$1"
    lines "desks| client $2 is served"
}

says() { # says NAME TEXT
    lines "$1< send-line $2" "$1| sent {...}" "$1< receive-line" "$1| line \"$2\""
}

leaves() { # leaves NAME NUMBER
    lines "$1< half-close" "$1| {...}" "$1< expect-end" "$1| end" "$1^D" "$1= 0" \
        "desks| client $2 has left"
}

# The server is killed, and the clients go home.
ends() { # ends NAME...
    local name
    lines 'desks^KILL' 'desks= SIGKILL'
    for name; do lines "$name^D" "$name= 0"; done
}

stops() { lines 'desks^TERM' 'desks| closed' 'desks= 0'; }

# kind: behaviour
# points: 10
# hint: accept, then fork: the child gives back what the client sends, the parent says "client K is served" and goes back to accept.
# hint: fork returns 0 in the child and the child's number in the parent. The child loops over recv and send_all, and ends by _exit.
# hint: pid_t pid = fork(); if (pid == 0) { close(listenfd); serve(connfd); } printf("client %ld is served\n", ++clients);
@test "gives a client back what it sends" {
    random A words 2
    random B korean
    scene < <(
        opens 2
        comes anna 1
        says anna '$A'
        says anna '$B'
        ends anna
    )
}

# kind: behaviour
# points: 10
# hint: The server must not care about a client that says nothing: others have a process of their own.
# hint: After fork the parent goes straight back to accept. It waits for a child only with WNOHANG, or when it is told by SIGCHLD that one has ended.
# hint: Parent: close(connfd), and the next round of the loop. Only the child calls recv.
@test "serves a client while another one says nothing" {
    random A words 1
    random B words 1
    scene < <(
        opens 3
        comes silent 1
        comes anna 2
        says anna '$A'
        comes boris 3
        says boris '$B'
        says anna '$B'
        ends silent anna boris
    )
}

# kind: behaviour
# points: 10
# hint: When a client has ended its side, its child ends, the client sees the end, and the parent says "client K has left". Which of the three is missing?
# hint: A handler for SIGCHLD wakes the parent; waitpid tells which child it was; a table of children tells which client that is.
# hint: while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) { find pid in the table; printf("client %ld has left\n", …); } after each time that the sleep ends.
# hint /→ +[0-9]+ +[a-z]+\| end/: The child has ended, but its connection has not: after fork both processes have the socket. The parent must close it, too.
# hint /desks +ended with [1-9]/: SIGCHLD interrupts whatever the parent sleeps in: -1 with EINTR. Nothing is wrong then: wait for the child, and go on.
# hint /→ +[0-9]+ +desks\| client 1 has left/: Nobody has asked for the child that has ended: it is a zombie. SIGCHLD tells the parent; waitpid fetches it.
@test "hangs up when a client has ended, says that it has left, and serves on" {
    random A words 1
    random B words 1
    scene < <(
        opens 3
        comes anna 1
        says anna '$A'
        leaves anna 1
        comes boris 2
        comes clara 3
        says boris '$B'
        leaves boris 2
        says clara '$A'
        leaves clara 3
        ends
    )
}

full_house() { # full_house N
    local i
    opens "$1"
    for ((i = 1; i <= $1; i++)); do comes "c$i" "$i"; done
    connects late
    lines '# All desks are taken. late waits, and is neither served nor refused.' \
        'late< send-line $A' 'late| sent {...}' 'late< receive-line'
    says c1 '$B'
    leaves "c$1" "$1"
    lines "desks| client $(($1 + 1)) is served" 'late| line "$A"'
}

# kind: behaviour
# points: 15
# hint: When all N desks are taken nobody else is accepted. The next client waits in the queue, until a child has ended.
# hint: Count children: one more after fork, one less after waitpid. While there are N, do not call accept: sleep until SIGCHLD comes.
# hint: struct pollfd door = {.fd = taken < desks ? listenfd : -1, .events = POLLIN}; ppoll ignores a descriptor of -1, and SIGCHLD ends its sleep.
# hint /got +client [0-9]+ is served/: There were N clients, and one more was served. Is the number of children compared with N before accept is called?
# hint /→ +[0-9]+ +idle\| reset/: This client had been accepted, though no desk was free: the end of the server resets whoever is still in the queue, and idle came to a plain end. First wait for a free desk, then call accept.
@test "serves N clients at once and lets the next one wait until a desk is free" {
    random N number 2 3
    random A words 2
    random B words 2
    scene < <(
        full_house "$N"
        lines '# All desks are taken again. idle says nothing, and is in the queue:' \
            '# when the server is killed the kernel resets it. An accepted one would see an end.'
        connects idle
        says late '$B'
        says c1 '$A'
        ends $(seq -f 'c%g' 1 $((N - 1))) late
        lines 'idle< expect-end' 'idle| reset' 'idle^D' 'idle= 0'
    )
}

# A tracer for the scenes that follow: early holds a parent in fork until its
# child has ended, lesson 15's gap holds it just before it falls asleep.
children_end_early() { # children_end_early SOURCE [OPTION]
    if ! own_program "$1" || ! "$REPLY" true 2> /dev/null; then
        skip 'not run: a parent cannot be held here'
    fi
    # shellcheck disable=SC2034  # scene reads it
    WEATHER="$REPLY ${2:-} 4>/dev/null"
}

two_hasty_clients() {
    local k
    opens 1
    for k in 1 2; do
        lines "hasty$k\$ ./peer crowd 127.0.0.1 \$PORT" "hasty$k< visit 1 \$A" \
            "desks| client $k is served" "desks| client $k has left" \
            "hasty$k| {...}" "hasty$k^D" "hasty$k= 0"
    done
    comes anna 3
    says anna '$A'
    ends anna
}

# kind: behaviour
# points: 5
# hint: The child had ended before its parent had noted its number. Who is told of the end then, and does that one know the child?
# hint: A handler that waits and looks into the table can run between fork and the note: then it has the number of nobody. SIGCHLD must wait until the note is made.
# hint: Let the handler do nothing. Block SIGCHLD, let it in only where ppoll sleeps (catch_children in service.h), and call waitpid in the main loop.
# hint /is slow to fall asleep/: The child ended after the last waitpid and before the sleep. SIGCHLD came too early to wake anybody. Block it, and let it in only where ppoll sleeps: catch_children in service.h.
@test "frees the desk of a client who has left before fork returns, or just before the parent sleeps" {
    random A word
    children_end_early "$LESSON/early"
    scene < <(two_hasty_clients) ||
        fail '' '  fork         is slow here: the first two children end before it returns in the parent.'
    children_end_early 15-clean-exit/gap --child
    scene < <(two_hasty_clients) ||
        fail '' '  the parent   is slow to fall asleep here: the first child ends just before that.'
}

many_leave_at_once() { # many_leave_at_once TIMES
    local i k
    opens 8
    lines 'crowd$ ./peer crowd 127.0.0.1 $PORT'
    for ((k = 0; k < $1; k++)); do
        lines 'crowd< hold 8' 'crowd| {...}'
        lines @any
        for ((i = 1; i <= 8; i++)); do lines "desks| client $((8 * k + i)) is served"; done
        lines @end 'crowd< release' 'crowd| {...}' @any
        for ((i = 1; i <= 8; i++)); do lines "desks| client $((8 * k + i)) has left"; done
        lines '@end'
    done
    lines 'crowd^D' 'crowd= 0'
}

# kind: behaviour
# points: 10
# hint: SIGCHLD is not counted: one signal may stand for several children that have ended.
# hint: Wait for children in a loop, until waitpid with WNOHANG says that there is none.
# hint: while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) … in place of if. If you have that: does a handler change the table, or print, while main does?
# hint /desks\^TERM.*desks +asleep in (accept|poll|select|epoll_wait)/: All desks were freed; but now it sleeps with SIGINT and SIGTERM blocked. They are let in only where ppoll sleeps with asleep_mask() (common/stop.h): sleep there, and call accept when somebody has come.
# hint /got +client [0-9]+ is served/: A line came late, or twice. Does a handler print, or change the table, while main does? Let it do nothing: block SIGCHLD, and let it in only where ppoll sleeps (service.h).
@test "frees every desk when many clients leave at once" {
    scene < <(
        many_leave_at_once 3
        stops
    )
}

two_are_ended() { # two_are_ended N SIGNAL [STARTER]
    opens "$1" "${3:-}"
    comes anna 1
    comes boris 2
    says boris '$A'
    lines "desks^$2" '@any' 'desks| client 1 has left' 'desks| client 2 has left' '@end' \
        'desks| closed' 'desks= 0' 'anna< expect-end' 'anna| end' 'anna^D' 'anna= 0' \
        'boris< expect-end' 'boris| end' 'boris^D' 'boris= 0'
}

# kind: behaviour
# points: 10
# hint: Asked to stop, the server leaves nobody behind: it ends its children, waits for them, says "closed", and ends with 0.
# hint: After fork the child has the parent's handlers and mask: the signal that should end it is only noted, or waits. forget_stop of common/stop.h undoes that.
# hint /desks +asleep in (accept|poll|select|epoll_wait)/: It sleeps with SIGINT and SIGTERM blocked. They are let in only where ppoll sleeps with asleep_mask() (common/stop.h): sleep there, and call accept when somebody has come.
# hint /desks\^URG.*desks +asleep in wait/: It waits for children, and they go on: nobody has told them to end. `kill PID` is for the parent alone. It must let the signal in, though all desks are taken (in ppoll with asleep_mask, not in waitpid), and then send each child SIGTERM.
# hint /desks +asleep in wait/: It waits for children that have not ended. After fork a child has the parent's handlers and mask, so the signal is only noted, or waits: forget_stop of common/stop.h undoes that.
# hint: Child: forget_stop(); Parent, behind its loop: kill(pid, SIGTERM) for each child in the table, then waitpid(-1, NULL, 0) until there is none.
@test "ends its children and itself when it is asked to stop" {
    random A words 1
    scene < <(two_are_ended 3 C)
    # With no desk free; and the children hear of it by their parent only.
    own_program "$LESSON/alone" || skip 'not run: signals cannot be sent to one process here'
    scene < <(two_are_ended 2 URG ./alone) ||
        fail '' '  desks^URG    is SIGTERM here, and comes to the parent alone, as from `kill PID`.'
}

a_working_day() {
    opens 2
    comes anna 1
    comes boris 2
    says boris hello
    leaves anna 1
    comes clara 3
    says clara hello
    leaves boris 2
    lines 'desks^TERM' 'desks| client 3 has left' 'desks| closed' 'desks= 0' 'clara^D' 'clara= 0'
}

# kind: calls
# points: 5
# hint: A child that has ended is kept until its parent has asked for its status. Was every one asked for?
# hint: For each fork there is to be one waitpid that returns the child's number, at the latest at the end of the program.
# hint: SIGCHLD wakes the parent, and waitpid(-1, NULL, WNOHANG) in a loop fetches all that have ended.
@test "waits for each of its children" {
    traced_scene < <(a_working_day)
    local forks waits
    forks=$(calls '^(clone3?|v?fork)\(.* = [1-9][0-9]*$' | grep -vc CLONE_THREAD || true)
    waits=$(calls '^(wait4\(.* = [1-9][0-9]*$|waitid\(.*si_pid=)' | wc -l)
    if calls 'sigaction\(SIGCHLD, \{sa_handler=(SIG_IGN|.*SA_NOCLDWAIT)' > /dev/null; then
        waits=$forks # nobody has to ask
    fi
    [ "$waits" -ge "$forks" ] || fail \
        "$forks children were made, and $waits were waited for:" \
        "$(calls '^(clone3?|v?fork|wait4|waitid)\(')"
}

# kind: calls
# points: 5
# hint: After fork the child has the listening socket, too. It has no use for it.
# hint: As long as one child has the listening socket open the port is taken, whatever becomes of the parent.
# hint: if (pid == 0) { close(listenfd); serve(connfd); }
@test "closes the listening socket in each child" {
    traced_scene < <(a_working_day)
    local report
    # A process's calls stand together, and end with "+++ exited"; a child's
    # begin after its fork.
    report=$(ACTOR=desks calls '' | awk '
        /^execve\(/ { parent = 1 }
        /^listen\([0-9]+/ && parent { fd = $0; sub(/^listen\(/, "", fd); listener = fd + 0 }
        /^close\([0-9]+\) += 0/ { number = $0; sub(/^close\(/, "", number); closed[number + 0] = 1 }
        /^close_range\(.* = 0/ { all = 1 }
        /^\+\+\+ / {
            if (parent)
                kept += 0
            else if (!all && !(listener in closed))
                kept++
            parent = all = 0
            delete closed
        }
        END { print kept + 0 }')
    [ "$report" -eq 0 ] || fail \
        "$report of 3 children have not closed the listening socket:" \
        "$(calls '^(listen|clone3?|v?fork|close)\(')"
}

# kind: weather
# points: 5
# hint: A call that sleeps can fail with EINTR though it was not meant: accept, poll, recv, send, and waitpid too.
# hint: EINTR is no error. In the parent: look around, and sleep again. In the child: call recv or send again.
# hint: if (n == -1 && errno == EINTR) continue; while ((pid = waitpid(…)) == -1 && errno == EINTR) continue;
@test "goes on when calls are interrupted (EINTR)" {
    weather --eintr all
    scene < <(a_working_day)
}

# kind: weather
# points: 5
# hint: fork returns -1 when there can be no more processes. That is one client's bad luck, and not the end of the server.
# hint: Three cases: 0 is the child, -1 is a failure, all else is a child's number. After a failure close the client's socket and go on, without counting it. (And keep no -1 in the table: kill(-1, …) is for everybody.)
# hint /→ +[0-9]+ +unlucky\| end/: The client waits for an end that does not come. No child has its socket: the parent is the only one, and must close it here, too.
# hint: if (pid == -1) { report("fork"); } else { … printf("client %ld is served\n", ++clients); } close(connfd);
@test "hangs up on a client when fork fails, and goes on" {
    weather --error fork:EAGAIN:1
    random A words 1
    scene < <(
        opens 2
        connects unlucky
        lines 'unlucky< expect-end' 'unlucky| end' 'unlucky^D' 'unlucky= 0'
        comes anna 1
        comes boris 2
        says anna '$A'
        leaves boris 2
        leaves anna 1
        ends
    )
}

# kind: weather
# points: 5
# hint: send returns how many bytes it took. That can be fewer than it was given.
# hint: Send the rest before the next recv; common/io.h has send_all for it.
# hint: if (send_all(connfd, buffer, (size_t)n) == -1) _exit(1);
@test "gives everything back though send takes only a part of it" {
    weather --short sockets
    random A words 12
    random B words 12
    scene < <(
        opens 2
        comes anna 1
        says anna '$A'
        comes boris 2
        says boris '$B'
        says anna '$B'
        leaves anna 1
        lines 'boris< reset' 'boris^D' 'boris= 0' 'desks| client 2 has left'
        stops
    )
}

# kind: memory
# points: 5
# hint /the sanitizer says|Sanitizer|runtime error|#[0-9]+ 0x/: The sanitizer's report above names the line of your program where memory was misused.
# hint: No report? Then the story counts: it is the scene of "frees every desk", with a program that is slower. Does a handler change the table, or print, while main does?
# hint: A table of N desks has the places 0 to N - 1. Is a place used again when its client has left, or does the table grow with each client?
# hint: table[i] = table[--taken]; moves the last one to the place that has become free.
@test "keeps within its memory" {
    scene < <(
        many_leave_at_once 2
        stops
    )
}
