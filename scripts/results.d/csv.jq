# csv.jq - lines of CSV as RFC 4180 has it. A cell that a spreadsheet would take
# for a formula gets an apostrophe in front.
include "common";

def cell:
    if type == "string" then
        oneline | if test("^[ ]*[=+@\uff1d\uff0b\uff0d\uff20-]") then "'\(.)" else . end
    else . end;
def line: map(cell) | "\(@csv)\r\n";

# The machine could not judge: there is no number, and no 0.
def points: if .status == "not graded" then null else .score end;

def remarks:
    [(.lessons[] | "\(.lesson | number) " as $number
      | if .status == "judged" then empty else $number + .status end,
        if .remark == "" then empty else $number + .remark end),
     (.remarks[] | .status + (if .remark == "" then "" else ": \(.remark)" end))]
    | unique_by(.) | join("; ");

def class_header($lessons): ["student", "name", "email", "score", "max_score"] + $lessons + ["remarks"] | line;
def class_line: [.student.id, .student.name, .student.email, .score, .max_score] + [.lessons[] | points] + [remarks] | line;

# $columns: [LESSON, hidden, place, NAME] for each.
def tests_header($columns): ["student"] + [$columns[] | "\(.[0]): \(.[3])"] | line;
def tests_line($columns):
    (reduce (.lessons[] | {lesson, none: points, test: seen[]}) as $one ({};
        .["\($one.lesson)/\($one.test.name)"] = (if $one.none == null then null else $one.test.score end))) as $scores
    | ([.lessons[] | {key: .lesson, value: points}] | from_entries) as $of
    | [.student.id] + [$columns[]
        | "\(.[0])/\(.[3])" as $key
        | if $scores | has($key) then $scores[$key] elif $of[.[0]] == null then null else 0 end]
    | line;
