/*
 * server.c - start a server, and look at it from outside.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "peer.h"
#include "server.h"

union address server_address;
socklen_t server_address_length;
pid_t server_pid;
struct sight before;
const char *doing = "start";

static bool reaped;
static int reaped_status;

long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

long long word(const char *text, int n)
{
    text += strspn(text, " ");
    for (; n > 0; n--) {
        text += strcspn(text, " ");
        text += strspn(text, " ");
    }
    return strtoll(text, NULL, 10);
}

/* The first bytes of a file, as text; empty if there is none. */
static const char *read_text(const char *path)
{
    static char text[1024];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof text - 1);
    if (fd != -1)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

void rest_ms(int ms)
{
    poll(NULL, 0, ms);
}

static void show_file(const char *name)
{
    char bytes[1024];
    FILE *file = fopen(name, "r");
    if (file == NULL)
        return;
    if (fseek(file, -(long)sizeof bytes + 1, SEEK_END) == -1)
        rewind(file);
    size_t n = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    if (n > 0)
        fprintf(stderr, "  the end of its %s:\n%.*s\n", name, (int)n, bytes);
}

void fail(const char *format, ...)
{
    int status;
    va_list args;
    fprintf(stderr, "%s: ", doing);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    if (has_ended(&status))
        fprintf(stderr, "  the server has ended, %s %d\n",
                WIFSIGNALED(status) ? "by signal" : "with status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    show_file("err");
    fflush(stdout);
    _exit(1); /* a server that is our child goes with us */
}

/* ------------------------------------------------------------- its life -- */

/* "127.0.0.1:5000", "[::1]:5000", "/a/path", "@a-name". */
static void read_address(const char *text, size_t length)
{
    char name[200];
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    memset(&server_address, 0, sizeof server_address);
    char *colon = strrchr(name, ':');
    struct sockaddr_in *in = &server_address.in;
    struct sockaddr_in6 *in6 = &server_address.in6;
    struct sockaddr_un *un = &server_address.un;

    if (colon != NULL && colon[1] != '\0' && name[0] != '/') {
        *colon = '\0';
        in_port_t port = htons((in_port_t)strtol(colon + 1, NULL, 10));
        if (name[0] == '[') {
            colon[-1] = '\0';
            in6->sin6_family = AF_INET6;
            in6->sin6_port = port;
            server_address_length = sizeof *in6;
            if (inet_pton(AF_INET6, name + 1, &in6->sin6_addr) == 1)
                return;
        } else {
            in->sin_family = AF_INET;
            in->sin_port = port;
            server_address_length = sizeof *in;
            if (inet_pton(AF_INET, name, &in->sin_addr) == 1)
                return;
        }
        fail("\"%s\" is no address", name);
    }
    un->sun_family = AF_UNIX;
    if (length >= sizeof un->sun_path)
        fail("its path is too long");
    snprintf(un->sun_path, sizeof un->sun_path, "%.107s", name);
    server_address_length = sizeof *un;
    if (name[0] == '@') {
        un->sun_path[0] = '\0';
        server_address_length =
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    }
}

bool is_tcp(void)
{
    return server_address.any.sa_family != AF_UNIX;
}

bool has_ended(int *status)
{
    if (!reaped && server_pid > 0 &&
        waitpid(server_pid, &reaped_status, WNOHANG) == server_pid)
        reaped = true;
    *status = reaped_status;
    return reaped;
}

/* A process that is not ours to wait for: a part of the peer runs as a child,
 * and the server is its brother. */
static bool is_gone(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)server_pid);
    const char *rest = strrchr(read_text(path), ')');
    return rest == NULL || strncmp(rest, ") Z", 3) == 0 ||
           strncmp(rest, ") X", 3) == 0;
}

void must_live(void)
{
    if (is_gone())
        fail("the server is gone");
}

void start_server(char *const argv[])
{
    static const char mark[] = "listening on ";
    unlink("out");
    reaped = false;
    server_pid = fork();
    if (server_pid == 0) {
        /* As a shell would start it, and never without us. */
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        static const int signals[] = {SIGPIPE, SIGINT, SIGQUIT, SIGCHLD};
        for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
            signal(signals[i], SIG_DFL);
        int in = open("/dev/null", O_RDONLY);
        int out = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
        int err = open("err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
        if (in == -1 || dup2(in, 0) == -1 || out == -1 || err == -1 ||
            dup2(out, 1) == -1 || dup2(err, 2) == -1)
            _exit(126);
        for (int fd = 3; fd < 20; fd++)
            close(fd);
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    if (server_pid == -1)
        fail("fork: %s", strerror(errno));

    for (long long end = now_ms() + 2LL * patience; now_ms() < end;
         rest_ms(1)) {
        int status;
        const char *line = strstr(read_text("out"), mark);
        if (line != NULL && strchr(line, '\n') != NULL) {
            line += strlen(mark);
            read_address(line, strcspn(line, " ,\n"));
            return;
        }
        if (has_ended(&status))
            fail("the server ended before it listened");
    }
    fail("the server does not say \"%s...\"", mark);
}

void stop_server(void)
{
    if (server_pid <= 0)
        return;
    int status;
    kill(-server_pid, SIGKILL);
    if (!reaped && waitpid(server_pid, &status, 0) == server_pid)
        reaped = true;
    server_pid = 0;
}

/* ---------------------------------------------------------- its looks -- */

/* A process: its number, its parent's, and whether it is one of the server's:
 * the server itself, its children, and theirs. */
struct process {
    pid_t pid, parent;
    bool ours;
};

/* The fields of /proc/.../stat that we need; false if it has gone. */
static bool read_stat(const char *path, char *state, pid_t *parent,
                      long long *ticks)
{
    const char *rest =
        strrchr(read_text(path), ')'); /* a name holds anything */
    if (rest == NULL || rest[1] == '\0')
        return false;
    rest += 2;
    *state = *rest;
    *parent = (pid_t)word(rest, 1);
    *ticks = word(rest, 11) + word(rest, 12);
    return true;
}

static int count_entries(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;
    if (directory == NULL)
        return 0;
    for (struct dirent *e; (e = readdir(directory)) != NULL;)
        count += e->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void look_at(pid_t pid, struct sight *sight)
{
    char path[300], state;
    pid_t parent;
    long long ticks;
    long page_kib = sysconf(_SC_PAGESIZE) / 1024;
    sight->processes++;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    sight->descriptors += count_entries(path);
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    sight->kib += (long)word(read_text(path), 1) * page_kib;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (read_stat(path, &state, &parent, &ticks))
        sight->ticks += ticks;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return;
    for (struct dirent *e; (e = readdir(tasks)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/stat", (int)pid,
                 e->d_name);
        sight->threads++;
        if (read_stat(path, &state, &parent, &ticks))
            sight->asleep += state == 'S' || state == 'Z';
    }
    closedir(tasks);
}

/* Numbers are given in order, up to a limit and then from below, and the last
 * one given stands in /proc/loadavg. So those given since the server began are
 * known, and there is no need to look at all the others. If they have come
 * round once more, nothing is known. */
static bool may_be_ours(pid_t pid, pid_t last)
{
    static pid_t server;
    static bool wrapped, lapped;
    if (server != server_pid)
        wrapped = lapped = false;
    server = server_pid;
    wrapped = wrapped || last < server;
    lapped = lapped || (wrapped && last >= server);
    return lapped || pid >= server || (wrapped && pid <= last);
}

struct sight look(void)
{
    static struct process all[40000];
    pid_t last = (pid_t)word(read_text("/proc/loadavg"), 4);
    size_t count = 0;
    struct sight sight = {0};
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        fail("/proc: %s", strerror(errno));
    for (struct dirent *e; (e = readdir(proc)) != NULL;) {
        char path[300], state;
        long long ticks;
        if (!isdigit((unsigned char)e->d_name[0]) || count == 40000)
            continue;
        struct process *p = &all[count];
        p->pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (!may_be_ours(p->pid, last))
            continue;
        snprintf(path, sizeof path, "/proc/%.20s/stat", e->d_name);
        if (read_stat(path, &state, &p->parent, &ticks)) {
            p->ours = p->pid == server_pid;
            count++;
        }
    }
    closedir(proc);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; !all[i].ours && k < count; k++)
                if (all[k].ours && all[k].pid == all[i].parent)
                    all[i].ours = more = true;
    }
    for (size_t i = 0; i < count; i++)
        if (all[i].ours)
            look_at(all[i].pid, &sight);
    return sight;
}

/* Once asleep is chance; so many looks in a row are not. */
enum { LOOKS = 5 };

static void wait_for_looks(bool as_before, int more)
{
    struct sight s = {0};
    int well = 0;
    for (long long end = now_ms() + patience; now_ms() < end; rest_ms(2)) {
        s = look();
        bool good = s.threads == s.asleep;
        if (as_before)
            good = good && s.processes == before.processes &&
                   s.threads == before.threads &&
                   s.descriptors >= before.descriptors &&
                   s.descriptors <= before.descriptors + more;
        well = good ? well + 1 : 0;
        if (well == LOOKS)
            return;
    }
    if (as_before)
        fail("the server has not come to rest: %d processes, %d threads, %d "
             "of them asleep, %d descriptors; before %d, %d, and %d "
             "descriptors",
             s.processes, s.threads, s.asleep, s.descriptors, before.processes,
             before.threads, before.descriptors);
    fail("the server does not sleep: of its %d threads only %d do", s.threads,
         s.asleep);
}

void must_settle(int more_descriptors)
{
    wait_for_looks(true, more_descriptors);
}

void must_sleep(void)
{
    must_live();
    wait_for_looks(false, 0);
}
