# one.bash - one student's grades in a directory as make grade has it, for the
# programs that judge a single student.
# shellcheck shell=bash

# lesson_called NAME: the lesson with an exercise whose number, topic or both is NAME.
lesson_called() {
    local grader lesson
    for grader in tests/exercises/[0-9]*.bats; do
        lesson=$(basename "$grader" .bats)
        case $1 in
        "$lesson" | "${lesson%%-*}" | "${lesson#*-}")
            echo "$lesson"
            return
            ;;
        esac
    done
    echo "no exercise is called $1" >&2
    return 1
}

# judge_one OUT LESSON FILE [REMARK]: judge it; without a FILE it is missing.
judge_one() {
    local status=received
    [ -n "$3" ] || status=missing
    printf 'student\t%s\t%s\t\t%s\n' "$2" "$status" "${4:-}" >> "$1/intake.tsv"
    [ -z "$3" ] || scripts/grade-one "$2" "$3" "$1/results/student/$2.json"
}
