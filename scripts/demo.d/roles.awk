# roles.awk - what a demo must know of a transcript before it is played; after
# narration.awk.
#
#   -v want=panes -v most=3     "ACTOR=PANE" for each actor, with at most so many
#                               panes: who comes later gets that of somebody who
#                               has ended for good
#   -v want=rows -v most=6 -v columns=80
#                               how many rows the narrator needs, with one for
#                               the director's sentence and one for the keys

function is_step(s) { return s ~ /^[a-z][a-z0-9_-]*[$|!<^~%=]/ }

# The rows that what is said now needs.
function measure_notes(   i, rows) {
    rows = 0
    for (i = 1; i <= notes; i++) rows += int((length(said[i]) - 1) / (columns - 6)) + 1
    if (rows > needed) needed = rows
}

/^#/ {
    take_note(substr($0, 3), !after_note)
    after_note = 1
    next
}

is_step($0) {
    if (after_note) measure_notes()
    after_note = 0
    match($0, /^[a-z][a-z0-9_-]*/)
    actor = substr($0, 1, RLENGTH)
    if (!(actor in first)) { first[actor] = NR; actors[++count] = actor }
    last[actor] = NR
}

END {
    if (want == "rows") {
        tell_last_truth()
        measure_notes()
        needed = needed < 1 ? 3 : needed + 2
        print (needed > most ? most : needed)
        exit
    }
    if (most < 1) most = 1
    for (i = 1; i <= count; i++) {
        actor = actors[i]
        pane = panes + 0
        if (panes < most) panes++
        else for (pane = oldest = k = 0; k < panes; k++)
            if (k == 0 || until[k] < oldest) { pane = k; oldest = until[k] }
        until[pane] = last[actor]
        print actor "=" pane
    }
}
