#!/usr/bin/env bats
#
# Lesson 01: its scenes, and what its programs do with other files, with
# every kind of failure, and at their end.

# shellcheck disable=SC2016 # $0 in quotes is for the inner shell

load ../helper

setup() {
    BIN=$BUILD/01-file-syscalls
    started=
}

teardown() {
    if [ -n "$started" ] && kill -KILL "$started" 2>/dev/null; then
        wait "$started" || true
    fi
}

# From here on in an empty directory.
go_to_work() {
    cd "$BATS_TEST_TMPDIR" || return 1
    umask 022
}

# fails_with SYMBOL COMMAND...: status 1, and the last error has this symbol.
fails_with() {
    local bound=(timeout 10)
    [ "$2" != failing ] || bound=() # it has a bound of its own
    run "${bound[@]}" "${@:2}"
    echo "$2: status $status, $output"
    [ "$status" -eq 1 ]
    [[ $output == *"[$1]"* ]]
}

# failing CALL:ERROR[:when=N] PATH COMMAND...: that call fails when it is made
# for this file (strace -P looks at no other).
failing() {
    timeout 10 strace -qq -o trace -P "$2" -e "inject=${1%%:*}:error=${1#*:}" "${@:3}"
}

# start COMMAND...: in the background. bats starts such commands with SIGINT
# ignored; env undoes that.
start() {
    env --default-signal=INT,QUIT "$@" >out 2>err 3>&- &
    started=$!
}

asleep() { grep -q '^State:.S' "/proc/$started/status"; }

runs() { # runs PROGRAM: it is no more the env that started it
    [ "$(cat "/proc/$started/comm")" = "$1" ]
}

# ends_with STATUS: of the command in the background.
ends_with() {
    local status=0
    wait "$started" || status=$?
    started=
    echo "it ended with $status"
    [ "$status" -eq "$1" ]
}

# --- scenes -----------------------------------------------------------------

@test "transcript: a note is written and read back, descriptors, errno" {
    play_scene 01-file-syscalls
}

@test "experiment: a read gives what there is" {
    play_scene 01-file-syscalls keyboard
}

@test "experiment: write can be short" {
    play_scene 01-file-syscalls short-write
}

@test "experiment: errno is the last failure's" {
    play_scene 01-file-syscalls stale-errno
}

@test "experiment: access modes cannot be combined" {
    play_scene 01-file-syscalls access-modes
}

@test "experiment: O_EXCL alone is ignored" {
    play_scene 01-file-syscalls exclusive
}

@test "experiment: O_APPEND loses nothing" {
    play_scene 01-file-syscalls append
}

@test "experiment: O_CREAT without a mode" {
    play_scene 01-file-syscalls no-mode
}

@test "experiment: printf is no system call" {
    play_scene 01-file-syscalls buffered
}

# --- arguments --------------------------------------------------------------

@test "bad arguments are refused with one line and status 2" {
    go_to_work
    for arguments in 'notes a b' 'errors a b' 'descriptors a' 'keyboard a' \
        'short-write a' 'stale-errno a' 'access-modes a' 'exclusive a' \
        'append a' 'no-mode a'; do
        # shellcheck disable=SC2086 # words on purpose
        run timeout 5 "$BIN"/$arguments </dev/null
        echo "$arguments: status $status, $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ $output == "usage: ${arguments%% *}"* ]]
    done
    [ -z "$(ls)" ]
}

# --- notes ------------------------------------------------------------------

@test "notes makes a file of 13 bytes with mode 0644, less the umask" {
    go_to_work
    (umask 0 && "$BIN/notes")
    [ "$(cat notes.txt)" = "hello, world!" ]
    [ "$(stat -c '%s %a' notes.txt)" = "13 644" ]
    (umask 077 && "$BIN/notes" private.txt)
    [ "$(stat -c '%s %a' private.txt)" = "13 600" ]
}

@test "notes empties a file that is there, and leaves its mode" {
    go_to_work
    head -c 1000 /dev/zero >old.txt
    chmod 600 old.txt
    "$BIN/notes" old.txt
    [ "$(cat old.txt)" = "hello, world!" ]
    [ "$(stat -c '%s %a' old.txt)" = "13 600" ]
}

@test "notes reads nothing back from /dev/null" {
    run "$BIN/notes" /dev/null
    [ "$status" -eq 0 ]
    [ "${lines[7]}" = "read at most 8 bytes: 0, end of file" ]
    [ "${#lines[@]}" -eq 9 ]
}

@test "notes and errors name the error of a bad file" {
    go_to_work
    fails_with ENOENT "$BIN/notes" nowhere/notes.txt
    fails_with EISDIR "$BIN/notes" .
    fails_with ENOTDIR "$BIN/notes" /dev/null/notes.txt
    fails_with ENOSPC "$BIN/notes" /dev/full
    [[ $output == *"notes: write 7 bytes to /dev/full: "* ]]
    touch secret.txt
    fails_with EACCES failing openat:EACCES secret.txt "$BIN/errors" secret.txt
    [[ $output == *"errors: open secret.txt: Permission denied [EACCES]"* ]]
    fails_with ENOENT "$BIN/errors"
    [[ $output == *"open missing.txt"* ]]
}

@test "notes names each call that fails, at each place" {
    go_to_work
    for failure in openat:EMFILE:when={1,2,3} write:EDQUOT:when={1,2} \
        read:EIO:when={1,2,3} close:EIO:when={1,2,3}; do
        : >notes.txt # strace -P knows only files that are there
        symbol=${failure#*:}
        fails_with "${symbol%:*}" failing "$failure" notes.txt "$BIN/notes"
        grep -q INJECTED trace
        call=${failure%%:*}
        [[ $output == *"notes: ${call%at} "* ]]
    done
}

@test "errors says so when there is no error" {
    run "$BIN/errors" /dev/null
    [ "$status" -eq 0 ]
    [[ $output == "open /dev/null: descriptor "*", no error" ]]
}

# --- descriptors ------------------------------------------------------------

@test "descriptors fills the holes, the smallest first" {
    run bash -c '"$0" 3>&- 4>&- 5</dev/null' "$BIN/descriptors"
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "first open:  descriptor 3" ]
    [ "${lines[2]}" = "second open: descriptor 4" ]
    [ "${lines[3]}" = "third open:  descriptor 6" ]
    [ "${lines[5]}" = "fourth open: descriptor 4" ]
}

@test "descriptors begins with 3 even if standard input is closed" {
    run bash -c '"$0" <&- 3>&- 4>&- 5>&-' "$BIN/descriptors"
    [ "${lines[1]}" = "first open:  descriptor 3" ]
}

@test "descriptors names an open that fails" {
    go_to_work
    for n in 1 2 3 4; do
        fails_with EMFILE failing "openat:EMFILE:when=$n" /dev/null \
            "$BIN/descriptors"
        [[ $output == *"descriptors: open /dev/null: "* ]]
    done
}

# --- keyboard ---------------------------------------------------------------

@test "keyboard reads what there is: lines, pieces of 64 bytes, NUL bytes" {
    go_to_work
    run "$BIN/keyboard" <<<hello
    [ "${lines[0]}" = "read at most 64 bytes: 6" ]
    head -c 130 /dev/zero >zeros
    run "$BIN/keyboard" <zeros
    [ "$status" -eq 0 ]
    [ "${lines[*]##*: }" = "64 64 2 0, end of input" ]
    run "$BIN/keyboard" </dev/null
    [ "$output" = "read at most 64 bytes: 0, end of input" ]
}

@test "keyboard names the error when standard input cannot be read" {
    fails_with EISDIR bash -c '"$0" </' "$BIN/keyboard"
    fails_with EBADF bash -c '"$0" <&-' "$BIN/keyboard"
    [[ $output == *"keyboard: read standard input: "* ]]
}

# --- experiments ------------------------------------------------------------

@test "the experiments hold when they are run again, and print to a file" {
    go_to_work
    for name in short-write stale-errno access-modes exclusive no-mode; do
        "$BIN/$name" >first 2>err
        "$BIN/$name" >second 2>err
        echo "$name"
        [ -s first ]
        cmp first second
    done
}

@test "append leaves no file, and says when it cannot make one" {
    go_to_work
    mkdir work
    (cd work && timeout 30 "$BIN/append" 3>&-)
    [ -z "$(ls work)" ]
    mkdir log.txt
    fails_with EISDIR "$BIN/append"
}

# --- output -----------------------------------------------------------------

@test "a closed or a full standard output is reported, with status 1" {
    go_to_work
    for name in notes descriptors errors keyboard short-write stale-errno \
        access-modes exclusive no-mode buffered; do
        for broken in '>&-' '>/dev/full'; do
            run timeout 5 bash -c "\"\$0\" </dev/null $broken" "$BIN/$name"
            echo "$name $broken: status $status, $output"
            [ "$status" -eq 1 ]
            [[ $output == *"write standard output: "* ]]
        done
    done
}

@test "notes ends by SIGPIPE when nobody reads what it prints" {
    # /dev/zero has no end, so there is always more to print.
    run bash -c 'env --default-signal=PIPE timeout 10 "$0" /dev/zero |
        head -n 1; echo "${PIPESTATUS[0]}"' "$BIN/notes"
    [[ ${lines[0]} == "open /dev/zero for writing: descriptor "* ]]
    [ "${lines[1]}" -eq 141 ]
}

# --- the end ----------------------------------------------------------------

@test "SIGINT and SIGTERM end notes while it waits for a pipe's reader" {
    go_to_work
    mkfifo pipe
    for signal in INT TERM; do
        start "$BIN/notes" pipe
        wait_until runs notes
        wait_until asleep
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        [ ! -s out ]
    done
}

@test "SIGINT and SIGTERM end keyboard; what it read is printed in full" {
    go_to_work
    mkfifo input
    exec 7<>input # so that the pipe has a writer all the time
    for signal in INT TERM; do
        start bash -c 'exec "$0" <input' "$BIN/keyboard"
        echo hello >&7
        wait_until test -s out
        wait_until asleep
        kill "-$signal" "$started"
        ends_with $((128 + $(kill -l "$signal")))
        [ "$(cat out)" = "read at most 64 bytes: 6" ]
    done
    exec 7>&-
}
