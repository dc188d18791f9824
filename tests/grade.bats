#!/usr/bin/env bats
# make grade: what it judges and what it does not judge again, how it is stopped,
# and what it says when it cannot.

load helper

setup() {
    unset BUILD FILE ONLY SEED OUT ROSTER JOBS SUBMISSIONS LESSON
    # Within a test bats is another one, which make's shell cannot start.
    PATH=${PATH//"$BATS_LIBEXEC:"/}
    chmod 711 "$BATS_TEST_TMPDIR"
    CLASS=$BATS_TEST_TMPDIR/class GRADES=$BATS_TEST_TMPDIR/grades
    SERVER=grade$$
    mkdir "$CLASS"
}

teardown() {
    tmux -L "$SERVER" kill-server 2> /dev/null || true
    rm -rf "${PLACE:-}"
}

# What does not compile is judged in no time.
hands_in() { # hands_in STUDENT WORD
    mkdir -p "$CLASS/$1"
    echo "int main(void) { return $2; }" > "$CLASS/$1/doorman.c"
}

grade() { run make -s grade SUBMISSIONS="$CLASS" LESSON=05 OUT="$GRADES" "$@" 3>&-; echo "$output"; }

results() { find "$GRADES/results" -name '*.json' 2> /dev/null | wc -l; }
screen() { tmux -L "$SERVER" capture-pane -p; }
shows() { screen | grep -qE -- "$1"; }
see() { wait_until shows "$1" || { screen; return 1; }; }
has_results() { [ "$(results)" -ge "$1" ]; }

@test "a second time only what is new is judged; AGAIN judges all" {
    local student
    for student in ada bob cyd; do hands_in $student nothing; done
    grade
    [ "$status" -eq 0 ]
    [[ $output == *'3 submissions, 3 of them to be judged, '*', isolation: full'* ]]
    cp -r "$GRADES/results" "$BATS_TEST_TMPDIR/first"

    grade
    [[ $output == *'3 submissions, 0 of them to be judged'* ]]
    diff -r "$GRADES/results" "$BATS_TEST_TMPDIR/first"

    hands_in dan nothing # late
    hands_in bob anything
    grade
    [[ $output == *'4 submissions, 2 of them to be judged'* ]]
    cmp "$GRADES/results/ada/05-listen-accept.json" "$BATS_TEST_TMPDIR/first/ada/05-listen-accept.json"
    grep -q "anything" "$GRADES/results/bob/05-listen-accept.json"

    grade AGAIN=1
    [[ $output == *'4 submissions, 4 of them to be judged'* ]]
}

@test "a bar shows the time left; Ctrl-C stops, and the same command goes on" {
    local i command place
    place=$(mktemp -d)
    chmod 711 "$place"
    for i in $(seq 10 29); do hands_in "student$i" nothing; done
    command="TMPDIR=$place make -s grade SUBMISSIONS='$CLASS' LESSON=05 OUT='$GRADES' JOBS=1"
    tmux -L "$SERVER" -f /dev/null new-session -d -x 100 -y 30 \
        "trap : INT; PATH='$PATH'; $command; echo ended with \$?; read -r line"
    see '% [0-9]+:[0-9]+=[0-9]+s' # GNU parallel: percent, done:left=time
    wait_until has_results 2
    tmux -L "$SERVER" send-keys C-c
    see 'grade: stopped; what is graded stays in'
    see 'ended with (130|2)'
    # Nothing of it runs on.
    wait_until dead
    wait_until rmdir "$place"
    local judged
    judged=$(results)
    [ "$judged" -lt 20 ]
    cp -r "$GRADES/results" "$BATS_TEST_TMPDIR/first"

    grade
    [ "$status" -eq 0 ]
    [ "$(results)" -eq 20 ]
    [[ $output == *"20 submissions, $((20 - judged)) of them to be judged"* ]]
    local file
    (cd "$BATS_TEST_TMPDIR/first" && find . -name '*.json') | while read -r file; do
        cmp "$GRADES/results/$file" "$BATS_TEST_TMPDIR/first/$file"
    done
}
dead() { ! pgrep -f "grade-one.*$GRADES" > /dev/null; }

# refuses STATUS TEXT [NAME=VALUE]...
refuses() {
    run env SUBMISSIONS="$CLASS" OUT="$GRADES" "${@:3}" scripts/grade
    echo "$output"
    [ "$status" -eq "$1" ]
    [[ $output == *"$2"* ]]
    [ ! -e "$GRADES/class.csv" ]
}

@test "what it cannot take it says in a line" {
    refuses 2 'grade: which? make grade SUBMISSIONS=DIR' SUBMISSIONS=
    refuses 2 'SUBMISSIONS=/nowhere: no such directory' SUBMISSIONS=/nowhere
    refuses 2 'ROSTER=/nowhere.csv: no such file' ROSTER=/nowhere.csv
    refuses 2 'JOBS=many: a number from 1 is needed' JOBS=many
    refuses 2 'LESSON=99: no exercise is called so' LESSON=99
}

@test "a plain user grades as root does" {
    # Where other users may come: a checkout may be its owner's alone.
    PLACE=$(mktemp -d /tmp/grade.XXXXXX)
    mkdir "$PLACE/build" "$PLACE/tests" "$PLACE/class"
    cp -a Makefile common scripts lessons "$PLACE"
    cp -a tests/exercises tests/hidden "$PLACE/tests"
    local built as=()
    for built in common play peer weather 05-listen-accept; do cp -a "$ROOT/build/$built" "$PLACE/build/"; done
    CLASS=$PLACE/class
    hands_in ada nothing
    mkdir "$CLASS/bob"
    cp lessons/05-listen-accept/exercise/solution/doorman.c "$CLASS/bob/"
    chmod 755 "$PLACE"
    if [ "$(id -u)" -eq 0 ]; then
        as=(setpriv --reuid 12345 --regid 12345 --clear-groups)
        chown -R 12345:12345 "$PLACE"
    fi
    run "${as[@]}" env SUBMISSIONS="$CLASS" LESSON=05 OUT="$PLACE/grades" TMPDIR=/tmp HOME="$PLACE" \
        "$PLACE/scripts/grade"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *'isolation: full'* ]]
    [ "$(jq .score "$PLACE/grades/results/bob/05-listen-accept.json")" = 105 ]
    [ "$(jq .score "$PLACE/grades/results/ada/05-listen-accept.json")" = 0 ]
}
