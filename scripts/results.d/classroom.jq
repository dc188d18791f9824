# classroom.jq - what GitHub Classroom's reporter takes, for one student.
#
# The reporter's log multiplies the share of passed tests with max_score, and its
# notice adds up the tests' scores. Both say the same when each test is worth the
# same: a test of 15 points stands there three times, with 5 points each.
include "common";

def divisor($a; $b): if $b == 0 then $a else divisor($b; $a % $b) end;

# One that has no tests stands for all its points.
def weighed:
    .lesson as $lesson | .message as $message | obstacle as $obstacle
    | (if .tests == [] then
           [{name: $obstacle.name, points: .max_score, verdict: "failed", story: "", why: "", hint: "", seconds: 0}]
       else seen end)
    | to_entries[] | .key as $i | .value
    | select(.points > 0)
    | {name: "\($lesson | number) \(.name)", points, seconds, pass: (.verdict == "passed"),
       error: ($obstacle != null and $i == 0),
       message: (if $obstacle != null and $i == 0 then
                     ["\($lesson): \($obstacle.says)", ($message | select(. != ""))]
                 elif .verdict == "not run" then [.why]
                 elif .verdict == "failed" then
                     (.story | lines) + (if .hint == "" then [] else ["hint: \(.hint)"] end)
                 else [] end | join("\n"))};

def classroom:
    [.lessons[] | weighed] as $tests
    | (reduce $tests[].points as $points (0; divisor(.; $points))) as $unit
    | {version: 1,
       status: (if [.lessons[] | select(.status == "not graded")] != [] then "error"
                elif $tests != [] and ($tests | all(.pass)) then "pass" else "fail" end),
       max_score: ($tests | map(.points) | add // 0),
       tests: [$tests[] | (.points / $unit) as $times | range($times) as $i
           | {name: (if $times == 1 then .name else "\(.name) (\($i + 1) of \($times))" end),
              status: (if .pass then "pass" elif .error and $i == 0 then "error" else "fail" end),
              score: (if .pass then $unit else 0 end),
              message: (if $i == 0 then .message else "" end),
              test_code: "", filename: "", line_no: 0,
              execution_time: "\(if $i == 0 then .seconds | seconds else 0 end)s"}]}
    | if .tests != [] then . else
          .tests = [{name: "there is something to judge", status: "error", score: 0, message: "no exercise is asked for",
              test_code: "", filename: "", line_no: 0, execution_time: "0s"}] end;
