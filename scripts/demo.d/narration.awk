# narration.awk - what the narrator says of a transcript's "# " lines: said[1..notes].
# Where a belief comes first, what the kernel does is held back, for the hall to
# predict: until the next belief, or the end of the scene.

# take_note(TEXT, FRESH): one line more; FRESH: something has happened since the last.
function take_note(s, fresh) {
    if (fresh) { stale = 1; in_truth = 0 }
    # What was said stays until there is something else to say.
    if (stale && !(s ~ /^Kernel:/ && believed) && !in_truth) notes = stale = 0
    if (s ~ /^Belief:/) {
        tell_truth()
        believed = 1
        said[++notes] = s
    } else if (s ~ /^Kernel:/ && believed) {
        truth = truth (truth == "" ? "" : " ") s
        in_truth = 1
    } else if (in_truth) truth = truth " " s
    # Sentences that follow each other belong together.
    else if (notes == 0 || s ~ /^Kernel:/) said[++notes] = s
    else said[notes] = said[notes] " " s
}

function tell_truth() {
    if (truth != "") said[++notes] = truth
    truth = ""
    believed = in_truth = 0
}

# At the end there is nothing else to say.
function tell_last_truth() {
    if (truth == "") return
    notes = 0
    tell_truth()
}
