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
    if (how == "#") { note(); return }
    enter(a)
    if (how == "$") {
        push(a, text[e], "1", "$ ")
        waits[a] = ""
        runs_ss[a] = text[e] ~ /(^|[^a-z])ss /
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
    else if (how == "=") { push(a, "ended: " text[e], "2"); waits[a] = "" }
    else push(a, text[e], "2", "% ")
    last_step[a] = how text[e]
}

function note() {
    shown++
    take_note(text[e], last_sign != "#")
}

function show_call(   came) {
    came = kind[e] == "wait" ? " … waits" : " = " value[e]
    style_is_call = 1
    push(actor[e], (number[e] > 0 ? "/" (number[e] + 1) " " : "") call[e] "(" args[e] ")" came, \
        kind[e] == "wait" ? "2" : is_error(value[e]) ? hue("31") : hue("36"), "  ")
    style_is_call = 0
}

# How ss asks is no news of the scene.
function is_of_ss(i) {
    if (here[e] ~ /^AF_NETLINK/ && runs_ss[actor[e]]) of_ss[i] = 1
    return i in of_ss
}

function note_state(   i) {
    i = inode[e]
    if (is_of_ss(i)) return
    if (!(i in order)) { order[i] = ++sockets; at[sockets] = i }
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

function socket_row(i,   e, s, queue, news, was) {
    e = latest[i]
    news = e > since || fresh[i]
    s = (news ? "▸ " : "  ") pad(who(e) " " fd[e], lead) "  "
    was = (i in replaced) || e > since && turned[i] > since ? "  was " before[i] : ""
    s = s pad(state_text(i), state_room) "  " ends_text(e)
    queue = queue_text(e)
    if (state[e] == "LISTEN" && proto[e] == "tcp")
        queue = received[e] " in queue, backlog " backlog[e]
    if (queue != "") s = s "  " queue
    if (holders[e] > 1) s = s "  held by " holders[e] " processes"
    s = cut(s was, kernel_columns)
    return state[e] == "GONE" ? paint("2", s) : news ? paint("1", s) : s
}

function draw_kernel(to,   i, n, k, r, first, more, list) {
    update_states()
    n = 0
    for (k = 1; k <= sockets; k++) {
        i = at[k]
        if (now[i] == "GONE" && latest[i] <= since && !fresh[i]) continue
        list[++n] = i
        if (width(state_text(i)) > state_room) state_room = width(state_text(i))
        if (width(who(latest[i]) " " fd[latest[i]]) > lead) lead = width(who(latest[i]) " " fd[latest[i]])
    }
    more = find_strangers()
    for (k = 1; k <= n; k++) list[k] = socket_row(list[k])
    for (k = 1; k <= more; k++) list[++n] = stranger_row(stranger[k])
    first = n > kernel_rows ? n - kernel_rows + 2 : 1
    r = 0
    if (first > 1) put(to, ++r, paint("2", "  … " first - 1 " older sockets"))
    for (k = first; k <= n; k++) put(to, ++r, list[k])
    if (n == 0) put(to, ++r, paint("2", "  no sockets"))
    wipe(to, r, kernel_rows)
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

function draw_narrator(to,   i, k, n, part, r, first, all) {
    n = 0
    if (stop == "end") tell_last_truth()
    for (i = 1; i <= notes; i++) {
        k = wrap(said[i], narrator_columns - 3, part)
        for (r = 1; r <= k; r++) all[++n] = part[r]
    }
    if (say == "" && stop == "call")
        say = name[actor[last_call]] ": " call[last_call] " has returned. Everybody stands still."
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
    whole_addresses = kernel_columns >= 90
    split(narrator, pair, "x"); narrator_columns = pair[1]; narrator_rows = pair[2]
}

$1 == "step" { steps++ }

END {
    drop_short_waits()
    skip_repetitions()
    for (e = 1; e <= events; e++) {
        if (kind[e] == "step") { show_step(); last_sign = sign[e] }
        if (kind[e] == "state") note_state()
        if (kind[e] == "call") last_call = e
        if (kind[e] == "wait") waits[actor[e]] = waited[actor[e]] = call[e]
        if (kind[e] == "call" && number[e] == 0) waits[actor[e]] = ""
        if (xray && (kind[e] == "call" || kind[e] == "wait") && !skipped[e]) show_call()
        if (xray && kind[e] == "signal") push(actor[e], "◀ " text[e], "1", "  ")
        if (kind[e] == "more" && xray) push(actor[e], "… and on", "2", "  ")
    }
    for (p = 0; p < slot_count; p++) { draw_actor(p); printf "%s", screen[p] > (panes p); close(panes p) }
    draw_kernel("k"); printf "%s", screen["k"] > (panes "k"); close(panes "k")
    draw_narrator("n"); printf "%s", screen["n"]
    print events, steps + 0, shown + 0 > count
}
