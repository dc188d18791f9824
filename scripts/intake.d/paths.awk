# paths.awk - what a path says. In all of intake a path is written on one line:
# a backslash as \\, a control byte as \ooo, all other bytes as they are.

# Does this name promise C, or an archive? Canvas numbers the second hand-in:
# work.tar-1.gz.
function is_source(name) { return tolower(name) ~ /\.c$/ && name !~ /^\._/ }
function is_archive(name) {
    return tolower(name) ~ /\.(zip|tar|tgz|tbz2?|txz|7z|rar|tar(-[0-9]+)?\.(gz|bz2|xz|zst))$/ && name !~ /^\._/
}

# Is this a place in a workbook, or of a tool, that holds no hand-in? In
# lessons/ only exercise/ does. The first EXEMPT parts may be called anything.
function is_elsewhere(part, count, exempt,    i) {
    for (i = exempt + 1; i < count; i++) {
        if (part[i] ~ /^(__MACOSX|\.git|start|solution|build|tests|scripts|common|experiments)$/)
            return 1
        if (part[i] == "lessons" && (i + 3 != count || part[i + 2] != "exercise"))
            return 1
    }
    return 0
}

function leads_out(path) { return path ~ /^\// || ("/" path "/") ~ /\/\.\.\// }
