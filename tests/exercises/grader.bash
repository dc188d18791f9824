# grader.bash - what the graders of the exercises share: `load grader`.
# shellcheck shell=bash
#
# A grader is a bats file, tests/exercises/NN-topic.bats. `make check-NN` runs
# it; so does `bats tests/exercises/NN-topic.bats`. Above each of its tests
# stand comments that the workbook reads:
#
#   # kind: behaviour | calls | weather | memory
#   # points: 15
#   # hint: a nudge, without the answer
#   # hint: nearly the answer; `make hint-NN` gives one after the other
#   # hint /ERE/: shown in place of the first, where the failure matches ERE
#
# docs/graders.md tells an instructor how to write one.
#
# Environment:
#   FILE         the C file to judge; else the student's, lessons/NN-topic/exercise
#   PROGRAMS     where it has been compiled already; else it is done here
#   READY        a FIFO that has the word "go" when that is done
#   SEED         a number: the same payloads, names and weather again
#   STOP         not empty: after the first failure nothing more is run
#   AT_ONCE      not empty: a scene that does not hold is told in a line of its own
#                in bats' output, before its test is over
#   PLANS        where somebody has asked scripts/plan already: what it says of this
#                grader is in the file $PLANS.exercises (or .hidden: its directory)
#   TIMES        $TIMES.exercises (or .hidden) gets each test's microseconds and name,
#                with a tab between
#   WRAP         a command to put before the student's program: a sandbox that
#                shows $PROGRAMS and $PROGRAMS.scenes, and takes --read PATH behind
#                "--keep 3"; WRAP_SANITIZED the same where it is built with sanitizers

# A fork of bash costs as much as the scene that it helps to play; so most is
# done within this one.
ROOT=${BATS_TEST_FILENAME%/tests/*}
BUILD=${BUILD:-$ROOT/build}
PLAY=$BUILD/play/play
LESSON=${BATS_TEST_FILENAME##*/} LESSON=${LESSON%.bats}
PATH=$PATH:/usr/sbin:/sbin
unset MAKEFLAGS MAKELEVEL MFLAGS
BASH_COMPAT=5.0 # a here-document is a file, then: `read` takes a pipe byte by byte
if [[ ${WRAP:-} == */scripts/sandbox\ * ]]; then # a students' kit has none
    # shellcheck source=scripts/sandbox-words.bash
    . "$ROOT/scripts/sandbox-words.bash"
fi

# ------------------------------------------------------------ the program --

# bats looks at each command through a DEBUG trap, to name the line that failed:
# a quarter of a millisecond each. A story says more.
setup_file() {
    trap - DEBUG
    export SEED=${SEED:-$RANDOM} PROGRAM
    PROGRAM=$(echo "$ROOT/lessons/$LESSON/exercise/start"/*.c)
    PROGRAM=${PROGRAM##*/} PROGRAM=${PROGRAM%.c}
    export PLAN=${PLANS:-}.${BATS_TEST_DIRNAME##*/}
    if [ -z "${PLANS:-}" ]; then
        PLAN=$BATS_FILE_TMPDIR/plan
        "$ROOT/scripts/plan" "$BATS_TEST_FILENAME" > "$PLAN"
    fi
    local tests
    mapfile -t tests < "$PLAN"
    if [ -n "${PROGRAMS:-}" ]; then
        make_room ${#tests[@]}
        is_compiled
        return
    fi
    export PROGRAMS=$BATS_FILE_TMPDIR/programs
    make_room ${#tests[@]}
    "$ROOT/scripts/compile" "$LESSON" "$PROGRAMS" "${FILE:-}"
    "$ROOT/scripts/compile" --sanitized "$LESSON" "$PROGRAMS" "${FILE:-}"
}

is_compiled() {
    local word=go
    [ -z "${READY:-}" ] || read -r word < "$READY"
    [ "$word" = go ]
}

# Where the scenes find the peer, and each test's scenes the lesson's programs.
make_room() { # make_room TESTS
    local directories=("$PROGRAMS.scenes/peer") i
    for ((i = 1; i <= $1; i++)); do directories+=("$PROGRAMS.scenes/$i"); done
    mkdir -p "${directories[@]}"
    [ -e "$PROGRAMS.scenes/peer/peer" ] || ln -s "$BUILD/peer/peer" "$PROGRAMS.scenes/peer"
}

setup() {
    trap - DEBUG
    unset BASH_ENV # the workbook's scripts do without
    BEGAN=${EPOCHREALTIME/[.,]/}
    export LC_ALL=C.UTF-8 # as the player has it
    local kind name place=0
    while IFS=$'\t' read -r kind _ name; do
        place=$((place + 1))
        [ "$name" != "$BATS_TEST_DESCRIPTION" ] || break
    done < "$PLAN"
    KIND=$kind
    skip_what_makes_no_sense
    cd "$BATS_TEST_TMPDIR" || return
    SETS=() WEATHER='' DIRECTORY=$PROGRAMS EVENTS=$BATS_FILE_TMPDIR/events STRACE='' INJECT='' REPORT=''
    # Each test has a chance of its own, whatever others are run beside it.
    CHANCE=$(((SEED * 41 + place * 1009) % 32749))
    RANDOM=$CHANCE
    [ "$KIND" != memory ] || use_sanitizers
}

# A test that was not completed has failed; those that need its kind are told.
teardown() {
    [ -z "${TIMES:-}" ] || printf '%s\t%s\n' "$((${EPOCHREALTIME/[.,]/} - BEGAN))" "$BATS_TEST_DESCRIPTION" >> "$TIMES.${BATS_TEST_DIRNAME##*/}"
    [ -z "${BATS_TEST_COMPLETED:-}${BATS_TEST_SKIPPED:-}" ] || return 0
    echo "$KIND" >> "$BATS_FILE_TMPDIR/failed"
    [ -z "${STOP:-}" ] || stop_bats
}

# It goes no further. Who runs the tests is our parent; or we are its child without
# an exec between us (scripts/quick-bats.bash), and still have its number in $$.
stop_bats() {
    local runner=$PPID
    [ "$BASHPID" -eq $$ ] || runner=$$
    kill -INT "$runner"
}

skip_what_makes_no_sense() {
    local failed=()
    [ -e "$BATS_FILE_TMPDIR/failed" ] || return 0
    mapfile -t failed < "$BATS_FILE_TMPDIR/failed"
    if [[ " ${failed[*]} " == *' hung '* ]]; then
        skip 'not run: the program hangs, see above'
    elif [ "$KIND" != behaviour ] && [[ " ${failed[*]} " == *' behaviour '* ]]; then
        skip 'not run: first what it does' # the other kinds are worth nothing without
    fi
}

use_sanitizers() {
    local end=$((SECONDS + 30))
    [ -z "${STOP:-}" ] || "$ROOT/scripts/compile" --sanitized "$LESSON" "$PROGRAMS" "${FILE:-}"
    until [ -e "$PROGRAMS/sanitized/done" ]; do # it is compiled beside us
        [ $SECONDS -lt $end ] || { echo 'the sanitizers did not get ready' && return 1; }
        read -r -t 0.02 <> <(:) || true
    done
    [ -x "$PROGRAMS/sanitized/$PROGRAM" ] ||
        skip 'not run: the compiler has no sanitizers here'
    DIRECTORY=$PROGRAMS/sanitized
    # What they find is printed, and the program ends with a status of its own.
    export ASAN_OPTIONS=exitcode=77:detect_leaks=1:fast_unwind_on_malloc=0 UBSAN_OPTIONS=print_stacktrace=1
    export LSAN_OPTIONS=exitcode=77
    if [ -z "${WRAP:-}" ]; then # a sandbox would not let it write there
        SANITIZED=$BATS_TEST_TMPDIR/sanitizer
        ASAN_OPTIONS+=:log_path=$SANITIZED UBSAN_OPTIONS+=:log_path=$SANITIZED
    fi
}

# ----------------------------------------------------------------- chance --

# random NAME word | words N | number LOW HIGH | korean | letters N
# Sets the variable NAME, and $NAME in the scenes that follow.
random() {
    "random_$2" "${@:3}"
    printf -v "$1" %s "$REPLY"
    SETS+=(--set "$1=$REPLY")
}

random_number() { REPLY=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1))); }

# Nine at a time: bash needs as long for a thousand steps as a scene.
random_letters() {
    local letters=abcdefghijklmnopqrstuvwxyz text='' a b c i LC_ALL=C
    for ((i = 0; i < $1; i += 9)); do
        a=$RANDOM b=$RANDOM c=$RANDOM
        text+=${letters:a % 26:1}${letters:a / 26 % 26:1}${letters:a / 676 % 26:1}
        text+=${letters:b % 26:1}${letters:b / 26 % 26:1}${letters:b / 676 % 26:1}
        text+=${letters:c % 26:1}${letters:c / 26 % 26:1}${letters:c / 676 % 26:1}
    done
    REPLY=${text:0:$1}
}

random_word() { random_letters $((3 + RANDOM % 7)); }

random_words() {
    local i text=''
    for ((i = 0; i < $1; i++)); do
        random_word
        text+="${text:+ }$REPLY"
    done
    REPLY=$text
}

random_korean() {
    local syllables=(가 나 다 라 마 바 사 아 자 한 글 말 물 불 별 꽃 새 안 녕 봄)
    local i text=''
    for ((i = 0; i < 2 + RANDOM % 4; i++)); do
        text+=${syllables[RANDOM % ${#syllables[@]}]}
    done
    REPLY=$text
}

# ----------------------------------------------------------------- scenes --

# read_all NAME: sets the variable to all of standard input.
read_all() { IFS= read -r -d '' "$1" || true; }

# Play the scene on standard input, with the student's program as `./NAME`.
# When it does not hold: its story, and what the kernel saw. Returns 1 then.
scene() {
    local text=$BATS_TEST_TMPDIR/scene story status=0
    read_all story
    printf %s "$story" > "$text"
    play "$text" > "$BATS_TEST_TMPDIR/story" 2>&1 || status=$?
    case $status in
    0) return ;;
    3) skip "not run: $(tail -n 1 "$BATS_TEST_TMPDIR/story")" ;;
    esac
    # Who waits for the verdict need not wait for what the kernel saw.
    [ -z "${AT_ONCE:-}" ] || echo "# failed: $BATS_TEST_DESCRIPTION" >&3
    read_all story < "$BATS_TEST_TMPDIR/story"
    # Without the line that names the file, and the blank one behind it.
    [[ $story != '✗ '* ]] || story=${story#*$'\n'}
    printf %s "${story#$'\n'}"
    if [ "$KIND" = memory ]; then
        [ -z "${WRAP:-}" ] || catch_report "$text"
        show_sanitizer
    elif [ -n "$WEATHER" ]; then
        show_weather
    else
        show_kernel_view "$text" "$story"
    fi
    [[ ! $story =~ nothing\ (more\ )?[^$'\n']*within\ [0-9]+\ s ]] ||
        echo hung >> "$BATS_FILE_TMPDIR/failed"
    return 1
}

# The same, once for all tests of this kind, under strace. The student's system
# calls come into the file $EVENTS.ACTOR, a line each: "call(...) = result", one
# process after the other.
traced_scene() {
    [ ! -e "$EVENTS" ] || return 0
    command -v strace > /dev/null || skip 'not run: strace is missing'
    STRACE=$BATS_FILE_TMPDIR/strace
    mkdir "$STRACE" || fail 'the program could not be traced, see above'
    scene
    in_order "$STRACE"
    # Not those of the shell, or of who starts the program, or of the loader,
    # from the open of a library to its close. Who starts the program hides
    # itself, so a plain user's strace cannot read what it executes.
    awk -v program="$PROGRAM" -v events="$EVENTS" '
        function end_of_process(   i) {
            if (is_ours || !starts) for (i = 1; i <= n; i++) { print line[i] > to; any = 1 }
            n = is_ours = starts = 0
        }
        FNR == 1 {
            end_of_process()
            to = FILENAME # ACTOR.PROCESS
            sub(/.*[/]/, "", to); sub(/[.][^.]*$/, "", to)
            to = events "." to
        }
        /^openat.*("\/etc\/ld[.]so[.]cache"|[.]so([.][0-9]+)*", O_RDONLY[|]O_CLOEXEC[)]) += [0-9]+$/ { library = $NF; next }
        library != "" && $0 ~ "^close[(]" library "[)]" { library = ""; next }
        { line[++n] = $0 }
        /^execve/ { starts = 1; library = "" }
        $0 ~ "^execve[(](\"[^\"]*/" program "\"|0x)" { is_ours = 1 }
        END { end_of_process(); exit !any }' "${traced[@]}" || fail 'nothing of the program was traced'
    STRACE=''
    : > "$EVENTS"
}

# refused_scene CALL:ERRNO:WHEN: traced, too, with calls of its own, and strace lets
# the WHEN-th CALL of each process fail. It is the weather whose calls can be seen.
refused_scene() {
    local call errno when
    IFS=: read -r call errno when <<< "$1"
    rm -rf "$BATS_FILE_TMPDIR/strace" # what those who asked for calls have left
    WEATHER='' INJECT="-e inject=$call:error=$errno:when=$when" EVENTS=$BATS_TEST_TMPDIR/events
    traced_scene
}

# The files that strace -ff -ttt has written, one for each process, into traced: who
# began first comes first. Numbers do not tell: after the highest comes a low one.
# The times, in microseconds, are the array's indices, and have done their work then.
in_order() { # in_order DIRECTORY
    local file began
    traced=()
    for file in "$1"/*; do
        read -r began _ 2> /dev/null < "$file" || began=0
        began=${began/./}
        [[ $began =~ ^[1-9][0-9]{,17}$ ]] || began=0
        while [ -n "${traced[began]:-}" ]; do began=$((began + 1)); done
        traced[began]=$file
    done
    sed -i -E 's/^[0-9]+\.[0-9]+ //' "${traced[@]}" 2> /dev/null || true
}

# weather OPTION...: the scenes that follow are played in this weather; the
# options are those of build/weather/weather.
weather() {
    if [ ! -e "$BATS_FILE_TMPDIR/weather" ]; then
        "$BUILD/weather/weather" true 2> /dev/null || skip 'not run: this machine forbids what makes the weather (ptrace)'
        : > "$BATS_FILE_TMPDIR/weather"
    fi
    # The report comes by a descriptor, so that the program has no path to it.
    WEATHER="$BUILD/weather/weather --seed $CHANCE --report-fd 4 $* 4>$BATS_TEST_TMPDIR/weather"
}

# weather_was_at_most N KIND: the weather's report counts at most N of KIND.
weather_was_at_most() {
    local count
    count=$(sed -n "s/^$2 \([0-9]*\)\$/\1/p" "$BATS_TEST_TMPDIR/weather")
    [ "${count:-0}" -le "$1" ] ||
        fail "${2#* } was called $count times while nothing was to be had; $1 times would be many"
}

# The start of a sandbox takes a thousand calls, and each is two stops for strace
# unless a filter lets it pass. These tell nothing of a program; by prlimit64 and
# getrandom scripts/kernel-saw knows where the loader has ended. With a filter no
# set-user-ID program has its rights, so there is none where bwrap is one; and a
# signal that strace is to send (inject=CALL:signal=) may get lost.
bwrap=$(type -P bwrap)
past_the_sandbox=''
[ -u "$bwrap" ] || past_the_sandbox="--seccomp-bpf -e trace='!newfstatat,fstat,statfs,access,\
readlink,mkdir,symlink,chdir,mount,umount2,pivot_root,prctl,capget,capset,mmap,munmap,mprotect,brk,\
arch_prctl,set_tid_address,set_robust_list,rseq,getuid,geteuid,getgid,getegid'"

play() { # play FILE
    local options=() actor tracer filter='' programs=$PROGRAMS.scenes/$BATS_TEST_NUMBER text
    read_all text < "$1"
    if [ -n "${WRAP:-}$WEATHER$STRACE" ]; then
        find_suspects "$text"
        set_wrapper
        [ -z "${WRAP:-}" ] || [[ $INJECT == *:signal=* ]] || filter=$past_the_sandbox
        for actor in "${!suspects[@]}"; do
            # strace stands outside of the sandbox: what it writes is out of reach.
            tracer=${STRACE:+strace -D -ff -ttt -s 256 $filter $INJECT -o $STRACE/$actor}
            options+=(--wrap "$actor=$tracer $WRAPPER $WEATHER${REPORT:+ 2>>$REPORT}")
        done
    fi
    link_programs "$text" "$programs"
    "$PLAY" --check "${options[@]}" "${SETS[@]}" --from "$DIRECTORY" \
        --from "$PROGRAMS.scenes/peer" --from "$programs" \
        --again "make check-${LESSON%%-*} SEED=$SEED ONLY='${BATS_TEST_DESCRIPTION//[^a-zA-Z0-9 ,:-]/.*}'" "$1"
}

# Those of the lesson's programs that the scene names. Not all of them: a scene
# that writes into a file called as a program would write into it.
link_programs() { # link_programs TEXT DIRECTORY
    local text=$1 program links=()
    while [[ $text == *./* ]]; do
        text=${text#*./}
        program=${text%%[!a-z0-9-]*}
        if [ -n "$program" ] && [ "$program" != "$PROGRAM" ] && [ -x "$BUILD/$LESSON/$program" ] &&
            [ ! -e "$2/$program" ] && [[ " ${links[*]} " != *"/$program "* ]]; then
            links+=("$BUILD/$LESSON/$program")
        fi
    done
    [ ${#links[@]} -eq 0 ] || ln -s "${links[@]}" "$2"
}

# Sets WRAPPER, the sandbox or whatever $WRAP is, for this test's scenes. What only
# some of them need is not shown to all: a path takes a thirtieth of its start.
set_wrapper() {
    WRAPPER=${WRAP:-}
    [ "$KIND" != memory ] || WRAPPER=${WRAP_SANITIZED:-$WRAPPER}
    [ -z "$WEATHER" ] || WRAPPER=${WRAPPER/ --keep 3 / --keep 3 --keep 4 --read $BUILD/weather/weather }
    [ -z "$OTHERS" ] || WRAPPER=${WRAPPER/ --keep 3 / --keep 3 --read $BUILD/peer --read $BUILD/$LESSON }
    declare -F sandbox_words > /dev/null || return 0
    local words
    read -ra words <<< "$WRAPPER"
    sandbox_words "${GRADE_SHARED:-$BATS_FILE_TMPDIR}/words.$LESSON" "${words[@]}"
    WRAPPER=$REPLY
}

# A grader's own program, tests/exercises/LESSON/NAME.c: compiled once, and put
# where the scenes of this test find it as ./NAME. Sets REPLY to its path; false where
# it cannot be compiled.
own_program() { # own_program LESSON/NAME
    local source=$ROOT/tests/exercises/$1.c kept=$BUILD/exercises/$1
    REPLY=$PROGRAMS.scenes/$BATS_TEST_NUMBER/${1##*/}
    if [ ! -w "$BUILD" ]; then
        cc -O1 -o "$REPLY" "$source" 2> /dev/null
        return
    fi
    if [ ! "$kept" -nt "$source" ]; then
        mkdir -p "${kept%/*}" && cc -O1 -o "$kept.$$" "$source" 2> /dev/null && mv "$kept.$$" "$kept" || return
    fi
    cp "$kept" "$REPLY"
}

# Sets suspects[ACTOR] for those that may run the student's program: all but
# those that only ever run the trusted peer, or a program of the lesson. Whoever
# is not known is not trusted. Sets OTHERS where a suspect runs more than that one
# program: the peer, or one of the lesson's.
find_suspects() { # find_suspects TEXT
    # shellcheck disable=SC2016  # a pattern
    local line actor command plain='[^;&|`$(]*(\$[A-Z][A-Z0-9_]*[^;&|`$(]*)*'
    declare -gA suspects=()
    OTHERS=''
    while IFS= read -r line; do
        actor=${line%%'$ '*} command=${line#*'$ '}
        [[ $actor == [a-z]* && $actor != *[!a-z0-9_-]* && $actor != "$line" ]] || continue
        if [[ ! $command =~ ^\./[a-z0-9-]+(' '$plain)?$ || $command == *"$PROGRAM"* ]]; then
            suspects[$actor]=1
            [[ $command =~ ^\./$PROGRAM(' '$plain)?$ ]] || OTHERS=yes
        fi
    done <<< "$1"
}

# Out of a sandbox the sanitizers can write no file, only to stderr; so once more,
# with all of stderr in $BATS_TEST_TMPDIR/sanitizer.report. Who collects it in a
# file of its own lets it pass here.
catch_report() { # catch_report FILE
    REPORT=$BATS_TEST_TMPDIR/sanitizer.report
    hurried "$1" | sed 's/ 2>errors//' > "$BATS_TEST_TMPDIR/scene-again"
    play "$BATS_TEST_TMPDIR/scene-again" > /dev/null 2>&1 || true
    REPORT=''
}

# The scene in which nobody is waited for long: who waits for ever has begun to
# within two seconds.
hurried() { # hurried FILE
    echo '@deadline 2'
    grep -v '^@deadline' "$1"
}

# After a failure: what the sanitizers found, and where in the student's file.
show_sanitizer() {
    local report
    for report in "$BATS_TEST_TMPDIR"/sanitizer.*; do
        [ -s "$report" ] || continue
        printf '\n  the sanitizer says\n'
        grep -hE 'ERROR:|runtime error|SUMMARY|(leak of|of size|is located)|^ +#[0-9]+ .*[^/]*\.c:[0-9]+' "$report" |
            sed -E 's/^==[0-9]+==//; s/0x[0-9a-f]+ in //; s#[^ ]*/([^/ ]+\.c:)#\1#' | head -n 12 | sed 's/^ */    /'
        return
    done
}

# After a failure: what the weather did to the program.
show_weather() {
    [ -s "$BATS_TEST_TMPDIR/weather" ] || return 0
    printf '\n  the weather was\n'
    awk '
        function times(n) { return n == 1 ? "once" : n " times" }
        $1 == "short" { print "    " times($3) " a " ($2 == "read" ? "read or recv brought less than was there" : "write or send took only a part") }
        $1 == "eintr" { print "    " times($3) " a signal interrupted " $2 " (EINTR)" }
        $1 == "error" { print "    " times($4) " " $2 " failed with " $3 }
        $1 == "starved" { print "    " times($3) " " $2 " found no descriptor free (EMFILE)" }
        $1 == "last" {
            what = $4 == "short" ? $5 " of " $7 " bytes" : $4
            print "    the last one: " $2 ($3 == "-" ? "" : " on descriptor " $3) ", " what
        }' "$BATS_TEST_TMPDIR/weather" | head -n 12
}

# After the first failure: the same scene once more under strace, for the
# student's last calls and what they give away.
show_kernel_view() { # show_kernel_view FILE STORY
    if [ -e "$BATS_FILE_TMPDIR/failed" ] || ! command -v strace > /dev/null; then
        return 0
    fi
    STRACE=$BATS_TEST_TMPDIR/again
    mkdir "$STRACE"
    hurried "$1" > "$BATS_TEST_TMPDIR/scene-again"
    local again=''
    play "$BATS_TEST_TMPDIR/scene-again" > "$BATS_TEST_TMPDIR/story-again" 2>&1 || true
    read_all again < "$BATS_TEST_TMPDIR/story-again"
    STRACE=''
    in_order "$BATS_TEST_TMPDIR/again"
    failed_step "$2"
    local step=$REPLY
    failed_step "$again"
    if [ -z "$REPLY" ]; then # the calls are those of another story
        printf '\n  %s\n  %s\n' 'played once more, it held: so the moment matters. What can come between two of' \
            'its steps: a signal, another process, a part of the bytes?'
        return
    fi
    [ "$step" = "$REPLY" ] || printf '\n  played once more, it failed at another line: %s\n' "$REPLY"
    "$ROOT/scripts/kernel-saw" "$PROGRAM" "${traced[@]}" 2> /dev/null || true
}

failed_step() { # failed_step STORY: set REPLY, empty if there is none
    REPLY=''
    [[ ! $1 =~ →\ +[0-9]+\ \ ([^$'\n']*) ]] || REPLY=${BASH_REMATCH[1]}
}

# ------------------------------------------------------ what the kernel saw --

# fail TEXT...: say why, and the test has failed.
fail() {
    printf '%s\n' "$@"
    return 1
}

# calls ERE: the student's system calls that match, one a line; ACTOR's, if
# there is one of this name.
calls() { grep -sE -- "$1" "$EVENTS.${ACTOR:-$PROGRAM}"; }

# different_results ERE: how many results those calls have that are not the same.
different_results() { calls "$1" | awk '!seen[$NF]++ { n++ } END { print n + 0 }'; }
