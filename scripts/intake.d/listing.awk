# listing.awk - each line of `bsdtar -tv` as TYPE SIZE TIME PATH LISTED, with
# tabs: TIME is 0, PATH as paths.awk has it, LISTED as bsdtar wrote it. With
# bytes=1, each line of `bsdtar -t`, as the bytes that the name is of.
BEGIN {
    OFS = "\t"
    for (i = 1; i < 256; i++)
        byte[sprintf("%03o", i)] = !bytes && (i < 32 || i == 92 || i == 127) ? escaped(i) : sprintf("%c", i)
    split("a 7 b 8 t 9 n 10 v 11 f 12 r 13", letters, " ")
    for (i = 1; i < 14; i += 2)
        byte[letters[i]] = byte[sprintf("%03o", letters[i + 1])]
    byte["\\"] = byte["134"]
    day = " (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3][0-9] ([0-9][0-9]:[0-9][0-9]| [0-9]+) "
}

function escaped(number) { return number == 92 ? "\\\\" : sprintf("\\%03o", number) }

function from_listed(text,    done, at) {
    while ((at = index(text, "\\")) > 0) {
        done = done substr(text, 1, at - 1)
        text = substr(text, at + 1)
        if (text ~ /^[0-3][0-7][0-7]/) {
            done = done byte[substr(text, 1, 3)]
            text = substr(text, 4)
        } else {
            done = done byte[substr(text, 1, 1)]
            text = substr(text, 2)
        }
    }
    return done text
}

bytes { print from_listed($0); next }

match($0, day) {
    type = substr($0, 1, 1)
    name = substr($0, RSTART + RLENGTH)
    size = substr($0, 1, RSTART - 1)
    sub(/.* /, "", size)
    if (type == "l") sub(/ -> .*/, "", name)
    if (type == "h") sub(/ link to .*/, "", name)
    print (type == "-" ? "f" : type), size + 0, 0, from_listed(name), name
}
