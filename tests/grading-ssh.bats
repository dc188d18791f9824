#!/usr/bin/env bats
# make grade SSHLOGIN=: a class is graded on another machine, which goes away in
# the middle. The machine is an sshd on loopback.

load helper

setup_file() {
    PLACE=$BATS_FILE_TMPDIR
    export PLACE
    mkdir "$PLACE/submissions"
    ssh-keygen -q -t ed25519 -N '' -f "$PLACE/host"
    ssh-keygen -q -t ed25519 -N '' -f "$PLACE/key"
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    # One takes its time; the others do not compile, which is told at once.
    local student
    hand_in ada "$(cat lessons/05-listen-accept/exercise/solution/doorman.c)"
    for student in bob cyd dan eve fay; do
        hand_in "$student" "int main(void) { return $student; }"
    done
}

hand_in() { # hand_in STUDENT TEXT
    mkdir "$PLACE/submissions/$1"
    printf '%s\n' "$2" > "$PLACE/submissions/$1/doorman.c"
}

setup() {
    unset BUILD
    OUT=$BATS_TEST_TMPDIR/grades
}

teardown() { stop_sshd; }

# Another one may take the port before sshd does; then we try the next.
start_sshd() {
    for _ in 1 2 3 4 5; do
        PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        write_settings
        rm -f "$PLACE/pid"
        "$(command -v sshd)" -f "$PLACE/sshd_config" -E "$PLACE/sshd.log" 3>&-
        if wait_until test -s "$PLACE/pid"; then return; fi
    done
    cat "$PLACE/sshd.log"
    return 1
}

write_settings() {
    cat > "$PLACE/sshd_config" <<END
Port $PORT
ListenAddress 127.0.0.1
HostKey $PLACE/host
AuthorizedKeysFile $PLACE/key.pub
PidFile $PLACE/pid
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxStartups 100
END
    cat > "$PLACE/ssh_config" <<END
Host other
    HostName 127.0.0.1
    Port $PORT
    User $(id -un)
    IdentityFile $PLACE/key
    IdentitiesOnly yes
    UserKnownHostsFile /dev/null
    StrictHostKeyChecking no
    LogLevel ERROR
    BatchMode yes
END
}

# The machine goes away: the server, and its sessions with all that they run.
stop_sshd() {
    local server
    server=$(cat "$PLACE/pid" 2> /dev/null) || return 0
    stop_with_children "$server"
    rm -f "$PLACE/pid"
}

stop_with_children() { # stop_with_children PROCESS
    local child
    kill -STOP "$1" 2> /dev/null || return 0
    for child in $(ps -o pid= --ppid "$1"); do stop_with_children "$child"; done
    kill -KILL "$1" 2> /dev/null || true
}

grade() { make -s grade SUBMISSIONS="$PLACE/submissions" LESSON=05 OUT="$OUT" SSHLOGIN="2/ssh -F $PLACE/ssh_config other" 3>&-; }

results() { find "$OUT/results" -name '*.json' 2> /dev/null | sort; }
are_there() { [ "$(results | wc -l)" -ge "$1" ]; }

# What each has been told, but for those that could not be graded.
graded() { results | while read -r file; do [ "$(jq -r .status "$file")" = 'not graded' ] || cksum "$file"; done; }

@test "another machine grades the class, and what it did is not told from here" {
    start_sshd
    run grade
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(results | wc -l)" -eq 6 ]
    [ "$(jq -r .score "$OUT/results/ada/05-listen-accept.json")" = 105 ]
    [ "$(jq -r .status "$OUT/results/fay/05-listen-accept.json")" = 'not compiled' ]
    awk -F'\t' 'NR > 1 && ($2 !~ /other$/ || $7 != 0)' "$OUT/jobs.log" > "$BATS_TEST_TMPDIR/elsewhere"
    [ ! -s "$BATS_TEST_TMPDIR/elsewhere" ]
}

@test "it goes away in the middle: nothing is lost, and nothing graded twice" {
    start_sshd
    grade > "$BATS_TEST_TMPDIR/first" 2>&1 &
    local maker=$! status=0
    wait_until are_there 2
    stop_sshd
    wait "$maker" || status=$?
    cat "$BATS_TEST_TMPDIR/first"
    [ "$status" -ne 0 ]
    grep -q 'submissions could not be graded' "$BATS_TEST_TMPDIR/first"
    [ "$(results | wc -l)" -eq 6 ]
    graded > "$BATS_TEST_TMPDIR/done"
    local before
    before=$(wc -l < "$BATS_TEST_TMPDIR/done")
    [ "$before" -ge 2 ]
    [ "$before" -lt 6 ]

    start_sshd
    run grade
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"6 submissions, $((6 - before)) of them to be judged"* ]]
    [ "$(graded | wc -l)" -eq 6 ]
    # Those that were there are the same to the byte: seed, time and all.
    graded | grep -cFxf "$BATS_TEST_TMPDIR/done" | grep -qx "$before"
    [ "$(jq -r .score "$OUT/results/ada/05-listen-accept.json")" = 105 ]
}
