# events.awk - read what the tracer wrote (log.h) into arrays, by event number
# from 1 to events: kind, actor, number (of the process), text ...; and the
# measures of text. awk runs under LC_ALL=C: a character is a byte.

BEGIN {
    FS = "\t"
    for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = i
}

{
    e = ++events
    kind[e] = $1; actor[e] = $2
}

$1 == "step" {
    sign[e] = $3; line[e] = $4; text[e] = $6
    if ($2 >= 0 && !($2 in name)) {
        name[$2] = $5
        if ($2 + 1 > actors) actors = $2 + 1
    }
}

$1 == "call" || $1 == "wait" {
    number[e] = $3; call[e] = $4; args[e] = $5; value[e] = $6
    fd[e] = $7; inode[e] = $8; to[e] = $9; data[e] = $10
}

$1 == "state" {
    number[e] = $3; inode[e] = $4; fd[e] = $5; proto[e] = $6; state[e] = $7
    here[e] = $8; there[e] = $9; received[e] = $10; unsent[e] = $11
    backlog[e] = $12; holders[e] = $13
}

$1 == "signal" || $1 == "end" || $1 == "more" { number[e] = $3; text[e] = $4 }

# "server", "server/2" for its second child or thread.
function who(e) { return name[actor[e]] (number[e] > 0 ? "/" number[e] : "") }

function is_error(value) { return value ~ /^-1 / }

# ---- text ------------------------------------------------------------------

# The length in bytes of the character that begins at byte i.
function char_len(s, i,   b) {
    b = byte[substr(s, i, 1)]
    return b < 192 ? 1 : b < 224 ? 2 : b < 240 ? 3 : 4
}

# Does this character take two columns? Hangul, kana, Han, full width forms,
# pictures.
function is_wide(c,   n) {
    if (length(c) == 4) return byte[substr(c, 2, 1)] >= 159
    if (length(c) != 3) return 0
    n = (byte[substr(c, 1, 1)] - 224) * 4096 + (byte[substr(c, 2, 1)] - 128) * 64 \
        + byte[substr(c, 3, 1)] - 128
    return n >= 4352 && n <= 4447 || n >= 11904 && n <= 42191 || \
        n >= 44032 && n <= 55203 || n >= 63744 && n <= 64255 || \
        n >= 65072 && n <= 65135 || n >= 65281 && n <= 65376
}

function width(s,   i, n, l) {
    n = 0
    for (i = 1; i <= length(s); i += l) {
        l = char_len(s, i)
        n += l > 2 && is_wide(substr(s, i, l)) ? 2 : 1
    }
    return n
}

# As much of s as fits into `most` columns, in whole characters.
function fit(s, most,   i, n, l, w) {
    n = 0
    for (i = 1; i <= length(s); i += l) {
        l = char_len(s, i)
        w = l > 2 && is_wide(substr(s, i, l)) ? 2 : 1
        if (n + w > most) return substr(s, 1, i - 1)
        n += w
    }
    return s
}

# The same, with a sign that something was cut.
function cut(s, most) { return width(s) <= most ? s : fit(s, most - 1) "…" }

function blanks(n) { return n > 0 ? sprintf("%" n "s", "") : "" }

function repeat(s, n,   out) { out = ""; while (n-- > 0) out = out s; return out }

function pad(s, to) { return s blanks(to - width(s)) }

# Break s at blanks into part[1..n], each at most `most` columns wide. Only the
# blanks at a break are dropped: a program's columns stay columns.
function wrap(s, most, part,   n, at, i) {
    n = 0
    while (width(s) > most) {
        at = length(fit(s, most))
        for (i = at + 1; i > 0 && substr(s, i, 1) != " "; i--) ;
        if (substr(s, 1, i) ~ /^ *$/) i = at + 1 # one long word
        part[++n] = substr(s, 1, i - 1)
        s = substr(s, i)
        sub(/ +$/, "", part[n]); sub(/^ +/, "", s)
    }
    if (s != "" || n == 0) part[++n] = s
    return n
}

# A long call is broken behind a comma, before what came of it, or where there
# is a blank; if it must, anywhere.
function wrap_call(s, most, part,   n, i, at) {
    n = 0
    while (width(s) > most) {
        at = length(fit(s, most))
        for (i = at; i > at / 3; i--)
            if (substr(s, i - 1, 2) == ", " || substr(s, i + 1, 3) == " = " || substr(s, i + 1, 6) == " fails" || substr(s, i + 1, 2) == " [" || substr(s, i + 1, 4) == " … ") break
        if (i <= at / 3) for (i = at; i > at / 2 && substr(s, i, 1) != " " && substr(s, i, 1) != "|"; i--) ;
        if (i > at / 3) at = i
        part[++n] = substr(s, 1, at)
        s = substr(s, at + 1)
        sub(/^ +/, "", s); sub(/ +$/, "", part[n])
        s = "  " s
    }
    part[++n] = s
    return n
}

# ---- what a state says -----------------------------------------------------

function counted(n) { return n + 0 == 1 ? "1 byte" : n + 0 " bytes" }

function queue_text(e,   out) {
    if (state[e] ~ /^(CLOSED|GONE|TIME-WAIT)$/) return ""
    if (state[e] == "LISTEN") return proto[e] == "tcp" ? "queue " received[e] : ""
    out = ""
    if (received[e] > 0)
        out = counted(received[e]) " to read"
    if (unsent[e] > 0)
        out = out (out == "" ? "" : ", ") unsent[e] " unacknowledged"
    return out
}

function ends_text(e) { return ends_of(here[e], there[e]) }

# Both ends on loopback: the ports are all there is to say, unless the whole
# addresses are wanted.
function ends_of(a, b, whole) {
    if (b == "") return a
    if (!whole && a ~ /^127\.0\.0\.1:/ && b ~ /^127\.0\.0\.1:/) {
        sub(/^127\.0\.0\.1/, "", a); sub(/^127\.0\.0\.1/, "", b)
    }
    return a " → " b
}

# The news of a socket into unit[1..n]: its state; its addresses when they are
# new; its queues when they hold something, or did. Returns n.
function state_units(e, unit,   i, n, ends, queue) {
    i = inode[e]
    ends = ends_text(e)
    queue = queue_text(e)
    n = 1
    unit[1] = state[e] == "GONE" ? "gone" : state[e]
    if (state[e] != "GONE") {
        if (holders[e] == 0) unit[1] = unit[1] " (closed)"
        # A socket that was connected and is closed has lost the other one.
        if (ends != "" && ends != told_ends[i] && (state[e] != "CLOSED" || told_ends[i] !~ /→/)) unit[++n] = ends
        if (queue != "" && queue != told_queue[i]) unit[++n] = queue
        if (state[e] == "LISTEN" && told_state[i] != "LISTEN" && proto[e] == "tcp") unit[++n] = "backlog " backlog[e]
        if (queue == "" && told_queue[i] != "" && told_state[i] == state[e]) unit[++n] = "queues empty"
        if (holders[e] > 1 && holders[e] != told_holders[i]) unit[++n] = "held by " holders[e] " processes"
        else if (holders[e] == 1 && told_holders[i] > 1) unit[++n] = "held by one process"
    }
    told_ends[i] = ends
    told_queue[i] = queue
    told_state[i] = state[e]
    told_holders[i] = holders[e]
    return n
}

# ---- repetitions -----------------------------------------------------------

# Calls that differ only in numbers and texts are alike.
function likeness(e,   a) {
    a = args[e]
    gsub(/"([^"\\]|\\.)*"(\.\.\.)?/, "\"\"", a)
    gsub(/[0-9]+/, "0", a)
    return actor[e] " " call[e] " " fd[e] " " a " " (value[e] ~ /^-?[0-9]+$/ ? "n" : value[e])
}

# Where the same calls come again and again, between two steps, the middle of
# them is skipped[e]; skips[e] of the first that is skipped tells how many.
function skip_repetitions(   e, n, at, i, p, k, times, last, first) {
    n = 0
    for (e = 1; e <= events + 1; e++) {
        if (e <= events && kind[e] != "step") {
            if (kind[e] == "call" || kind[e] == "wait") { at[++n] = e; like[n] = kind[e] likeness(e) }
            continue
        }
        at[n + 1] = e
        for (i = 1; i <= n; i++)
            for (p = 1; p <= 12; p++) {
                times = 1
                for (k = i; k + p <= n && like[k] == like[k + p]; k++) ;
                times = int((k - i) / p) + 1
                if (times < 4 || times * p < 6) continue
                # Keep the first two rounds and the last one.
                first = i + 2 * p; last = i + (times - 1) * p - 1
                skips[at[first]] = times - 3
                skip_calls[at[first]] = last - first + 1
                for (k = at[first]; k < at[last + 1]; k++) skipped[k] = 1
                i += times * p - 1
                break
            }
        n = 0
    }
}

# A sleep that ends before anything else happens was none worth telling.
function drop_short_waits(   e, f) {
    for (e = 1; e < events; e++) {
        if (kind[e] != "wait") continue
        for (f = e + 1; f <= events && kind[f] == "state"; f++) ;
        if (f == e + 1 && kind[f] == "call" && actor[f] == actor[e] && number[f] == number[e])
            skipped[e] = 1
    }
}
