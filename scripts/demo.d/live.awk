# live.awk - what ss says of the scene's network at this moment; after events.awk.
# The tracer tells of a socket when a program of the scene makes a call. Meanwhile
# somebody at the prompt connects, or a timer runs out.
#
# Variables: live, a file with the output of `ss -HOtuanep`, "" for none, and
# a line "/proc/PID/environ" for each process of the prompt's; live_before, what
# it was at the last stop.

function long_name(state) {
    return state == "ESTAB" ? "ESTABLISHED" : state == "UNCONN" ? "CLOSED" : state
}

function read_live(   s, part, k) {
    if (live == "") return
    while ((getline s < live_before) > 0) seen_before[likeness_of(s)] = 1
    while ((getline s < live) > 0) {
        if (s ~ /^[/]proc/) { split(s, part, "/"); at_prompt[part[3]] = 1; continue }
        if (split(s, part, / +/) < 6) continue
        k = ++lives
        live_new[k] = !(likeness_of(s) in seen_before)
        live_proto[k] = part[1]; live_state[k] = long_name(part[2])
        # ss counts a FIN that nobody has read as one byte more.
        live_received[k] = part[3] - (part[3] > 0 && part[2] ~ /^(CLOSE-WAIT|LAST-ACK|CLOSING)$/)
        live_unsent[k] = part[4]
        live_here[k] = part[5]; live_there[k] = part[6]
        live_inode[k] = match(s, / ino:[1-9][0-9]*/) ? substr(s, RSTART + 5, RLENGTH - 5) : ""
        live_users[k] = s
    }
}

# What a row says of a socket; not its timers.
function likeness_of(s,   part) {
    split(s, part, / +/)
    return part[1] " " part[2] " " part[3] " " part[5] " " part[6]
}

# Does a process of the prompt's hold socket k?
function is_prompts(k,   s) {
    s = live_users[k]
    while (match(s, /pid=[0-9]+/)) {
        if (substr(s, RSTART + 4, RLENGTH - 4) in at_prompt) return 1
        s = substr(s, RSTART + RLENGTH)
    }
    return 0
}

# The socket of event e among those of ss; 0 if it is not there. One that no
# program holds any more is known by its addresses only.
function find_live(e,   k) {
    for (k = 1; k <= lives; k++)
        if (live_inode[k] != "" ? live_inode[k] == inode[e] : \
            live_here[k] == here[e] && live_there[k] == there[e]) return k
    return 0
}

# Bring the events of the scene's TCP sockets up to date, before they are drawn.
function update_states(   i, e, k) {
    read_live()
    if (live == "") return
    for (i in latest) {
        e = latest[i]
        k = find_live(e)
        if (k) known[k] = 1
        if (proto[e] != "tcp" || state[e] == "GONE") continue
        if (!k) { not_there(i, e); continue }
        if (live_state[k] != state[e]) changed(i, e, live_state[k])
        if (holders[e] > 0 && live_received[k] != received[e]) {
            fresh[i] = 1
            received[e] = live_received[k]
        }
        if (state[e] != "LISTEN") unsent[e] = live_unsent[k]
    }
}

# ss has every TCP socket but those in CLOSED.
function not_there(i, e) {
    if (state[e] == "CLOSED" && loose[actor[e]]) now[i] = state[e] = "GONE"
    else if (state[e] != "CLOSED" && (holders[e] == 0 || loose[actor[e]])) changed(i, e, "GONE")
}

function changed(i, e, to) {
    before[i] = state[e]
    state[e] = now[i] = to
    fresh[i] = replaced[i] = 1
}

# What the tracer does not know of socket k, in words; "" if there is nothing to
# say: it may be on its way out.
function remark_on(k) {
    if (known[k]) return ""
    if (live_inode[k] == "") return remark_on_orphan(k)
    if (is_prompts(k)) return "prompt"
    if (loose_actor != "") return loose_actor
    # A program has it, and has not told: it was asleep in accept.
    return live_here[k] in listening && live_there[k] !~ /:\*$/ ? "accept is about to return it" : ""
}

# No program holds it.
function remark_on_orphan(k) {
    if (live_state[k] ~ /^(ESTABLISHED|SYN-RECV|CLOSE-WAIT)$/) return "not accepted yet"
    return live_state[k] ~ /^FIN-WAIT/ || loose_actor != "" && live_state[k] == "TIME-WAIT" ? "closed" : ""
}

# The sockets that no program of the scene has told of into stranger[1..], with a
# remark_of each; how many.
function find_strangers(   k, n) {
    n = 0
    for (k = 1; k <= lives; k++) if (live_state[k] == "LISTEN") listening[live_here[k]] = 1
    for (k = 1; k <= lives; k++) {
        remark_of[k] = remark_on(k)
        if (remark_of[k] == "") continue
        stranger[++n] = k
        if (length(live_text(k)) > state_room) state_room = length(live_text(k))
        if (length(live_holder(k)) > lead) lead = length(live_holder(k))
    }
    return n
}

function live_text(k) {
    return (live_proto[k] == "udp" ? "UDP" : live_state[k]) (remark_of[k] == "closed" ? " (closed)" : "")
}

# Who holds it, if somebody does.
function live_holder(k) { return remark_of[k] ~ / |^closed$/ ? "-" : remark_of[k] }

function stranger_row(k,   before, behind, row) {
    before = (live_new[k] ? "▸ " : "  ") pad(live_holder(k), lead) "  " pad(live_text(k), state_room) "  "
    behind = (live_received[k] > 0 ? "  " counted(live_received[k]) " to read" : "") \
        (remark_of[k] ~ / / ? "  " remark_of[k] : "")
    row = row_of(before, live_here[k], live_there[k] ~ /:\*$/ ? "" : live_there[k], behind)
    return live_new[k] ? paint("1", row) : row
}
