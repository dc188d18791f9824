# sort-out.awk - which file of each student counts, and what is missing.
#
# In, with tabs:
#   FILE of LESSON          those that are graded
#   FILE of the roster      roster.awk's fields, and the id as a directory's name
#   FILE of who.awk         its fields, and the name as a directory's name
# Out:
#   to PICKED     NUMBER STUDENT LESSON: the files that count
#   to STUDENTS   STUDENT NAME EMAIL
#   to stdout     STUDENT LESSON STATUS WHERE REMARK
BEGIN { FS = OFS = "\t" }

FNR == 1 { file++ }
file == 1 { lesson[++lessons] = $1; graded[$1] = 1; next }
file == 2 { if ($1 != "") enrol(); next }
{ receive() }

END {
    for (i = 1; i <= found; i++) sort_out_file(i)
    for (i = 1; i <= people; i++) {
        guess(i)
        tell(i)
    }
}

# -------------------------------------------------------------------- people --

# A new student; gives back the number.
function person(directory, name, email, note,    wanted, i) {
    wanted = directory = (directory == "" ? "unknown" : directory)
    for (i = 2; tolower(directory) in taken; i++)
        directory = wanted "-" i
    taken[tolower(directory)] = 1
    id[++people] = directory
    called[people] = name == "" ? directory : name
    mail[people] = email
    remark[people] = directory == wanted ? note : joined(note, "another one is called " wanted ", too")
    return people
}

function joined(one, other) { return one == "" || other == "" ? one other : one "; " other }

# Names agree whatever their case, blanks and punctuation are.
function plain(text) {
    text = tolower(text)
    gsub(/[\001-\057\072-\140\173-\177]/, "", text)
    return text
}

function know(kind, value, who) {
    if (value == "") return
    if ((kind, value) in of_value && of_value[kind, value] != who) of_value[kind, value] = -1
    else of_value[kind, value] = who
}

function enrol(    who, name) {
    has_roster = 1
    who = person($8, $3 == "" ? $2 : $3, $4, "")
    in_roster[who] = 1
    know("id", plain($2), who)
    know("mail", tolower($4), who)
    name = tolower($4)
    sub(/@.*/, "", name)
    know("mail", name, who)
    know("moodle", $5, who)
    know("canvas", $6, who)
    know("github", tolower($7), who)
    know("name", plain($3), who)
    know("last first", last_first($3), who)
}

# As Canvas writes "Ada Lovelace" and "Lovelace, Ada": lovelaceada.
function last_first(name,    last) {
    if (name ~ /,/) return plain(name)
    last = name
    sub(/.* /, "", last)
    sub(/ *[^ ]*$/, "", name)
    return plain(last name)
}

function looked_up(kind, value) { return (kind, value) in of_value ? of_value[kind, value] : 0 }

# first_of: the first of these kinds that knows the value.
function first_of(kinds, value,    way, count, i, who) {
    count = split(kinds, way, ",")
    for (i = 1; i <= count; i++) {
        if (looked_up(way[i], value) > 0) return looked_up(way[i], value)
        if (looked_up(way[i], value) < 0) who = -1
    }
    return who + 0
}

function in_the_roster(scheme, key, name,    who, rest) {
    if (scheme == "moodle") {
        sub(/\003.*/, "", key)
        who = looked_up("moodle", key)
        return who ? who : first_of("name,last first", plain(name))
    }
    if (scheme == "canvas") {
        split(key, part_of_key, " ")
        who = looked_up("canvas", part_of_key[2])
        return who ? who : first_of("last first,name", plain(name))
    }
    if (scheme == "github") {
        rest = tolower(name)
        for (; rest != ""; rest = substr(rest, index(rest, "-") + 1)) {
            if ((who = looked_up("github", rest)) != 0) return who
            if (!index(rest, "-")) break
        }
        return first_of("id,name", plain(name))
    }
    if ((who = looked_up("id", plain(name))) > 0) return who
    if ((who = first_of("mail,github", tolower(name))) > 0) return who
    return first_of("id,moodle,canvas,name,last first", plain(name))
}

# Whose is this, as a number? The same key is the same student; Moodle numbers
# them anew for each assignment, so there it is the name, unless two of one
# assignment have it.
function owner(scheme, key, name, directory,    who, note) {
    if ((scheme, key) in owner_of) return owner_of[scheme, key]
    who = in_the_roster(scheme, key, name)
    if (who == -1) note = "fits several in the roster"
    if (who > 0 && scheme == "moodle" && clashes(key, who)) {
        who = 0
        note = "fits one in the roster who is another one"
    }
    if (who <= 0 && scheme == "moodle" && !doubled[name]) {
        who = ("moodle", name) in by_name ? by_name["moodle", name] : 0
    }
    if (who <= 0) {
        who = person(directory, name, "", note)
        if (has_roster) remark[who] = joined(remark[who], "not in the roster")
        if (scheme == "moodle") by_name["moodle", name] = who
    }
    return owner_of[scheme, key] = who
}

# Has another number of the same assignment this student already?
function clashes(key, who,    at) {
    at = substr(key, index(key, "\003"))
    if ((at, who) in has_number && has_number[at, who] != key) return 1
    has_number[at, who] = key
    return 0
}

# --------------------------------------------------------------------- files --

function receive(    at) {
    number[++found] = $1; kind[found] = $2; reason[found] = $3; time[found] = $4
    for_lesson[found] = $5; fit[found] = $6; turn[found] = $7; scheme[found] = $9
    key[found] = $10; name[found] = $11; where[found] = $12; note[found] = $13; directory[found] = $14
    if ($9 != "moodle") return
    at = substr($10, index($10, "\003"))
    if ((at, $11) in key_of && key_of[at, $11] != $10) doubled[$11] = 1
    key_of[at, $11] = $10
}

function sort_out_file(i,    who) {
    if (name[i] == "") {
        if (!nobody) nobody = person("unknown", "unknown", "", "")
        who = nobody
        if (reason[i] == "-") reason[i] = "no name says whose this is"
    } else {
        who = owner(scheme[i], key[i], name[i], directory[i])
    }
    whose[i] = who
    if (reason[i] != "-") {
        refuse(who, kind[i] == "archive" ? "-" : for_lesson[i], i, reason[i])
        return
    }
    if (kind[i] == "archive") return
    if (for_lesson[i] != "" && fit[i] > 0) offer(who, for_lesson[i], i)
    else spare[who, ++spares[who]] = i
}

function offer(who, lesson, i,    best) {
    offered[who, lesson]++
    best = best_of[who, lesson]
    if (!best) { best_of[who, lesson] = i; return }
    if (is_newer(i, best)) { best_of[who, lesson] = i; other_of[who, lesson] = best }
    else other_of[who, lesson] = i
}

function is_newer(one, other) {
    if (turn[one] != turn[other]) return turn[one] + 0 > turn[other] + 0
    if (time[one] != time[other]) return time[one] + 0 > time[other] + 0
    return fit[one] + 0 > fit[other] + 0
}

# What has no exercise's name is taken for the one that it can only be.
function guess(who,    i, at, at_lesson, only) {
    for (i = 1; i <= spares[who]; i++)
        if (for_lesson[spare[who, i]] != "") in_lesson[who, for_lesson[spare[who, i]]]++
    only = lessons == 1 && spares[who] == 1
    for (i = 1; i <= spares[who]; i++) {
        at = spare[who, i]
        at_lesson = for_lesson[at] != "" ? for_lesson[at] : only ? lesson[1] : ""
        if (at_lesson != "" && best_of[who, at_lesson]) continue
        if (at_lesson != "" && (only || in_lesson[who, at_lesson] == 1)) {
            best_of[who, at_lesson] = at
            offered[who, at_lesson] = 1
            note[at] = joined(note[at], "it has another name, and is taken for this exercise")
        } else if (++unnamed[who] <= 10) {
            refuse(who, "-", at, at_lesson == "" ? "no exercise is called so" : "one of several, and none has the exercise's name")
        } else {
            more[who]++
        }
    }
}

function refuse(who, lesson, i, why) {
    if (lesson == "") lesson = "-"
    if (lesson != "-" && !(lesson in graded)) return
    if (++refusals[who] > 50) return
    refused[who, refusals[who]] = lesson OFS "refused" OFS where[i] OFS joined(joined(remark[who], note[i]), why)
    if (lesson != "-") tried[who, lesson] = 1
}

function tell(who,    i, at, line, count) {
    print id[who], called[who], mail[who] > students
    for (i = 1; i <= lessons; i++) {
        at = best_of[who, lesson[i]]
        if (at) {
            count = offered[who, lesson[i]]
            line = joined(remark[who], note[at])
            if (count > 1)
                line = joined(line, "handed in " count " times, the newest counts (not " where[other_of[who, lesson[i]]] ")")
            print id[who], lesson[i], "received", where[at], line
            print number[at], id[who], lesson[i] > picked
        } else if (!tried[who, lesson[i]] && who != nobody) {
            print id[who], lesson[i], "missing", "", remark[who]
        }
    }
    for (i = 1; i <= refusals[who] && i <= 50; i++)
        print id[who], refused[who, i]
    if (more[who]) print id[who], "-", "refused", "", more[who] " more files that no exercise is called like"
}
