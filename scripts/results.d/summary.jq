# summary.jq - the class as a whole, from lines
#   score COUNT LESSON STATUS SCORE MAX ISOLATION    so many have this score
#   test  COUNT LESSON PLACE KIND HIDDEN VERDICT NAME so many have this verdict
include "common";
include "markdown";

def padded($width): . + (" " * ([$width - length, 0] | max) // "");
def right($width): tostring | (" " * ([$width - length, 0] | max) // "") + .;

# The score that a share of the class has not exceeded: the nearest rank.
def at($share): # of [[SCORE, COUNT], …] in order
    (map(.[1]) | add) as $all
    | ([($all * $share | ceil), 1] | max) as $rank
    | first(foreach .[] as $pair (0; . + $pair[1]; if . >= $rank then $pair[0] else empty end));

# Ten bars, from no points to all.
def bars($most):
    [range(10)] as $ten
    | . as $pairs
    | [$ten[] as $bin | [$pairs[] | select(([.[0] * 10 / $most | floor, 9] | min) == $bin) | .[1]] | add // 0]
    | max as $highest
    | map(if . == 0 then "·" else "▁▂▃▄▅▆▇█"[(. * 7 / $highest | ceil):][:1] end) | join("");

# ├──▒▒▒█▒▒────┤ from the least to the most, the middle half shaded.
def box($most):
    ([at(0), at(0.25), at(0.5), at(0.75), at(1)] | map(. * 30 / $most | round)) as [$min, $q1, $median, $q3, $max]
    | [range(31) | if . == $median then "█" elif . >= $q1 and . <= $q3 then "▒"
        elif . == $min then "├" elif . == $max then "┤" elif . > $min and . < $max then "─" else " " end]
    | join("");

def spread($rows):
    . as $lesson
    | [$rows[] | select(.lesson == $lesson)] as $of
    | ([$of[] | select(.status != "missing" and .status != "not graded")]
       | group_by(.score) | map([.[0].score, (map(.count) | add)])) as $scores
    | ([$of[] | .max] | max // 0) as $most
    | ([$of[] | .count] | add // 0) as $students
    | ($scores | map(.[1]) | add // 0) as $judged
    | "\($lesson | padded(22)) \("\($judged)/\($students)" | right(8))  "
      + if $judged == 0 or $most == 0 then "" else
            $scores | "\(at(0) | right(4))\(at(0.25) | right(5))\(at(0.5) | right(5))\(at(0.75) | right(5))\(at(1) | right(5))"
                + " \($most | right(5))  \(bars($most))  \(box($most) | sub(" +$"; ""))" end
    | sub(" +$"; "") + "\n";

def spreads($rows; $lessons):
    "\n## The spread of each exercise\n\n"
    + "Of those who handed it in. A quarter of them has at most ¼, half ½, three quarters ¾; the bars count scores from 0 to all in ten\n"
    + "steps; the line goes from the least to the most, with the middle half shaded.\n\n```text\n"
    + "exercise              handed in   min    ¼    ½    ¾  max    of\n"
    + ($lessons | map(spread($rows)) | add // "") + "```\n";

def hardest:
    group_by([.lesson, .place, .name])
    | map({lesson: .[0].lesson, place: .[0].place, kind: .[0].kind, hidden: .[0].hidden, name: .[0].name,
           failed: (map(select(.verdict == "failed") | .count) | add // 0),
           run: (map(select(.verdict != "not run") | .count) | add // 0)})
    | map(select(.failed > 0)) | sort_by([-.failed, .lesson, .place]) | .[:10]
    | "\n## What to teach again\n\n"
      + if . == [] then "No requirement was failed.\n" else
            "The requirements that failed most often.\n\n| failed | of | exercise | requirement | kind |\n|--:|--:|---|---|---|\n"
            + (map("| \(.failed) | \(.run) | \(.lesson) | \(.name | plain)\(if .hidden == "true" then " *(hidden)*" else "" end) | \(.kind) |\n") | add)
        end;

# What is missing or not as it should be comes first.
def warnings($rows):
    def sum(f): [$rows[] | select(f) | .count] | add // 0;
    sum(.status == "not graded") as $gaps
    | sum(.isolation != "" and .isolation != "full") as $open
    | (if $gaps == 0 then "" else "\n**\($gaps) could not be judged.** They have no points yet, and no 0 either: see the notes below.\n" end)
      + (if $open == 0 then "" else "\n**\($open) were judged without full isolation.** scripts/sandbox --explain says what is missing.\n" end);

($lessons | rows) as $lessons
| [inputs | split("\t")] as $lines
| [$lines[] | select(.[0] == "score")
   | {count: (.[1] | tonumber), lesson: .[2], status: .[3], score: (.[4] | tonumber), max: (.[5] | tonumber), isolation: .[6]}] as $rows
| [$lines[] | select(.[0] == "test")
   | {count: (.[1] | tonumber), lesson: .[2], place: (.[3] | tonumber), kind: .[4], hidden: .[5], verdict: .[6], name: .[7]}] as $tests
| ([$rows[] | select(.lesson == $lessons[0]) | .count] | add // 0) as $students
| ("# The class\n\n\($students) students, \($lessons | length) \(if ($lessons | length) == 1 then "exercise" else "exercises" end). "
   + "For instructors: hidden tests are named here.\n"
   + warnings($rows)
   + "\n## Who passed what\n\n✓ all points, – nothing handed in, ✗ does not compile, ? could not be judged\n\n"
   + "| student | \($lessons | map(number) | join(" | ")) | points |\n|---|\($lessons | map("--:|") | add // "")--:|\n"
   | file("class/head")),
  (spreads($rows; $lessons) + ($tests | hardest) | file("class/spread"))
