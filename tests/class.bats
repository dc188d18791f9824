#!/usr/bin/env bats
# A class of 30 on its whole way, as docs/instructors.md has it: the kit, what
# comes back, make grade, and the numbers in class.csv.

load helper

LESSON=05-listen-accept
EXERCISE=lessons/$LESSON/exercise
GRADER=tests/exercises/$LESSON

setup() {
    unset BUILD FILE ONLY SEED OUT ROSTER JOBS
    CLASS=$BATS_TEST_TMPDIR/class EXPECTED=$BATS_TEST_TMPDIR/expected
    chmod 711 "$BATS_TEST_TMPDIR"
    mkdir "$CLASS"
    echo 'id,name,email,moodle' > "$BATS_TEST_TMPDIR/roster.csv"
    FULL=$(for grader in "$GRADER.bats" "tests/hidden/$LESSON.bats"; do scripts/plan "$grader"; done |
        awk -F'\t' '{ points += $2 } END { print points }')
}

# enrol ID POINTS [NAME MOODLE]: a student, and what the number must be.
enrol() {
    printf '%s,"%s",%s@example.org,%s\n' "$1" "${3:-$1}" "$1" "${4:-}" >> "$BATS_TEST_TMPDIR/roster.csv"
    printf '%s %s\n' "$1" "$2" >> "$EXPECTED"
}

hands_in() { # hands_in ID POINTS FILE
    enrol "$1" "$2"
    mkdir -p "$CLASS/$1/$LESSON"
    cp "$3" "$CLASS/$1/$LESSON/doorman.c"
}

# What is left without the points of the one test that a mistake fails in.
all_but() { # all_but TEST
    scripts/plan "$GRADER.bats" | awk -F'\t' -v test="$1" -v full="$FULL" '$3 == test { print full - $2 }'
}

mistaken() { # mistaken ID PATCH
    local made=$BATS_TEST_TMPDIR/$2.c test
    patch --quiet --output="$made" "$EXERCISE/solution/doorman.c" "$GRADER/wrong/$2.patch"
    test=$(sed -n 's/^test: //p' "$GRADER/wrong/$2.patch")
    hands_in "$1" "$(all_but "$test")" "$made"
}

hostile() { # hostile ID PROGRAM
    sed "s#@ROOT@#$ROOT#g" "tests/hostile/$2.c" > "$BATS_TEST_TMPDIR/$2.c"
    hands_in "$1" 0 "$BATS_TEST_TMPDIR/$2.c"
}

# From the kit: the exercise written there, and packed by make submit.
from_the_kit() {
    local kit=$BATS_TEST_TMPDIR/kit
    scripts/kit "$kit.tar.gz"
    mkdir "$kit"
    tar -C "$kit" -xzf "$kit.tar.gz"
    cp "$EXERCISE/solution/doorman.c" "$kit/socket-workbook/$EXERCISE/doorman.c"
    NAME=kim make -s -C "$kit/socket-workbook" submit
    cp "$kit/socket-workbook/kim.tar.gz" "$CLASS/"
    enrol kim "$FULL"
}

# Names as Moodle's zip has them: UTF-8, CP949, with blanks, decomposed.
from_moodle() {
    enrol minji "$FULL" '김민지' 101
    enrol seojun 0 '이서준' 102
    enrol oneil 0 "Ève O'Neil" 103
    python3 - "$CLASS/moodle.zip" "$EXERCISE" << 'END'
import sys, unicodedata, zipfile
solution, start = (open(f"{sys.argv[2]}/{which}/doorman.c").read() for which in ("solution", "start"))
hand_ins = {"김민지": solution, "이서준": "/* 안녕 */ int main(void) { return 김; }\n".encode("cp949"),
            unicodedata.normalize("NFD", "Ève O'Neil"): start}
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for number, (name, text) in enumerate(hand_ins.items(), 101):
        archive.writestr(f"{name}_{number}_assignsubmission_file_/doorman.c", text)
END
}

made_up_class() {
    from_the_kit
    from_moodle
    local one
    hands_in ada "$FULL" "$EXERCISE/solution/doorman.c"
    for one in poll threads spare; do hands_in "$one" "$FULL" "$GRADER/right/$one.c"; done
    mistaken bob dies-on-eintr
    mistaken cyd dies-on-econnaborted
    mistaken dan dies-on-emfile
    mistaken eve descriptor-leak
    mistaken fay sigpipe
    for one in gus hal; do hands_in "$one" 0 "$EXERCISE/start/doorman.c"; done
    hostile ida forges-tap
    hostile jon constructor-exits
    hostile lea kills-the-runner
    hostile max reads-the-tests
    hostile ned fork-bomb

    echo 'int main(void) { return nothing; }' > "$BATS_TEST_TMPDIR/broken.c"
    hands_in ola 0 "$BATS_TEST_TMPDIR/broken.c"
    : > "$BATS_TEST_TMPDIR/nothing.c"
    hands_in pia 0 "$BATS_TEST_TMPDIR/nothing.c"
    enrol quy 0 && mkdir "$CLASS/quy"
    enrol rob 0 && mkdir "$CLASS/rob" && ln -s "$ROOT/$EXERCISE/solution/doorman.c" "$CLASS/rob/doorman.c"
    enrol sue "$FULL" && cp "$EXERCISE/solution/doorman.c" "$CLASS/sue_doorman.c"
    enrol tom 0 && mkdir "$CLASS/tom" && printf '\0\377\376' > "$CLASS/tom/doorman.c"
    sed 's/$/\r/' "$EXERCISE/solution/doorman.c" > "$BATS_TEST_TMPDIR/windows.c"
    hands_in wyn "$FULL" "$BATS_TEST_TMPDIR/windows.c"
    enrol xia "$FULL" && tar -C "$EXERCISE/solution" -cJf "$CLASS/xia.tar.xz" doorman.c
    for one in ulf vic; do enrol $one 0; done # they hand nothing in
}

@test "a class of 30, from the kit to the gradebook: each number is the right one" {
    made_up_class
    [ "$(wc -l < "$EXPECTED")" -eq 30 ]
    # Within a test bats is another one, which make's shell cannot start.
    PATH=${PATH//"$BATS_LIBEXEC:"/} run make -s grade SUBMISSIONS="$CLASS" ROSTER="$BATS_TEST_TMPDIR/roster.csv" LESSON=05 OUT="$BATS_TEST_TMPDIR/grades" 3>&-
    echo "$output"
    [ "$status" -eq 0 ]
    python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(row["student"], row["score"])' "$BATS_TEST_TMPDIR/grades/class.csv" | sort > "$BATS_TEST_TMPDIR/got"
    sort "$EXPECTED" | diff - "$BATS_TEST_TMPDIR/got"
}
