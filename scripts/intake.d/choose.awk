# choose.awk - which of the files in a directory or an archive are looked at.
# With paths.awk; the list is read twice: FILE FILE.
#
# In: TYPE SIZE TIME PATH [LISTED]   out: KIND REASON TIME SIZE PATH [LISTED]
# KIND is source or archive; REASON says why it is refused, or is "-".
#
# Each student's files lie under the first part of the path that differs. From
# each such part only so many are looked at, so that nobody can hide the others.
#
#   exempt    how many parts at the front may be called anything
#   depth     archives may be opened down to here: 0 is not at all
#   most_bytes, most_archive_bytes
BEGIN {
    FS = OFS = "\t"
    most["source"] = 256
    most["archive"] = depth > 1 ? 32 : 8
    most_places = 5000
    kind_of_type["l"] = "a symbolic link"
    kind_of_type["h"] = "a hard link"
    kind_of_type["d"] = "a directory"
}

# Sets path, part[], count and kind; false if this is nothing for us.
function is_candidate() {
    path = $4
    sub(/^(\.\/)+/, "", path)
    count = split(path, part, "/")
    kind = is_source(part[count]) ? "source" : is_archive(part[count]) && $1 != "d" ? "archive" : ""
    return kind != "" && !is_elsewhere(part, count, exempt)
}

FNR == NR {
    if (!is_candidate())
        next
    if (!seen++) {
        common = count - 1
        for (i = 1; i < count; i++) shared[i] = part[i]
    }
    for (i = 1; i <= common && i < count && shared[i] == part[i]; i++);
    common = i - 1
    next
}

is_candidate() {
    place = part[common + 1]
    if (!(place in known) && places++ >= most_places)
        next
    known[place] = 1
    if (++number[place, kind] > most[kind])
        next
    print kind, reason(), $3, $2, path, $5
}

function reason() {
    if ($1 != "f")
        return ($1 in kind_of_type ? kind_of_type[$1] : "a special file") ", no regular file"
    if (leads_out($4))
        return "its path leads out of the archive"
    if (kind == "source")
        return $2 > most_bytes ? "larger than " most_bytes " bytes" : "-"
    if (depth < 1)
        return "an archive too deep in archives"
    return most_archive_bytes && $2 > most_archive_bytes ? "an archive larger than " most_archive_bytes " bytes" : "-"
}

END {
    for (i in number) {
        split(i, at, SUBSEP)
        if (number[i] > most[at[2]])
            print at[2], "of " number[i] " such files only " most[at[2]] " are looked at", 0, 0, \
                at[1] "/...", ""
    }
}
