# tap.jq - TAP of one student. What gives no points is "not ok", also what was
# not run: TAP knows no skipped test that has not passed.
include "common";

# A # would begin a directive, and could make a failure a skip.
def description: oneline | split("\\") | join("\\\\") | split("#") | join("\\#");
def comment: map(if . == "" then "#\n" else "#   \(.)\n" end) | add // "";

def tap_lines:
    .lesson as $lesson | .message as $message
    | (obstacle | select(. != null)
       | {ok: false, name: "\($lesson): \(.name)", comment: ([.says] + ($message | lines))}),
      (seen[] | {ok: (.verdict == "passed"), name: "\($lesson): \(.name)",
          comment: ((if .verdict == "not run" then [if .why == "" then "not run" else .why end]
                    elif .verdict == "failed" then (.story | lines) + (if .hint == "" then [] else ["hint: \(.hint)"] end)
                    else [] end)
                   + ["\(.score) of \(.points) points"])});

def tap:
    [.lessons[] | tap_lines] as $lines
    | "TAP version 13\n1..\($lines | length)\n"
      + ([$lines | to_entries[] | .key as $i | .value
          | "\(if .ok then "ok" else "not ok" end) \($i + 1) - \(.name | description)\n" + (.comment | comment)] | add // "");
