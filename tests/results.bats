#!/usr/bin/env bats
# What make grade writes for people and for other programs, from a made-up class
# (tests/results/made_up_class.py) whose students and programs are hostile. Each
# format is read by a parser that is not ours.

bats_require_minimum_version 1.5.0

load helper

LESSON=05-listen-accept
HIDDEN_TEXTS='HIDDEN'

setup_file() {
    chmod 711 "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
    export OUT=$BATS_FILE_TMPDIR/class TMPDIR=$BATS_FILE_TMPDIR/work
    mkdir -m 711 "$TMPDIR"
    python3 tests/results/made_up_class.py "$OUT"
    scripts/results "$OUT"
}

setup() { unset BUILD; }

# Of a student's document.
told() { jq -r "$2" "$OUT/students/$1.json"; }

# The points that a lesson's graders promise.
points_of() { # points_of LESSON
    local grader
    for grader in tests/exercises/"$1".bats tests/hidden/"$1".bats; do
        [ ! -f "$grader" ] || scripts/plan "$grader"
    done | awk '{ sum += $2 } END { print sum }'
}

@test "each student's number is the right one" {
    local all
    all=$(($(points_of $LESSON) + $(points_of 06-connect)))
    diff - <(for file in "$OUT"/students/*.json; do jq -r '"\(.student.id[:9]) \(.score)/\(.max_score) \(.lessons[0].status)"' "$file"; done | sort) <<END
-formula 70/70 judged
all-passe 70/70 judged
damaged 0/$all not graded
hostile 20/70 judged
liar 50/70 judged
lllllllll 70/70 judged
missing 0/$all missing
no-compil 0/70 not compiled
no-result 0/$all not graded
none-pass 0/70 judged
not-grade 0/70 not graded
other-sha 0/$all not graded
refused 0/$all refused
stale 0/$all missing
김민수 60/70 judged
END
}

@test "the document has each field of docs/results.md, and no other" {
    jq -e '(keys == ["lessons", "max_score", "remarks", "score", "student", "version"]) and .version == 1
        and (.student | keys) == ["email", "id", "name"]
        and (.lessons | all(keys == ["lesson", "max_score", "message", "program", "receipt", "remark", "score", "status", "tests"]))
        and ([.lessons[].tests[]] | all(keys == ["hidden", "hint", "kind", "name", "points", "score", "seconds", "story", "verdict", "why"]))' \
        "$OUT"/students/*.json
    local field
    for field in $(jq -r 'paths | map(select(type == "string")) | last // empty' "$OUT/students/all-passed.json" | sort -u); do
        grep -q "\`$field\`" docs/results.md || { echo "docs/results.md does not name $field"; return 1; }
    done
}

@test "CSV: Python's csv module reads the same numbers; no cell is a formula" {
    run python3 tests/results/check.py csv "$OUT"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"all-passed 70 35 35"* ]]
    [[ $output == *"no-result 0 - -"* ]]
    grep -q "^\"'-formula\",\"'=cmd()|' /C calc'!A0\",\"'+1@example.org\"" "$OUT/class.csv"
}

@test "JUnit: valid by the schema, and the counts are those of the cases" {
    local file
    xmllint --noout --schema tests/results/junit.xsd "$OUT"/junit/*.xml
    for file in "$OUT"/junit/*.xml; do
        [ "$(xmllint --xpath 'count(//testcase) = sum(//testsuite/@tests) and count(//failure) = sum(//testsuite/@failures)
            and count(//error) = sum(//testsuite/@errors) and count(//skipped) = sum(//testsuite/@skipped)
            and count(//testcase) = /testsuites/@tests' "$file")" = true ]
    done
    [ "$(xmllint --xpath 'count(//failure)' "$OUT/junit/hostile.xml")" = 6 ]
    [[ $(xmllint --xpath 'string(//failure[1])' "$OUT/junit/hostile.xml") == *']]> <!-- &amp; &#0; "quotes"'* ]]
}

@test "JUnit: who has no verdicts has an error, not a pass" {
    local student
    for student in missing refused no-compiler no-result not-graded damaged; do
        [ "$(xmllint --xpath 'count(//error)' "$OUT/junit/$student.xml")" = 2 ]
        [ "$(xmllint --xpath 'count(//testcase[not(*)])' "$OUT/junit/$student.xml")" = 0 ]
    done
}

@test "TAP: prove counts what has passed, and nothing is forged or skipped" {
    local file passed
    for file in "$OUT"/tap/*.tap; do
        passed=$(jq '[.lessons[] | select(.status == "judged") | .tests[] | select(.verdict == "passed")] | length' \
            "$OUT/students/$(basename "$file" .tap).json")
        run prove -v -e cat "$file"
        [[ $output != *$'\n  Parse errors'* && $output != *skipped* && $output != *'Bailout called'* ]]
        [ "$(grep -c '^ok ' <<< "$output")" -eq "$passed" ]
    done
    run prove -e cat "$OUT/tap/all-passed.tap"
    [ "$status" -eq 0 ]
    run prove -e cat "$OUT/tap/missing.tap"
    [ "$status" -ne 0 ]
}

@test "Gradescope: only its own fields, hidden tests hidden, and the sum is the score" {
    local file
    for file in "$OUT"/gradescope/*.json; do
        jq -e '(keys - ["score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
                "stdout_visibility", "extra_data", "tests", "leaderboard"]) == []
            and (.score == ([.tests[].score] | add // 0)) and .stdout_visibility == "hidden"
            and (.tests | all((keys - ["score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
                "tags", "visibility", "extra_data"]) == []
                and (.status | IN("passed", "failed")) and .score <= .max_score
                and (.visibility == (if .name | test("hidden test [0-9]+$") then "hidden" else "visible" end))
                and (.visibility == "visible" or .output == "")))' "$file" > /dev/null || { echo "$file"; return 1; }
    done
    jq -e '[.tests[] | select(.visibility == "hidden")] | length == 2' "$OUT/gradescope/all-passed.json"
}

@test "Classroom: share of tests times maximum is the sum of scores is the score" {
    local file
    for file in "$OUT"/classroom/*.json; do
        jq -e --slurpfile student "$OUT/students/$(basename "$file")" '
            .version == 1 and (.status | IN("pass", "fail", "error"))
            and .max_score == $student[0].max_score
            and ([.tests[].score] | add) == $student[0].score
            and (([.tests[] | select(.status == "pass")] | length) / (.tests | length) * .max_score - $student[0].score | fabs) < 1e-9
            and (.tests | all(.line_no == 0 and .test_code == "" and (.name | length) > 0
                and (.status | IN("pass", "fail", "error")) and (.execution_time | test("^[0-9.]+s$"))))' \
            "$file" > /dev/null || { echo "$file"; return 1; }
        base64 -d "${file%.json}.base64" | cmp - <(tr -d '\n' < "$file")
        [ "$(wc -l < "${file%.json}.base64")" -eq 1 ]
    done
    [ "$(jq -r .status "$OUT/classroom/all-passed.json")" = pass ]
    [ "$(jq -r .status "$OUT/classroom/liar.json")" = fail ]
    [ "$(jq -r .status "$OUT/classroom/no-result.json")" = error ]
    [ "$(jq -r '.tests[0].status' "$OUT/classroom/no-compiler.json")" = error ]
}

@test "HTML: tags balanced, nothing that runs, nothing that is loaded" {
    run python3 tests/results/check.py html "$OUT"
    echo "$output"
    [ "$status" -eq 0 ]
    grep -q "default-src 'none'" "$OUT/feedback/hostile.html"
}

@test "HTML and Markdown have score, verdicts, story and hint" {
    local text
    for text in "$OUT"/feedback/none-passed.{html,md}; do
        grep -q 'Ben' "$text"
        grep -q 'Look at \\\?\*line\\\?\* 2\.' "$text"
        grep -q '2  a| x' "$text"
        grep -q 'first what it does' "$text"
        grep -q 'hidden test 1' "$text"
        grep -q 'SEED=4711' "$text"
    done
    grep -q '^\*\*0 of 70 points\*\*$' "$OUT/feedback/none-passed.md"
    grep -q '^# Feedback for \\<script\\>' "$OUT/feedback/hostile.md"
    grep -q 'the machine could not judge this' "$OUT/feedback/not-graded.html"
    grep -q 'nothing was handed in' "$OUT/feedback/missing.md"
}

@test "Markdown: what a program printed stays within its fence" {
    # Outside of fences there is no tag, and each fence is closed.
    local file
    for file in "$OUT"/feedback/*.md; do
        awk '
            match($0, /^ *```+/) {
                ticks = $0
                gsub(/[^`].*$/, "", ticks)
                sub(/^ */, "", ticks)
                line = $0
                sub(/^ */, "", line)
                if (!fence && line ~ /^`+text$/) { fence = length(line) - 4; next }
                if (fence && line ~ /^`+$/ && length(line) >= fence) { fence = 0; next }
            }
            !fence && /(^|[^\\])</ { print FILENAME ": " $0; bad = 1 }
            END { exit bad || fence > 0 }' "$file"
    done
}

@test "no student sees the name, the story or the hint of a hidden test" {
    local file
    run grep -rlE "$HIDDEN_TEXTS" "$OUT"/{feedback,junit,tap,gradescope,classroom,class.csv,tests.csv}
    echo "$output"
    [ -z "$output" ]
    for file in "$OUT"/classroom/*.base64; do
        [[ $(base64 -d "$file") != *HIDDEN* ]]
    done
    # The instructor does.
    grep -q 'HIDDEN name \*(hidden)\*' "$OUT/summary.md"
    [ "$(told none-passed '.lessons[0].tests[3].story')" = 'HIDDEN story' ]
}

@test "all is UTF-8 without control characters or turned writing" {
    local file
    while IFS= read -r -d '' file; do
        iconv -f UTF-8 -t UTF-8 "$file" > /dev/null
        run env LC_ALL=C.UTF-8 grep -cP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{202a}-\x{202e}\x{2066}-\x{2069}]' "$file"
        [ "$output" = 0 ] || { echo "$file: $output lines"; return 1; }
    done < <(find "$OUT" -type f -not -path '*/results/*' -not -name 'students.tsv' -not -name 'intake.tsv' -print0)
    [ ! -e "$OUT/../../../tmp/escaped" ]
    [ ! -e /tmp/escaped ]
}

@test "a result claims no points that its tests have not passed" {
    [ "$(told liar '.lessons[0].score')" = 25 ]
    [ "$(told liar '[.lessons[0].tests[].score] | tostring')" = '[0,15,5,5]' ]
}

@test "the summary: who passed what, the spread, what failed most" {
    grep -qF '| Ada Lovelace (all-passed) | ✓ | ✓ | 70 |' "$OUT/summary.md"
    grep -qF '| Eve (missing) | – | – | 0 |' "$OUT/summary.md"
    grep -qF '| Dan (no-compiler) | ✗ | ✗ | 0 |' "$OUT/summary.md"
    grep -qF '**8 could not be judged.**' "$OUT/summary.md"
    grep -qE '^05-listen-accept +9/15 +0 +0 +25 +35 +35 +[0-9]+  ' "$OUT/summary.md"
    grep -qF '| 2 | 7 | 05-listen-accept | waits | behaviour |' "$OUT/summary.md"
    grep -qF -- '- Ada Lovelace: refused; class.zip:holiday.jpg; no C file' "$OUT/summary.md"
}

@test "quartiles, bars and line of a class that is known" {
    local i out=$BATS_TEST_TMPDIR/known
    for i in 1 2 3 4 5 6 7 8; do
        mkdir -p "$out/results/s$i"
        jq -n --argjson i $i '{version: 1, lesson: "05-listen-accept", program: "doorman", status: "judged", message: "",
            tests: [range(100) | {name: "t\(.)", kind: "calls", hidden: false, points: 1, score: 1,
                verdict: (if . < $i * 10 then "passed" else "failed" end)}]}' > "$out/results/s$i/05-listen-accept.json"
    done
    scripts/results "$out"
    grep -F '05-listen-accept            8/8    10   20   40   60   80   100  ·████████·     ├──▒▒▒▒▒▒█▒▒▒▒▒▒─────┤' "$out/summary.md"
    # The ten that failed most often, and no more: t80 … t89 failed for all.
    [ "$(grep -c '^| 8 | 8 |' "$out/summary.md")" = 10 ]
    [ "$(grep -c '^| 7 | 8 |' "$out/summary.md")" = 0 ]
}

@test "the same again gives the same bytes; who is gone is removed, and nothing else" {
    local out=$BATS_TEST_TMPDIR/again
    cp -a "$OUT" "$out"
    scripts/results "$out"
    diff -r "$OUT" "$out"
    echo mine > "$out/feedback/mine.txt"
    grep -v '^liar	' "$OUT/students.tsv" > "$out/students.tsv"
    grep -v '^liar	' "$OUT/intake.tsv" > "$out/intake.tsv"
    rm -r "$out/results/liar"
    scripts/results "$out"
    [ -z "$(find "$out" -name 'liar*')" ]
    [ "$(cat "$out/feedback/mine.txt")" = mine ]
    [ -z "$(find "$out" -maxdepth 1 -name '.results.*')" ]
}

@test "a student whose id leads elsewhere is not written, and it is said" {
    local out=$BATS_TEST_TMPDIR/elsewhere
    mkdir -p "$out"
    printf '../evil\tEvil\t\nada\tAda\t\n' > "$out/students.tsv"
    printf '../evil\t%s\tmissing\t\t\nada\t%s\tmissing\t\t\n' $LESSON $LESSON > "$out/intake.tsv"
    run scripts/results "$out"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *'"../evil"'* ]]
    [ -f "$out/students/ada.json" ]
    [ -z "$(find "$BATS_TEST_TMPDIR" -name 'evil*')" ]
}

@test "no directory, no student" {
    run scripts/results "$BATS_TEST_TMPDIR/none"
    [ "$status" -eq 2 ]
    mkdir "$BATS_TEST_TMPDIR/empty"
    scripts/results "$BATS_TEST_TMPDIR/empty"
    [[ $(cat "$BATS_TEST_TMPDIR/empty/summary.md") == *'0 students'* ]]
}

@test "200 students take seconds, and no more memory than 20" {
    python3 tests/results/made_up_class.py "$BATS_TEST_TMPDIR/few" 20
    python3 tests/results/made_up_class.py "$BATS_TEST_TMPDIR/many" 200
    python3 tests/results/check.py cost "$BATS_TEST_TMPDIR"/{few,many}
}

# ------------------------------------------------- Gradescope and Classroom --

# hand_in PATH < FILE: as Gradescope lays it down.
hand_in() {
    export AUTOGRADER=$BATS_TEST_TMPDIR/autograder
    mkdir -p "$(dirname "$AUTOGRADER/submission/$1")" "$AUTOGRADER/results"
    cat > "$AUTOGRADER/submission/$1"
}

called() { # called TITLE
    jq -n --arg title "$1" '{assignment: {title: $title}, users: [{name: "Ada \"L\"\tLovelace"}]}' > "$AUTOGRADER/submission_metadata.json"
}

graded() { jq -r "$1" "$AUTOGRADER/results/results.json"; }

@test "gradescope: the solution gets its points, with hidden tests as hidden" {
    hand_in doorman.c < lessons/$LESSON/exercise/solution/doorman.c
    scripts/gradescope 05
    graded .
    [ "$(graded .score)" = "$(points_of $LESSON)" ]
    [ "$(graded '[.tests[] | select(.visibility == "hidden")] | length')" = "$(scripts/plan tests/hidden/$LESSON.bats | wc -l)" ]
    [ "$(graded '.extra_data.lessons[0].isolation')" = full ]
    run grep -F "$(scripts/plan tests/hidden/$LESSON.bats | head -n 1 | cut -f 3)" "$AUTOGRADER/results/results.json"
    [ "$status" -eq 1 ]
}

@test "gradescope: the title names the exercise; the file in its directory counts" {
    hand_in doorman.c <<< '#error the wrong one'
    hand_in ada/$LESSON/doorman.c <<< '#error the right one'
    ln -s /etc/passwd "$AUTOGRADER/submission/ada/$LESSON/client.c"
    called 'Week 3: listen-accept'
    scripts/gradescope
    [[ $(graded .output) == *'does not compile'*'the right one'* ]]
    [ "$(graded '.extra_data.lessons | length')" = 1 ]
    [ "$(graded .score)" = 0 ]
    called 'Sockets, exercise 06'
    scripts/gradescope
    [[ $(graded .output) == *'06-connect: 0 of '*'nothing was handed in'* ]]
}

@test "gradescope: an archive of make submit, and a file of any name" {
    mkdir -p "$BATS_TEST_TMPDIR/pack/ada/$LESSON"
    echo '#error from the archive' > "$BATS_TEST_TMPDIR/pack/ada/$LESSON/doorman.c"
    tar -C "$BATS_TEST_TMPDIR/pack" -czf "$BATS_TEST_TMPDIR/ada.tar.gz" ada
    hand_in ada.tar.gz < "$BATS_TEST_TMPDIR/ada.tar.gz"
    scripts/gradescope listen-accept
    [[ $(graded .output) == *'from the archive'* ]]
    rm "$AUTOGRADER/submission/ada.tar.gz"
    hand_in 'my final version (2).c' <<< '#error any name'
    scripts/gradescope 05
    [[ $(graded .output) == *'any name'* ]]
}

@test "gradescope: nothing, and no isolation: a result without points" {
    hand_in readme.txt <<< 'nothing'
    scripts/gradescope 05
    [[ $(graded .output) == *'nothing was handed in'* ]]
    hand_in doorman.c < lessons/$LESSON/exercise/solution/doorman.c
    GRADE_LEVEL='partial network' run scripts/gradescope 05
    [[ $(graded .output) == *'could not judge'* ]]
    [ "$(graded .score)" = 0 ]
    run env AUTOGRADER="$BATS_TEST_TMPDIR/none" scripts/gradescope 05
    [ "$status" -eq 2 ]
    hand_in doorman.c <<< 'x'
    run scripts/gradescope 99
    [ "$status" -eq 2 ]
}

@test "gradescope: what docs/results.md zips has its two programs at the root" {
    local packages
    run bash -n scripts/results.d/gradescope/setup.sh scripts/results.d/gradescope/run_autograder
    [ "$status" -eq 0 ]
    [ -x scripts/results.d/gradescope/setup.sh ]
    [ -x scripts/results.d/gradescope/run_autograder ]
    grep -q 'git archive --format=zip --add-file=scripts/results.d/gradescope/setup.sh' docs/results.md
    # It installs what grading needs (parallel is for a whole class).
    packages=$(sed -n '/apt-get install/,/jq/p' scripts/results.d/gradescope/setup.sh)
    for tool in bats strace bubblewrap util-linux jq gcc make; do
        [[ $packages == *" $tool"* ]]
    done
}

@test "classroom: prints the reporter's base64, and TAP for the log" {
    run --separate-stderr scripts/classroom 05 lessons/$LESSON/exercise/start/doorman.c
    [ "$status" -eq 0 ]
    [ ${#lines[@]} -eq 1 ]
    base64 -d <<< "$output" | jq -e '.version == 1 and .status == "fail" and (.tests | length) > 10'
    [[ $stderr == *'TAP version 13'*'not ok 1 - 05-listen-accept'* ]]
    run --separate-stderr scripts/classroom listen-accept "$BATS_TEST_TMPDIR/none.c"
    [ "$status" -eq 0 ]
    base64 -d <<< "$output" | jq -e '.status == "fail" and .tests[0].status == "error" and .max_score > 0'
    run scripts/classroom 05
    [ "$status" -eq 2 ]
    run scripts/classroom 99 "$BATS_TEST_TMPDIR/none.c"
    [ "$status" -eq 2 ]
}
