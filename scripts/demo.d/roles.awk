# roles.awk - what a demo must know of a transcript before it is played.
#
#   -v want=panes -v most=3     "ACTOR=PANE" for each actor, with at most so many
#                               panes: who comes later gets that of somebody who
#                               has ended for good
#   -v want=rows -v most=6 -v columns=80 -v more=1
#                               how many rows the narrator needs, with so many
#                               more than for his own text

function is_step(s) { return s ~ /^[a-z][a-z0-9_-]*[$|!<^~%=]/ }

function notes_end() {
    if (wide > 0) rows += int((wide - 1) / (columns - 6)) + 1
    if (rows > needed) needed = rows
}

/^#/ {
    s = substr($0, 3)
    if (!after_note) rows = wide = 0
    if (!after_note || s ~ /^(Belief|Kernel):/) { notes_end(); wide = 0 }
    wide += length(s) + 1
    after_note = 1
    next
}

is_step($0) {
    if (after_note) notes_end()
    after_note = 0
    match($0, /^[a-z][a-z0-9_-]*/)
    actor = substr($0, 1, RLENGTH)
    if (!(actor in first)) { first[actor] = NR; actors[++count] = actor }
    last[actor] = NR
}

END {
    if (want == "rows") {
        needed = needed + 1 + more < 3 ? 3 : needed + 1 + more
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
