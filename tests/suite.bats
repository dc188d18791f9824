#!/usr/bin/env bats
# make test: what it does with failures, and how it sums up.

load helper
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    # The bats that we run in is not the one that scripts/test is to start.
    PATH=${PATH//"$BATS_LIBEXEC:"/}
}

# suite: a file whose first test fails the first time only, and whose last one
# fails always if $1 says so.
suite() {
    printf '@test "%s" {\n%s\n}\n' 'fails once' '[ -e "$BEEN" ] || { touch "$BEEN"; false; }' \
        holds true > suite.bats
    [ "${1:-}" != failing ] || printf '@test "%s" {\n%s\n}\n' 'never holds' false >> suite.bats
    export BEEN=$PWD/been
}

run_suite() { run --separate-stderr env "$@" "$ROOT/scripts/test" "$PWD/suite.bats"; }

last_line() { printf '%s\n' "${lines[${#lines[@]} - 1]}"; }

@test "a failure counts, is named at the end, and makes the status 1" {
    suite
    run_suite TWICE=
    [ "$status" -eq 1 ]
    [ "$(last_line)" = '1 passed, 1 failed' ]
    [[ $stderr == *'test: failed:'*'not ok 1 fails once'* ]]
}

@test "TWICE: what held in the second run has not failed, and it is said" {
    suite
    run_suite TWICE=1
    [ "$status" -eq 0 ]
    [ "$(last_line)" = '2 passed, 0 failed' ]
    [[ $output == *"run once more, alone: $PWD/suite.bats"* ]]
    [[ $stderr != *failed:* ]]
}

@test "TWICE: what failed twice has failed" {
    suite failing
    run_suite TWICE=1
    [ "$status" -eq 1 ]
    [ "$(last_line)" = '2 passed, 1 failed' ]
    [[ $stderr == *'not ok 3 never holds'* ]]
    [[ $stderr != *'fails once'* ]]
}

# The reports are made up: the starting point of 02 fails, as it must.
@test "a misjudged program is judged once more, and no other one" {
    start=lessons/02-socket/exercise/$(basename "$ROOT"/lessons/02-socket/exercise/*.c)
    printf '%s\n' 1..3 "ok 1 02-socket right nowhere.c" "not ok 2 02-socket start $start" \
        'ok 3 02-socket wrong nowhere.patch' > report.tap
    run "$ROOT/scripts/graders" --again "$PWD/report.tap"
    [ "$status" -eq 0 ]
    [ "$(last_line)" = '1 programs, 0 of them judged wrongly' ]
    [ "$(sed -n 3p report.tap)" = "ok 2 02-socket start $start" ]
    [ "$(grep -c nowhere report.tap)" -eq 2 ]

    printf '%s\n' 1..1 "not ok 1 02-socket right $start" > report.tap
    run "$ROOT/scripts/graders" --again "$PWD/report.tap"
    [ "$status" -eq 1 ]
    [ "$(last_line)" = '1 programs, 1 of them judged wrongly' ]
    [ "$(sed -n 2p report.tap)" = "not ok 1 02-socket right $start" ]
}
