# live.awk - what ss says of the scene's network at this moment; after events.awk.
# The tracer tells of a socket when a program of the scene makes a call. Meanwhile
# somebody at the prompt connects, or a timer runs out.
#
# Variables: live, a file with the output of `ss -HOtuane`, empty for none;
# prompted, whether somebody has had a prompt in that network.

function long_name(state) {
    return state == "ESTAB" ? "ESTABLISHED" : state == "UNCONN" ? "CLOSED" : state
}

function read_live(   s, part, k) {
    if (live == "") return
    while ((getline s < live) > 0) {
        if (split(s, part, / +/) < 6) continue
        k = ++lives
        live_proto[k] = part[1]; live_state[k] = long_name(part[2])
        # ss counts a FIN that nobody has read as one byte more.
        live_received[k] = part[3] - (part[3] > 0 && part[2] ~ /^(CLOSE-WAIT|LAST-ACK|CLOSING)$/)
        live_unsent[k] = part[4]
        live_here[k] = part[5]; live_there[k] = part[6]
        live_inode[k] = match(s, / ino:[1-9][0-9]*/) ? substr(s, RSTART + 5, RLENGTH - 5) : ""
    }
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
    for (i in latest) {
        e = latest[i]
        k = find_live(e)
        if (k) known[k] = 1
        if (!lives || proto[e] != "tcp" || state[e] ~ /^(GONE|CLOSED)$/) continue
        if (!k && holders[e] == 0) { changed(i, e, "GONE"); continue }
        if (!k) continue
        if (live_state[k] != state[e]) changed(i, e, live_state[k])
        if (holders[e] > 0 && live_received[k] != received[e]) {
            fresh[i] = 1
            received[e] = live_received[k]
        }
        if (state[e] != "LISTEN") unsent[e] = live_unsent[k]
    }
}

function changed(i, e, to) {
    before[i] = state[e]
    state[e] = now[i] = to
    fresh[i] = replaced[i] = 1
}

# The sockets that no program of the scene has, as rows into list[1..]; how many.
# One without an owner waits for an accept; or it is on its way out, and no news.
# One with an owner is the prompt's; or an accept that has not told of it yet has it.
function others(list,   k, n, s) {
    n = 0
    for (k = 1; k <= lives; k++) {
        if (known[k] || (live_inode[k] != "" && !prompted)) continue
        if (live_inode[k] == "" && live_state[k] !~ /^(ESTABLISHED|SYN-RECV|CLOSE-WAIT)$/) continue
        s = live_inode[k] == "" ? "  not accepted yet" : ""
        list[++n] = "  " pad(live_inode[k] == "" ? "-" : "prompt", lead) "  " \
            pad(live_proto[k] == "udp" ? "UDP" : live_state[k], 20) "  " \
            ends_of(live_here[k], live_there[k] ~ /:\*$/ ? "" : live_there[k]) \
            (live_received[k] > 0 ? "  " live_received[k] " to read" : "") s
    }
    return n
}
