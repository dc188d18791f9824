# students.jq - from what gather.awk says to a document for each student
# (docs/results.md), and the names of all tests.
include "common";

# {LESSON: points in all}, from the graders.
([$plan | rows[] | split("\t")] | group_by(.[0])
    | map({key: .[0][0], value: (map(.[2] | tonumber? // 0) | add)}) | from_entries) as $most
| ($lessons | rows) as $all

# A story begins with its first line, and as far left as it can.
| def without_end: if endswith(" ") then rtrimstr(" ") | without_end else . end;
def to_the_left:
    if all(.[]; . == "" or startswith(" ")) and any(.[]; . != "") then map(ltrimstr(" ")) | to_the_left else . end;
def tidy:
    if . == "" then . else
        split("\n")
        | reduce (.[] | without_end) as $line ([]; if $line == "" and (.[-1] // "") == "" then . else . + [$line] end)
        | if .[-1] == "" then .[:-1] else . end
        | to_the_left | join("\n")
    end;

# A result from its text. Most are clean, which shows before they are taken apart.
def all_clean:
    if type == "string" then clean elif type == "array" then map(all_clean)
    elif type == "object" then map_values(all_clean) else . end;
def parsed: if test("\\\\[ubfr]") or dirty then fromjson | all_clean else fromjson end;

# The result of a lesson as it may be trusted: each field of its type, and points
# only where a test has passed.
def text: if type == "string" then . else "" end;
def count: if type == "number" then . else 0 end;
def test:
    (if .points | type == "number" and . >= 0 then .points else error("points") end) as $points
    | {name: (.name | text | oneline),
       kind: (if .kind | IN("behaviour", "calls", "weather", "memory") then .kind else "behaviour" end),
       hidden: (.hidden != false), points: $points,
       score: (if .verdict == "passed" and (.score | type) == "number" then [[.score, 0] | max, $points] | min else 0 end),
       verdict: (if .verdict == "passed" or .verdict == "not run" then .verdict else "failed" end),
       why: (.why | text | oneline), story: (.story | text | tidy), hint: (.hint | text | oneline), seconds: (.seconds | count)};
def lesson($name):
    if .version != 1 or .lesson != $name then error("another version or lesson") else . end
    | (.tests | map(test)) as $tests
    | {lesson: $name, program: (.program | text | oneline),
       status: (if .status | IN("judged", "not compiled", "refused", "not graded") then .status else error("status") end),
       message: (.message | text | tidy), remark: "",
       score: (if .status == "judged" then $tests | map(.score) | add // 0 else 0 end),
       max_score: (if $tests == [] then .max_score | count else $tests | map(.points) | add end),
       tests: $tests,
       receipt: (.receipt | if type == "object" then . else {} end
           | {seed: (.seed | if type == "number" then . else null end),
              isolation: (.isolation | text), reasons: [.reasons[]? | text], submission: (.submission | text),
              grader: (.grader | text), tools: (.tools // {}), started: (.started | text), seconds: (.seconds | count),
              file: (.file | text)})};

def without_result($name; $status; $message):
    {lesson: $name, program: "", status: $status, message: $message, remark: "",
     score: 0, max_score: ($most[$name] // 0), tests: [], receipt: {}};

# What the student gets for a lesson. What was received must have a result; what
# was not received has none, whatever lies about from another time.
def graded($name):
    .results[$name] as $result
    | [.intake[] | select(.lesson == $name)] as $lines
    | ([$lines[] | select(.status == "received")] + [$lines[] | select(.status == "refused")])[0] as $line
    | if $line.status == "refused" then without_result($name; "refused"; $line.remark)
      elif $line == null and .has_intake then without_result($name; "missing"; "")
      elif $result == null and $line == null then without_result($name; "missing"; "")
      elif $result == null then without_result($name; "not graded"; "there is no result")
      else try ($result | parsed | lesson($name))
           catch without_result($name; "not graded"; "the result is damaged")
      end
    | .remark = ([$lines[] | .remark | select(. != "")] | unique | join("; "));

def short: if length > 120 then "\(.[:120])…" else . end;
def student:
    .id as $id | . as $all_of_it
    | (.intake | map(select(.lesson | IN($all[]) | not) | {status, where, remark})) as $other
    | [$all[] as $name | $all_of_it | graded($name)] as $graded
    | {version: 1, student: {id, name: (if .name == "" then .id else .name end), email},
       score: ($graded | map(.score) | add // 0), max_score: ($graded | map(.max_score) | add // 0),
       remarks: $other, lessons: $graded};

# A directory name, and nothing that leads elsewhere.
def is_safe: test("^[^./\\p{Cc}][^/\\p{Cc}]*$") and utf8bytelength <= 240;

def told:
    if (.id | is_safe | not) then
        "no result for the student called \(.id | tojson): this cannot be a file's name\n" | file("complaints")
    else
        .id as $id | student
        | (tojson + "\n" | file("students/\($id).json")),
          ([.lessons[] | .lesson as $lesson | seen | to_entries[]
            | [$lesson, .value.hidden, .key + 1000, .value.name] | tojson + "\n"] | add // "" | file("class/columns"))
    end;

# One student after the other: a student is complete when another one begins.
foreach inputs as $line ({now: null, done: null};
    ($line | split("\t")) as $field
    | if .now.id != $field[0] then
          .done = .now
          | .now = {id: $field[0], name: "", email: "", intake: [], results: {}, has_intake: ($intake == "yes")}
      else .done = null end
    | if $field[1] == "1" then
          .now.name = ($field[2] // "" | clean | short) | .now.email = ($field[3] // "" | clean | short)
      elif $field[1] == "2" then
          .now.intake += [{lesson: ($field[2] | clean), status: ($field[3] // "" | clean),
                           where: ($field[4] // "" | clean), remark: ($field[5] // "" | clean)}]
      elif $field[1] == "3" then
          .now.results[$field[2]] = ($field[3:] | join("\t"))
      else . end;
    .done | select(. != null and .id != null) | told)
