# roster.awk - a class list as CSV (RFC 4180) to a line for each student, with tabs:
#   NUMBER ID NAME EMAIL MOODLE CANVAS GITHUB
# The header's words say which column is which: those of the lists that Moodle,
# Canvas and GitHub Classroom export, and what people write. Status 1: no header
# that names a student.
BEGIN { OFS = "\t" }

# A quoted field may hold line breaks, so a record may be many lines.
{
    sub(/\r$/, "")
    if (NR == 1) {
        sub(/^\357\273\277/, "")
        separator = index($0, ",") ? "," : index($0, ";") ? ";" : "\t"
    }
    record = open ? record " " $0 : $0
    open = count_of(record, "\"") % 2
    if (!open) take(record)
}
END {
    if (open) take(record)
    if (!known) exit 1
}

function count_of(text, what) { return gsub(what, what, text) }

function take(text,    count) {
    count = fields(text)
    if (!header++) read_header(count)
    else if (text !~ "^[" separator " ]*$") tell()
}

# Sets field[]; gives back how many.
function fields(text,    count, end, rest) {
    split("", field)
    for (count = 1; ; count++) {
        if (text ~ /^ *"/) {
            sub(/^ *"/, "", text)
            field[count] = ""
            while ((end = index(text, "\"")) > 0) {
                field[count] = field[count] substr(text, 1, end - 1)
                text = substr(text, end + 1)
                if (text !~ /^"/) break
                field[count] = field[count] "\""
                text = substr(text, 2)
            }
            end = index(text, separator)
        } else {
            end = index(text, separator)
            field[count] = end ? substr(text, 1, end - 1) : text
        }
        field[count] = tidy(field[count])
        if (!end) return count
        text = substr(text, end + 1)
    }
}

function tidy(text) {
    gsub(/[\001-\037\177]+/, " ", text)
    gsub(/^ +| +$/, "", text)
    return text
}

function read_header(count,    i, word, is_canvas) {
    for (i = 1; i <= count; i++)
        if (tolower(field[i]) ~ /^sis /) is_canvas = 1
    for (i = 1; i <= count; i++) {
        word = tolower(field[i])
        gsub(/[^a-z0-9\200-\377]+/, " ", word)
        word = meaning(word, is_canvas)
        if (word != "" && !(word in column)) column[word] = i
    }
    known = ("id" in column) || ("name" in column) || ("last" in column) || ("email" in column) || ("github" in column)
}

function meaning(word, is_canvas) {
    if (word ~ /mail|이메일/) return "email"
    if (word ~ /github/) return word ~ /id$/ ? "" : "github"
    if (word ~ /canvas/ || (is_canvas && word == "id")) return "canvas"
    if (word ~ /moodle|participant/) return "moodle"
    if (word ~ /^(first|given|fore) ?names?$|^vorname$/) return "first"
    if (word ~ /^(last|family) ?name$|^surname$|^nachname$/) return "last"
    if (word ~ /^(id|identifier|(sis )?(user|login) ?(id|name)|login|(student|matriculation) ?(id|number|no)|id number|number|sis id|matrikelnummer|학번)$/)
        return "id"
    if (word ~ /name|^student$|이름|성명/) return "name"
    return ""
}

function of(word) { return word in column ? field[column[word]] : "" }

function tell(    name, id, moodle) {
    name = of("name")
    if (name == "") name = tidy(of("first") " " of("last"))
    id = of("id")
    moodle = of("moodle")
    if (id ~ /^Participant [0-9]+$/) {
        if (moodle == "") moodle = id
        id = ""
    }
    sub(/^Participant /, "", moodle)
    if (id == "") id = of("github")
    if (id == "") { id = of("email"); sub(/@.*/, "", id) }
    if (id == "") id = name
    if (id == "") id = of("canvas")
    if (id != "") print ++number, id, name, of("email"), moodle, of("canvas"), of("github")
}
