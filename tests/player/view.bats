#!/usr/bin/env bats
# How a scene looks on a terminal: columns, wide characters, colours, steps.
load player

setup_file() {
    cat >"$BATS_FILE_TMPDIR/scene" <<'END'
# A narrator speaks over the whole width of the terminal, however long it takes him to come to the end of what he has to say.
server$ cat
client$ sh -c 'echo 안녕하세요 안녕하세요 안녕하세요 안녕하세요 안녕하세요 안녕하세요 안녕하세요; echo err >&2; read -r x'
client| {...}
client! err
server< typed text
server| typed text
server~ read
client^D
client= 1
server^C
server= SIGINT
END
}

# on WIDTH COMMAND...: what a terminal of this width gets.
on() {
    python3 - "$@" <<'END'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(sys.argv[2], sys.argv[2:])
keys = os.environ.get("KEYS", "")
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    if keys:
        os.write(fd, keys[:1].encode())
        keys = keys[1:]
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

# The most columns that a line of the output takes.
widest() {
    sed 's/\x1b\[[0-9;]*m//g' <<<"$output" | python3 -c '
import sys, unicodedata
print(max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
              for c in line.rstrip("\n")) for line in sys.stdin))'
}

plain() { sed 's/\x1b\[[0-9;]*m//g' <<<"$output"; }

@test "columns fit terminals of 80, 100 and 200 columns; wide ones too" {
    for width in 80 100 200; do
        run on "$width" "$PLAY" "$BATS_FILE_TMPDIR/scene"
        echo "$output"
        [ "$status" -eq 0 ]
        [ "$(widest)" -le "$width" ]
        [ "$(widest)" -ge 57 ]
        plain | grep -qE '^ server {20,}client'
    done
}

@test "actors stand side by side, each line in its actor's column" {
    NO_COLOR=1 run on 80 "$PLAY" "$BATS_FILE_TMPDIR/scene"
    echo "$output"
    column=$(grep -m 1 '^ server' <<<"$output")
    column=${column%client*}
    grep -q '^ \$ cat$' <<<"$output"
    grep -q "^${column//?/ }! err$" <<<"$output"
    grep -q "^${column//?/ }  ^D$" <<<"$output"
    grep -q '^ < typed text$' <<<"$output"
    grep -q '^   typed text$' <<<"$output"
    grep -q '^ ~ asleep in read$' <<<"$output"
    grep -q '^ = SIGINT$' <<<"$output"
}

@test "a line is broken between words; only a word longer than the column is cut" {
    cat >long <<'END'
a$ sh -c 'echo "pair 127.0.0.1:34567->127.0.0.1:45678 is open"; echo "  127.0.0.1:1:127.0.0.1:1:127.0.0.1:56789 last"; read -r x'
a| {...}
a| {...}
b$ true
b= 0
a^D
a= 1
END
    NO_COLOR=1 run on 80 "$PLAY" long
    echo "$output"
    grep -qx ' *pair *' <<<"$output"
    grep -qx ' *127\.0\.0\.1:34567->127\.0\.0\.1:45678 is *' <<<"$output"
    grep -q '^     127\.0\.0\.1:1:127\.0\.0\.1:1:127' <<<"$output"
    [ "$(widest)" -le 80 ]
}

@test "a terminal of 40 columns gets one column with names" {
    NO_COLOR=1 run on 40 "$PLAY" "$BATS_FILE_TMPDIR/scene"
    echo "$output"
    [ "$status" -eq 0 ]
    says "server\$ cat" "client! err" "server< typed text" "server| typed text"
}

@test "colours on a terminal, none under NO_COLOR, none in a pipe" {
    run on 80 "$PLAY" "$BATS_FILE_TMPDIR/scene"
    [[ $output == *$'\033['* ]]
    # Every colour is taken back at its line's end.
    ! grep -qP '\x1b\[[1-9][0-9;]*m[^\x1b]*$' <<<"$output" || false
    NO_COLOR=1 run on 80 "$PLAY" "$BATS_FILE_TMPDIR/scene"
    [[ $output != *$'\033['* ]]
    run "$PLAY" "$BATS_FILE_TMPDIR/scene"
    [[ $output != *$'\033['* ]]
}

@test "typed and printed text differ in colour too" {
    run on 80 "$PLAY" "$BATS_FILE_TMPDIR/scene"
    typed=$(grep -a '< typed text' <<<"$output")
    printed=$(grep -a '  typed text' <<<"$output")
    [ "${typed%%<*}" != "${printed%%  typed*}" ]
}

@test "what tmux shows is what was meant" {
    [ -n "$(command -v tmux)" ] || skip "needs tmux"
    tmux -L "play$$" -f /dev/null new-session -d -x 80 -y 40 \
        "NO_COLOR=1 '$PLAY' '$BATS_FILE_TMPDIR/scene'; touch shown; exec sleep 100"
    wait_until test -e shown
    screen() { tmux -L "play$$" capture-pane -p; }
    wait_until grep -q 'lines held' <(screen)
    run screen
    tmux -L "play$$" kill-server
    echo "$output"
    grep -q '한\|안녕하세요' <<<"$output"
    # No line of the right column was broken by the terminal: all begin there.
    [ "$(grep -c '^안' <<<"$output")" -eq 0 ]
}

@test "--step: one line at each Enter" {
    KEYS=$'\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n' NO_COLOR=1 \
        run on 80 "$PLAY" --step "$BATS_FILE_TMPDIR/scene"
    [ "$status" -eq 0 ]
    says "lines held"
}

@test "--step: q leaves, and the terminal is as before" {
    KEYS=$'\n\nq' NO_COLOR=1 run on 80 sh -c "'$PLAY' --step '$BATS_FILE_TMPDIR/scene'; echo left \$?; stty -a"
    echo "$output"
    says "left 3" " icanon" " echo "
    [[ $output != *"typed text"* ]]
}

@test "--step: nothing happens before the key" {
    mkfifo keys
    "$PLAY" --step "$BATS_FILE_TMPDIR/scene" <keys >out 3>&- &
    player=$!
    exec 9>keys
    wait_until test -s out
    ! grep -q 'server\$' out || false
    printf '\n' >&9
    wait_until grep -q 'server\$ cat' out
    ! grep -q 'client' out || false
    exec 9>&-
    wait "$player"
    grep -q 'lines held' out
}
