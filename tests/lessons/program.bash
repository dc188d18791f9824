# What the lessons' tests share that start programs, talk to them and look at
# them: `load program`. It brings helper.bash, setup and teardown with it; a
# file's own setup goes into before_each.
# shellcheck shell=bash disable=SC2034,SC2154  # for the files that load this

# shellcheck source=tests/helper.bash
source "${BASH_SOURCE[0]%/*}/../helper.bash"

# A directory of its own for each test; BIN is where the lesson's programs are.
setup() {
    BIN=$BUILD/$(basename "$BATS_TEST_FILENAME" .bats)
    cd "$BATS_TEST_TMPDIR" || return 1
    started='' peers=''
    if declare -F before_each >/dev/null; then
        before_each
    fi
}

teardown() {
    local pid
    for pid in $started $peers; do
        if kill -KILL "$pid" 2>/dev/null; then
            wait "$pid" || true
        fi
    done
}

# start COMMAND...: in the background, as process $started; what it prints goes
# to the files out and err. Its input is what type_line types, if will_type was
# said. bats starts such commands with SIGINT ignored; env undoes that.
start() {
    rm -f out err
    if [ -p typed ]; then
        env --default-signal=INT,QUIT,PIPE,TERM "$@" <typed >out 2>err 3>&- 8>&- &
    else
        env --default-signal=INT,QUIT,PIPE,TERM "$@" >out 2>err 3>&- &
    fi
    started=$!
}

will_type() {
    mkfifo typed
    exec 8<>typed # so that neither end of it waits for the other
}
type_line() { printf '%s\n' "$1" >&8; }
end_of_input() { exec 8>&-; }

# start_server [WRAPPER...]: the lesson's server on a port that the kernel
# chooses, which is $port then, with what stands in the array `arguments`.
start_server() {
    start "$@" "$BIN/server" 0 "${arguments[@]}"
    wait_until grep -q '^listening on ' out
    port=$(sed -n '1s/^listening on .*:\([0-9]*\).*/\1/p' out)
}
arguments=()

# ends_with STATUS: what was started ends with it, and all its lines are whole.
ends_with() {
    local status=0
    wait "$started" || status=$?
    started=
    cat out err 2>/dev/null || true
    echo "it ended with $status"
    [ "$status" -eq "$1" ]
    [ -z "$(tail -qc 1 out err 2>/dev/null)" ]
}

# asleep: what was started waits, in whatever call.
asleep() { grep -q '^State:.S' "/proc/$started/status"; }

lines() { # lines PATTERN FILE: how many
    grep -cE -- "$1" "$2" || true
}

has_lines() { # has_lines NUMBER PATTERN FILE: at least that many
    [ "$(lines "$2" "$3")" -ge "$1" ]
}

# How many descriptors what was started has open.
descriptors() { find "/proc/$started/fd" -mindepth 1 | wc -l; }

# What it holds: descriptors, memory in pages, children.
holds() {
    descriptors
    cut -d ' ' -f 1,6 "/proc/$started/statm" # all of it, and data with stack
    cat "/proc/$started/task/$started/children"
}

resident() { # in kB
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$started/status"
}

# refuses_arguments PROGRAM [ARG]...: status 2 and the reason, on stderr only.
refuses_arguments() {
    local status=0
    timeout 5 "$BIN/$1" "${@:2}" >out 2>err </dev/null || status=$?
    echo "$*: status $status, $(cat err)"
    [ "$status" -eq 2 ]
    [ ! -s out ]
    [ "$(wc -l <err)" -le 2 ]
    [ -s err ]
}

# --- peers that are none of ours --------------------------------------------

python='
import os, signal, socket, struct, sys, time
def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
'

# talk PYTHON: a client. s is its connected socket; reset(s) breaks off.
talk() {
    timeout 20 python3 -c "$python
s = socket.create_connection(('127.0.0.1', $port))
$1"
}

# answer PYTHON: a server at $port, for one client, c.
answer() {
    rm -f fake
    timeout 20 python3 -c "$python
l = socket.create_server(('127.0.0.1', 0))
print(l.getsockname()[1], flush=True)
c, _ = l.accept()
$1" >fake 3>&- 8>&- &
    peer=$!
    peers+=" $peer"
    wait_until test -s fake
    port=$(head -n 1 fake)
}

# Many clients in C: tests/lessons/visitors.c says what kinds there are.
build_visitors() {
    cc -D_POSIX_C_SOURCE=200809L -o "$BATS_FILE_TMPDIR/visitors" \
        "$BATS_TEST_DIRNAME/visitors.c"
}
visitors() { timeout 20 "$BATS_FILE_TMPDIR/visitors" "$port" "$@"; }
