# who.awk - whose each file is, and for which exercise. With paths.awk.
#
# In: FILE of LESSON PROGRAM, then FILE of NUMBER KIND REASON TIME PATH, with
# tabs; in PATH \001 stands for the / after an archive.
# Out: NUMBER KIND REASON TIME LESSON FIT TURN LATE SCHEME KEY NAME WHERE REMARK
#   FIT     3 the exercise's name, 2 a part of the file's name, 1 nearly; 0 it
#           lies in the lesson's directory; empty LESSON: neither
#   TURN    the number that Canvas and browsers give to a second file of a name
#   SCHEME  who says whose it is: moodle, canvas, github, plain
#   KEY     what stays the same for a student; NAME, what people read
#
# Whose it is, the outermost name says, which a student has not given himself:
# nothing inside a student's archive can make it another student's.
BEGIN { FS = OFS = "\t" }

FILENAME == ARGV[1] { lesson_of[$2] = $1; is_lesson[$1] = $1; is_lesson[substr($1, 1, 2)] = $1; next }

{ line[++lines] = $0; look_around($5) }

END {
    for (i = 1; i <= lines; i++) {
        split(line[i], in_, "\t")
        if (in_[2] != "archive" || in_[3] != "-") tell()
    }
}

# ----------------------------------------------------------- what is a class --

# Sets part[], count and packed[]: is this part an archive?
function take_apart(path,    i) {
    gsub(/\001/, "\001/", path)
    count = split(path, part, "/")
    for (i = 1; i <= count; i++)
        packed[i] = sub(/\001$/, "", part[i])
}

function up_to(last,    i, path) {
    for (i = 1; i <= last; i++) path = path part[i] "/"
    return path
}

# A directory with several repositories is a class, and so is an archive that
# came alone and has several directories, none of them a lesson's.
function look_around(path,    i, above) {
    take_apart(path)
    if (!(part[1] in top)) tops++
    top[part[1]] = 1
    if ((i = repository()) > 0) note(repositories, up_to(i - 1), part[i])
    if (!packed[1]) return
    for (i = 2; i < count && i < 4; i++) {
        above = up_to(i - 1)
        note(within, above, part[i])
        if (part[i] in is_lesson || part[i] ~ /^(lessons|exercise)$/) no_class[above] = 1
    }
    if (count < 4) no_class[up_to(count - 1)] = 1
}

function note(counts, place, name) {
    if ((place, name) in noted) return
    if (counts[place] >= 1) several[place, name] = 1
    counts[place]++
    noted[place, name] = 1
    if (place in prefix) prefix[place] = shared(prefix[place], name)
    else prefix[place] = name
}

function shared(one, other,    i) {
    for (i = 0; i < length(one) && substr(one, i + 1, 1) == substr(other, i + 1, 1); i++);
    return substr(one, 1, i)
}

# The part that holds lessons/NN-topic/exercise/, as a repository does; else 0.
function repository(    i) {
    for (i = 2; i + 3 <= count; i++)
        if (part[i] == "lessons" && part[i + 2] == "exercise") return i - 1
    return 0
}

# ------------------------------------------------------------- whose is this --

function tell(    i, where) {
    take_apart(in_[5])
    name = key = late = turn = lesson = fit = remark = ""
    scheme = "plain"
    base = part[count]
    find_student()
    find_exercise()
    if (scheme != "plain") is_class[part[1]] = 1
    if (in_[2] == "archive" && count == 1 && (part[1] in is_class)) name = ""
    if (late != "") remark = remark (remark == "" ? "" : "; ") "late"
    where = in_[5]
    gsub(/\001/, ":", where)
    print in_[1], in_[2], in_[3], in_[4], lesson, fit, turn + 0, late, scheme, key, name, where, remark
}

function find_student(    i, j) {
    for (i = 1; i <= 3 && i <= count; i++)
        if (is_moodle(i) || is_canvas(i)) return
    i = repository()
    for (j = 1; j <= i; j++)
        if ((j == i && i == 1) || repositories[up_to(j - 1)] > 1) {
            if (is_github(j)) return
            break
        }
    if (tops == 1 && packed[1])
        for (i = 2; i < 4 && i < count; i++)
            if (within[up_to(i - 1)] > 1 && !(up_to(i - 1) in no_class)) {
                name = part[i]
                key = "in " up_to(i)
                return
            }
    name = count == 1 ? owner_of_file(base) : part[1]
    if (packed[1] || (count == 1 && in_[2] == "archive")) name = owner_of_archive()
    key = "plain " name
}

# Moodle: "Full Name_12345_assignsubmission_file_/x" or without directories
# "Full Name_12345_assignsubmission_file_x".
function is_moodle(i,    said) {
    if (!match(part[i], /_[0-9]+_assignsubmission_(file|onlinetext)(_|$)/)) return 0
    name = substr(part[i], 1, RSTART - 1)
    said = substr(part[i], RSTART + 1)
    if (i == count && RSTART + RLENGTH <= length(part[i])) base = substr(part[i], RSTART + RLENGTH)
    sub(/_.*/, "", said)
    scheme = "moodle"
    key = said "\003" up_to(i - 1)
    return 1
}

# Canvas: "lovelaceada_LATE_12345_67890_x-1.c": the student, and the file.
function is_canvas(i,    rest) {
    if (!match(part[i], /^[^_]+(_LATE)?_[0-9]+_[0-9]+_./)) return 0
    rest = substr(part[i], RLENGTH)
    if (i < count && !packed[i]) return 0
    name = part[i]
    sub(/_.*/, "", name)
    if (part[i] ~ /^[^_]+_LATE_/) late = "late"
    key = substr(part[i], length(name) + 2)
    sub(/^LATE_/, "", key)
    sub(/_.*/, "", key)
    key = "canvas " key " " name
    scheme = "canvas"
    if (i == count) base = rest
    if (match(rest, /-[0-9]+(\.[A-Za-z0-9]+)+$/) || match(rest, /-[0-9]+\./)) turn = substr(rest, RSTART + 1) + 0
    return 1
}

# GitHub Classroom: "assignment-username"; what all have at the front is the
# assignment. GitHub's own zip adds the branch.
function is_github(i,    place, front) {
    place = up_to(i - 1)
    name = part[i]
    if (i == 1 && packed[1]) return 0
    if (i > 1) sub(/-(main|master)$/, "", name)
    front = prefix[place]
    sub(/[^-]*$/, "", front)
    if (repositories[place] > 1 && front != "") name = substr(name, length(front) + 1)
    else if (i == 1 && part[i] !~ /-/) return 0
    scheme = "github"
    key = "github " name
    return 1
}

# ada.tar.gz, "ada (1).tar.gz": the archive's name, not what is in it.
function owner_of_archive(    name, plain) {
    name = part[1]
    while (is_archive(name)) {
        if (match(name, /\.tar-[0-9]+\.[a-z0-9]+$/)) name = substr(name, 1, RSTART - 1)
        else sub(/(\.tar)?\.[A-Za-z0-9]+$/, "", name)
    }
    plain = name
    if (sub(/[ _-]?\(?[0-9]+\)?$/, "", plain) && count > 2 && plain == part[2]) {
        turn = name
        sub(/\)$/, "", turn)
        sub(/.*[^0-9]/, "", turn)
        return plain
    }
    if (count > 3 && part[2] != name && part[3] in is_lesson && part[2] !~ /^(lessons|socket-workbook.*)$/)
        remark = "the archive calls its student " part[2]
    return name
}

# ada_doorman.c: what is left without the exercise.
function owner_of_file(file,    before, after) {
    if (!has_program(file)) return ""
    before = substr(file, 1, program_at - 1)
    after = substr(file, program_at + length(program))
    sub(/\.[cC]$/, "", after)
    sub(/[ _-]*\(?[0-9]*\)?$/, "", after)
    gsub(/^[ _.-]+|[ _.-]+$/, "", before)
    gsub(/^[ _.-]+|[ _.-]+$/, "", after)
    return before != "" ? before : after
}

# ------------------------------------------------------------ which exercise --

# Sets program, program_at and fit: the last word of the file's name that is an
# exercise; "copy" only if there is none other, for systems add it.
function has_program(file,    stem, at, word, i, found) {
    stem = tolower(file)
    sub(/\.c$/, "", stem)
    program = ""
    fit = 0
    for (at = 1; match(substr(stem, at), /[a-z0-9]+/); at += RSTART + RLENGTH - 1) {
        word = substr(stem, at + RSTART - 1, RLENGTH)
        found = word in lesson_of ? (word == stem ? 3 : 2) : 0
        if (!found && sub(/[0-9]+$/, "", word) && word in lesson_of) found = 1
        if (!found || (word == "copy" && program != "")) continue
        program = word
        program_at = at + RSTART - 1
        fit = found
    }
    return fit
}

function find_exercise(    i, there) {
    for (i = 1; i < count; i++)
        if (part[i] in is_lesson) there = is_lesson[part[i]]
    if (in_[2] == "archive") { fit = ""; return }
    if (match(base, /[ -]\(?[0-9]+\)?\.[cC]$/)) {
        if (turn == "") {
            turn = substr(base, RSTART + 1)
            gsub(/[^0-9]/, "", turn)
        }
        base = substr(base, 1, RSTART - 1) ".c"
    }
    if (has_program(base)) {
        lesson = lesson_of[program]
        if (fit < 3 && count > 1) remark = remark (remark == "" ? "" : "; ") "it was called " base
        return
    }
    lesson = there
    fit = 0
}
