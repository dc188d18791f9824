# markdown.jq - the feedback of one student as Markdown, and the line of the
# class's table.
include "common";

# Text that stays text: what Markdown would read as a sign gets a backslash.
def plain:
    oneline
    | if test("[\\\\`*_{}\\[\\]<>#|~&$]") then
          explode
          | map(if IN(92, 96, 42, 95, 123, 125, 91, 93, 60, 62, 35, 124, 126, 38, 36) then 92, . else . end)
          | implode
      else . end;

# Lines as they are, in a fence that is longer than any that they hold.
def fenced($indent):
    ([.[] | match("`+"; "g").length] | max // 0) as $ticks
    | ("`" * ([$ticks + 1, 3] | max)) as $fence
    | "\($indent)\($fence)text\n" + (map("\($indent)\(.)\n") | add // "") + "\($indent)\($fence)\n";

def mark: {"passed": "✓", "failed": "✗"}[.verdict] // "·";

def requirement:
    "- \(mark) **\(.score)/\(.points)** \(.name | plain)\n"
    + if .verdict == "not run" then (if .why == "" then "" else "  *\(.why | plain)*\n" end)
      elif .verdict == "failed" then
          (if .hint == "" then "" else "\n  **Hint.** \(.hint | plain)\n" end)
          + (if .story == "" then "" else "\n" + (.story | lines | fenced("  ")) + "\n" end)
      else "" end;

def kind_of($tests; $kind):
    [$tests[] | select(.kind == $kind[0])] as $these
    | if $these == [] then "" else "\n### \($kind[1])\n\n" + ($these | map(requirement) | add) end;

def section:
    seen as $tests | obstacle as $obstacle
    | "\n## \(.lesson | number) \(.lesson | topic): \(.score) of \(.max_score) points\n"
      + (if .remark == "" then "" else "\n*\(.remark | plain)*\n" end)
      + (if $obstacle == null then "" else "\n**\($obstacle.says | plain).**\n" end)
      + (if .message == "" then "" else "\n" + (.message | lines | fenced("")) end)
      + (if .status == "judged" then [kinds[] as $kind | kind_of($tests; $kind)] | add else "" end)
      + (if .receipt.seed == null then "" else
            "\nSeed \(.receipt.seed): `make check-\(.lesson | number) SEED=\(.receipt.seed)` does the same again.\n" end);

def markdown:
    "# Feedback for \(.student.name | plain)\n\n**\(.score) of \(.max_score) points**\n"
    + (if (.lessons | length) < 2 then "" else
          "\n| exercise | points | of |\n|---|--:|--:|\n"
          + (.lessons | map("| \(.lesson) | \(.score) | \(.max_score) |\n") | add) end)
    + (.remarks | map("\n*\(if .remark == "" then .status else .remark end | plain)*\n") | add // "")
    + (.lessons | map(section) | add // "");

# A line of the class's table: all points, how many, or why none.
def table_cell:
    if .status == "judged" then (if .score == .max_score then "✓" else "\(.score)" end)
    else {"missing": "–", "refused": "refused", "not compiled": "✗", "not graded": "?"}[.status] end;
def table_line: "| \(.student.name | plain)\(if .student.name == .student.id then "" else " (\(.student.id | plain))" end) | \(.lessons | map(table_cell) | join(" | ")) | \(.score) |\n";

# What the instructor should look at.
def notes:
    .student.name as $name
    | (.lessons[] | select(.status == "not graded" or .status == "refused" or .remark != "")
       | [(.status | select(. != "judged" and . != "missing")), .remark, (select(.status == "not graded") | .message)]
         as $all
       | "- \($name | plain), \(.lesson): \($all | map(select(. != "")) | unique | join("; ") | plain)\n"),
      (.remarks[] | "- \($name | plain): \([.status, .where, .remark] | map(select(. != "")) | join("; ") | plain)\n");
