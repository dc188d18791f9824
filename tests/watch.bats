#!/usr/bin/env bats
# make watch-NN on a real terminal: what a student sees after a save or a key.

load helper
bats_require_minimum_version 1.5.0

setup_file() {
    COPY=$BATS_FILE_TMPDIR/workbook
    export COPY
    mkdir -p "$COPY/build" "$COPY/tests"
    cp -a Makefile common scripts lessons "$COPY"
    cp -a tests/exercises "$COPY/tests"
    local built
    for built in common play peer weather 05-listen-accept 06-connect; do
        cp -a "$BUILD/$built" "$COPY/build/"
    done
}

setup() {
    cd "$COPY" || return
    unset BUILD
    rm -rf .progress lessons/0[56]-*/exercise
    cp -a "$ROOT/lessons/05-listen-accept/exercise" lessons/05-listen-accept/
    cp -a "$ROOT/lessons/06-connect/exercise" lessons/06-connect/
    EXERCISE=lessons/05-listen-accept/exercise/doorman.c
    SOLUTION=lessons/05-listen-accept/exercise/solution/doorman.c
    SERVER=watch$$
    # Two tests are enough for a verdict.
    tmux -L "$SERVER" -f /dev/null new-session -d -x 100 -y 50 \
        "trap : INT; ONLY='says where|bind|another program holds' PAGER=cat make watch-05 2>&1; echo ended with \$?; read -r line"
}

teardown() {
    tmux -L "$SERVER" kill-server 2> /dev/null || true
    wait_until nothing_watches
}

nothing_watches() { ! pgrep -f "inotifywait.*$COPY" > /dev/null; }

screen() { tmux -L "$SERVER" capture-pane -p; }

shows() { screen | grep -qF -- "$1"; }

keys() { tmux -L "$SERVER" send-keys "$@"; }

see() { wait_until shows "$1" || { screen; return 1; }; }

@test "the first verdict comes by itself, with the keys below" {
    see '✗   0  says where it waits'
    see ' of 15 points'
    see 'r again   h hint   l list   n next exercise   q quit'
    see "watching $EXERCISE"
}

@test "a save is judged: written in place, or another file renamed to it" {
    see 'q quit'
    cp "$SOLUTION" "$EXERCISE"
    see '15 of 15 points'
    see 'n next exercise   q quit'
    sed 's/return 0;/return nothing;/' "$SOLUTION" > "$EXERCISE.tmp"
    mv "$EXERCISE.tmp" "$EXERCISE"
    see 'it does not compile'
    # The old verdict is gone from the screen.
    run ! shows '15 of 15 points'
}

@test "another file in the directory is no save" {
    see 'q quit'
    seed=$(screen | grep -oE 'seed [0-9]+')
    touch lessons/05-listen-accept/exercise/other.c
    cp "$SOLUTION" lessons/05-listen-accept/exercise/other.c
    keys h
    see '1. The program must be reachable'
    [ "$(screen | grep -oE 'seed [0-9]+')" = "$seed" ]
}

@test "r judges again" {
    see 'q quit'
    seed=$(screen | grep -oE 'seed [0-9]+')
    keys r
    other_seed() { screen | grep -oE 'seed [0-9]+' | grep -qvF "$seed"; }
    wait_until other_seed
    see 'q quit'
}

@test "h gives one hint after the other, l the list" {
    see 'q quit'
    keys h
    see '1. The program must be reachable'
    keys h
    see '3. bind(listenfd'
    keys l
    see 'Socket Workbook'
    see ' 0 of 21 done'
    keys_are_last() { screen | grep -v '^ *$' | tail -n 1 | grep -q 'r again   h hint'; }
    wait_until keys_are_last
}

@test "n goes on to the next exercise, and nothing else does" {
    cp "$SOLUTION" "$EXERCISE"
    see '15 of 15 points'
    see 'watching lessons/05'
    keys n
    see 'watching lessons/06-connect/exercise/knock.c'
}

@test "s shows the solution only after the exercise has passed" {
    see 'q quit'
    keys s
    see 'when the exercise has passed'
    printf 'passed 05-listen-accept 1700000000\n' > .progress
    keys s
    see '+    int listenfd = listen_on_loopback(port);'
    see 's our solution   q quit'
}

@test "s says who has the solutions where there are none" {
    rm -r lessons/05-listen-accept/exercise/solution
    see 'q quit'
    printf 'passed 05-listen-accept 1700000000\n' > .progress
    keys s
    see '  This workbook came without solutions; ask your instructor.'
    see 'n next exercise   q quit'
}

@test "a save while it judges begins again" {
    see 'q quit'
    printf 'int main(void) { for (;;); }\n' > "$EXERCISE"
    judging() { shows 'seed' && ! shows 'q quit'; }
    wait_until judging
    cp "$SOLUTION" "$EXERCISE"
    see '15 of 15 points'
}

@test "q leaves the terminal as it was, and nothing running" {
    see 'q quit'
    keys q
    see 'ended with 0'
    keys 'echo is on'
    see 'echo is on'
    wait_until nothing_watches
}

@test "Ctrl-C leaves too" {
    see 'q quit'
    keys C-c
    see 'ended with'
    wait_until nothing_watches
}

@test "without a terminal it says so" {
    run make watch-05 < /dev/null
    [ "$status" -ne 0 ]
    [[ $output == *"needs a terminal; make check judges once"* ]]
}
