# gradescope.jq - Gradescope's results.json of one student.
include "common";

def said:
    if .hidden then ""
    elif .verdict == "not run" then (if .why == "" then "not run" else .why end)
    elif .verdict == "failed" then
        ((.story | lines) + (if .hint == "" then [] else ["", "hint: \(.hint)"] end)) | join("\n")
    else "" end;

def of_lesson:
    "\(.lesson): \(.score) of \(.max_score) points"
    + (obstacle as $obstacle | if $obstacle == null then "" else ", \($obstacle.says)" end)
    + (if .remark == "" then "" else "\n\(.remark)" end)
    + (if .message == "" then "" else "\n\n\(.message)" end)
    + (if (.receipt.isolation // "full") == "full" then "" else "\n(judged without full isolation)" end);

def gradescope:
    {score: .score,
     execution_time: ([.lessons[].receipt.seconds | numbers] | add // 0 | ceil),
     output: ([.lessons[] | of_lesson] | join("\n\n")),
     output_format: "text", test_output_format: "text", test_name_format: "text",
     visibility: "visible", stdout_visibility: "hidden",
     extra_data: {version: 1, max_score: .max_score,
         lessons: [.lessons[] | {lesson, status, score, max_score, seed: .receipt.seed, isolation: .receipt.isolation,
             submission: .receipt.submission, grader: .receipt.grader}]},
     tests: [.lessons[] | .lesson as $lesson | seen | to_entries[] | .key as $i | .value
         | {name: "\($lesson | number) \(.name)", number: "\($lesson | number | tonumber).\($i + 1)",
            score: .score, max_score: .points,
            status: (if .verdict == "passed" then "passed" else "failed" end),
            output: said, tags: [$lesson, .kind],
            visibility: (if .hidden then "hidden" else "visible" end)}]};
