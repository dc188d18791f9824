#!/usr/bin/env bats
# scripts/kit: what students get, that it works where nothing else is, and that
# no solution is in it.

load helper

setup_file() {
    KIT=$BATS_FILE_TMPDIR/kit.tar.gz
    BOOK=$BATS_FILE_TMPDIR/empty/socket-workbook
    export KIT BOOK
    INSTRUCTOR='Ada Lovelace, ada@example.org' "$ROOT/scripts/kit" "$KIT"
    mkdir "$BATS_FILE_TMPDIR/empty"
    tar -C "$BATS_FILE_TMPDIR/empty" -xzf "$KIT"
    # What is built already need not be built again: the kit's files are older.
    mkdir "$BOOK/build"
    local built
    for built in "$BUILD"/{common,play,peer,weather,xray,[0-9][0-9]-*}; do
        [ ! -d "$built" ] || cp -a "$built" "$BOOK/build/"
    done
}

setup() {
    cd "$BOOK" || return
    unset BUILD FILE ONLY SEED
}

@test "there are no solutions, hidden tests, wrong programs or graders of classes" {
    run tar -tzf "$KIT"
    [[ $output != *solution/* && $output != *hidden* && $output != *wrong/* && $output != *right/* ]]
    [[ $output != *scripts/grade-* && $output != *intake* && $output != *hostile* ]]
    [[ $output != *.git/* && $output != *build/* && $output != *.progress* ]]
    [[ $output == *lessons/05-listen-accept/exercise/start/doorman.c* ]]
    [[ $output == *tests/exercises/05-listen-accept.bats* ]]
}

@test "what only an instructor can make says whom to ask" {
    local target
    for target in lint kit bench soak grade; do
        run make -s "$target"
        [ "$status" -eq 2 ]
        [[ $output == *"make $target: not in a students' kit; your instructor has it"* ]]
    done
    run make help
    [[ $output == *'make submit'* && $output != *'make grade '* && $output != *'make soak'* ]]
}

@test "what graders need beside them is there: 15's exercise can be passed" {
    (cd "$ROOT" && find tests/exercises -mindepth 2 -type f -not -path '*/right/*' -not -path '*/wrong/*') |
        while read -r file; do [ -f "$file" ] || { echo "$file is missing" && return 1; }; done
    run env FILE="$ROOT/lessons/15-clean-exit/exercise/solution/barber.c" scripts/check 15-clean-exit
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *'100 of 100 points'* ]]
}

# No blanks at the ends, and no line that is as short as a brace or a return.
telling_lines() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' "$@" | grep -E '.{12}' | grep -v '^#include' | sort -u; }

@test "no line that only a solution has is anywhere in it" {
    cd "$ROOT"
    local telling=$BATS_TEST_TMPDIR/telling known=$BATS_TEST_TMPDIR/known
    # The player's and the peer's C has idioms in common with everybody's.
    find lessons common scripts -name '*.[ch]' -not -path '*/exercise/*' -exec cat {} + > "$known.all"
    cat lessons/*/exercise/start/*.c lessons/*/README.md >> "$known.all"
    telling_lines "$known.all" > "$known"
    cat lessons/*/exercise/solution/*.c > "$telling.all"
    telling_lines "$telling.all" | comm -23 - "$known" > "$telling"
    [ "$(wc -l < "$telling")" -gt 500 ]
    rm -rf "$BATS_TEST_TMPDIR/text"
    mkdir "$BATS_TEST_TMPDIR/text"
    tar -C "$BATS_TEST_TMPDIR/text" -xzf "$KIT"
    cd "$BATS_TEST_TMPDIR/text"
    find . -type f -exec grep -nH '' {} + | awk -F: -v OFS=: '
        FNR == NR { is_known[$0] = 1; next }
        {
            text = $0
            sub(/^[^:]*:[0-9]*:[ \t]*/, "", text)
            sub(/[ \t]*$/, "", text)
            if (text in is_known) print
        }' "$telling" - > "$BATS_TEST_TMPDIR/leaks"
    cat "$BATS_TEST_TMPDIR/leaks"
    [ ! -s "$BATS_TEST_TMPDIR/leaks" ]
}

@test "the students' files are the starting points, whatever the instructor wrote" {
    local start
    for start in lessons/*/exercise/start/*.c; do
        cmp "$start" "${start%/start/*}/${start##*/}"
    done
    mkdir "$BATS_TEST_TMPDIR/book"
    cd "$BATS_TEST_TMPDIR/book"
    cp -a "$BOOK"/{Makefile,README.md,.gitignore,common,docs,lessons,scripts,tests} .
    cp "$ROOT/scripts/kit" scripts/
    cp "$ROOT/lessons/05-listen-accept/exercise/solution/doorman.c" lessons/05-listen-accept/exercise/doorman.c
    cp "$ROOT/lessons/05-listen-accept/exercise/solution/doorman.c" lessons/05-listen-accept/exercise/doorman.c.1
    echo 'played 01-file-syscalls' > .progress
    touch lessons/06-connect/client lessons/06-connect/client.o
    scripts/kit ../without-git.tar.gz
    diff <(tar -tzf ../without-git.tar.gz) <(tar -tzf "$KIT" | grep -v '/\.instructor$')
    tar -xzf ../without-git.tar.gz -O socket-workbook/lessons/05-listen-accept/exercise/doorman.c |
        cmp - "$BOOK/lessons/05-listen-accept/exercise/start/doorman.c"
}

@test "the same input gives the same bytes, whoever makes it, wherever, whenever" {
    (umask 077 && cd / && TZ=Asia/Seoul INSTRUCTOR='Ada Lovelace, ada@example.org' "$ROOT/scripts/kit" "$BATS_TEST_TMPDIR/again.tar.gz")
    cmp "$KIT" "$BATS_TEST_TMPDIR/again.tar.gz"
    run tar -tvzf "$KIT" --numeric-owner
    [ "$(awk '{ print $2, $4 }' <<< "$output" | sort -u)" = '0/0 2026-01-01' ]
    "$ROOT/scripts/kit" "$BATS_TEST_TMPDIR/other.tar.gz"
    run cmp -s "$KIT" "$BATS_TEST_TMPDIR/other.tar.gz"
    [ "$status" -eq 1 ]
}

@test "a file that is in neither list is not packed unnoticed" {
    mkdir "$BATS_TEST_TMPDIR/book"
    cd "$BATS_TEST_TMPDIR/book"
    cp -a "$BOOK"/{Makefile,README.md,common,docs,lessons,scripts,tests} .
    cp "$ROOT/scripts/kit" scripts/
    echo 'all the answers' > scripts/answers
    run scripts/kit ../kit.tar.gz
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *scripts/answers* ]]
    [ ! -e ../kit.tar.gz ]
}

@test "the README speaks of what is there, and each link leads to a file" {
    run grep 'instructor\|make graders\|make lint' README.md
    [ "$status" -eq 1 ]
    grep -q 'scripts/setup run' README.md
    local readme link
    for readme in README.md docs/*.md lessons/*/README.md; do
        while read -r link; do
            [ -e "$(dirname "$readme")/$link" ] || { echo "$readme: $link"; return 1; }
        done < <(grep -oE '\]\([^)#]+\)' "$readme" | sed 's/^](//; s/)$//' | grep -v '^https:')
    done
}

@test "the README's first command plays all lessons" {
    run make
    [[ $output == *'→ 01  file-syscalls'* ]]
    run scripts/setup --dry-run run
    [ "$status" -eq 0 ]
    run make run
    echo "$output" | tail -n 30
    [ "$status" -eq 0 ]
    [ "$(grep -c '^✓' <<< "$output")" -eq "$(find lessons -mindepth 1 -maxdepth 1 -type d | wc -l)" ]
}

@test "the README's second command tests the lessons, and that each starting point fails" {
    # All lessons' tests are in this suite already; three here.
    mkdir "$BATS_TEST_TMPDIR/kept"
    mv tests/lessons/{0[4-9],1,2}*.bats "$BATS_TEST_TMPDIR/kept"
    run make test
    mv "$BATS_TEST_TMPDIR"/kept/* tests/lessons
    echo "$output" | tail -n 40
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} =~ ^[0-9]+\ passed,\ 0\ failed$ ]]
    [ "$(grep -c ' start .*fails$' <<< "$output")" -eq "$(find tests/exercises -name '[0-9]*.bats' | wc -l)" ]
}

@test "a student's way: play, check, hint, submit; solution says who has them" {
    run make check-05
    [ "$status" -ne 0 ]
    [[ $output == *'0 of 100 points'* ]]
    run make hint-05
    [ "$status" -eq 0 ]
    run make solution-05
    [ "$status" -ne 0 ]
    [[ $output == *'Ada Lovelace, ada@example.org'* ]]
    run env XRAY_DIFF=1 make xray-05
    [ "$status" -ne 0 ]
    [[ $output == *'the solution is not here'* ]]
    cp "$ROOT/lessons/05-listen-accept/exercise/solution/doorman.c" lessons/05-listen-accept/exercise/
    run make check-05
    echo "$output"
    [ "$status" -eq 0 ]
    NAME=grace run make submit
    [ "$status" -eq 0 ]
    [ "$(tar -tzf grace.tar.gz | grep -v '/$')" = grace/05-listen-accept/doorman.c ]
    cp lessons/05-listen-accept/exercise/start/doorman.c lessons/05-listen-accept/exercise/
}
