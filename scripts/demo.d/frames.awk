# frames.awk - screens, a file each, as an asciinema recording (version 2): of each
# screen only the rows that differ from the one before it.
#
# Variables: width, height, pace (seconds for a screen), title.

function quoted(s,   i) {
    gsub(/\\/, "\\\\", s)
    gsub(/"/, "\\\"", s)
    gsub(/\033/, "\\u001b", s)
    for (i = 1; i < 32; i++) gsub(sprintf("%c", i), "", s)
    return "\"" s "\""
}

function show(   r, out) {
    out = shown++ ? "" : "\033[2J\033[?25l"
    for (r = 1; r <= height; r++) {
        if (r in now ? now[r] == before[r] && shown > 1 : before[r] == "") continue
        out = out "\033[" r ";1H\033[0m" now[r] "\033[0m\033[K"
    }
    for (r = 1; r <= height; r++) { before[r] = now[r]; delete now[r] }
    if (out == "") return
    printf "[%.3f, \"o\", %s]\n", time, quoted(out)
    time += pace
}

BEGIN {
    printf "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": %s}\n", width, height, quoted(title)
}

FNR == 1 && NR > 1 { show() }
FNR <= height { now[FNR] = $0 }

END {
    show()
    # So that the last screen is seen, too.
    printf "[%.3f, \"o\", \"\"]\n", time
}
