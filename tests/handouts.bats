#!/usr/bin/env bats
# Handouts show real runs and real sources; when either drifts, this fails.

load helper

# A copy of one lesson to break.
copy_lesson() { # copy_lesson LESSON
    cd "$BATS_TEST_TMPDIR" || return
    cp -a "$ROOT/common" "$ROOT/scripts" .
    mkdir -p lessons build
    cp -a "$ROOT/lessons/$1" lessons/
    cp -a "$BUILD/common" "$BUILD/play" "$BUILD/$1" build/
    README=lessons/$1/README.md
    unset BUILD
}

@test "every handout's console blocks, C excerpts and ladders are what a run gives" {
    run scripts/handout check lessons/*
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "every lesson has a handout with a ladder, its main scene and all its experiments" {
    local lesson scene
    for lesson in lessons/[0-9]*; do
        grep -q '^```mermaid' "$lesson/README.md"
        grep -q "^\$ make run-[0-9][0-9]$" "$lesson/README.md"
        for scene in "$lesson"/experiments/*.transcript; do
            scene=$(basename "$scene" .transcript)
            grep -qE "(SCENE=|ladder: experiments/)$scene\>" "$lesson/README.md" ||
                { echo "$lesson/README.md does not show $scene"; return 1; }
        done
    done
}

@test "every link of a handout leads to a file" {
    local readme link
    for readme in README.md docs/*.md lessons/*/README.md; do
        while read -r link; do
            [ -e "$(dirname "$readme")/$link" ] ||
                { echo "$readme: $link"; return 1; }
        done < <(grep -oE '\]\([^)#]+\)' "$readme" | sed 's/^](//; s/)$//' | grep -v '^https:')
    done
}

@test "a console line that a scene does not print is found" {
    copy_lesson 06-connect
    sed -i 's/^client| send A to server$/client| send C to server/' "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    [[ $output == *"client| send C to server"* ]]
    [[ $output == *"is not lessons/06-connect/transcript"* ]]
}

@test "a console line that is missing or added is found" {
    copy_lesson 06-connect
    cp "$README" kept
    sed -i '0,/^server| listen()$/{//d}' "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    sed '0,/^server| listen()$/{s//&\nserver| listen()/}' kept > "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    sed 's/lines held$/lines hold/' kept > "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
}

@test "a scene that changes makes its handout false" {
    copy_lesson 06-connect
    sed -i 's/^server| listen()$/server| listen(1)/' lessons/06-connect/transcript
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
}

@test "C that no source holds is found" {
    copy_lesson 06-connect
    sed -i 's/if (connect(sockfd, /if (connect(sock, /' "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    [[ $output == *"no literal part of the lesson's sources"* ]]
}

@test "a ladder that a run does not give is found" {
    copy_lesson 06-connect
    sed -i 's/recv(4, "A", 1, 0) = 1/recv(4, "A", 1, 0) = 2/' "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    [[ $output == *"the ladder is another one now"* ]]
}

@test "commands that print something else now are found, and update mends them" {
    copy_lesson 06-connect
    printf '\n```console\n$ echo one; echo two\none\nthree\n$ false\n$ echo $?\n1\n```\n' >> "$README"
    run scripts/handout check 06-connect
    [ "$status" -eq 1 ]
    [[ $output == *"-three"*"+two"* ]]
    scripts/handout update 06-connect
    run scripts/handout check 06-connect
    echo "$output"
    [ "$status" -eq 0 ]
    [[ "$(tail -n 7 "$README")" == *$'one\ntwo\n$ false\n$ echo $?\n1\n'* ]]
}

@test "the README's picture is what the scene looks like now" {
    run scripts/picture lessons/06-connect/transcript
    [ "$status" -eq 0 ]
    diff <(echo "$output") docs/played-scene.svg
}

@test "the README names every lesson" {
    local lesson
    for lesson in lessons/[0-9]*; do
        grep -q "($lesson/README.md)" README.md
    done
}

@test "docs/index.md leads from every name to its lessons, and is what scripts/index writes" {
    cp -a scripts lessons "$BATS_TEST_TMPDIR"
    mkdir "$BATS_TEST_TMPDIR/docs"
    run "$BATS_TEST_TMPDIR/scripts/index"
    echo "$output"
    [ "$status" -eq 0 ]
    diff "$BATS_TEST_TMPDIR/docs/index.md" docs/index.md
}
