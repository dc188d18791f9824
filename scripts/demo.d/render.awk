# render.awk - the demo's panes out of the tracer's log; after events.awk,
# narration.awk and live.awk.
#
# Variables:
#   slots       "server=0 client=1": the pane of each actor
#   sizes       "39x10 39x10": of the actors' panes
#   kernel      "80x7", narrator "80x4": of the other two
#   panes       the fifos of the actors' panes are panes 0, panes 1, ...; the
#               kernel's is panes k; the narrator's screen is standard output
#   since       events that have been seen at the last stop
#   xray        1: calls under their lines
#   colour      0: only bold, dim and reverse
#   keys        the narrator's last line; say: a sentence of the director's
#   scene       the command that plays it without a demo
#   stop        where everybody stands still: "call", behind a system call, or
#               "end"
#   count       the file that gets the numbers of events, of steps, and of rows
#               and changes that can be seen

function paint(code, s) { return code == "" ? s : "\033[" code "m" s "\033[0m" }

function hue(code) { return colour ? code : "" }

# A row of an actor's pane. New ones have a mark.
function push(a, s, style, head,   p, n, i, part, most) {
    shown++
    p = slot[name[a]]
    most = columns[p] - 2 - width(head)
    if (most < 4) most = 4
    n = style_is_call ? wrap_call(s, most, part) : wrap(s, most, part)
    for (i = 1; i <= n; i++)
        row[p, ++rows[p]] = mark() paint(style, (i == 1 ? head : blanks(width(head))) part[i])
}

function mark() { return e > since ? "▸ " : "  " }

# More than one actor may have the same pane, one after the other.
function enter(a,   p) {
    p = slot[name[a]]
    if (shared[p] > 1 && holder[p] != a) row[p, ++rows[p]] = "  " paint("1", "── " name[a])
    holder[p] = a
}

function show_step(   a, how) {
    a = actor[e]; how = sign[e]
    if (how == "#") { hear_note(); return }
    tell_notes()
    forget_taking(a)
    if (e > since && how == "|") tells_time = tells_time || text[e] ~ /[0-9] ms/
    enter(a)
    if (how == "$") {
        push(a, text[e], "1", "$ ")
        waits[a] = ""
        runs_ss[a] = text[e] ~ /(^|[^a-z])(ss|ip) /
    }
    else if (how == "<") { push(a, text[e], "1", "> "); waits[a] = "" }
    else if (how == "^") { push(a, "^" text[e], "1;7"); waits[a] = "" }
    else if (how == "|") push(a, text[e], "")
    else if (how == "!") push(a, text[e], hue("31"), "! ")
    else if (how == "~") {
        # By the name that the x-ray has for it: recv, where the kernel says recvfrom.
        push(a, (last_step[a] == "~" text[e] ? "… still waits in " : "… waits in ") \
            (waited[a] != "" ? waited[a] : text[e]), "2")
        waits[a] = ""
    }
    else if (how == "=") { push(a, "ended: " text[e], "2"); waits[a] = ""; loose[a] = 0 }
    else push(a, text[e], "2", "% ")
    last_step[a] = how text[e]
}

# A belief is there at once, and so are the first words. All others come with the
# line that they speak of, so that nobody knows the answer before.
function hear_note() {
    if (last_sign != "#") {
        tell_notes()
        at_once = text[e] ~ /^Belief:/ || last_sign == ""
    }
    heard[++heard_count] = text[e]
    begins[heard_count] = last_sign != "#"
    if (at_once) tell_notes()
}

function tell_notes(   i) {
    for (i = 1; i <= heard_count; i++) { shown++; take_note(heard[i], begins[i]) }
    heard_count = 0
}

# With this result comes a signal. Who does not handle it is ended, and then nothing
# returns.
function raises_signal() { return value[e] ~ /EPIPE/ && args[e] !~ /MSG_NOSIGNAL/ && !ignores[actor[e]] }
function is_deadly() { return raises_signal() && !handles[actor[e]] }

# The process of an actor that makes the call, where it is not the first.
function child() { return number[e] > 0 ? "/" number[e] " " : "" }

function show_call(   came) {
    came = kind[e] == "wait" ? " … waits" : is_deadly() ? " fails: EPIPE" : " = " value[e]
    style_is_call = 1
    push(actor[e], child() call[e] "(" args[e] ")" came, \
        kind[e] == "wait" ? "2" : is_error(value[e]) ? hue("31") : hue("36"), "  ")
    style_is_call = 0
}

# What a call that has returned means for what is drawn later.
function note_call() {
    last_call = e
    loose[actor[e]] = 0
    if (number[e] == 0) waits[actor[e]] = ""
    if (args[e] ~ /SIGPIPE.*handler/) handles[actor[e]] = 1
    else if (args[e] ~ /SIGPIPE/) ignores[actor[e]] = 1
    if (raises_signal()) raising_call = e
    if (call[e] == "bind" && value[e] == 0) was_bound[inode[e]] = 1
    if (call[e] == "connect" && value[e] ~ /^-1/ && value[e] !~ /EINPROGRESS|EALREADY|EINTR|EISCONN/) was_refused[inode[e]] = 1
}

# How ss and ip ask the kernel is no news of the scene.
function is_of_ss(i) {
    if (here[e] ~ /^AF_NETLINK/ && runs_ss[actor[e]]) of_ss[i] = 1
    return i in of_ss
}

function note_state(   i) {
    i = inode[e]
    if (is_of_ss(i)) return
    if (!(i in order)) { order[i] = ++sockets; at[sockets] = i; born[i] = e }
    if (now[i] != "" && now[i] != state[e]) { before[i] = now[i]; turned[i] = e }
    if (here[e] == "" && now[i] != "") { here[e] = here[latest[i]]; there[e] = there[latest[i]] }
    now[i] = state[e]
    latest[i] = e
    shown++
}

# ---- the kernel's pane -----------------------------------------------------

function state_text(i,   e) {
    e = latest[i]
    return state[e] == "GONE" ? "gone" : state[e] (holders[e] == 0 ? " (closed)" : "")
}

# A row with as much of the addresses as there is room for.
function row_of(before, a, b, behind,   row) {
    row = before ends_of(a, b, "whole") behind
    return width(row) <= kernel_columns ? row : cut(before ends_of(a, b) behind, kernel_columns)
}

function socket_row(i,   e, s, queue, news, held) {
    e = latest[i]
    held = held_by_recv(i)
    if (!held && !xray) held = taken[i]
    news = e > since || fresh[i] || held > 0 && taken_at[i] > since
    queue = state[e] == "LISTEN" && proto[e] == "tcp" ? \
        received[e] " in queue, backlog " backlog[e] : queue_text(e)
    if (queue != "") s = "  " queue
    if (held > 0) s = s "  " counted(held) " taken by " (taken[i] > 0 ? taken_by[i] : waited[actor[e]])
    if (holders[e] > 1) s = s "  held by " holders[e] " processes"
    if ((i in replaced) || news && turned[i] > since) s = s "  was " before[i]
    s = row_of((news ? "▸ " : "  ") pad(who(e) " " fd[e], lead) "  " pad(state_text(i), state_room) "  ", \
        has_lost_its_port(i) ? "" : here[e], there[e], s)
    return state[e] == "GONE" ? paint("2", s) : news ? paint("1", s) : s
}

# connect had chosen a port, failed, and given it back. getsockname does not know.
function has_lost_its_port(i) {
    return was_refused[i] && !was_bound[i] && state[latest[i]] ~ /^(CLOSED|GONE)$/
}

# Bytes that have left the socket's queue and of which its program has not spoken:
# it stands still before its line, or within recv.
function note_bytes(   i) {
    i = inode[e]
    waits_on[actor[e]] = kind[e] == "wait" && call[e] ~ /^(recv|read)/ ? i : 0
    if (kind[e] == "wait") return
    if (call[e] !~ /^(recv|read)/) forget_taking(actor[e])
    if (i == 0 || !(value[e] > 0) || args[e] ~ /MSG_(PEEK|OOB|TRUNC)/) return
    if (call[e] ~ /^(send|write)/) { bytes_out[i] += value[e]; sent_at[i] = e }
    if (call[e] ~ /^(recv|read)/) {
        bytes_in[i] += value[e]
        taken[i] += value[e]
        taken_at[i] = e
        taken_by[i] = call[e]
        taker[i] = actor[e]
    }
}

function forget_taking(a,   i) { for (i in taken) if (taker[i] == a) taken[i] = 0 }

# What a recv that has not returned holds in its hands: what the peer has sent and
# is in no queue. More than a buffer's worth may be on the way.
function held_by_recv(i,   e, peer, n) {
    e = latest[i]
    if (waits_on[actor[e]] != i) return 0
    for (peer in latest) if (here[latest[peer]] == there[e] && there[latest[peer]] == here[e]) {
        n = bytes_out[peer] - bytes_in[i] - received[e]
        taken_at[i] = sent_at[peer]
        return n > 0 && n < 65536 ? n : 0
    }
    return 0
}

function draw_kernel(to,   i, n, k, r, more, list, stays) {
    for (k in loose) if (loose[k]) loose_actor = name[k]
    update_states()
    n = 0
    for (k = 1; k <= sockets; k++) {
        i = at[k]
        if (now[i] == "GONE" && latest[i] <= since && !fresh[i]) continue
        # It has come and gone, and was never anything.
        if (now[i] == "GONE" && born[i] > since && before[i] == "CLOSED") continue
        list[++n] = i
        if (width(state_text(i)) > state_room) state_room = width(state_text(i))
        if (width(who(latest[i]) " " fd[latest[i]]) > lead) lead = width(who(latest[i]) " " fd[latest[i]])
    }
    more = find_strangers()
    for (k = 1; k <= n; k++) {
        # The one that all the others come to is never too old.
        stays[k] = state[latest[list[k]]] == "LISTEN"
        list[k] = socket_row(list[k])
    }
    for (k = 1; k <= more; k++) list[++n] = stranger_row(stranger[k])
    if (n == 0) put(to, ++r, paint("2", "  no sockets"))
    r += put_rows(to, list, stays, n)
    wipe(to, r, kernel_rows)
}

# As many as there is room for, the last ones, and those that stay; how many rows.
function put_rows(to, list, stays, n,   k, r, left_out) {
    r = 0
    left_out = n > kernel_rows ? n - kernel_rows + 1 : 0
    if (left_out)
        for (k = 1; k <= n; k++) if (stays[k] && r < kernel_rows / 2) { put(to, ++r, list[k]); list[k] = "" }
    if (left_out) put(to, ++r, paint("2", "  … " left_out " older sockets"))
    for (k = 1; k <= n; k++) {
        if (list[k] == "") continue
        if (left_out > 0) left_out--
        else put(to, ++r, list[k])
    }
    return r
}

# ---- screens ---------------------------------------------------------------

function put(to, r, s) { screen[to] = screen[to] "\033[" r ";1H" s "\033[K" }

function wipe(to, r, most) { while (r < most) put(to, ++r, "") }

function draw_actor(p,   a, r, first, n) {
    n = rows[p]
    if (!xray && (p in holder) && waits[holder[p]] != "")
        row[p, ++n] = "  " paint("2", "… waits in " waits[holder[p]])
    first = n > lines[p] ? n - lines[p] + 1 : 1
    for (r = first; r <= n; r++) put(p, r - first + 1, row[p, r])
    wipe(p, n - first + 1, lines[p])
}

# Where the scene's narrator has nothing to say of this moment.
function director_says(   whose, out) {
    if (stop == "call") {
        whose = who(last_call) ": " call[last_call]
        return whose (raising_call == last_call ? " fails with EPIPE, and the kernel raises SIGPIPE" : " has returned") ". Everybody stands still."
    }
    if (loose_actor != "")
        out = loose_actor " makes too many calls to be held at each. It has run on; the pane above is the kernel of now."
    if (tells_time)
        out = out (out == "" ? "" : " ") "Times are not the real ones here, where each call is held: " scene " has those."
    return out
}

function draw_narrator(to,   i, k, n, part, r, first, all) {
    n = 0
    if (stop == "end") { tell_notes(); tell_last_truth() }
    for (i = 1; i <= notes; i++) {
        k = wrap(said[i], narrator_columns - 3, part)
        for (r = 1; r <= k; r++) all[++n] = part[r]
    }
    if (say == "") say = director_says()
    if (say != "") { k = wrap(say, narrator_columns - 3, part); for (r = 1; r <= k; r++) all[++n] = part[r] }
    first = n > narrator_rows - 1 ? n - narrator_rows + 2 : 1
    for (r = first; r <= n; r++) put(to, r - first + 1, " " paint("1", all[r]))
    wipe(to, n - first + 1, narrator_rows - 1)
    put(to, narrator_rows, paint("7", pad(cut(" " keys, narrator_columns), narrator_columns)))
}

BEGIN {
    n = split(slots, part, " ")
    for (i = 1; i <= n; i++) { split(part[i], pair, "="); slot[pair[1]] = pair[2]; shared[pair[2]]++ }
    slot_count = split(sizes, part, " ")
    for (i = 1; i <= slot_count; i++) { split(part[i], pair, "x"); columns[i - 1] = pair[1]; lines[i - 1] = pair[2] }
    split(kernel, pair, "x"); kernel_columns = pair[1]; kernel_rows = pair[2]
    split(narrator, pair, "x"); narrator_columns = pair[1]; narrator_rows = pair[2]
}

$1 == "step" { steps++ }

END {
    drop_short_waits()
    skip_repetitions()
    for (e = 1; e <= events; e++) {
        if (kind[e] == "step") { show_step(); last_sign = sign[e] }
        if (kind[e] == "state") note_state()
        if (kind[e] == "call") note_call()
        if (kind[e] == "wait") waits[actor[e]] = waited[actor[e]] = call[e]
        if (kind[e] == "call" || kind[e] == "wait") note_bytes()
        if (kind[e] == "more") loose[actor[e]] = 1
        if (xray && (kind[e] == "call" || kind[e] == "wait") && !skipped[e]) show_call()
        if (xray && kind[e] == "signal") push(actor[e], child() "◀ " text[e], "1", "  ")
        if (kind[e] == "more" && xray) push(actor[e], "… and on", "2", "  ")
    }
    for (p = 0; p < slot_count; p++) { draw_actor(p); printf "%s", screen[p] > (panes p); close(panes p) }
    draw_kernel("k"); printf "%s", screen["k"] > (panes "k"); close(panes "k")
    draw_narrator("n"); printf "%s", screen["n"]
    print events, steps + 0, shown + 0 > count
}
