#!/usr/bin/env bats
# One submission, graded in isolation: right ones get their points, and hostile
# ones, tests/hostile/*.c, gain nothing, leave nothing and change nothing.

load helper
bats_require_minimum_version 1.5.0

LESSON=05-listen-accept

setup_file() {
    chmod 711 "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
    export TMPDIR=$BATS_FILE_TMPDIR/work HOSTILE=$BATS_FILE_TMPDIR/hostile
    mkdir -m 711 "$TMPDIR"
    mkdir "$HOSTILE"
    local file
    for file in tests/hostile/*.c; do
        sed "s#@ROOT@#$ROOT#g" "$file" > "$HOSTILE/$(basename "$file")"
    done
    tree > "$BATS_FILE_TMPDIR/before"
    strangers > "$BATS_FILE_TMPDIR/places"
    # shellcheck disable=SC2016  # parallel's own
    parallel --will-cite --jobs "$(nproc)" --timeout 300 --joblog "$BATS_FILE_TMPDIR/log" \
        'scripts/grade-one '$LESSON' {} '"$HOSTILE"'/{/.}.json' ::: "$HOSTILE"/*.c \
        > "$BATS_FILE_TMPDIR/said" 2>&1 3>&- || true
}

setup() { unset BUILD; }

# All that judges.
tree() { find Makefile lessons common scripts tests docs build/play build/peer build/weather -type f -exec cksum {} + | sort; }

# Where a program might leave something.
strangers() { find /tmp /var/tmp /dev/shm /run -maxdepth 1 \( -name 'flood*' -o -user nobody \) 2> /dev/null | sort; }

grade() { # grade FILE
    scripts/grade-one $LESSON "$1" "$BATS_TEST_TMPDIR/result.json"
    cat "$BATS_TEST_TMPDIR/result.json"
}

told() { jq -r "$1" "$BATS_TEST_TMPDIR/result.json"; }

@test "the solution gets all points, visible and hidden" {
    grade lessons/$LESSON/exercise/solution/doorman.c
    [ "$(told .status)" = judged ]
    [ "$(told .score)" = 105 ]
    [ "$(told .max_score)" = 105 ]
    [ "$(told '[.tests[] | select(.hidden)] | length')" = 1 ]
    [ "$(told '.receipt.isolation')" = full ]
}

@test "a hidden test counts for itself, even under the name of a visible one" {
    local place=$BATS_TEST_TMPDIR/workbook name built
    mkdir -p "$place/build" "$place/tests"
    cp -a Makefile common scripts lessons "$place"
    cp -a tests/exercises tests/hidden "$place/tests"
    for built in common play peer weather $LESSON; do cp -a "build/$built" "$place/build/"; done
    chmod 755 "$BATS_TEST_TMPDIR"
    name=$(scripts/plan tests/exercises/$LESSON.bats | head -n 1 | cut -f 3)
    printf '%s\n' 'load ../exercises/grader' '# kind: behaviour' '# points: 7' '# hint: none' \
        "@test \"$name\" {" '    false' '}' > "$place/tests/hidden/$LESSON.bats"
    "$place/scripts/grade-one" $LESSON "$PWD/lessons/$LESSON/exercise/solution/doorman.c" "$BATS_TEST_TMPDIR/result.json"
    [ "$(told '[.score, .max_score] | join(" of ")')" = '100 of 107' ]
    [ "$(told "[.tests[] | select(.name == \"$name\") | .verdict] | join(\" \")")" = 'passed failed' ]
}

@test "the starting point gets none, with a story and a hint" {
    grade lessons/$LESSON/exercise/start/doorman.c
    [ "$(told .score)" = 0 ]
    [ "$(told '.tests[0].verdict')" = failed ]
    [[ $(told '.tests[0].story') == *'doorman$ ./doorman'* ]]
    [[ $(told '.tests[0].hint') == 'The program must be reachable'* ]]
    [ "$(told '.tests[3].why')" = 'not run: first what it does' ]
}

# refused LESSON MISTAKE: a wrong program of the matrix, $first the test that refuses it.
refused() {
    local name
    name=$(basename "lessons/$1/exercise/solution"/*.c)
    patch --quiet --output="$BATS_TEST_TMPDIR/$name" "lessons/$1/exercise/solution/$name" \
        "tests/exercises/$1/wrong/$2.patch"
    scripts/grade-one "$1" "$BATS_TEST_TMPDIR/$name" "$BATS_TEST_TMPDIR/result.json"
    first=$(told '[.tests[] | select(.verdict == "failed")][0]')
    echo "$first"
    [ "$(jq -r .name <<< "$first")" = "$(sed -n 's/^test: //p' "tests/exercises/$1/wrong/$2.patch")" ]
    [[ $(jq -r .hint <<< "$first") == "$(sed -n 's/^hint: //p' "tests/exercises/$1/wrong/$2.patch")"* ]]
}

@test "the hint fits a story of several lines, as make check's does" {
    refused 14-socket-options ttl-at-sol-socket
    [[ $(told '.tests[0].hint') == 'An option is a number of its level: 2 is IP_TTL'* ]]
}

@test "a story tells what the kernel saw, and what it gives away" {
    refused 04-bind no-htons
    [[ $first == *'what the kernel saw last'*'bind(4, {sa_family=AF_INET, '*'Did you forget htons?'* ]]
}

@test "a story tells what the sanitizers found, and where" {
    refused 02-socket place-too-small
    [[ $first == *'the sanitizer says'*'#1 ask sockinfo.c:'* ]]
}

# strace's signals and its filter are no friends: only some got lost.
@test "a program that is to be stopped behind a call is stopped, beside others, too" {
    export -f refused told
    export BATS_TEST_TMPDIR
    # shellcheck disable=SC2016  # parallel's own
    parallel --will-cite --jobs 8 'set -e; BATS_TEST_TMPDIR+=/{}; mkdir "$BATS_TEST_TMPDIR"
        refused 17-nonblocking any-error-is-connected' ::: 1 2 3 4 5 6 7 8 3>&-
}

@test "whose program is another user than the peer is judged by what it does" {
    local mistake
    for mistake in busy-is-stale probe-waits link-is-a-socket removes-any-file; do
        refused 19-unix-sockets $mistake
    done
}

@test "what does not compile gets none, and the compiler's words" {
    echo 'int main(void) { return nothing; }' > wrong.c
    grade "$PWD/wrong.c"
    rm wrong.c
    [ "$(told .status)" = 'not compiled' ]
    [ "$(told .score)" = 0 ]
    [[ $(told .message) == *"doorman.c:1:"*"nothing"* ]]
    [ "$(told '.tests | length')" = 13 ]
}

@test "a link, a directory, a huge file, an empty file, nothing at all" {
    cd "$BATS_TEST_TMPDIR"
    ln -s "$ROOT/lessons/$LESSON/exercise/solution/doorman.c" link.c
    mkdir directory.c
    head -c 2000000 /dev/zero | tr '\0' ' ' > huge.c
    : > empty.c
    local file
    for file in link directory huge none; do
        "$ROOT/scripts/grade-one" $LESSON "$PWD/$file.c" "$PWD/result.json"
        [ "$(told .status)" = refused ]
        [ "$(told .score)" = 0 ]
        [ "$(told .max_score)" = 105 ]
    done
    "$ROOT/scripts/grade-one" $LESSON "$PWD/empty.c" "$PWD/result.json"
    [ "$(told .status)" = 'not compiled' ]
}

@test "a hostile program gains no point, and each has a verdict" {
    [ "$(find "$HOSTILE" -name '*.c' | wc -l)" -ge 25 ]
    local file bad=0
    for file in "$HOSTILE"/*.c; do
        jq -e '.score == 0 and .max_score == 105 and (.tests | length) == 13' "${file%.c}.json" > /dev/null || {
            echo "$(basename "$file"): $(jq -c '[.status, .score]' "${file%.c}.json")"
            bad=1
        }
    done
    cat "$BATS_FILE_TMPDIR/said"
    [ $bad -eq 0 ]
}

@test "no hostile program is told what it may not know" {
    run grep -lE 'greets many clients.*story|listen_on_loopback|root:[^:]*:[0-9]+:' "$HOSTILE"/*.json
    echo "$output"
    [ -z "$output" ]
    jq -e '[.tests[] | select(.verdict == "passed")] | length == 0' "$HOSTILE/reads-the-tests.json"
}

@test "results are valid JSON without control bytes" {
    local file
    for file in "$HOSTILE"/*.json; do
        jq -e '[.. | strings | select(test("[\\x00-\\x08\\x0b-\\x1f\\x7f]"))] | length == 0' "$file" > /dev/null ||
            { echo "$file"; return 1; }
    done
}

@test "nothing of a hostile program is alive" {
    local exe
    for exe in /proc/[0-9]*/exe; do
        exe=$(readlink "$exe") || continue
        [[ $exe != "$TMPDIR"/* ]] || { echo "$exe"; return 1; }
    done
}

@test "nothing has been changed or left behind" {
    tree | diff "$BATS_FILE_TMPDIR/before" -
    strangers | diff "$BATS_FILE_TMPDIR/places" -
    [ -z "$(find "$TMPDIR" -mindepth 1 -maxdepth 1 -name 'tmp.*')" ]
}

@test "no hostile program takes longer than its time" {
    # 13 tests that hang 5 s each would be more; who hangs is not asked again.
    awk -F'\t' 'NR > 1 && ($4 > 90 || $7 != 0) { print; bad = 1 } END { exit bad }' "$BATS_FILE_TMPDIR/log"
}

@test "after all of them, the next grade is what it was" {
    grade lessons/$LESSON/exercise/solution/doorman.c
    [ "$(told .score)" = 105 ]
}

@test "the same seed gives the same verdicts; regrade says so" {
    grade lessons/$LESSON/exercise/solution/doorman.c
    run env RECEIPT="$BATS_TEST_TMPDIR/result.json" scripts/regrade
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *'each verdict is the same'* ]]
    jq '.tests[5].verdict = "failed"' "$BATS_TEST_TMPDIR/result.json" > "$BATS_TEST_TMPDIR/other.json"
    run env RECEIPT="$BATS_TEST_TMPDIR/other.json" scripts/regrade
    [ "$status" -eq 1 ]
    [[ $output == *'names the error'* ]]
    run env RECEIPT="$ROOT/README.md" scripts/regrade
    [ "$status" -eq 2 ]
}

@test "where the machine cannot isolate nothing is graded, unless asked for" {
    run env GRADE_LEVEL='partial network' scripts/grade-one $LESSON lessons/$LESSON/exercise/start/doorman.c "$BATS_TEST_TMPDIR/result.json"
    [ "$status" -eq 3 ]
    [ ! -e "$BATS_TEST_TMPDIR/result.json" ]
    run env ISOLATION=none scripts/grade-one $LESSON lessons/$LESSON/exercise/solution/doorman.c "$BATS_TEST_TMPDIR/result.json"
    [ "$status" -eq 0 ]
    [ "$(told .receipt.isolation)" = none ]
    told '.tests[] | select(.verdict != "passed")'
    [ "$(told .score)" = 105 ]
}

# What is kept of a grader, scripts/quick-bats.bash.
run_kept() { # run_kept [OPTION]...
    BUILD=$BATS_TEST_TMPDIR/build BASH_ENV=scripts/quick-bats.bash PATH=${PATH//"$BATS_LIBEXEC:"/} \
        bats --formatter tap "$@" "$BATS_TEST_TMPDIR/grader.bats"
}

@test "a grader that is a newer one is read anew; a filter is heeded" {
    mkdir "$BATS_TEST_TMPDIR/build"
    printf '@test "%s" {\n:\n}\n' one two > "$BATS_TEST_TMPDIR/grader.bats"
    run -0 run_kept
    [[ $output == *'ok 1 one'*'ok 2 two'* ]]
    compgen -G "$BATS_TEST_TMPDIR/build/bats*grader.bats"
    run -0 run_kept --filter two
    [[ $output == *'ok 1 two'* && $output != *one* ]]
    run -0 run_kept
    [[ $output == *'ok 1 one'*'ok 2 two'* ]]
    printf '@test "three" {\nfalse\n}\n' >> "$BATS_TEST_TMPDIR/grader.bats"
    run -1 run_kept
    [[ $output == *'not ok 3 three'* ]]
}

@test "a grader is another one when its own programs are, and the same when wrong ones are" {
    cd "$BATS_TEST_TMPDIR"
    mkdir -p tests/exercises/18-multiplexing/wrong
    cp "$ROOT"/tests/exercises/18-multiplexing.bats tests/exercises/
    cp "$ROOT"/tests/exercises/18-multiplexing/*.c tests/exercises/18-multiplexing/
    hash() { bash -c '. "$1/scripts/exercise.bash"; grader_hash 18-multiplexing' bash "$ROOT"; }
    local before
    before=$(hash)
    echo wrong > tests/exercises/18-multiplexing/wrong/one.patch
    [ "$(hash)" = "$before" ]
    echo '/* another */' >> tests/exercises/18-multiplexing/tally.c
    [ "$(hash)" != "$before" ]
}
