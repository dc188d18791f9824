# ladder.awk - the events of `play --trace` as a Mermaid sequence diagram.
#
# An event is a line "ACTOR SIGN TEXT": "%" is a system call as strace writes
# it, the others are the transcript's steps. See scripts/ladder.

# ---- reading a call: "bind(3, {sa_family=AF_INET, ...}, 16) = 0" ----------

function call_name(call) { return substr(call, 1, index(call, "(") - 1) }

function result(call) {
    if (!match(call, / = [^=]*$/)) return ""
    call = substr(call, RSTART + 3)
    sub(/ \(.*/, "", call)              # "-1 ENOENT (No such file ...)"
    return call
}

function arguments(call) {
    call = substr(call, index(call, "(") + 1)
    sub(/\) = [^=]*$/, "", call)
    return call
}

function first_number(text) { return match(text, /^[0-9]+/) ? substr(text, 1, RLENGTH) + 0 : -1 }

# The same port has the same name throughout the diagram.
function port_name(port) {
    if (port == 0) return 0
    if (!(port in ports)) ports[port] = ++chosen + 41000
    return ports[port]
}

# {sa_family=AF_INET, sin_port=htons(5000), sin_addr=inet_addr("1.2.3.4")}
function tidy_addresses(text,   before, address, port) {
    while (match(text, /\{sa_family=AF_INET, sin_port=htons\([0-9]+\), sin_addr=inet_addr\("[0-9.]+"\)\}/)) {
        before = substr(text, 1, RSTART - 1)
        address = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        port = address; sub(/.*htons\(/, "", port); sub(/\).*/, "", port)
        sub(/.*inet_addr\("/, "", address); sub(/".*/, "", address)
        text = before address ":" port_name(port) text
    }
    return text
}

# An address's port, or its path, by which the listening side is known.
function port_of(text) {
    if (match(text, /sun_path=@?"[^"]*"/)) return substr(text, RSTART, RLENGTH)
    return match(text, /htons\([0-9]+\)/) ? substr(text, RSTART + 6, RLENGTH - 7) : 0
}

# strace shows a timeval of SO_RCVTIMEO and SO_SNDTIMEO as bytes: "\2\0\0...".
function tidy_time_limits(args,   bytes) {
    if (!match(args, /SO_(RCV|SND)TIMEO_OLD, "[^"]*", 16/)) return args
    bytes = substr(args, RSTART, RLENGTH)
    args = substr(args, 1, RSTART - 1) substr(args, RSTART, 11)
    return args ", " (bytes ~ /"\\[0-7]+(\\0)+"/ ? "{" octal(bytes) ", 0}" : "...")
}

function octal(text,   value, i) {
    match(text, /\\[0-7]+/)
    for (i = RSTART + 1; i < RSTART + RLENGTH; i++) value = value * 8 + substr(text, i, 1)
    return value
}

# The calls as programs write them; Mermaid reads ; and # as its own.
function written(name, args,   path) {
    if (name == "openat") { name = "open"; sub(/^AT_FDCWD, /, "", args) }
    if (name == "sendto" && sub(/, NULL, 0$/, "", args)) name = "send"
    if (name == "recvfrom" && sub(/, NULL, NULL$/, "", args)) name = "recv"
    if (args ~ /"[^"]*\\[0-7]/ && name !~ /sockopt/)   # bytes, not text
        sub(/"([^"\\]|\\.)*"(\.\.\.)?/, "bytes", args)
    if (name == "accept4") name = "accept"
    gsub(/IPPROTO_IP/, "0", args)
    gsub(/, \[[0-9]+( => [0-9]+)?\]$/, "", args)
    if (name == "bind" || name == "connect") sub(/, [0-9]+$/, "", args)
    gsub(/0x[0-9a-f]+/, "buffer", args)
    while (match(args, /\{sa_family=AF_UNIX, sun_path=@?"[^"]*"\}/)) {
        path = substr(args, RSTART, RLENGTH); sub(/.*sun_path=/, "", path); sub(/\}$/, "", path)
        args = substr(args, 1, RSTART - 1) path substr(args, RSTART + RLENGTH)
    }
    gsub(/\{sa_family=AF_NETLINK[^}]*\}/, "netlink", args)
    if (match(args, /nlmsg_type=[A-Z_]+/)) {
        path = substr(args, RSTART + 11, RLENGTH - 11)
        sub(/\[\{nlmsg_len.*\}\]/, path, args)
    }
    gsub(/pid=[0-9]+, uid=[0-9]+, gid=[0-9]+/, "pid, uid, gid", args)
    gsub(/process [0-9]+/, "process ...", args); gsub(/user [0-9]+/, "user ...", args); gsub(/group [0-9]+/, "group ...", args)
    if (args ~ /process \.\.\./) sub(/", [0-9]+,/, "\", n,", args)   # as long as the numbers are
    sub(/Date: [^\\]*GMT/, "Date: ...", args)
    args = tidy_time_limits(tidy_addresses(args))
    gsub(/;/, ",", args); gsub(/#/, "No.", args)
    return name "(" args ")"
}

# ---- which calls belong to the lesson --------------------------------------

function opens(name, args) {
    if (name == "socket" || name == "accept" || name == "accept4") return 1
    return name == "openat" && args !~ /^AT_FDCWD, "\/(lib|usr|etc|proc|sys)/
}

function is_shown(actor, name, args, value) {
    if (opens(name, args)) {
        if (value + 0 > 0) mine[actor, value + 0] = 1
        return 1
    }
    if (name == "unshare") return 1
    return name ~ /^(bind|listen|connect|sendto|recvfrom|read|write|close|shutdown|getsockname|getpeername|setsockopt|getsockopt|lseek|ftruncate)$/ \
        && (actor, first_number(args)) in mine
}

# ---- the diagram -----------------------------------------------------------

function participant(actor) {
    if (!(actor in seen)) { seen[actor] = 1; order[++actors] = actor; first[actor] = last[actor] = 0 }
}

function note(actor, text) { line[++lines] = "    Note over " actor ": " text }

function between(from, arrow, to, text) { line[++lines] = "    " from arrow to ": " text }

function local(actor, text, value) {
    kernel_line[++lines] = "    " actor "->>kernel: " text "\n    kernel-->>" actor ": " value
    line[lines] = "    Note over " actor ": " text " = " value
}

# A connected socket's other side: whom connect called, whom accept returned.
function peer_of(actor, fd) { return (actor, fd) in peer ? peer[actor, fd] : "" }

function call_shown(actor, call,   name, args, value, text, fd, other, shown) {
    name = call_name(call); args = arguments(call); value = result(call)
    if (value ~ /^\?/ || !is_shown(actor, name, args, value)) return  # "= ?": a signal ended it
    fd = first_number(args)
    if (name == "bind" && value == 0 && port_of(args) + 0 != 0 && !(port_of(args) in ports))
        ports[port_of(args)] = 5000 + bound++
    text = written(name, args)
    shown = text ~ /process \.\.\./ ? "n" : value
    other = peer_of(actor, fd)
    if (args ~ /^AF_UNIX/) local_only[actor] = 1    # no FIN travels there
    if (name == "bind" || name == "listen") listener[port_of(args)] = actor
    if (name == "connect" && value == 0 && (port_of(args) in listener)) {
        other = peer[actor, fd] = listener[port_of(args)]
        waiting[other, ++queued[other]] = actor
        talked = 1
        calls_to_come--
        between(actor, "->>", other, text " = " value)
    } else if (name ~ /^accept/ && value + 0 > 0 && served[actor] < queued[actor]) {
        peer[actor, value + 0] = waiting[actor, ++served[actor]]
        local(actor, text, value)
    } else if (other != "" && (name == "sendto" || name == "write")) {
        if (value + 0 > 0) on_the_way[actor, other] += value
        between(actor, "->>", other, text " = " shown)
    } else if (other != "" && (name == "close" || name == "shutdown" && args !~ /SHUT_RD$/)) {
        if (!finished[actor, fd]) ends_said[actor, other]++
        between(actor, "--)", other, text " = " value (finished[actor, fd]++ || local_only[actor] ? "" : ", FIN"))
    } else {
        if (other != "" && is_recv(name) && value + 0 > 0) on_the_way[other, actor] -= value
        if (other != "" && is_recv(name) && value == "0") ends_heard[actor, other]++
        local(actor, text, shown)
    }
    if (name == "close") { delete mine[actor, fd]; delete peer[actor, fd]; delete finished[actor, fd] }
}

# ---- the order -------------------------------------------------------------

# An actor's calls are known when it next prints or sleeps, so the reading of a
# byte can be known before its sending. Each actor's events wait in a queue of
# their own, and what the other side must do first is drawn first.

function is_recv(name) { return name == "recvfrom" || name == "read" }

# May the actor's next call be drawn? Bytes must have been sent, an end must
# have been said, a client must have called.
function is_due(actor, call,   name, args, value, other) {
    name = call_name(call); args = arguments(call); value = result(call)
    if (name ~ /^accept/ && value + 0 > 0)
        return served[actor] < queued[actor] || calls_to_come == 0
    other = peer_of(actor, first_number(args))
    if (!is_recv(name) || other == "") return 1
    if (value + 0 > 0) return on_the_way[other, actor] >= value + 0
    return value != "0" || ends_said[other, actor] > ends_heard[actor, other]
}

function draw(actor, sign, text) {
    if (sign == "%") call_shown(actor, text)
    else if (sign == "~") note(actor, "asleep in " text)
    else if (sign == "^") note(actor, text)
}

# Draw what is due, of whichever actor, until nothing is.
function draw_due(   i, actor, moved) {
    do {
        moved = 0
        for (i = 1; i <= actors; i++) {
            actor = order[i]
            while (first[actor] < last[actor] && \
                   (queue_sign[actor, first[actor]] != "%" || is_due(actor, queue[actor, first[actor]]))) {
                draw(actor, queue_sign[actor, first[actor]], queue[actor, first[actor]])
                first[actor]++
                moved = 1
            }
        }
    } while (moved)
}

function name_of_event(event) { match(event, /^[a-z][a-z0-9_-]*/); return substr(event, 1, RLENGTH) }

{ event[NR] = $0; if ($0 ~ /^[a-z0-9_-]+% connect\(.* = 0$/) calls_to_come++ }

END {
    for (e = 1; e <= NR; e++) {
        actor = name_of_event(event[e]); sign = substr(event[e], RLENGTH + 1, 1)
        text = sign == "^" ? substr(event[e], RLENGTH + 1) : substr(event[e], RLENGTH + 3)
        if (text == "^D") text = "end of input"
        participant(actor)
        queue[actor, last[actor] + 0] = text
        queue_sign[actor, last[actor]++ + 0] = sign
        draw_due()
    }
    for (i = 1; i <= actors; i++)       # whose other side is no actor
        while (first[order[i]] < last[order[i]]) {
            draw(order[i], queue_sign[order[i], first[order[i]]], queue[order[i], first[order[i]]])
            first[order[i]]++
            draw_due()
        }
    print "sequenceDiagram"
    for (i = 1; i <= actors; i++) print "    participant " order[i]
    if (!talked) print "    participant kernel"
    for (i = 1; i <= lines; i++)
        print !talked && i in kernel_line ? kernel_line[i] : line[i]
}
