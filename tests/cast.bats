#!/usr/bin/env bats
# make cast-NN: a recording that is one by the format's own rules, and that shows
# what the demo showed.

load helper
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    export TMPDIR=$BATS_TEST_TMPDIR
    SERVER=cast$$
    CAST=$BATS_TEST_TMPDIR/out.cast
}

teardown() { tmux -L "$SERVER" kill-server 2> /dev/null || true; }

# asciinema v2: a header, then [time, code, text], times that never go back.
valid() {
    python3 - "$1" << 'END'
import json, sys
lines = open(sys.argv[1], encoding='utf-8').read().splitlines()
header = json.loads(lines[0])
assert header['version'] == 2 and header['width'] == 80 and header['height'] == 24, header
last = 0
for line in lines[1:]:
    time, code, text = json.loads(line)
    assert isinstance(time, (int, float)) and time >= last, line
    assert code == 'o' and isinstance(text, str), line
    last = time
assert len(lines) > 15 and last > 10, (len(lines), last)
sys.stdout.buffer.write(''.join(json.loads(line)[2] for line in lines[1:]).encode())
END
}

@test "a recording is valid, small, and shows the demo to its end" {
    run -0 env CAST="$CAST" PACE=1 BUILD="$BUILD" "$ROOT/scripts/cast" 06-connect
    [[ $output == *"out.cast: "*" steps, "*" bytes"* ]]
    [ "$(wc -c < "$CAST")" -lt 60000 ]
    valid "$CAST" > played
    tmux -L "$SERVER" -u -f /dev/null new-session -d -x 80 -y 24 "cat played; read -r line"
    whole() { tmux -L "$SERVER" capture-pane -p | grep -qF 'That is the whole scene.'; }
    wait_until whole
    tmux -L "$SERVER" capture-pane -p > screen
    grep -qE '^ +recv A from client +│' screen
    grep -qE '── server ─+┬── client ─' screen
    run ! compgen -G "$TMPDIR/workbook-*"
}

@test "a pace and a size that are none are refused" {
    run -2 env CAST="$CAST" PACE=slow "$ROOT/scripts/cast" 06-connect
    [[ $output == *'PACE=slow: a number of seconds'* ]]
    run -2 env CAST="$CAST" COLUMNS_LINES=wide "$ROOT/scripts/cast" 06-connect
    [[ $output == *'COLUMNS_LINES=wide: as 80x24'* ]]
}
