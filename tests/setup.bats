#!/usr/bin/env bats
# scripts/setup: what it finds missing, what it installs, when it asks, and
# how it gives up. Nothing is installed: setup sees only the commands of $bin,
# and the package managers there write down how they were called.
# shellcheck disable=SC2016  # the stubs expand what stands in their scripts

# What a bare system has, and setup needs.
base_commands='sh cat cut dirname env grep mktemp printf readlink rm sed tr'

test_tools='bash bats strace bwrap setpriv prlimit unshare inotifywait patch script jq parallel
    ip ss ps tmux setsid nsenter infocmp xmllint perl prove rsvg-convert bsdtar sshd ssh rsync zip python3 curl socat fc-list'

setup() {
    home=$(mktemp -d "${TMPDIR:-/tmp}/setup-test.XXXXXX")
    chmod 755 "$home" # nobody must be able to read it
    bin=$home/bin
    log=$home/log
    mkdir -p "$bin" "$home/checkout/scripts"
    cp "$BATS_TEST_DIRNAME/../scripts/setup" "$home/checkout/scripts/"
    : >"$log"
    for command in $base_commands; do
        ln -s "$(type -P "$command")" "$bin/$command"
    done
    as_user 0
    on 'ID=debian'
}

teardown() {
    rm -rf "$home"
}

# on LINE... - the distribution's os-release.
on() { printf '%s\n' "$@" >"$home/os-release"; }

# as_user UID
as_user() { stub id "echo $1"; }

# stub NAME SCRIPT - a command that does no more than SCRIPT.
stub() {
    rm -f "$bin/$1" # never write through a link
    printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
    chmod +x "$bin/$1"
}

# record NAME [SCRIPT] - a command that writes down how it was called.
record() { stub "$1" "echo \"$1 \$*\" >>'$log'; ${2:-}"; }

# present TOOL... - these are on the machine already.
present() {
    for tool in "$@"; do
        stub "$tool" 'exit 0'
    done
    case " $* " in
    *' parallel '*) stub parallel 'echo GNU parallel 20221122' ;;
    esac
    case " $* " in
    *' fc-list '*) stub fc-list 'echo NanumGothic.ttf: NanumGothic:style=Regular' ;;
    esac
    case " $* " in
    *' make '*) stub make 'echo "make $* in $PWD"' ;;
    esac
}

# installs MANAGER TOOL... - a package manager whose installation brings these.
installs() {
    local manager=$1
    shift
    present "$@"
    mkdir "$home/packages"
    for tool in "$@"; do
        mv "$bin/$tool" "$home/packages/"
    done
    record "$manager" "case \" \$* \" in
        *' update '*) ;;
        *) echo \"frontend \${DEBIAN_FRONTEND-none}\" >>'$log'
           $(type -P cp) '$home'/packages/* '$bin' ;;
    esac"
}

# setup_here ARGUMENT... - run the script with nothing of ours around it.
setup_here() {
    env -i PATH="$bin" TMPDIR=/tmp SETUP_OS_RELEASE="$home/os-release" \
        "${environment[@]}" "$home/checkout/scripts/setup" "$@"
}

# setup_answered ANSWER ARGUMENT... - the same at a terminal, where somebody
# types ANSWER.
setup_answered() {
    local answer=$1
    shift
    export -f setup_here
    export bin home
    printf '%b' "$answer" |
        SHELL=$(type -P bash) script -qec "setup_here $*" /dev/null |
        tr -d '\r'
    return "${PIPESTATUS[1]}"
}

# says TEXT - TEXT is in the output.
says() {
    [[ $output == *"$1"* ]] || fail "the output should say: $1"
}

# keeps_quiet_about TEXT
keeps_quiet_about() {
    [[ $output != *"$1"* ]] || fail "the output should not say: $1"
}

# ends_with STATUS
ends_with() {
    [ "$status" -eq "$1" ] || fail "status $status, not $1"
}

# logged LINE... - the recorded calls, all of them.
logged() {
    local expected=''
    [ $# -eq 0 ] || expected=$(printf '%s\n' "$@")
    [ "$(cat "$log")" = "$expected" ] ||
        fail "recorded calls: $(cat "$log")"
}

fail() {
    printf '%s\noutput:\n%s\n' "$1" "$output"
    return 1
}

# --- what is there already

@test "with nothing missing, it is make and no more" {
    present cc make
    record apt-get
    run setup_here run </dev/null
    ends_with 0
    [ "$output" = "make run in $home/checkout" ] || fail 'make alone should speak'
    logged
}

@test "make gets every target and variable, in order" {
    present cc make
    run setup_here run-06 --yes SCENE=all 'NAME=two words' list </dev/null
    ends_with 0
    says 'make run-06 SCENE=all NAME=two words list in'
}

@test "without a target it is plain make" {
    present cc make
    run setup_here </dev/null
    ends_with 0
    [ "$output" = "make  in $home/checkout" ] || fail 'plain make was expected'
}

@test "make's failure is setup's" {
    present cc
    stub make 'exit 2'
    run setup_here run </dev/null
    ends_with 2
}

@test "only what is missing is named" {
    # shellcheck disable=SC2086
    present cc make $test_tools
    rm "$bin/jq" "$bin/tmux"
    run setup_here --dry-run test </dev/null
    ends_with 0
    says '--no-install-recommends jq tmux'$'\n'
}

@test "a compiler that cannot build a program is missing" {
    present make
    stub cc 'exit 1'
    run setup_here --dry-run run </dev/null
    says 'install -y --no-install-recommends gcc libc6-dev'$'\n'
}

@test "a compiler without libc's headers is missing" {
    present make
    environment=(CC="$(type -P cc) -nostdinc" PATH="$bin:$PATH")
    run setup_here --dry-run run </dev/null
    says 'gcc libc6-dev'
}

@test "a compiler that builds is there, under whatever name CC has" {
    present make
    environment=(CC="$(type -P cc)" PATH="$bin:$PATH")
    run setup_here --dry-run run </dev/null
    ends_with 0
    [ "$output" = 'Then: make run' ] || fail 'nothing should be missing'
}

@test "moreutils' parallel is not GNU's" {
    # shellcheck disable=SC2086
    present cc make $test_tools
    stub parallel 'echo parallel from moreutils'
    run setup_here --dry-run test </dev/null
    says '    gnu parallel'
    says '--no-install-recommends parallel'$'\n'
}

@test "busybox's short version of a tool does not count" {
    # shellcheck disable=SC2086
    present cc make $test_tools
    stub busybox 'exit 0'
    ln -sf busybox "$bin/ip"
    run setup_here --dry-run test </dev/null
    says '--no-install-recommends iproute2'$'\n'
}

# --- which target needs what

@test "run needs nothing but a compiler and make" {
    run setup_here --dry-run run </dev/null
    says '--no-install-recommends gcc libc6-dev make'$'\n'
}

@test "a lesson's number does not matter" {
    present cc make
    run setup_here --dry-run run-06 </dev/null
    ends_with 0
    keeps_quiet_about 'apt-get'
    run setup_here --dry-run xray-06 </dev/null
    says '--no-install-recommends strace'$'\n'
}

@test "the tests need their tools, each package once" {
    present cc make
    run setup_here --dry-run test </dev/null
    ends_with 0
    says '--no-install-recommends bash bats strace bubblewrap util-linux inotify-tools patch bsdutils jq parallel iproute2 procps tmux ncurses-bin libxml2-utils perl librsvg2-bin fontconfig fonts-nanum libarchive-tools openssh-server openssh-client rsync zip python3 curl socat'$'\n'
}

@test "lint, sanitize and bench need theirs, several targets all of them" {
    present cc make
    run setup_here --dry-run bench lint sanitize </dev/null
    says '--no-install-recommends bash strace util-linux iproute2 curl socat ncat gcc libc6-dev clang clang-format clang-tidy cppcheck shellcheck libclang-rt-dev valgrind gnuplot-nox'$'\n'
}

@test "every line of the table has a cell for every distribution" {
    table=$(sed -n '/^tools()/,/^END/p' "$home/checkout/scripts/setup" |
        sed '1,2d;$d')
    [ "$(wc -l <<<"$table")" -gt 20 ]
    while read -r -a cells; do
        [ "${#cells[@]}" -eq 6 ] || fail "${#cells[@]} cells: ${cells[*]}"
    done <<<"$table"
}

# --- each distribution

@test "Debian: apt-get" {
    on 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' 'ID=debian'
    run setup_here --dry-run run </dev/null
    ends_with 0
    says '    apt-get update
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev make
Then: make run'
}

@test "Ubuntu and Mint are like Debian" {
    on 'ID=ubuntu' 'ID_LIKE=debian'
    run setup_here --dry-run run </dev/null
    says 'apt-get install'
    on 'ID=linuxmint' 'ID_LIKE="ubuntu debian"'
    run setup_here --dry-run run </dev/null
    says 'apt-get install'
}

@test "Fedora: dnf, and nothing before it" {
    on 'ID=fedora'
    run setup_here --dry-run run </dev/null
    ends_with 0
    says 'These commands install it:
    dnf install -y --setopt=install_weak_deps=False gcc glibc-devel make
Then'
}

@test "Rocky is like Fedora" {
    on 'ID="rocky"' 'ID_LIKE="rhel centos fedora"'
    run setup_here --dry-run run </dev/null
    says 'dnf install'
}

@test "Alpine: apk, the headers of Linux, no gcc sanitizers" {
    on 'ID=alpine'
    run setup_here --dry-run run sanitize </dev/null
    ends_with 0
    says '    apk update
    apk add build-base linux-headers make bash strace util-linux iproute2 curl gcc clang compiler-rt valgrind
Then'
}

@test "Arch: pacman" {
    on 'ID=manjaro' 'ID_LIKE=arch'
    run setup_here --dry-run run </dev/null
    ends_with 0
    says '    pacman -Syu --needed --noconfirm gcc make'
}

@test "elsewhere it names the packages and gives up" {
    on 'ID=plan9'
    record apt-get
    for option in --yes --dry-run; do
        run setup_here $option run </dev/null
        ends_with 1
        says 'make run needs what is not here:
    cc make'
        says 'gcc libc6-dev make'
        says 'setup: unknown distribution'
        keeps_quiet_about 'install -y'
    done
    logged
}

@test "a machine without os-release is an unknown one" {
    rm "$home/os-release"
    run setup_here --yes run </dev/null
    ends_with 1
    says 'setup: unknown distribution'
}

@test "an unknown distribution that has everything just makes" {
    on 'ID=plan9'
    present cc make
    run setup_here run </dev/null
    ends_with 0
    says 'make run in'
}

# --- installing

@test "--yes refreshes, installs, and makes, without a question" {
    installs apt-get cc make
    run setup_here --yes run </dev/null
    ends_with 0
    keeps_quiet_about '[Y/n]'
    says "make run in $home/checkout"
    logged 'apt-get update' \
        'apt-get install -y --no-install-recommends gcc libc6-dev make' \
        'frontend noninteractive'
}

@test "CI=true counts as --yes" {
    installs apt-get cc make
    as_user 1000
    record sudo '"$@"'
    environment=(CI=true)
    run setup_here run </dev/null
    ends_with 0
    says 'make run in'
}

@test "--dry-run does nothing, with --yes neither" {
    installs apt-get cc make
    record sudo
    run setup_here --dry-run --yes run </dev/null
    ends_with 0
    says 'Then: make run'
    logged
}

@test "dnf is called once, with its own arguments" {
    on 'ID=fedora'
    installs dnf cc make
    run setup_here --yes run </dev/null
    ends_with 0
    logged 'dnf install -y --setopt=install_weak_deps=False gcc glibc-devel make' \
        'frontend none'
}

@test "a plain user installs through sudo, and makes as himself" {
    installs apt-get cc make
    as_user 1000
    record sudo '"$@"'
    run setup_here --yes run </dev/null
    ends_with 0
    says '    sudo apt-get update'
    logged 'sudo apt-get update' 'apt-get update' \
        'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev make' \
        'apt-get install -y --no-install-recommends gcc libc6-dev make' \
        'frontend noninteractive'
}

@test "doas serves where sudo is not" {
    on 'ID=alpine'
    installs apk cc make
    as_user 1000
    record doas '"$@"'
    run setup_here --yes run </dev/null
    ends_with 0
    logged 'doas apk update' 'apk update' \
        'doas apk add build-base linux-headers make' \
        'apk add build-base linux-headers make' 'frontend none'
}

@test "root needs no sudo" {
    installs apt-get cc make
    record sudo
    run setup_here --yes run </dev/null
    ends_with 0
    ! grep -q sudo "$log" || fail 'sudo was called'
}

@test "neither root nor sudo: the commands to run, and status 1" {
    installs apt-get cc make
    rm "$bin/id"
    ln -s "$(type -P id)" "$bin/id"
    nobody=()
    if [ "$(id -u)" -eq 0 ]; then
        nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        chmod 666 "$log"
    fi
    export -f setup_here
    export bin home
    run "${nobody[@]}" "$(type -P bash)" -c 'setup_here --yes run' </dev/null
    ends_with 1
    says 'These commands, as root, install it:
    apt-get update
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev make'
    says 'setup: installing needs root'
    logged

    run "${nobody[@]}" "$(type -P bash)" -c 'setup_here --dry-run run' </dev/null
    ends_with 0
    says 'Then: make run'
}

@test "a package manager that fails ends it, with the commands to repeat" {
    present make
    record apt-get 'case $1 in install) echo "E: Unable to locate"; exit 100 ;; esac'
    run setup_here --yes run </dev/null
    ends_with 1
    says 'E: Unable to locate'
    says 'setup: apt-get failed; when it can install, run the commands above'
    keeps_quiet_about 'make run in'
}

@test "a refresh that fails is told, and the installation tried" {
    installs apt-get cc make
    sed -i "s/\*' update '\*) ;;/*' update '*) exit 100 ;;/" "$bin/apt-get"
    run setup_here --yes run </dev/null
    ends_with 0
    says 'setup: apt-get update failed; going on without'
    says 'make run in'
}

@test "an installation that does not help is found out" {
    present make
    record apt-get
    run setup_here --yes run </dev/null
    ends_with 1
    says 'setup: still missing after apt-get: cc'
    keeps_quiet_about 'make run in'
}

# --- the question

@test "it asks once, and y installs" {
    installs apt-get cc make
    run setup_answered 'y\n' run
    ends_with 0
    [ "$(grep -c 'Install these packages with apt-get? \[Y/n\]' <<<"$output")" -eq 1 ] ||
        fail 'one question was expected'
    says 'make run in'
}

@test "Enter alone is yes" {
    installs apt-get cc make
    run setup_answered '\n' run
    ends_with 0
    says 'make run in'
}

@test "n installs nothing and makes nothing" {
    installs apt-get cc make
    run setup_answered 'n\n' run
    ends_with 1
    says 'setup: nothing was installed'
    keeps_quiet_about 'make run in'
    logged
}

@test "end of input is no" {
    installs apt-get cc make
    run setup_answered '\004' run
    ends_with 1
    says 'setup: nothing was installed'
    logged
}

@test "at a terminal --yes does not ask" {
    installs apt-get cc make
    run setup_answered '' --yes run
    ends_with 0
    keeps_quiet_about '[Y/n]'
}

@test "no terminal: root goes on, and it says so" {
    installs apt-get cc make
    run setup_here run </dev/null
    ends_with 0
    says 'No terminal to ask at'
    says 'make run in'
}

@test "no terminal: a plain user's sudo is not used unasked" {
    installs apt-get cc make
    as_user 1000
    record sudo '"$@"'
    run setup_here run </dev/null
    ends_with 1
    says 'setup: no terminal to ask at; --yes allows sudo'
    logged
}

# --- the command line

@test "an unknown option is one line, status 2" {
    run setup_here --frobnicate run </dev/null
    ends_with 2
    [ "$output" = 'setup: unknown option --frobnicate; --help lists them' ] ||
        fail 'one line was expected'
}

@test "--help tells the usage" {
    run setup_here --help </dev/null
    ends_with 0
    says 'usage: scripts/setup [--yes] [--dry-run] [TARGET...]'
    says '--dry-run'
}

@test "the short options are the long ones" {
    run setup_here -n run </dev/null
    ends_with 0
    says 'Then: make run'
    run setup_here -h </dev/null
    says 'usage:'
    installs apt-get cc make
    run setup_here -y run </dev/null
    ends_with 0
    says 'make run in'
}
