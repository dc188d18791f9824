/*
 * inject.c - the errors that the kernel may give to a server's calls.
 *
 * A run under strace shows which calls the server makes once it listens, and
 * how many of each before. Then, for each call and each error that fits it,
 * the server is started again, and that call fails once. One client may lose
 * by it; the server must live, not spin, give back what it had, and serve.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

/*
 * What each call may fail with, according to its man page, without being the
 * server's own mistake: EBADF, EFAULT, EINVAL, ENOTSOCK never heal. The calls
 * with no errors cannot fail in a way that a program could do anything about.
 * A call that is not here fails the suite: somebody must think about it.
 */
static const struct {
    const char *calls, *errors;
} table[] = {
    {"accept accept4", "EINTR EAGAIN ECONNABORTED EMFILE ENFILE ENOBUFS ENOMEM "
                       "EPROTO ENETDOWN EPERM"},
    {"recvfrom recvmsg", "EINTR EAGAIN ECONNRESET ENOBUFS ENOMEM ETIMEDOUT"},
    {"sendto sendmsg", "EINTR EAGAIN ECONNRESET EPIPE ENOBUFS ENOMEM"},
    {"sendfile", "EINTR EAGAIN ECONNRESET EPIPE ENOBUFS ENOMEM EIO"},
    {"poll ppoll select pselect6", "EINTR ENOMEM"},
    {"epoll_wait epoll_pwait epoll_pwait2", "EINTR"},
    {"epoll_ctl", "ENOMEM ENOSPC"},
    {"setsockopt", "ENOBUFS ENOMEM"},
    {"getsockopt getsockname", "ENOBUFS"},
    {"getpeername", "ENOBUFS ENOTCONN"},
    {"shutdown", "ENOBUFS ENOTCONN"},
    {"socket", "EMFILE ENFILE ENOBUFS ENOMEM"},
    {"clone clone3 fork vfork", "EAGAIN ENOMEM"},
    {"mmap", "ENOMEM"},
    {"mprotect", "ENOMEM"},
    {"brk", "ENOMEM"},
    {"open openat openat2", "EINTR EMFILE ENFILE ENOMEM"},
    {"stat fstat lstat newfstatat statx", "ENOMEM"},
    {"read pread64 readv", "EINTR EIO"},
    {"write writev", "EINTR EAGAIN"}, /* not those to stdout and stderr */
    {"getdents64", "ENOENT"},
    {"pipe pipe2 dup dup2 dup3", "EMFILE"},
    {"wait4 waitid", "EINTR"},
    {"nanosleep clock_nanosleep", "EINTR"},
    {"rt_sigtimedwait", "EINTR EAGAIN"},
    {"close", "EINTR"},
    {"fcntl ioctl lseek munmap madvise mremap futex rt_sigaction "
     "rt_sigprocmask "
     "rt_sigreturn rt_sigpending restart_syscall sigaltstack getpid getppid "
     "gettid getuid geteuid kill tgkill prctl prlimit64 set_robust_list "
     "set_tid_address rseq exit exit_group sched_yield clock_gettime time "
     "getrandom alarm setitimer arch_prctl uname unlink unlinkat getrusage",
     ""},
};

/* Whether word is one of the words of list. */
static bool is_among(const char *word, const char *list)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
        if ((at == list || at[-1] == ' ') &&
            (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* A place where the server can be hit: the which-th time that one of its
 * processes or threads makes this call. */
struct place {
    char call[32];
    int which;
    bool first_process; /* or one that came later */
};

enum { MOST_PLACES = 400, MOST_TASKS = 64, OF_A_CALL = 3 };
static struct place places[MOST_PLACES];
static int place_count;

/* How often each task has made each call. */
static struct count {
    int task;
    char call[32];
    int made, hit;
} counts[MOST_PLACES];
static int count_count;

static struct count *count_of(int task, const char *call)
{
    int i = 0;
    while (i < count_count &&
           (counts[i].task != task || strcmp(counts[i].call, call) != 0))
        i++;
    if (i == MOST_PLACES)
        fail("the server makes too many different calls");
    if (i == count_count) {
        counts[i] = (struct count){.task = task};
        snprintf(counts[i].call, sizeof counts[i].call, "%s", call);
        count_count++;
    }
    return &counts[i];
}

static void add_place(const struct count *count)
{
    struct place new = {.which = count->made,
                        .first_process = count->task == (int)server_pid};
    snprintf(new.call, sizeof new.call, "%s", count->call);
    for (int i = 0; i < place_count; i++)
        if (strcmp(places[i].call, new.call) == 0 &&
            places[i].which == new.which &&
            places[i].first_process == new.first_process)
            return;
    if (place_count == MOST_PLACES)
        fail("the server makes too many calls");
    places[place_count++] = new;
}

/* "write(4<socket:[..." or "write(4<TCP:[...", as strace -y shows it. */
static bool writes_to_socket(const char *line)
{
    const char *kind = strchr(line, '<');
    return kind != NULL &&
           (strncmp(kind, "<socket:", 8) == 0 ||
            strncmp(kind, "<TCP", 4) == 0 || strncmp(kind, "<UNIX", 5) == 0);
}

/* Lines are "1234  recvfrom(4<socket:[5]>, ..." with a number for the task. */
static void read_trace(void)
{
    /* With the first of these it begins to serve. What it still does before,
     * may end it: it has not started. */
    static const char beginnings[] =
        "accept accept4 poll ppoll select pselect6 epoll_wait epoll_pwait "
        "epoll_pwait2 recvfrom recvmsg clone clone3 fork vfork";
    static char line[65536];
    bool told = false, serving = false;
    FILE *trace = fopen("trace", "r");
    if (trace == NULL)
        fail("strace has written no trace");
    while (fgets(line, sizeof line, trace) != NULL) {
        char call[32];
        const char *name = line + strspn(line, "0123456789 ");
        size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (length == 0 || length >= sizeof call || name[length] != '(')
            continue; /* a signal, an end, or the second half of a call */
        snprintf(call, sizeof call, "%.*s", (int)length, name);
        int task = (int)word(line, 0);
        bool prints = name[length + 1] == '1' && name[length + 2] == '<';
        struct count *count = count_of(task, call);
        count->made++;
        told = told || (prints && strstr(line, "\"listening on ") != NULL);
        serving = serving || (told && is_among(call, beginnings));
        if (!serving)
            continue;

        /* What it prints, or writes to a pipe of its own, is nothing between
         * it and its clients; that it ends if it cannot print is the business
         * of the tests that each lesson has. */
        bool writes = strcmp(call, "write") == 0 || strcmp(call, "writev") == 0;
        bool own = writes && !writes_to_socket(line);
        if (own || count->hit == OF_A_CALL)
            continue;
        count->hit++;
        add_place(count);
    }
    fclose(trace);
    if (!serving)
        fail("the trace does not show when the server began to serve");
}

static bool trace_has(const char *text)
{
    static char line[65536];
    bool found = false;
    FILE *trace = fopen("trace", "r");
    while (trace != NULL && !found && fgets(line, sizeof line, trace) != NULL)
        found = strstr(line, text) != NULL;
    if (trace != NULL)
        fclose(trace);
    return found;
}

/* Start the server under strace. -D: it is our own child all the same. */
static void start_traced(char *const argv[], const char *trace,
                         const char *injection)
{
    char *all[64] = {"strace", "-D",          "-I2", "-y",
                     "-f",     "-qq",         "-o",  "trace",
                     "-e",     "signal=none", "-e",  (char *)trace};
    int count = 12;
    if (injection != NULL) {
        all[count++] = "-e";
        all[count++] = (char *)injection;
    }
    for (int i = 0; argv[i] != NULL && count < 63; i++)
        all[count++] = argv[i];
    unlink("trace");
    start_server(all);
}

/* Who traces a process, or 0. */
static pid_t tracer_of(pid_t pid)
{
    char path[64], line[256];
    int tracer = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "TracerPid:	", 11) == 0)
            tracer = (int)word(line + 11, 0);
    if (file != NULL)
        fclose(file);
    return tracer;
}

/* strace lets the server go, which goes on by itself. */
static void end_trace(void)
{
    pid_t tracer = tracer_of(server_pid);
    if (tracer == 0)
        return;
    kill(tracer, SIGTERM);
    for (long long end = now_ms() + patience; now_ms() < end; rest_ms(1))
        if (kill(tracer, 0) == -1 || tracer_of(server_pid) == 0)
            return;
    fail("strace does not end");
}

/* The server has its error somewhere on the way. That may cost a client; but
 * then two in a row must be served. strace counts for each task: where each
 * child or thread has the error, the next ones are served without strace. */
static void must_get_over_it(bool hangs, bool each)
{
    enum { TRIES = 3, PATIENCE = 2500, SHORT = 250 };
    const char *wrong = NULL;
    for (int served = 0, i = 0; served < 2; i++) {
        must_live();
        if (i == TRIES && each)
            end_trace();
        if (i > TRIES + (each ? 2 : 0))
            fail("of %d clients after it no two in a row were served: %s", i,
                 wrong != NULL ? wrong : "only each second one");
        const char *now = visit(i < TRIES && hangs ? SHORT : PATIENCE);
        served = now == NULL ? served + 1 : 0;
        wrong = now != NULL ? now : wrong;
    }
    must_live();
}

static const char *errors_of(const char *call)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (is_among(call, table[i].calls))
            return table[i].errors;
    fail("the server makes a call that the table in inject.c does not have: %s",
         call);
}

enum { INJECTED = 0, FAILED = 1, NOT_MADE = 3 };

/* One error at one place, in a directory and a process of its own. */
static _Noreturn void strike(char *const argv[], const struct place *place,
                             const char *error, int number)
{
    char trace[64], injection[128], name[128];
    snprintf(trace, sizeof trace, "trace=%.31s", place->call);
    snprintf(injection, sizeof injection, "inject=%.31s:error=%.20s:when=%d",
             place->call, error, place->which);
    snprintf(name, sizeof name, "%.20s as %.31s number %d%s", error,
             place->call, place->which,
             place->first_process ? "" : " of a child or thread");
    doing = name;
    char directory[32];
    snprintf(directory, sizeof directory, "case-%d", number);
    if (mkdir(directory, 0777) == -1 || chdir(directory) == -1)
        fail("a directory for it: %s", strerror(errno));

    /* An error of close leaves the descriptor open here, which the kernel
     * would not do; so the client is not hung up on. */
    bool closing = strcmp(place->call, "close") == 0;
    long long start = now_ms();
    start_traced(argv, trace, injection);
    must_get_over_it(closing, !place->first_process);
    must_settle(closing ? 100 : 0);
    bool injected = trace_has("(INJECTED)");
    stop_server();
    printf("%-52s %s %5lld ms\n", name, injected ? "ok" : "not made",
           now_ms() - start);
    fflush(stdout);
    _exit(injected ? INJECTED : NOT_MADE);
}

static int ends[4]; /* how many have ended with each status */

static void wait_for_one(void)
{
    int status;
    if (wait(&status) == -1)
        fail("wait: %s", strerror(errno));
    int end = WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
    ends[end < 4 ? end : FAILED]++;
}

void inject(char *const argv[])
{
    /* They mostly wait: for a server that rests before it tries again. */
    enum { SIDE_BY_SIDE = 6 };

    doing = "a traced run";
    start_traced(argv, "trace=all", NULL);
    must_serve(2 * patience);
    must_sleep();
    rest_ms(20); /* what it still does when the client has gone */
    must_sleep();
    before = look();
    read_trace();
    stop_server();

    int running = 0, number = 0;
    for (int i = 0; i < place_count; i++) {
        char errors[200];
        snprintf(errors, sizeof errors, "%s", errors_of(places[i].call));
        for (char *rest, *error = strtok_r(errors, " ", &rest); error != NULL;
             error = strtok_r(NULL, " ", &rest)) {
            if (running == SIDE_BY_SIDE) {
                wait_for_one();
                running--;
            }
            number++;
            fflush(NULL);
            pid_t pid = fork();
            if (pid == 0)
                strike(argv, &places[i], error, number);
            if (pid == -1)
                fail("fork: %s", strerror(errno));
            running++;
        }
    }
    for (; running > 0; running--)
        wait_for_one();
    printf("%d errors injected; %d calls were not made again\n", ends[INJECTED],
           ends[NOT_MADE]);
    if (ends[FAILED] > 0)
        _exit(1);
    if (ends[INJECTED] == 0)
        fail("no error could be injected");
}
