# notes.awk - the speaker's screen; after events.awk, for its measures of text.
#
# The file `notes` has paragraphs: a line of the transcript behind "= ", and what to
# say before that line happens. Where a line stands in the transcript more than
# once, the first paragraph with it is for the first, and so on. What was said
# last stays in view until there is something else to say.
#
# Variables: lesson, rows, columns, next_line, notes.

function in_words(s,   whose, how, rest) {
    if (s ~ /^#/) return s
    match(s, /^[a-z][a-z0-9_-]*/)
    whose = substr(s, 1, RLENGTH); how = substr(s, RLENGTH + 1, 1); rest = substr(s, RLENGTH + 3)
    if (how == "^") return substr(s, RLENGTH + 2) == "D" ? whose "'s input ends" : whose " gets the signal of Ctrl-" substr(s, RLENGTH + 2)
    gsub(/[$]PORT/, "5000", rest)
    gsub(/[{][a-z0-9_]+:([^{}]|[{][^{}]*[}])*[}]|[{][a-z0-9_]+[}]|[{][.][.][.][}]/, "…", rest)
    return whose " " verb[how] " " rest
}

function say(head, s, style,   n, part, i) {
    n = wrap(s, columns - 9, part)
    for (i = 1; i <= n && used < rows - 1; i++) {
        printf "%s %-6s \033[%sm%s\033[0m", used ? "\n" : "", i == 1 ? head : "", style, part[i]
        used++
    }
}

function gap() { if (used < rows - 1) { printf "\n"; used++ } }

BEGIN {
    split("$ starts:;| prints:;! complains:;< reads what we type:;~ waits in;% calls;= ends with", item, ";")
    for (i in item) verb[substr(item[i], 1, 1)] = substr(item[i], 3)
    while ((getline s < notes) > 0) {
        if (s ~ /^= /) { key = substr(s, 3); key = key "\t" ++keys[key]; continue }
        if (s != "" && key != "") told[key] = told[key] (told[key] == "" ? "" : " ") s
    }
}

{
    whole[FNR] = $0
    key_of[FNR] = $0 "\t" ++times[$0]
    if (FNR < next_line && key_of[FNR] in told) said = FNR
}

END {
    say("", "\033[1m" lesson "\033[0m   line " (next_line > FNR ? FNR : next_line) " of " FNR, "0")
    gap()
    if (next_line > FNR) { say("next", "That is the whole scene. Questions; or p, and ss -tan.", "1"); exit }
    say("next", in_words(whole[next_line]), "1")
    if (key_of[next_line] in told) { gap(); say("say", told[key_of[next_line]], "0") }
    else if (said) { gap(); say("said", told[key_of[said]], "2") }
    gap()
    head = "then"
    for (i = next_line + 1; i <= FNR && used < rows - 1; i++) {
        if (whole[i] == "" || whole[i] ~ /^@/) continue
        say(head, in_words(whole[i]), whole[i] ~ /^#/ ? "3" : "2")
        head = ""
    }
}
