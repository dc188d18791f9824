#!/usr/bin/env bats
# The command: several transcripts, standard input, --actor, --from.
load player

@test "several transcripts: a result line each, the worst status" {
    printf 'a$ true\na= 0\n' >good.transcript
    printf 'a$ true\na= 1\n' >bad.transcript
    printf '@needs nosuchtool\na$ true\na= 1\n' >other.transcript
    run "$PLAY" --check good.transcript good.transcript
    [ "$status" -eq 0 ]
    [ "$output" = $'✓ good   2 lines held\n✓ good   2 lines held' ]
    run "$PLAY" --check good.transcript other.transcript
    [ "$status" -eq 3 ]
    says "✓ good   2 lines held" "- other   not played: it needs nosuchtool"
    run "$PLAY" --check bad.transcript other.transcript good.transcript
    [ "$status" -eq 1 ]
    says "✗ bad   bad.transcript:2" "- other" "✓ good"
}

@test "without --check a scene is shown, its real text in one column in a pipe" {
    run "$PLAY" - <<'END'
# Hello.
a$ cat
a< $PORT
a| {n:[0-9]+}
a^D
a= 0
END
    [ "$status" -eq 0 ]
    port=${lines[2]#a< }
    [ "$port" -gt 9999 ]
    [ "$output" = "# Hello.
a\$ cat
a< $port
a| $port
a^D
a= 0
✓ standard input   5 lines held" ]
}

@test "--actor puts another program in the place of the command's first word" {
    printf '#!/bin/sh\necho "mine $*"\n' >'my own'
    chmod +x 'my own'
    holds --actor a='./my own' <<'END'
a$ ./server one 'two three' >&1
a| mine one two three
a= 0
b$ echo other
b| other
b= 0
END
    holds --actor a=echo <<'END'
a$   ./server
a|
a= 0
END
}

@test "--from: the actors see these files, the first of a name; and may be repeated" {
    mkdir one two
    echo 1 >one/same
    echo 2 >two/same
    echo 3 >two/other
    holds --from one --from two <<'END'
a$ cat same other
a| 1
a| 3
a= 0
END
}

@test "without --from: the files beside the transcript" {
    mkdir there
    echo text >there/file
    printf 'a$ cat file\na| text\na= 0\n' >there/s.transcript
    "$PLAY" --check there/s.transcript
    cd there
    "$PLAY" --check s.transcript
}

@test "a lesson's scene sees its programs and its fixtures" {
    mkdir -p build/play build/77-x lessons/77-x/fixtures lessons/77-x/experiments
    cp "$PLAY" "${PLAY%/*}/init" build/play/
    printf '#!/bin/sh\ncat fixture\n' >build/77-x/program
    chmod +x build/77-x/program
    echo text >lessons/77-x/fixtures/fixture
    printf 'a$ ./program\na| text\na= 0\n' |
        tee lessons/77-x/transcript >lessons/77-x/experiments/e.transcript
    run build/play/play --check lessons/77-x/transcript \
        "$PWD/lessons/77-x/experiments/e.transcript"
    [ "$output" = $'✓ 77-x   3 lines held\n✓ 77-x e   3 lines held' ]
    # The last "lessons" of a path counts.
    mkdir -p lessons/course
    mv build lessons/course/
    mv lessons/77-x lessons/course/lessons
    mkdir lessons/course/x && mv lessons/course/lessons lessons/course/x/77-x
    mv lessons/course/x lessons/course/lessons
    lessons/course/build/play/play --check lessons/course/lessons/77-x/transcript
}
