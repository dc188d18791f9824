#!/usr/bin/env bats
# Every example of docs/transcripts.md does what the text says.
load player

document=$ROOT/docs/transcripts.md

# split: each ```transcript block into N.scene and N.kind, the ```story behind
# it into N.story.
split() {
    awk '/^```transcript/ { n++; file = n ".scene"
                            kind = substr($0, 15); print kind > (n ".kind"); next }
         /^```story/      { file = n ".story"; next }
         /^```/           { file = ""; next }
         file             { print > file }' "$document"
}

still() { sed -E 's/(running|asleep in [a-z]+), after/STATE, after/' "$1"; }

@test "the examples hold, fail and are refused as the text says" {
    split
    [ -e 6.scene ]
    for scene in *.scene; do
        number=${scene%.scene}
        kind=$(<"$number.kind")
        run "$PLAY" --check - <"$scene"
        echo "$number $kind: $status: $output"
        case $kind in
        '') [ "$status$output" = 0 ] ;;
        fails) [ "$status" -eq 1 ] ;;
        refused) [ "$status" -eq 2 ] ;;
        'not played') [ "$status" -eq 3 ] ;;
        *) false ;;
        esac
        [ "$status" -ne 1 ] && [ "$status" -ne 2 ] || [ -e "$number.story" ]
        # Where an actor is just then depends on who is faster.
        [ ! -e "$number.story" ] || diff <(still "$number.story") <(still - <<<"$output")
    done
}

@test "every directive, option and sign that the player knows is in the text" {
    for word in @needs @network @user @deadline @any @end; do
        grep -q -- "\`$word" "$document"
    done
    for option in $("$PLAY" --help | grep -o -- '--[a-z]*'); do
        [ "$option" = --help ] || grep -q -- "^| \`$option" "$document"
    done
    "$PLAY" --help >help
    # shellcheck disable=SC2013  # options have no blanks
    for option in $(grep -o '^| `--[a-z]*' "$document" | cut -c 4-); do
        grep -q -- "$option" help
    done
}
