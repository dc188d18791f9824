#!/usr/bin/env bats
# Every lesson and every experiment works under x-ray: the scene holds while it
# is traced, and calls are shown.

load helper

setup() {
    export BUILD TMPDIR=$BATS_TEST_TMPDIR
}

# shows_all_of PATTERN: the main scenes and the experiments of these lessons.
# What this machine cannot play is said by the player, here as in make run.
shows_all_of() {
    local directory file scene failed=0
    for directory in lessons/$1; do
        for file in "$directory/transcript" "$directory"/experiments/*.transcript; do
            scene=$(basename "$file" .transcript)
            [ "$scene" != transcript ] || scene=''
            SCENE=$scene run scripts/xray "${directory#lessons/}"
            is_xray && continue
            echo "$file: status $status"
            echo "$output" | tail -n 30
            failed=1
        done
    done
    [ $failed -eq 0 ]
}

# A scene that holds, with calls and a ladder; or else the reason.
is_xray() {
    [ "$status" -eq 0 ] || return 1
    [[ $output != *'not played'* ]] || return 0
    [[ $output != *'ask the kernel for nothing but to print'* ]] || calls_nothing || return 1
    [[ $output != *'The ladder'* ]] ||
        grep -qE '^   [a-z][a-z0-9/_-]* +([a-z_0-9]+\(|… and on)' <<< "$output"
}

# These only compute; of any other scene something must be seen.
calls_nothing() {
    [[ $file == lessons/03-addresses/* || $file == */octets.transcript || $file == */checksum.transcript ||
        $file == */big-port.transcript ]]
}

@test "lessons 01 to 09" { shows_all_of '0*'; }

@test "lessons 10 to 19" { shows_all_of '1*'; }

@test "the lessons from 20 on" { shows_all_of '[2-9]*'; }
