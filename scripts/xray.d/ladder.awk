# ladder.awk - the events as a ladder: columns of actors, time downward. Makes
# rows, which ladder-text.awk and ladder-svg.awk draw:
#
#   rows
#   side[r, a], style[r, a]   what stands beside actor a's line, and how: call,
#                             error, wait, state, typed, signal, more
#   life[r, a]                "" not there, "^" starts, "|" at work, ":" waits,
#                             "_" ends
#   from[r], into[r], label[r], brief[r], kind_of[r]   an arrow, from and to these actors
#                             (into -1: nobody): syn, data, fin, rst
#
# A segment that the kernel sent by itself is not seen; it is drawn where the
# states on both sides say that it has come (RFC 9293, figures 5 and 12).

# ---- rows ------------------------------------------------------------------

# An item is what one event brings: lines beside some actors, and arrows.
function begin_item(   a) {
    for (a = 0; a < actors; a++) lines[a] = 0
    arrows = 0
}

function say(a, s, how,   n) {
    n = ++lines[a]
    line_text[a, n] = s
    line_style[a, n] = how
}

function arrow(a, b, s, how, briefly) {
    if (a == b) return
    arrows++
    arrow_from[arrows] = a; arrow_into[arrows] = b
    arrow_label[arrows] = s; arrow_kind[arrows] = how
    arrow_brief[arrows] = briefly == "" ? s : briefly
}

# With three actors an arrow may cross what stands between two lines; so the
# arrows come below the calls, and the states that come of them below those.
function end_item(   a, n, r, k, rest, calls, states, count) {
    calls = states = n = 0
    for (a = 0; a < actors; a++) {
        count[a] = 0
        while (count[a] < lines[a] && line_style[a, count[a] + 1] != "state") count[a]++
        if (count[a] > calls) calls = count[a]
        if (lines[a] - count[a] > states) states = lines[a] - count[a]
        if (lines[a] > n) n = lines[a]
    }
    apart = actors > 2 && arrows > 0
    if (apart) n = calls + arrows + states
    else if (arrows > n) n = arrows
    for (r = 1; r <= n; r++) {
        rows++
        for (a = 0; a < actors; a++) {
            life[rows, a] = alive[a]
            k = r
            if (apart && r > count[a]) k = r > calls + arrows ? count[a] + r - calls - arrows : lines[a] + 1
            if (k <= lines[a]) { side[rows, a] = line_text[a, k]; style[rows, a] = line_style[a, k] }
        }
        k = apart ? r - calls : r
        if (k >= 1 && k <= arrows) {
            from[rows] = arrow_from[k]; into[rows] = arrow_into[k]
            label[rows] = arrow_label[k]; brief[rows] = arrow_brief[k]; kind_of[rows] = arrow_kind[k]
        }
    }
}

# The lines between which an arrow's label stands: the first two on its way.
function label_from(r) { return from[r] }
function label_into(r) { return into[r] < 0 ? -1 : into[r] > from[r] ? from[r] + 1 : from[r] - 1 }

# ---- who talks to whom -----------------------------------------------------

function port_of(address) { sub(/.*:/, "", address); return address }

function is_any(address) { return address ~ /^(0\.0\.0\.0|\[::\]):/ }

# The socket with this address of its own, whose state is `wanted` if given.
function socket_at(address, kind_wanted, wanted,   i, found) {
    found = ""
    for (i in now_here) {
        if (now_proto[i] != kind_wanted || wanted != "" && now_state[i] != wanted) continue
        if (now_here[i] == address || is_any(now_here[i]) && port_of(now_here[i]) == port_of(address)) {
            if (found == "" || i + 0 > found + 0) found = i
        }
    }
    return found
}

# The other end of a connection: the socket with the same addresses the other
# way round; or, before accept, the one that listens there.
function other_end(i,   j) {
    if (i in pair) return pair[i]
    if (now_there[i] == "") return ""
    for (j in now_here)
        if (j != i && now_here[j] == now_there[i] && now_there[j] == now_here[i]) {
            pair[i] = j; pair[j] = i
            return j
        }
    if (now_proto[i] == "udp") return socket_at(now_there[i], "udp", "")
    return socket_at(now_there[i], now_proto[i], "LISTEN")
}

function actor_of(i) { return i == "" ? -1 : now_actor[i] }

# Sockets of the UNIX domain have no numbers: who connects first is accepted
# first.
function pair_unix(e,   i, l) {
    i = inode[e]
    if (proto[e] != "unix" || (i in pair) || state[e] != "connected") return
    if (pair_made != "") { pair[i] = pair_made; pair[pair_made] = i; pair_made = ""; return }
    if (call_now == "socketpair") { pair_made = i; return }
    if (call_now == "accept") {
        l = inode[item]
        if (taken[l] < knocked[l]) { taken[l]++; pair[i] = knocker[l, taken[l]]; pair[pair[i]] = i }
    }
}

# ---- what is said ----------------------------------------------------------

# Long strings are cut: a ladder shows who speaks, not all that is said.
function short_args(s,   out, text) {
    out = ""
    while (match(s, /"([^"\\]|\\.)*"(\.\.\.)?/)) {
        text = substr(s, RSTART + 1, RLENGTH - 1)
        sub(/"?(\.\.\.)?$/, "", text)
        if (width(text) > 14 || substr(s, RSTART, RLENGTH) ~ /\.\.\.$/) text = whole_escapes(fit(text, 12)) "…"
        out = out substr(s, 1, RSTART - 1) "\"" text "\""
        s = substr(s, RSTART + RLENGTH)
    }
    return out s
}

# Do not end in the middle of \n or \x07.
function whole_escapes(s) {
    if (s ~ /\\x[0-9a-f]?$/) sub(/\\x[0-9a-f]?$/, "", s)
    else if (s ~ /(^|[^\\])\\$/) sub(/\\$/, "", s)
    return s
}

function bytes_label(e,   n, s) {
    n = value[e] + 0
    s = data[e]
    gsub(/\\n$/, "", s)
    if (s == "" || width(s) > 20 || s ~ /\.\.\.$|\\x/) {
        s = whole_escapes(fit(s, 10))
        if (s == "" || s ~ /\\x/) return counted(n)
        return "\"" s "…\" " counted(n)
    }
    return "\"" s "\""
}

function call_text(e,   process) {
    process = number[e] > 0 ? "[" number[e] "] " : ""
    if (kind[e] == "wait") return process call[e] "(" short_args(args[e]) ")"
    return process call[e] "(" short_args(args[e]) ") = " value[e]
}

# ---- events ----------------------------------------------------------------

# Calls that say little to who looks at the whole.
function is_minor(e) { return call[e] ~ /^(sigaction|getsockname|getpeername|kill|alarm|dup2|pipe)$/ }

function is_sending(name) { return name ~ /^(send|sendto|sendmsg|write|writev|sendfile)$/ }

function arrow_of_call(e,   i, j, b) {
    i = inode[e]
    if (i == 0 || !(i in now_actor)) return
    if (call[e] == "connect") { arrow_of_connect(e, i); return }
    if (!is_sending(call[e]) || value[e] !~ /^[0-9]+$/) return
    if (now_proto[i] == "udp" || to[e] != "") j = to[e] != "" ? socket_at(to[e], now_proto[i], "") : other_end(i)
    else j = other_end(i)
    if (j == "" && now_proto[i] !~ /^(udp|tcp|unix)$/) return
    b = actor_of(j)
    if (value[e] == 0 && now_proto[i] == "tcp") return
    arrow(actor[e], b, value[e] == 0 ? "empty" : bytes_label(e), "data", counted(value[e]))
}

function arrow_of_connect(e, i,   l, b) {
    if (now_proto[i] == "unix") {
        l = socket_at(to[e], "unix", "LISTEN")
        if (value[e] == "0" && l != "") {
            knocker[l, ++knocked[l]] = i
            arrow(actor[e], actor_of(l), "connect", "syn")
        }
        return
    }
    if (now_proto[i] != "tcp") return
    b = actor_of(socket_at(to[e], "tcp", "LISTEN"))
    if (value[e] ~ /ECONNREFUSED/) {
        b = actor_of(socket_at(to[e], "tcp", ""))
        arrow(actor[e], b, "SYN", "syn")
        if (b >= 0) arrow(b, actor[e], "RST", "rst")
        else say(actor[e], "nobody listens there: RST", "more")
    } else if (kind[e] == "wait") {
        arrow(actor[e], b, "SYN", "syn")
        called[i] = 1
    } else if (value[e] == "0" || value[e] ~ /EINPROGRESS/) {
        if (becomes[i] == "SYN-SENT") { arrow(actor[e], b, "SYN", "syn"); return }
        if (is_up[i]) return
        if (becomes[i] == "ESTABLISHED" || now_state[i] == "ESTABLISHED") shake_hands(actor[e], b, called[i])
        is_up[i] = 1
    }
}

function shake_hands(a, b, has_called) {
    if (b < 0) return
    if (!has_called) arrow(a, b, "SYN", "syn")
    arrow(b, a, "SYN, ACK", "syn")
    arrow(a, b, "ACK", "syn")
}

function is_open(s) { return s ~ /^(ESTABLISHED|CLOSE-WAIT|FIN-WAIT-1|FIN-WAIT-2)$/ }

# What the change of a state says of the segments that went over.
function arrow_of_state(e, before,   i, j, b, after) {
    i = inode[e]; after = state[e]
    if (proto[e] == "unix") {
        if (before == "connected" && after == "GONE" && !said_end[i]++) {
            b = actor_of(other_end(i))
            if (b >= 0) arrow(actor[e], b, "end", "fin")
        }
        return
    }
    if (proto[e] != "tcp") return
    j = other_end(i)
    b = actor_of(j)
    if (before == "ESTABLISHED" && after ~ /^(FIN-WAIT|CLOSING|TIME-WAIT)/) say_fin(actor[e], b, i)
    else if (before == "CLOSE-WAIT" && after ~ /^(LAST-ACK|GONE)$/ && becomes_or_is(j) !~ /^(CLOSED|GONE)$/) say_fin(actor[e], b, i)
    else if (before == "CLOSE-WAIT" && after == "GONE" && said_end[j] && now_state[j] ~ /^(FIN-WAIT|TIME-WAIT)/) say_fin(actor[e], b, i)
    else if (is_open(before) && after ~ /^(CLOSED|GONE)$/ && !reset[i] && !reset[j]) {
        reset[i] = 1
        if (j != "") reset[j] = 1
        # Who closed it with bytes unread, or was told that nobody is there.
        if (holders[e] == 0 && actor[e] == actor[item] && call_now ~ /^(close|end)$/ && before != "FIN-WAIT-2") arrow(actor[e], b, "RST", "rst")
        else if (b >= 0) arrow(b, actor[e], "RST", "rst")
    }
}

function becomes_or_is(i) { return i in becomes ? becomes[i] : now_state[i] }

function say_fin(a, b, i) {
    if (!said_end[i]++) arrow(a, b, "FIN", "fin")
}

function note_state(e,   i) {
    i = inode[e]
    now_actor[i] = actor[e]; now_proto[i] = proto[e]; now_state[i] = state[e]
    if (here[e] != "") now_here[i] = here[e]
    if (there[e] != "") now_there[i] = there[e]
    if (state[e] == "GONE") { delete now_here[i]; if (!(i in pair)) delete now_there[i] }
}

# In a ladder a socket's name is its descriptor.
function state_line(e,   n, unit, i, s) {
    n = state_units(e, unit)
    s = unit[1]
    for (i = 2; i <= n; i++)
        if (unit[i] !~ /→/ && !(unit[i] ~ /:[0-9]+$/ && state[e] != "CLOSED" && state[e] != "bound")) s = s ", " unit[i]
    return (number[e] > 0 ? "[" number[e] "] " : "") fd[e] " " s
}

# The states that follow event e, up to the next event of another kind.
function take_states(e,   f, before, any) {
    split("", becomes)
    for (f = e + 1; f <= events && kind[f] == "state"; f++) becomes[inode[f]] = state[f]
    return f - 1
}

function draw_states(e, last,   f, before, tell) {
    for (f = e + 1; f <= last; f++) {
        before = now_state[inode[f]]
        if (!(inode[f] in now_here) || here[f] != "") note_state_address(f)
    }
    for (f = e + 1; f <= last; f++) pair_unix(f)
    if (kind[e] == "call" || kind[e] == "wait") arrow_of_call(e)
    for (f = e + 1; f <= last; f++) {
        before = now_state[inode[f]]
        arrow_of_state(f, before)
        tell = state_line(f)
        # Only queues that hold something are worth a line of their own.
        if (!(before == state[f] && tell ~ /queues empty/) && !skipped[f])
            say(actor[f], tell, "state")
        note_state(f)
    }
}

function note_state_address(f,   i) {
    i = inode[f]
    now_actor[i] = actor[f]; now_proto[i] = proto[f]
    if (here[f] != "") now_here[i] = here[f]
    if (there[f] != "") now_there[i] = there[f]
}

function set_alive(e) {
    if (kind[e] == "wait") waiting[actor[e], number[e]] = 1
    else waiting[actor[e], number[e]] = 0
    if (kind[e] == "end") gone[actor[e], number[e]] = 1
    if (number[e] > most_number[actor[e]]) most_number[actor[e]] = number[e]
}

# An actor waits when all of its processes do.
function life_of(a,   n) {
    if (!started[a]) return ""
    for (n = 0; n <= most_number[a] + 0; n++)
        if (!gone[a, n] && !waiting[a, n]) return "|"
    return gone[a, 0] ? "|" : ":"
}

function typed_text(e) {
    if (sign[e] == "^") return text[e] == "D" ? "end of input" : "Ctrl-" text[e]
    return "types " (text[e] == "" ? "an empty line" : "\"" (width(text[e]) > 24 ? fit(text[e], 22) "…" : text[e]) "\"")
}

function draw_step(e) {
    if (sign[e] == "$") {
        started[actor[e]] = 1
        delete gone[actor[e], 0]; delete waiting[actor[e], 0]
        most_number[actor[e]] = 0
        alive[actor[e]] = "^"
        begin_item(); say(actor[e], "$ " text[e], "typed"); end_item()
        alive[actor[e]] = "|"
    } else if (sign[e] == "<" || sign[e] == "^" && text[e] == "D") {
        begin_item(); say(actor[e], typed_text(e), "typed"); end_item()
    } else if (sign[e] == "=") {
        alive[actor[e]] = "_"
        begin_item(); say(actor[e], text[e] ~ /^[0-9]/ ? "exits with " text[e] : "ended by " text[e], "more"); end_item()
        started[actor[e]] = 0
        alive[actor[e]] = ""
    }
}

function draw(e,   last) {
    item = e
    call_now = kind[e] == "end" ? "end" : call[e]
    if (kind[e] == "step") { draw_step(e); return e }
    if (kind[e] == "silent") return e
    last = take_states(e)
    begin_item()
    if (skips[e]) say(actor[e], "… " skip_calls[e] " more like these", "more")
    if (kind[e] == "call" && value[e] != "interrupted" && !skipped[e] && (!is_minor(e) || last > e || is_error(value[e])))
        say(actor[e], call_text(e), is_error(value[e]) ? "error" : "call")
    else if (kind[e] == "wait" && !skipped[e]) say(actor[e], call_text(e), "wait")
    else if (kind[e] == "signal") say(actor[e], (number[e] > 0 ? "[" number[e] "] " : "") text[e], "signal")
    else if (kind[e] == "more" && !told_more[actor[e]]++) say(actor[e], "… and on: too many to show", "more")
    if (!skipped[e]) draw_states(e, last)
    else forget_states(e, last)
    alive[actor[e]] = kind[e] == "wait" ? alive[actor[e]] : life_after(e)
    end_item()
    set_alive(e)
    alive[actor[e]] = life_of(actor[e])
    return last
}

# What moves is awake.
function life_after(e) { return started[actor[e]] ? "|" : "" }

function forget_states(e, last,   f, unit) {
    for (f = e + 1; f <= last; f++) { state_units(f, unit); note_state_address(f); pair_unix(f); note_state(f) }
}

# Actors that ask the kernel for nothing that is shown have no column.
function leave_out_the_silent(   e, a, n, speaks, column, names) {
    for (e = 1; e <= events; e++) if (kind[e] ~ /^(call|wait|signal|more)$/) speaks[actor[e]] = 1
    n = 0
    for (a = 0; a < actors; a++) if (a in speaks) { column[a] = n; names[n++] = name[a] }
    speakers = n
    if (n == 0) return
    for (e = 1; e <= events; e++) {
        if (actor[e] < 0) continue
        if (actor[e] in speaks) actor[e] = column[actor[e]]
        else { actor[e] = -1; kind[e] = "silent" }
    }
    split("", name)
    for (a = 0; a < n; a++) name[a] = names[a]
    actors = n
}

function make_ladder(   e, a) {
    leave_out_the_silent()
    drop_short_waits()
    skip_repetitions()
    split("", told_ends); split("", told_queue); split("", told_state); split("", told_holders)
    for (a = 0; a < actors; a++) alive[a] = ""
    for (e = 1; e <= events; e++) e = draw(e)
}
