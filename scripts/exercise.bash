# exercise.bash - what the scripts about exercises share.
# shellcheck shell=bash disable=SC2034  # those that source this use them

declare -A titles=([behaviour]='what it does'
    [calls]='what it asks the kernel for'
    [weather]='what it does in bad weather' [memory]='its memory')

bold='' dim='' red='' green='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
fi

# What stands in the memory for a failed test where there was no program to judge.
no_program='it does not compile'

# The student's file, and the file that it began as.
exercise_file() { echo "lessons/$1/exercise/$(exercise_name "$1").c"; }
start_file() { echo "lessons/$1/exercise/start/$(exercise_name "$1").c"; }
solution_file() { echo "lessons/$1/exercise/solution/$(exercise_name "$1").c"; }

exercise_name() {
    local files=("lessons/$1/exercise/start"/*.c)
    files=("${files[@]##*/}")
    echo "${files[0]%.c}"
}

grader_of() { echo "tests/exercises/$1.bats"; }

# The comments above a test, as its grader has them.
comments_of() { # comments_of LESSON TEST
    awk -v wanted="$2" '
        /^# kind: / { comments = "" }
        /^# / { comments = comments $0 "\n" }
        index($0, "@test \"" wanted "\" {") == 1 { printf "%s", comments }' "$(grader_of "$1")"
}

# The hints of a test, from a nudge to nearly the answer, one a line.
hints() { comments_of "$1" "$2" | sed -n 's/^# hint: //p'; } # hints LESSON TEST

# The hint that fits this failure: the first whose /ERE/ its story matches, or
# the nudge.
first_hint() { # first_hint LESSON TEST STORY
    local line pattern nudge=''
    while IFS= read -r line; do
        case $line in
        '# hint /'*)
            pattern=${line#*/} pattern=${pattern%%/: *}
            if [[ $3 =~ $pattern ]]; then
                echo "${line#*/: }"
                return
            fi
            ;;
        '# hint: '*) : "${nudge:=${line#*: }}" ;;
        esac
    done < <(comments_of "$1" "$2")
    echo "$nudge"
}

# Who grades starts in a network of its own, with mounts of its own.
own_network=(unshare --net --mount)
[ "$EUID" -eq 0 ] || own_network+=(--map-root-user)

# What the lesson's grader in tests/exercises or tests/hidden promises; nothing where
# there is none.
plan_of() { # plan_of LESSON exercises|hidden
    [ ! -f "tests/$2/$1.bats" ] || scripts/plan "tests/$2/$1.bats"
}

# The plans of both, as DIRECTORY/plan.LESSON.exercises and .hidden.
write_plans() { # write_plans LESSON DIRECTORY
    local kind
    for kind in exercises hidden; do plan_of "$1" "$kind" > "$2/plan.$1.$kind"; done
}

# need_tools TARGET TOOL...: or say how to get them, and end.
need_tools() {
    local tool missing=()
    for tool in "${@:2}"; do
        command -v "$tool" > /dev/null || missing+=("$tool")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "make $1 needs ${missing[*]}; \`scripts/setup $1\` installs what is missing" >&2
    exit 3
}

# has_exercise LESSON: or say so.
has_exercise() {
    [ -f "$(grader_of "$1")" ] && [ -d "lessons/$1/exercise/start" ] && return
    echo "make: lesson $1 has no exercise" >&2
    return 1
}

# fold_text [INDENT]: long lines broken at blanks for the terminal.
fold_text() {
    local width=${COLUMNS:-0} indent=${1:-5}
    if [ "$width" -le 20 ] && [ -t 1 ]; then width=$(stty size 2> /dev/null <&1) width=${width#* }; fi
    [ "${width:-0}" -gt 20 ] || width=80
    awk -v width="$width" -v indent="$indent" '
        {
            while (length($0) >= width) {
                for (at = width - 1; at > indent && substr($0, at, 1) != " "; at--);
                if (at <= indent)
                    break # a single word
                print substr($0, 1, at - 1)
                $0 = sprintf("%" indent "s", "") substr($0, at + 1)
            }
            print
        }'
}

# The hash of all that judges a lesson: grader, the programs beside it, hidden
# tests, and what they stand on. (cat passes over directories.)
grader_hash() { # grader_hash LESSON
    cat "$(grader_of "$1")" "tests/exercises/$1"/* "tests/hidden/$1.bats" tests/exercises/grader.bash \
        scripts/compile scripts/plan scripts/quick-bats.bash scripts/grade-one scripts/grade-one.pl scripts/sandbox scripts/sandbox-words.bash scripts/kernel-saw* \
        scripts/peer/*.[ch] scripts/weather/*.[ch] scripts/play/*.[ch] common/*.[ch] 2> /dev/null |
        sha256sum | sed 's/ .*//; s/^/sha256:/'
}

# The versions of the tools that a verdict may depend on.
tools_as_json() {
    jq -n --arg cc "$("${CC:-cc}" --version | head -n 1)" --arg bats "$(bats --version)" \
        --arg strace "$(strace -V 2>&1 | head -n 1)" --arg kernel "$(uname -srm)" \
        --arg bwrap "$(bwrap --version 2> /dev/null)" \
        '{cc: $cc, bats: $bats, strace: $strace, bwrap: $bwrap, kernel: $kernel}'
}
