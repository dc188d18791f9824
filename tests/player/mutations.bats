#!/usr/bin/env bats
# Changing any one character of any expected line of any transcript makes the
# run fail, with a story that points at the line. tests/player/mutate does it
# exhaustively; here is a sample, another one each time.
load player

@test "a wrong character is pointed at" {
    "$ROOT/tests/player/mutate" --sample "${MUTATIONS:-120}" "$PLAY" \
        "$ROOT"/lessons/*/transcript "$ROOT"/lessons/*/experiments/*.transcript
}
