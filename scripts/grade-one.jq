# The result of one submission, from bats' TAP and the plans (docs/results.md).

def clean: # control bytes made visible
    explode
    | map(if . == 10 or . == 9 or (. >= 32 and . != 127 and . != 65533) then . else 65533 end)
    | implode;
def cut($most): if length > $most then .[0:$most] + "\n… (cut here)" else . end;

# What bats says itself about the place in the grader is not for students.
def is_bats: test("^[( ]*(from function|in test file|in file) |^ *`.*' failed");

# {name: seconds} from the lines that the grader writes: microseconds, tab, name.
def seconds:
    [split("\n")[] | select(. != "") | split("\t") | {key: .[1], value: (.[0] | tonumber / 1000 | round / 1000)}]
    | from_entries;

# {name: {verdict, why, story}} from TAP, of those with a number above $from and up to
# $to; the first verdict counts. (jq compiles a regular expression at each use: a line
# is looked at more simply before.)
def verdicts($from; $to):
    reduce (split("\n")[]) as $line ({found: {}, now: null};
        if ($line | startswith("ok ") or startswith("not ok ")) and ($line | test("^(not )?ok [0-9]+ ")) then
            ($line | capture("^(?<not>not )?ok (?<number>[0-9]+) (?<rest>.*)$")) as $m
            | ($m.rest | capture("^(?<name>.*?)(?: # skip ?\\(?(?<why>.*?)\\)?)?$")) as $t
            | $t.name as $name | ($m.number | tonumber) as $number
            | if .found[$name] or $number <= $from or $number > $to then .now = null
              else .now = $name
                | .found[$name] = {
                    verdict: (if $m.not then "failed" elif $t.why then "not run" else "passed" end),
                    why: ($t.why // ""), story: []}
              end
        elif .now != null and ($line | startswith("#")) and .found[.now].verdict == "failed" then
            ($line | ltrimstr("#") | ltrimstr(" ")) as $text
            | if ($text | is_bats) then . else .found[.now].story += [$text] end
        else . end)
    | .found;

# As in bash, a pattern's dot matches a newline too.
def hint_for($hints; $story):
    ([$hints.special[]? | select(.[0] as $re | $story | test($re; "p"))][0] // [null, $hints.first // ""])[1];

# {name: {first, special: [[ERE, hint]...]}} from a grader's comments.
def hints:
    reduce (split("\n")[]) as $line ({all: {}, first: "", special: []};
        if ($line | startswith("# kind: ")) then .first = "" | .special = []
        elif ($line | startswith("# hint: ")) and .first == "" then .first = $line[8:]
        elif ($line | startswith("# hint /") and test("^# hint /.*/: ")) then
            .special += [$line | capture("^# hint /(?<re>.*?)/: (?<hint>.*)$") | [.re, .hint]]
        elif ($line | startswith("@test \"")) then
            .all[$line | ltrimstr("@test \"") | rtrimstr("\" {")] = {first: .first, special: .special}
        else . end)
    | .all;

def planned: [split("\n")[] | select(. != "") | split("\t")];

# bats has numbered the tests of all graders in one go: $before come before these.
def tests($plan; $before; $times; $grader; $hidden):
    ($plan | planned) as $planned
    | ($tap | verdicts($before; $before + ($planned | length))) as $found
    | ($times | seconds) as $seconds
    | ($grader | hints) as $hints
    | [$planned[]
       | .[2] as $name | .[0] as $kind | (.[1] | tonumber) as $points
       | ($found[$name] // {verdict: (if $status == "judged" then "failed" else "not run" end),
                            why: (if $status == "judged" then "" else "not run: " + $status end),
                            story: (if $status == "judged" then ["no verdict"] else [] end)}) as $v
       | ($v.story | join("\n") | clean | cut(4000)) as $story
       | {name: $name, kind: $kind, hidden: $hidden, points: $points,
          score: (if $v.verdict == "passed" then $points else 0 end),
          verdict: $v.verdict, why: $v.why, story: $story,
          hint: (if $v.verdict == "failed" then hint_for($hints[$name]; $story) else "" end),
          seconds: ($seconds[$name] // 0)}];

(tests($plan_shown; 0; $times_shown; $grader_shown; false)
 + tests($plan_hidden; $plan_shown | planned | length; $times_hidden; $grader_hidden; true)) as $tests
| {version: 1, lesson: $lesson, program: $program, status: $status,
   message: ($message | clean | cut(4000)),
   score: ($tests | map(.score) | add // 0), max_score: ($tests | map(.points) | add // 0),
   tests: $tests,
   receipt: {seed: $seed, isolation: ($isolation | split(" ")[0]),
             reasons: ($isolation | split(" ")[1:] | join(" ") | if . == "" then [] else [.] end),
             submission: $submission, grader: $grader, tools: $tools,
             started: ($started | tonumber | floor | todate),
             seconds: ((($now | tonumber) - ($started | tonumber)) * 100 | floor / 100),
             file: $file}}
