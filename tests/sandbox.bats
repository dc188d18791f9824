#!/usr/bin/env bats
# scripts/sandbox: each of its promises, against a program that would break it.
# Root tries each as root and as a plain user; a plain user, as himself.

load helper

setup_file() {
    # A place that other users may enter; what root starts has become nobody.
    PLACE=$(mktemp -d /tmp/sandbox.XXXXXX)
    export PLACE
    chmod 755 "$PLACE"
    mkdir "$PLACE/programs"
    cp "$ROOT/scripts/sandbox" "$PLAY" "$BUILD/play/init" "$PLACE/programs"
    cc -O1 -Wall -Wextra -Werror -o "$PLACE/programs/hostile" -xc - <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is forbidden is either not there or not permitted. */
static void forbidden(const char *what, long result)
{
    if (result != -1)
        printf("%s worked\n", what);
    else if (errno != EPERM && errno != ENOSYS && errno != EAFNOSUPPORT)
        printf("%s: %s\n", what, strerror(errno));
}
#define FORBIDDEN(call) forbidden(#call, call)

static int calls(void)
{
    FORBIDDEN(unshare(CLONE_NEWUSER));
    FORBIDDEN(unshare(CLONE_NEWNET));
    FORBIDDEN(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
    FORBIDDEN(syscall(SYS_clone3, 0, 0));
    FORBIDDEN(setns(0, 0));
    FORBIDDEN(mount("none", "/tmp", "tmpfs", 0, NULL));
    FORBIDDEN(mount("none", "/usr", NULL, MS_REMOUNT | MS_BIND, NULL));
    FORBIDDEN(umount2("/proc", MNT_DETACH));
    FORBIDDEN(chroot("/tmp"));
    FORBIDDEN(memfd_create("memory", 0));
    FORBIDDEN(syscall(SYS_shmget, 1, 4096, 01600));
    FORBIDDEN(syscall(SYS_io_uring_setup, 1, 0));
    FORBIDDEN(syscall(SYS_bpf, 0, 0, 0));
    FORBIDDEN(syscall(SYS_userfaultfd, 0));
    FORBIDDEN(syscall(SYS_perf_event_open, 0, 0, 0, 0, 0));
    FORBIDDEN(syscall(SYS_keyctl, 0, -3, 0));
    FORBIDDEN(syscall(SYS_syslog, 10, 0, 0));
    FORBIDDEN(socket(AF_VSOCK, SOCK_STREAM, 0));
    FORBIDDEN(socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0));
    FORBIDDEN(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    FORBIDDEN(sethostname("x", 1));
    return setuid(0) == 0 || seteuid(0) == 0;
}

static int memory(long megabytes)
{
    char *all = malloc((size_t)megabytes << 20);
    if (all == NULL)
        return 1;
    for (long i = 0; i < megabytes << 20; i += 4096)
        all[i] = 1;
    return all[0] != 1;
}

static int bomb(void) /* as many as it can, all alive until the end */
{
    while (fork() != -1)
        ;
    return pause();
}

static int count_forks(void)
{
    int count = 0;
    pid_t child;
    while (count < 2000 && (child = fork()) != -1) {
        if (child == 0)
            return pause();
        count++;
    }
    printf("%d\n", count);
    return 0;
}

static int connects(const char *host, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)atoi(port))};
    inet_pton(AF_INET, host, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1) {
        puts(strerror(errno));
        return 1;
    }
    puts("connected");
    return 0;
}

static int connects_abstract(const char *name)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strcpy(to.sun_path + 1, name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t len = (socklen_t)(sizeof(sa_family_t) + 1 + strlen(name));
    return connect(fd, (struct sockaddr *)&to, len) == -1 ? 1 : 0;
}

/* On port 5000; then there is a connection of our own, and the wait for an end
 * of input. */
static int listens(void)
{
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(5000)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&self, sizeof self) == -1 || listen(fd, 5))
        return 1;
    int status = connects("127.0.0.1", "5000");
    fflush(stdout);
    char c;
    return read(0, &c, 1) != 0 || status;
}

static int outlive(void) /* a daemon that ignores what it can */
{
    if (fork() != 0)
        return 0;
    setsid();
    if (fork() != 0)
        _exit(0);
    for (int i = 1; i < 64; i++)
        signal(i, SIG_IGN);
    for (int fd = 0; fd < 10; fd++)
        close(fd);
    for (;;)
        pause();
}

int main(int argc, char *argv[])
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "calls") == 0)
        return calls();
    if (strcmp(what, "memory") == 0)
        return memory(atol(argv[2]));
    if (strcmp(what, "bomb") == 0)
        return bomb();
    if (strcmp(what, "forks") == 0)
        return count_forks();
    if (strcmp(what, "connect") == 0)
        return connects(argv[2], argv[3]);
    if (strcmp(what, "abstract") == 0)
        return connects_abstract(argv[2]);
    if (strcmp(what, "listen") == 0)
        return listens();
    if (strcmp(what, "outlive") == 0)
        return outlive();
    if (strcmp(what, "type") == 0)
        return ioctl(0, TIOCSTI, "x") == -1 ? errno : 0;
    if (strcmp(what, "trace") == 0)
        return ptrace(PTRACE_ATTACH, atoi(argv[2]), 0, 0) == -1 ? errno : 0;
    if (strcmp(what, "euid") == 0)
        return printf("%d\n", (int)geteuid()) < 0;
    return 99;
}
END
}

teardown_file() { rm -rf "$PLACE"; }

# A directory for each test, which the caller at hand owns.
setup() {
    SANDBOX=$PLACE/programs/sandbox
    HOSTILE=$PLACE/programs/hostile
    HERE=$PLACE/$BATS_TEST_NUMBER
    mkdir -p "$HERE"
    cd "$HERE" || return
    unset ISOLATION
    export BUILD=$PLACE
    AS=()
}

# What a test starts has an argument of its own, so that it can be looked for.
# (grep's status says more: that a process has ended meanwhile.)
marked() { grep -lzsx "$HERE/mark" /proc/[0-9]*/cmdline || true; }
nobody_is_left() { [ -z "$(marked)" ]; }

end_marked() {
    local file
    while read -r file; do
        file=${file#/proc/}
        kill -KILL "${file%/cmdline}" 2>/dev/null || true
    done < <(marked)
    wait_until nobody_is_left
}

teardown() {
    nobody_is_left && return
    marked
    end_marked
    return 1
}

# for_all FUNCTION: as root and as a plain user, or as the user that we are.
for_all() {
    AS=()
    "$@"
    [ "$EUID" -eq 0 ] || return 0
    echo "# as a plain user"
    AS=(setpriv --reuid 12345 --regid 12345 --clear-groups)
    chown 12345:12345 "$HERE"
    "$@"
}

# The same, and by the words that --command prints, with a shell as process 1 and
# with the player's init.
for_all_and_as_words() {
    AS_WORDS='' WITH_INIT=''
    for_all "$@"
    echo '# as words'
    AS_WORDS=1
    for_all "$@"
    echo '# with init'
    WITH_INIT=1
    for_all "$@"
}

# box OPTION... COMMAND...: in the sandbox; the test's programs can be seen.
box() {
    local run=("$SANDBOX" --read "$PLACE/programs" ${WITH_INIT:+--init "$PLACE/programs/init"} "$@") words
    if [ -n "${AS_WORDS:-}" ]; then
        words=$("${AS[@]}" "$SANDBOX" --command "${run[@]:1}" 3>&- 4>&-) || return
        run=(timeout 20 sh -c "exec $words")
    fi
    "${AS[@]}" "${run[@]}" 3>&- 4>&-
}

# gives STATUS TEXT COMMAND...: exactly this, streams together.
gives() {
    local expected_status=$1 expected=$2
    shift 2
    run "$@"
    printf 'status %d: %s\n' "$status" "$output"
    [ "$status" -eq "$expected_status" ] && [ "$output" = "$expected" ]
}

milliseconds() { echo "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# ------------------------------------------------------- as if without it --

statuses() {
    gives 0 'a b|$HOME|' box -- printf '%s|' 'a b' '$HOME'
    gives 7 '' box sh -c 'exit 7'
    gives 139 '' box sh -c 'kill -SEGV $$'
    gives 130 '' box sh -c 'kill -INT $$'
    # A program that is process 1 would survive this.
    gives 141 '' box sh -c 'kill -PIPE $$'
    gives 126 '' box sh -c 'no-such-command 2>/dev/null || exit 126'
    [ "$(echo hello | box cat)" = hello ]
    [ "$(box sh -c 'echo out; echo err >&2' 2>/dev/null)" = out ]
    [ "$(box sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)" = err ]
}
@test "arguments, streams and statuses are the command's" { for_all_and_as_words statuses; }

directory() {
    gives 0 "$HERE" box --read . pwd
    gives 0 "$HERE" box --write "$HERE" pwd
    gives 0 /tmp box pwd
}
@test "its directory is the caller's if that can be seen" { for_all_and_as_words directory; }

surroundings() {
    SECRET=yes WANTED='a b' run box --env WANTED --env GIVEN='c d' --env MISSING env
    [ "$(sort <<<"$output" | tr '\n' ';')" = 'GIVEN=c d;HOME=/tmp;LC_ALL=C.UTF-8;PATH=/usr/local/bin:/usr/bin:/bin;PWD=/tmp;TERM=dumb;WANTED=a b;' ]
}
@test "it finds only the variables that it is let have" { for_all_and_as_words surroundings; }

descriptors() {
    exec 7<"$PLACE" 88<"$PLACE"
    gives 0 '0 1 2 3 ' box sh -c 'ls /proc/self/fd | tr "\n" " "'
    gives 0 '0 1 2 3 7 ' box --keep 7 sh -c 'ls /proc/self/fd | tr "\n" " "'
    exec 7<&- 88<&-
}
@test "it finds no descriptor above 2 but the one to keep" { for_all descriptors; }

misuse() {
    local arguments
    for arguments in '' --read '--time x true' '--memory 5X true' '--keep 5 true' \
        '--network none true' '--no-such 1 true'; do
        # shellcheck disable=SC2086  # they are words
        run "${AS[@]}" "$SANDBOX" $arguments
        [ "$status" -eq 2 ]
        [[ $output == 'sandbox: '*'--help lists the options' ]] || [[ $output == *open* ]]
    done
    gives 3 "sandbox: /no/such: no such file or directory" box --read /no/such true
}
@test "wrong options are named, and nothing is run" { for_all misuse; }

# ------------------------------------------------------------------- users --

identity() {
    local id=65534
    [ ${#AS[@]} -eq 0 ] || id=12345
    [ "$EUID" -eq 0 ] || id=$EUID
    gives 0 "$id" box id -u
    run box cat /proc/self/status
    grep -qE '^NoNewPrivs:\s1$' <<<"$output"
    [ "$(grep -cE '^Cap(Prm|Eff|Bnd|Amb):\s0000000000000000$' <<<"$output")" -eq 4 ]
}
@test "it is no root, and can become none" { for_all_and_as_words identity; }

set_user_id() {
    gives 0 "$1" "${AS[@]}" "$PLACE/programs/suid" euid
    run box "$PLACE/programs/suid" euid
    [ "$status" -eq 0 ]
    [ "$output" != 0 ]
}
@test "set-user-ID programs give it nothing" {
    [ "$EUID" -eq 0 ] || skip 'only root can make one'
    cp "$HOSTILE" "$PLACE/programs/suid"
    chmod 4755 "$PLACE/programs/suid"
    for_all set_user_id 0
}

calls() { gives 0 '' box "$HOSTILE" calls; }
@test "no calls that lift limits or reach the kernel" { for_all_and_as_words calls; }

type_ahead() {
    # In a terminal of its own, which is that of the shell that starts it. What
    # has been typed would be read by the shell. 1 is EPERM.
    printf '%q ' "${AS[@]}" "$SANDBOX" --read "$PLACE/programs" "$HOSTILE" type >typing
    run script -qec "bash -c '. ./typing; echo status \$?'" /dev/null </dev/null
    [[ $output == *'status 1'* ]]
}
@test "it types nothing into the caller's terminal" { for_all type_ahead; }

# ------------------------------------------------------------------- files --

hidden_files() {
    mkdir -p shown
    echo secret >hidden
    chmod 644 hidden
    ln -sf ../hidden shown/link
    ln -sf "$HERE/hidden" shown/absolute
    local path
    for path in hidden shown/link shown/absolute "shown/../hidden" \
        "/proc/self/cwd/../hidden" "/proc/1/root$HERE/hidden"; do
        run box --read "$HERE/shown" cat "$HERE/${path#"$HERE"/}" "$path"
        [ "$status" -ne 0 ]
        [[ $output != *secret* ]]
    done
    run box ls "$ROOT" "$HOME" /root /home /var /run /mnt
    [[ $output != *:$'\n'* ]]
    gives 0 'hostile init play sandbox' box sh -c "cd $PLACE; ls programs | grep -v suid | tr '\n' ' ' | sed 's/ \$//'"
    gives 0 'programs' box ls "$PLACE"
}
@test "it sees no file that it is not shown" { for_all_and_as_words hidden_files; }

written_files() {
    mkdir -p shown
    echo old >shown/file
    chmod 777 shown
    chmod 666 shown/file
    [ ${#AS[@]} -eq 0 ] || chown -R 12345 shown
    cd shown || return
    gives 0 '' box --read . sh -c 'for f in file new /new /usr/new /etc/new \
        /dev/new /bin/new /proc/sys/kernel/hostname; do
            (echo x >$f) 2>/dev/null && echo "$f is written"
        done
        rm -f file 2>/dev/null && echo removed
        chmod 777 file 2>/dev/null && echo changed
        true'
    cd "$HERE" || return
    [ "$(cat shown/file)" = old ]
    gives 0 x box sh -c 'echo x >/tmp/file && cat /tmp/file'
    [ ! -e /tmp/file ]
    mkdir open
    [ ${#AS[@]} -eq 0 ] || chown 12345 open
    cd open || return
    gives 0 '' box --write . sh -c 'echo done >here'
    cd "$HERE" || return
    [ "$(cat open/here)" = 'done' ]
    rm -rf open
}
@test "it writes nowhere but where it may" { for_all written_files; }

scratch() {
    rm -rf stage && mkdir stage
    echo data >stage/file
    echo 'echo run' >stage/program
    chmod 755 stage/program
    ln -s /bin/echo stage/link
    ln -s "$PLACE/secret" stage/elsewhere
    echo secret >"$PLACE/secret"
    chmod 700 stage
    [ ${#AS[@]} -eq 0 ] || chown -R 12345 stage
    cd stage || return
    gives 0 $'data\nrun\nhello\nnew' box --scratch . sh -c 'cat file; ./program; ./link hello; echo new >new; cat new; echo changed >>file; cat elsewhere 2>/dev/null || true'
    [ "$(cat file)" = data ]
    [ ! -e new ]
    cd "$HERE" || return
}
@test "a scratch directory has the files, and ends with the command" { for_all scratch; }

# --------------------------------------------------------------- processes --

others() {
    [ "$(box sh -c 'ls -d /proc/[0-9]* | wc -l')" -lt 8 ]
    run box sh -c "kill -0 $$ || kill -0 $PPID || kill -0 $BATS_ROOT_PID"
    [ "$status" -ne 0 ]
    run box "$HOSTILE" trace $$
    [ "$status" -eq 3 ] # ESRCH: there is no such process
    # All that it can reach is itself, and not even its process 1.
    gives 137 '' box sh -c '(kill -KILL -1; kill -KILL 1) 2>/dev/null; kill -KILL $$'
    kill -0 $$
}
@test "it sees, signals and traces no process but its own" { for_all_and_as_words others; }

daemons() {
    # All have ended when the command has: nobody waits here.
    # What they hold is a file, so that one who is left would not keep us.
    box "$HOSTILE" outlive "$HERE/mark" >held 2>&1
    nobody_is_left
    box sh -c "$HOSTILE outlive $HERE/mark; setsid $HOSTILE outlive $HERE/mark
        nohup $HOSTILE outlive $HERE/mark; exit 0" >held 2>&1
    nobody_is_left
    # Nor does one who holds the caller's output keep him waiting.
    local begin
    begin=$(milliseconds)
    [ -z "$(box sh -c 'sleep 30 & exit 0')" ]
    [ $(($(milliseconds) - begin)) -lt 5000 ]
}
@test "nothing is alive when it has ended" { for_all daemons; }

killed_caller() {
    mkfifo fifo
    [ ${#AS[@]} -eq 0 ] || chown 12345 fifo
    exec 5<>fifo
    exec "${AS[@]}" "$SANDBOX" --keep 5 --time 60 \
        sh -c 'echo up >&5; while :; do sleep 9; done' sh "$HERE/mark" 3>&- &
    local sandbox=$!
    read -r -t 10 <&5
    exec 5>&-
    kill -KILL "$sandbox"
    wait "$sandbox" || true
    rm fifo
    wait_until nobody_is_left
}
@test "it ends when its caller is killed" { for_all killed_caller; }

words() {
    local words
    mkdir -p here
    [ ${#AS[@]} -eq 0 ] || chown 12345 here
    words=$(cd here && "${AS[@]}" "$SANDBOX" --command --keep 3 --write . sh -c "echo \"\$1\" it\\'s >made; cat made" sh "a  b" 3>&1)
    [[ $words == *'bwrap '* && $words != *"$SANDBOX"* ]]
    # In another directory they write into that one.
    rm -rf other && mkdir other
    if [ "$EUID" -eq 0 ]; then chown 65534 other; fi
    [ ${#AS[@]} -eq 0 ] || chown 12345 other
    [ "$(cd other && "${AS[@]}" sh -c "exec $words" 3>&-)" = "a  b it's" ]
    [ "$(cat other/made)" = "a  b it's" ]
    [ ! -e here/made ]
    # What a shell cannot do is left to the script.
    for option in '--time 3' '--output 9' "--scratch $HERE/here" "--write $HERE/here"; do
        # shellcheck disable=SC2086  # options
        words=$(cd "$HERE" && "${AS[@]}" "$SANDBOX" --command $option true)
        [[ $words == "$SANDBOX "* ]]
        [[ $words != *--command* ]]
    done
    [[ $(ISOLATION=none "${AS[@]}" "$SANDBOX" --command true) == "$SANDBOX true"* ]]
}
@test "--command prints the words for a shell that does without it" { for_all words; }

# ------------------------------------------------------------------ limits --

clock() {
    local begin
    begin=$(milliseconds)
    gives 124 '' box --time 1 sh -c "trap '' TERM INT HUP; $HOSTILE outlive $HERE/mark; while :; do sleep 9; done"
    nobody_is_left
    [ $(($(milliseconds) - begin)) -ge 990 ]
    [ $(($(milliseconds) - begin)) -lt 6000 ]
    gives 137 '' box --cpu 1 sh -c 'while :; do :; done'
}
@test "its time is limited, by the clock and of computing" { for_all clock; }

memory() {
    gives 0 '' box "$HOSTILE" memory 100
    gives 1 '' box "$HOSTILE" memory 600
    gives 1 '' box --memory 64M "$HOSTILE" memory 100
    gives 0 '' box --memory unlimited "$HOSTILE" memory 600
}
@test "its memory is limited" { for_all_and_as_words memory; }

processes() {
    local count
    count=$(box "$HOSTILE" forks)
    [ "$count" -gt 50 ]
    [ "$count" -lt 64 ]
    count=$(box --processes 9 "$HOSTILE" forks)
    [ "$count" -gt 3 ]
    [ "$count" -lt 9 ]
    # What others use of the same user does not count.
    gives 124 '' box --time 2 "$HOSTILE" bomb "$HERE/mark" 3>&- &
    count=$(box "$HOSTILE" forks)
    wait
    [ "$count" -gt 50 ]
    nobody_is_left
}
@test "the number of its processes is limited, and a bomb ends" { for_all_and_as_words processes; }

disk() {
    gives 153 '' box sh -c 'exec dd if=/dev/zero of=/tmp/large bs=1M count=20 2>/dev/null'
    run box --disk 4M --file-size 2M sh -c 'for i in 1 2 3 4; do head -c 1900K /dev/zero >/tmp/$i; done'
    [[ $output == *'No space left on device'* ]]
    mkdir -p stage
    [ ${#AS[@]} -eq 0 ] || chown 12345 stage
    run box --disk 1M --scratch "$HERE/stage" sh -c "head -c 2M /dev/zero >$HERE/stage/large"
    [[ $output == *'No space left on device'* ]]
    run box --disk 1M sh -c 'head -c 2M /dev/zero >/dev/shm/large'
    [[ $output == *'No space left on device'* ]]
}
init_limits() {
    WITH_INIT='' box cat /proc/self/limits > by-shell
    WITH_INIT=1 box cat /proc/self/limits > by-init
    diff by-shell by-init
    grep -q '^Max processes  *64 ' by-init
    # Fails closed: what is no limit, or cannot be set, and nothing is run.
    gives 126 '' "$PLACE/programs/init" --first 64 ten 4096 unlimited echo run
    local plain_user=()
    [ "$EUID" -ne 0 ] || plain_user=(setpriv --reuid 12345 --regid 12345 --clear-groups)
    gives 126 '' "${plain_user[@]}" prlimit --fsize=100 "$PLACE/programs/init" --first 64 10 4096 unlimited echo run
}
@test "the player's init sets the same limits as the shell" { for_all init_limits; }

@test "the size of a file and of all files is limited" { for_all_and_as_words disk; }

output_limit() {
    [ "$(box --output 100K yes | wc -c)" -eq 102400 ]
    [ "$(box --output 1K sh -c 'yes >&2' 2>&1 >/dev/null | wc -c)" -eq 1024 ]
    gives 141 12345 box --output 5 sh -c 'echo 1234567890; exec yes'
    gives 7 123 box --output 5 sh -c 'echo 123; exit 7'
    # Who does not mind is ended by the clock.
    gives 124 y box --output 1 --time 1 sh -c 'trap "" PIPE; while :; do echo y 2>/dev/null; done'
}
@test "its output is limited where the caller asks" { for_all output_limit; }

# ----------------------------------------------------------------- network --

own_network() {
    gives 1 'Network is unreachable' box "$HOSTILE" connect 192.0.2.1 80
    # Two at once have the same port.
    local line
    exec {first}< <(exec sleep 20 3>&- | box --time 20 "$HOSTILE" listen "$HERE/mark" 3>&-)
    read -r -t 10 line <&"$first"
    [ "$line" = connected ]
    gives 0 connected box "$HOSTILE" listen </dev/null
    # And who has none of it reaches neither.
    gives 1 'Connection refused' box "$HOSTILE" connect 127.0.0.1 5000
    end_marked
    exec {first}<&-
}
@test "a network of its own: loopback, every port free, no way out" { for_all_and_as_words own_network; }

callers_network() {
    # A server of the caller's: on the network, and as an abstract socket.
    local line port
    exec {server}< <(exec python3 -uc '
import socket, sys
one = socket.create_server(("127.0.0.1", 0))
two = socket.socket(socket.AF_UNIX)
two.bind("\0" + sys.argv[1]); two.listen()
print(one.getsockname()[1])
one.accept()' "$HERE/mark" 3>&-)
    read -r -t 10 port <&"$server"
    gives 0 '' "${AS[@]}" "$HOSTILE" abstract "$HERE/mark"
    gives 1 '' box "$HOSTILE" abstract "$HERE/mark"
    gives 1 'Connection refused' box "$HOSTILE" connect 127.0.0.1 "$port"
    gives 0 connected "${AS[@]}" "$HOSTILE" connect 127.0.0.1 "$port"
    end_marked
    exec {server}<&-
}
@test "it reaches no server of the caller's" { for_all callers_network; }

# in_network COMMAND...: in a network without a way out, loopback up.
in_network() {
    local unshare=(unshare --net)
    [ "$EUID" -eq 0 ] && [ ${#AS[@]} -eq 0 ] || unshare=(unshare --user --map-root-user --net)
    "${AS[@]}" "${unshare[@]}" sh -c 'ip link set lo up; exec "$@"' sh "$@"
}

shared_network() {
    local inner="$SANDBOX --network share --read $PLACE/programs"
    run in_network sh -c "$inner $HOSTILE listen $HERE/mark <fifo >/dev/null & exec 4>fifo
        for i in \$(seq 1000); do
            $HOSTILE connect 127.0.0.1 5000 >/dev/null && break
        done
        $inner $HOSTILE connect 127.0.0.1 5000; $inner sh -c 'ls -d /proc/[0-9]* | wc -l'"
    echo "$output"
    [ "${lines[-2]}" = connected ]
    [ "${lines[-1]}" -lt 8 ]
}
@test "a shared network: the same ports, processes of its own" {
    mkfifo fifo && chmod 666 fifo
    for_all shared_network
}

raw_sockets() {
    cat >inside <<'END'
[ "$(id -u)" -eq "$1" ] && echo user
grep -qx 'CapEff:.0000000000002000' /proc/self/status && echo one right
python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); print("raw")'
echo 1 2>/dev/null >/proc/sys/net/ipv4/icmp_echo_ignore_all || echo no settings
touch written && echo written
[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 8 ] && echo processes
END
    local user=65534
    [ ${#AS[@]} -eq 0 ] && [ "$EUID" -eq 0 ] || user=0 # of a namespace of its own
    gives 0 $'user\none right\nraw\nno settings\nwritten\nprocesses' \
        in_network "$SANDBOX" --network closed --sockets raw --write "$HERE" sh inside "$user"
    rm -f inside written
    gives 2 'sandbox: --sockets raw is for root, with --network closed; --help lists the options' \
        in_network "$SANDBOX" --sockets raw true
}
@test "raw sockets where the caller asks, and no other right" { for_all raw_sockets; }

# The words of --command are for a scene whose network and users are its own.
raw_sockets_as_words() {
    cat >scene <<'END'
@network own
@user root
a$ sh -c 'id -u; grep Cap[EB] /proc/self/status; python3 -c "import socket; print(socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).type)"; echo x >written && cat written; ls -d /proc/[0-9]* | wc -l; ulimit -p'
a| $USER
a| CapEff:\t0000000000002000
a| CapBnd:\t0000000000002000
a| 3
a| x
a| {count:[1-7]}
a| 7
a= 0
END
    local user=65534 words caller=() player
    player=$(cd "$BATS_TEST_DIRNAME/../build/play" && pwd)
    if [ ${#AS[@]} -gt 0 ] || [ "$EUID" -ne 0 ]; then
        user=0 caller=("${AS[@]}" unshare --user --map-root-user)
        sed -i '/CapBnd/d; s/Cap\[EB\]/CapEff/' scene # no_new_privs is enough for him
    fi
    export BUILD=$HERE TMPDIR=$HERE # the filter is kept here, and the scene's directory comes to lie there
    words=$("${caller[@]}" "$SANDBOX" --command --keep 3 --network closed --sockets raw --write . \
        --init "$player/init" --processes 7 3<scene)
    [[ $words == 'bwrap '* ]]
    gives 0 '' "${AS[@]}" "$player/play" --check \
        --from "$HERE" --set "USER=$user" --wrap "a=$words" scene
    rm -f scene
}
@test "raw sockets by the words of --command" { for_all raw_sockets_as_words; }

shared_way_out() {
    run box --network share sh -c 'echo run'
    [ "$status" -eq 3 ]
    [[ $output == "sandbox: refused: the caller's network leads somewhere, by "* ]]
}
@test "a network that leads somewhere is not shared" {
    [ "$(wc -l </proc/net/route)" -gt 1 ] || skip 'this machine has no way out'
    for_all shared_way_out
}

# ---------------------------------------------------------------- compiling --

compiling() {
    mkdir -p out
    [ ${#AS[@]} -eq 0 ] || chown 12345 out
    echo 'int main(void) { return 6; }' >source.c
    echo secret >hidden
    gives 0 '' box --read "$HERE/source.c" --write "$HERE/out" \
        cc -g -o "$HERE/out/program" "$HERE/source.c"
    gives 6 '' out/program
    local line
    for line in "#include \"$HERE/hidden\"" "#include \"$ROOT/Makefile\"" \
        "__asm__(\".incbin \\\"$HERE/hidden\\\"\");"; do
        echo "$line" >source.c
        run box --read "$HERE/source.c" cc -c -o /tmp/x.o "$HERE/source.c"
        [ "$status" -eq 1 ]
        [[ $output == *'No such file'* || $output == *'file not found'* ]]
    done
    echo '#include "/dev/zero"' >source.c
    run box --time 2 --read "$HERE/source.c" cc -c -o /tmp/x.o "$HERE/source.c"
    [ "$status" -ne 0 ]
    rm -rf out
}
@test "a compiler runs inside, and includes nothing from outside" { for_all compiling; }

# --------------------------------------------------------------- the player --

# plays WRAP...: the scene on standard input, actor a in the sandbox.
plays() {
    run "${AS[@]}" env TMPDIR="$HERE/tmp" "$PLACE/programs/play" --check \
        --wrap "a=$SANDBOX --keep 3 --network share --scratch . --read $PLACE/programs ${WITH_INIT:+--init $PLACE/programs/init}" -
}

holds() {
    plays
    echo "$output"
    [ "$status" -eq 0 ]
}

scenes() {
    mkdir -p tmp
    chmod 777 tmp
    holds <<'END'
@network own
a$ sh -c 'echo out; echo err >&2; read -r x; echo "got $x"; exit 7'
a| out
a! err
a< hello
a| got hello
a= 7
END
    holds <<'END'
@network own
a$ sleep 100
a~ nanosleep
a^C
a= SIGINT
b$ sleep 100
b^TERM
b= SIGTERM
END
    holds <<'END'
@network own
a$ sh -c 'ls /proc/self/fd | wc -l; echo x >file; kill -SEGV $$'
a| 4
a= SIGSEGV
END
    # The peer, outside, hears what the actor says in the shared network.
    holds <<'END'
@network own
b$ python3 -uc 'import socket; s = socket.create_server(("127.0.0.1", $PORT)); print("up"); c, _ = s.accept(); print(c.recv(9))'
b| up
a$ python3 -c 'import socket; s = socket.create_connection(("127.0.0.1", $PORT)); s.send(b"hello")'
a= 0
b| b'hello'
b= 0
END
    holds <<'END'
@network own
a$ sh -c 'setsid sleep 100 & exit 0'
a= 0
END
}
@test "an actor of a scene: lines, signals, statuses, network" {
    for_all scenes
    echo '# with init'
    WITH_INIT=1
    for_all scenes
}

silence() {
    mkdir -p tmp
    chmod 777 tmp
    local begin
    begin=$(milliseconds)
    plays <<'END'
@network own
@deadline 20
a$ cat
a| nothing
a= 0
END
    echo "$output"
    [ "$status" -eq 1 ]
    [ $(($(milliseconds) - begin)) -lt 10000 ]
}
@test "the player sees that an actor will say nothing" {
    [ "$EUID" -eq 0 ] || skip 'the player looks as root only'
    silence
    WITH_INIT=1 silence
}

# ------------------------------------------------------------- not isolated --

# without_namespaces COMMAND...: where user namespaces are forbidden.
without_namespaces() {
    "${AS[@]}" unshare --user --map-root-user sh -c \
        'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh "$@"
}

refusals() {
    run without_namespaces "$SANDBOX" touch "$HERE/run"
    [ "$status" -eq 3 ]
    [[ $output == 'sandbox: refused: '*'user namespaces are forbidden: /proc/sys/user/max_user_namespaces is 0' ]]
    run "${AS[@]}" env PATH="$HERE" /bin/bash "$SANDBOX" touch "$HERE/run"
    [ "$status" -eq 3 ]
    [[ $output == 'sandbox: refused: bwrap is not installed'* ]]
    # A bwrap that fails, in a way that nobody has foreseen.
    mkdir -p failing
    printf '#!/bin/sh\necho "bwrap: no" >&2; exit 1\n' >failing/bwrap
    chmod 755 failing/bwrap
    gives 3 $'bwrap: no\nsandbox: refused: no sandbox could be made; --explain tells more' \
        "${AS[@]}" env PATH="$HERE/failing:$PATH" "$SANDBOX" touch "$HERE/run"
    [ ! -e run ]
    ISOLATION=none gives 0 yes without_namespaces "$SANDBOX" echo yes
}
@test "where it cannot isolate it refuses, unless told otherwise" { for_all refusals; }

explained() {
    run "${AS[@]}" "$SANDBOX" --explain
    [ "$status" -eq 0 ]
    [ "$(grep -c '^✓' <<<"$output")" -eq 7 ]
    [[ $output != *'✗'* ]]
    gives 0 full "${AS[@]}" "$SANDBOX" --level
    run without_namespaces "$SANDBOX" --explain
    [ "$status" -eq 3 ]
    [ "$(grep -c '^✗' <<<"$output")" -eq 7 ]
    [[ $output == *'  because     user namespaces are forbidden'* ]]
    run without_namespaces "$SANDBOX" --level
    [[ $output == 'none '* ]]
    ISOLATION=none gives 0 'none ISOLATION=none' "${AS[@]}" "$SANDBOX" --level
    # A machine whose system calls have no known numbers.
    printf 'HOSTTYPE=other\n' >other
    BASH_ENV=$HERE/other gives 0 'partial no filter of system calls for other;not isolated: calls' \
        "${AS[@]}" "$SANDBOX" --level
    BASH_ENV=$HERE/other gives 3 'sandbox: refused: no filter of system calls for other' \
        "${AS[@]}" "$SANDBOX" true
}
@test "--explain and --level say what can be isolated" { for_all explained; }

unisolated() {
    export ISOLATION=none
    local id=65534
    [ ${#AS[@]} -eq 0 ] || id=12345
    [ "$EUID" -eq 0 ] || id=$EUID
    gives 0 "$id" box id -u
    gives 124 '' box --time 1 sleep 30
    gives 7 '' box sh -c 'exit 7'
    SECRET=yes run box env
    [[ $output != *SECRET* ]]
    exec 7<"$PLACE"
    gives 0 '0 1 2 3 ' box sh -c 'ls /proc/self/fd | tr "\n" " "'
    exec 7<&-
    gives 1 '' box --memory 64M "$HOSTILE" memory 100
    unset ISOLATION
}
@test "ISOLATION=none leaves another user, limits and an empty environment" { for_all unisolated; }

@test "root in a user namespace without nobody is isolated as who he is" {
    AS=(unshare --user --map-root-user)
    if [ "$EUID" -eq 0 ]; then
        gives 3 'sandbox: refused: root cannot become another user here' \
            "${AS[@]}" "$SANDBOX" true
        AS=(setpriv --reuid 12345 --regid 12345 --clear-groups "${AS[@]}")
    fi
    calls
    others
    daemons
    processes
}
