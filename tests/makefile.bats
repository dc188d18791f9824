#!/usr/bin/env bats
# The Makefile is the one interface: its targets as a person uses them.

load helper

# A checkout of its own, with what has been built already, so that tests may
# add lessons, remove the build and keep a progress of their own.
setup_file() {
    COPY=$BATS_FILE_TMPDIR/workbook
    export COPY
    mkdir "$COPY"
    cp -a Makefile common scripts lessons "$COPY"
    mkdir -p "$COPY/tests" "$COPY/build"
    local built
    for built in "$BUILD"/common "$BUILD"/play "$BUILD"/[0-9][0-9]-*; do
        cp -a "$built" "$COPY/build/"
    done
}

setup() {
    cd "$COPY" || return
    rm -rf .progress lessons/99-* build/99-*
    unset BUILD
}

add_lesson() { # add_lesson DIRECTORY: a small lesson that holds
    mkdir -p "lessons/$1/experiments"
    printf '# %s\n\nA lesson for a test, and no more. It says hello.\n' "$1" \
        > "lessons/$1/README.md"
    cat > "lessons/$1/hello.c" << 'END'
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 0;
}
END
    printf 'me$ ./hello\nme| hello\nme= 0\n' > "lessons/$1/transcript"
    cp "lessons/$1/hello.c" "lessons/$1/experiments/again.c"
    printf 'me$ ./again\nme| hello\nme= 0\n' \
        > "lessons/$1/experiments/again.transcript"
}

@test "make shows the lessons, where you stand and what comes next" {
    run make
    [ "$status" -eq 0 ]
    [[ $output == *"→ 01  file-syscalls"* ]]
    [[ $output == *" 06  connect"* ]]
    [[ $output == *"░  0 of "*" done"* ]]
    [[ $output == *"make run-01"* ]]
}

@test "a lesson that was played is known; done is one whose exercise has passed" {
    run make run-01
    [ "$status" -eq 0 ]
    run make
    [[ $output == *"→ 01  file-syscalls"*" played"* ]]
    [[ $output == *"░  0 of "*" done"* ]]
    make run-01 > /dev/null
    [ "$(cat .progress)" = 'played 01-file-syscalls' ]
    echo "passed 01-file-syscalls $(date +%s)" >> .progress
    run make
    [[ $output == *"✓ 01  file-syscalls"*"passed just now"* ]]
    [[ $output == *"→ 02  socket"* ]]
    [[ $output == *"█"*"░  1 of "*" done"* ]]
}

@test "a damaged progress file is no disaster, and make clean leaves it alone" {
    printf 'passed 02-socket 1700000000\n\0\377 what is this?\npassed nothing\npassed 03-addresses soon\n' > .progress
    run make
    [ "$status" -eq 0 ]
    [[ $output == *"✓ 02  socket"* ]]
    [[ $output == *"  1 of "* ]]
    cp -a build build.kept
    make clean
    [ ! -e build ]
    [ -s .progress ]
    mv build.kept build
}

@test "when every lesson is done, make says so" {
    for lesson in lessons/[0-9]*; do
        echo "passed ${lesson#lessons/} 1700000000"
    done > .progress
    run make
    [[ $output == *"That was the last one"* ]]
}

@test "make list names every scene, and each named scene is there" {
    run make list
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -gt 12 ]
    local line lesson
    for line in "${lines[@]}"; do
        case $line in
        *SCENE=*) [ -f "lessons/$lesson/experiments/${line##*SCENE=}.transcript" ] ;;
        *'make run-'*) [ -f "lessons/$lesson/transcript" ] ;;
        *) lesson=$line ;;
        esac
    done
}

@test "a lesson is called by its number, its topic, or both" {
    for name in 06 6 connect 06-connect; do
        run make "run-$name"
        [ "$status" -eq 0 ]
        [[ $output == *"✓ 06-connect   "*" lines held" ]]
    done
}

@test "build-NN says which programs there are, built just now or before" {
    for name in 06 6 connect 06-connect; do
        run make "build-$name"
        [ "$status" -eq 0 ]
        [[ $output == "build/06-connect: "*client*server* ]]
    done
    run make all
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

@test "an unknown lesson gets the list of those that there are" {
    for target in run-99 build-nosuch test-0; do
        run make "$target"
        [ "$status" -eq 2 ]
        [[ $output == *"no lesson is called ${target#*-}; there are"* ]]
        [[ $output == *"06-connect"* ]]
    done
}

@test "an unknown scene gets the list of those that there are" {
    for scene in nosuch ../transcript; do
        run make run-06 SCENE=$scene
        [ "$status" -eq 2 ]
        [[ $output == *"no scene called $scene; there are"*"refused"*"all"* ]]
    done
}

@test "SCENE plays one experiment, SCENE=all every one, and neither is progress" {
    run make run-06 SCENE=refused
    [ "$status" -eq 0 ]
    [[ $output == *"✓ 06-connect refused "* ]]
    run make run-connect SCENE=all
    echo "$output" | tail -n 40
    [ "$status" -eq 0 ]
    local scenes=(lessons/06-connect/transcript lessons/06-connect/experiments/*.transcript)
    [ "$(grep -c '✓' <<< "$output")" -eq ${#scenes[@]} ]
    [ ! -e .progress ]
}

@test "STEP=1 waits for Enter before each line" {
    run make run-02 STEP=1 < <(printf '\n\nq')
    [ "$status" -eq 0 ]
    [ ! -e .progress ] # to leave is not to have played
    run make run-02 STEP=1 < <(yes '')
    [ "$status" -eq 0 ]
    [[ $output == *"lines held"* ]]
    run make run-02 STEP=1 < <(printf '\n\nq')
    [ "$status" -eq 0 ]
    [[ $output == *"socket descriptor is 3"* ]]
    [[ $output != *"lines held"* ]]
    [ "$(cat .progress)" = 'played 02-socket' ]
}

@test "make run plays every lesson's main scene" {
    run make run
    [ "$status" -eq 0 ]
    local scenes=(lessons/*/transcript)
    [ "$(grep -c '^✓' <<< "$output")" -eq ${#scenes[@]} ]
}

@test "a scene that does not hold makes make fail, and no progress" {
    add_lesson 99-test
    sed -i 's/me| hello/me| hallo/' lessons/99-test/transcript
    run make run-99
    [ "$status" -ne 0 ]
    [[ $output == *"lessons/99-test/transcript:2"* ]]
    [[ $output == *"again        make run-99"* ]]
    [ ! -e .progress ]
}

@test "what a missing tool prevents is \"not played\", and make does not fail for it" {
    add_lesson 99-test
    sed -i '1i @needs no-such-tool' lessons/99-test/experiments/again.transcript
    run make run-99 SCENE=all
    [ "$status" -eq 0 ]
    [[ $output == *"99-test again   not played: it needs no-such-tool"* ]]
    [[ $output == *"✓ 99-test "* ]]
}

@test "a new directory under lessons/ is picked up with no other edit" {
    add_lesson 99-test
    run make run-99
    [ "$status" -eq 0 ]
    [[ $output == *"me| hello"* ]]
    run make run-test SCENE=again
    [ "$status" -eq 0 ]
    run make
    [[ $output == *"✓ 99  test "*"played"* ]]
    run make list
    [[ $output == *"make run-99 SCENE=again"* ]]
    mkdir -p tests/lessons
    cp "$ROOT/tests/helper.bash" tests/
    printf 'load ../helper\n@test "it plays" { play_scene 99-test; }\n' \
        > tests/lessons/99-test.bats
    run make test-99
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = '1 passed, 0 failed' ]
}

@test "make -j builds everything from nothing, and the next make nothing" {
    run make -j4 CFLAGS=-O0 BUILD="$BATS_TEST_TMPDIR/build" all
    echo "$output"
    [ "$status" -eq 0 ]
    [ -x "$BATS_TEST_TMPDIR/build/play/play" ]
    [ -x "$BATS_TEST_TMPDIR/build/06-connect/client" ]
    touch "$BATS_TEST_TMPDIR/built"
    make -j4 CFLAGS=-O0 BUILD="$BATS_TEST_TMPDIR/build" all
    [ -z "$(find "$BATS_TEST_TMPDIR/build" -newer "$BATS_TEST_TMPDIR/built")" ]
}

@test "each program is built by the one line at its top" {
    # common/ has been compiled; what is asked is whether the line names all.
    cc() {
        local argument words=()
        for argument; do
            [[ $argument != */common/*.c ]] || argument=$COPY/build/common/$(basename "$argument" .c).o
            words+=("$argument")
        done
        command cc "${words[@]}"
    }
    local source line
    for source in lessons/*/*.c lessons/*/experiments/*.c; do
        line=$(sed -n '/^ \*   build  cc /,/^ \*   run /p' "$source" |
            sed -e '/^ \*   run /d' -e 's/^ \*   build  //' -e 's/^ \* *//' -e 's/\\$//' |
            tr '\n' ' ')
        [ -n "$line" ] || { echo "$source has no build line"; return 1; }
        (cd "$(dirname "$source")" && eval "$line") || { echo "$source: $line"; return 1; }
        [ -x "${source%.c}" ] || { echo "$line makes no ${source%.c}"; return 1; }
        rm "${source%.c}"
    done
}

@test "the last line of a test run counts, and a skipped test has failed" {
    mkdir -p tests/lessons
    cp "$ROOT/tests/helper.bash" tests/
    add_lesson 99-test
    printf '@test "good" { true; }\n@test "bad" { false; }\n' > tests/lessons/99-test.bats
    run make test-99
    [ "$status" -ne 0 ]
    [[ $output == *"1 passed, 1 failed"* ]]
    printf '@test "left out" { skip "needs a tool"; }\n' > tests/lessons/99-test.bats
    run make test-99
    [ "$status" -ne 0 ]
    [[ $output == *"0 passed, 1 failed"* ]]
}
