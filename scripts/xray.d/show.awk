# show.awk - the x-ray on the terminal: the steps of a scene, under each what
# the kernel was asked and what became of the sockets.
#
# Variables: width_of_screen, colour (0 or 1), title.

function paint(code, s) { return colour ? "\033[" code "m" s "\033[0m" : s }

function actor_colour(a) { return substr("363335323431", 2 * (a % 6) + 1, 2) }

function show_note(e,   i, n, part) {
    if (after == "line") print ""
    n = wrap(text[e], width_of_screen - 4, part)
    for (i = 1; i <= n; i++)
        print paint("1;3", " " (i == 1 ? "# " : "  ") part[i])
    after = "note"
}

function show_step(e,   i, n, part, head, gap) {
    head = name[actor[e]] sign[e]
    gap = sign[e] == "^" ? "" : " "
    n = wrap(text[e], width_of_screen - width(head) - 3, part)
    for (i = 1; i <= n; i++)
        print " " paint(actor_colour(actor[e]) ";1", i == 1 ? head : blanks(width(head))) gap \
            paint(sign[e] == "!" ? "31" : sign[e] ~ /[|]/ ? "0" : "1", part[i])
    after = "line"
}

# What the kernel was asked, at the left.
function show_call(e,   came, n, part, i) {
    came = kind[e] == "wait" ? " … waits" : " = " value[e]
    n = wrap_call(call[e] "(" args[e] ")" came, width_of_screen - lead - 6, part)
    for (i = 1; i <= n; i++)
        row(paint(actor_colour(actor[e]), i == 1 ? pad(who(e), lead) : blanks(lead)), lead, part[i], call_style(e))
    after = "line"
}

function call_style(e) {
    if (kind[e] == "wait") return "2"
    return is_error(value[e]) ? "31" : "0"
}

# The row is kept until we know what stands at its right.
function row(head, head_width, s, style) {
    flush_row()
    kept = "   " head "  " paint(style, s)
    kept_width = 5 + head_width + width(s)
    has_kept = 1
}

function flush_row() {
    if (has_kept) print kept
    has_kept = 0
}

# At the right, what became of a socket; in the row of the call if there is
# room, else in a row of its own.
function show_state(e,   label, n, unit, i, now, most) {
    label = who(e) " " fd[e]
    most = width_of_screen - right - width(label) - 3
    n = state_units(e, unit)
    now = unit[1]
    for (i = 2; i <= n; i++) {
        if (width(now) + 2 + width(unit[i]) <= most) { now = now "  " unit[i]; continue }
        put_state(e, label, now)
        label = blanks(width(label))
        now = unit[i]
    }
    put_state(e, label, now)
}

function put_state(e, label, s) {
    if (!has_kept || kept_width >= right) { flush_row(); kept = ""; kept_width = 0 }
    kept = kept blanks(right - kept_width) paint(actor_colour(actor[e]), label) "  " state_painted(s, e)
    has_kept = 1
    flush_row()
}

function state_painted(s, e) {
    if (s ~ /^gone/) return paint("2", s)
    if (index(s, state[e]) != 1) return paint("2", s)
    return paint("1", state[e]) paint("2", substr(s, length(state[e]) + 1))
}

function show_event(e, s, style) {
    row(paint(actor_colour(actor[e]), pad(who(e), lead)), lead, s, style)
    after = "line"
}

function show(e) {
    if (skips[e])
        row(blanks(lead), lead, "… " skip_calls[e] " more calls like these", "2")
    if (skipped[e]) return
    if (kind[e] == "state") { show_state(e); return }
    if (kind[e] == "call" || kind[e] == "wait") { show_call(e); return }
    if (kind[e] == "signal") { show_event(e, "◀ " text[e], "31;1"); return }
    if (kind[e] == "more") { if (!told_more[actor[e]]++) show_event(e, "… and on; so many calls are not shown", "2"); return }
    if (kind[e] == "end") {
        if (number[e] > 0 && is_process[actor[e], number[e]])
            show_event(e, "ended with " text[e], "2")
        return
    }
    flush_row()
    if (kind[e] != "step") return
    delete told_more[actor[e]]
    if (sign[e] == "#") show_note(e)
    else show_step(e)
}

END {
    lead = 0
    for (e = 1; e <= events; e++) {
        if (kind[e] == "end") is_process[actor[e], number[e]] = 1
        if (kind[e] ~ /^(call|wait|signal)$/ && width(who(e)) > lead) lead = width(who(e))
    }
    # Calls at the left, sockets at the right.
    right = int(width_of_screen * (width_of_screen < 90 ? 0.5 : 0.56))
    if (right > 84) right = 84
    drop_short_waits()
    skip_repetitions()
    printf "\n %s%s%s\n\n", paint("1", pad(title, right - 1)), "", paint("2", "sockets, as the kernel has them")
    for (e = 1; e <= events; e++) show(e)
    flush_row()
}
