#define _GNU_SOURCE /* struct ucred, pipe2, setgroups, prctl */
#include "actor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "become.h"
#include "names.h"
#include "process.h"
#include "report.h"

enum { NOBODY = 65534, REPORT_FD = 3 };

/* The side of an actor's channels that the actor itself gets. */
struct channels {
    int terminal;
    int errors;
    int report;
};

/* ------------------------------------------------------------ directory -- */

static bool copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (in == -1 || fstat(in, &status) == -1 || !S_ISREG(status.st_mode)) {
        if (in != -1)
            close(in);
        return false;
    }
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                   status.st_mode & 0777);
    char part[65536];
    ssize_t n = 0;
    while (out != -1 && (n = read(in, part, sizeof part)) > 0)
        if (write(out, part, (size_t)n) != n)
            break;
    close(in);
    if (out != -1)
        close(out);
    return out != -1 && n == 0;
}

/*
 * Let the actor see a directory's files. A plain user may be unable to pass
 * through the directories above them, so he gets copies.
 */
static void show_files(const char *source, const char *directory, bool copies)
{
    char *real = realpath(source, NULL);
    DIR *files = real ? opendir(real) : NULL;
    struct dirent *entry;
    while (files != NULL && (entry = readdir(files)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        char from[PATH_MAX], to[PATH_MAX];
        int long_from =
            snprintf(from, sizeof from, "%s/%s", real, entry->d_name);
        int long_to =
            snprintf(to, sizeof to, "%s/%s", directory, entry->d_name);
        if (long_from >= PATH_MAX || long_to >= PATH_MAX)
            continue;
        if (!copies || !copy_file(from, to))
            (void)!symlink(from, to);
    }
    if (files != NULL)
        closedir(files);
    free(real);
}

static void make_directory(const struct actor *actor, const struct stage *stage,
                           struct bytes *path)
{
    bytes_format(path, "%s/%s", stage->directory, actor->name);
    bool copies = stage->as_nobody && geteuid() == 0;
    if (mkdir(bytes_text(path), 0700) == -1)
        return; /* it is there: the actor starts again */
    for (size_t i = 0; i < stage->source_count; i++)
        show_files(stage->sources[i], bytes_text(path), copies);
    /* A wrapper of root's may drop to nobody as well: scripts/sandbox does,
     * where the user namespace has one (EINVAL: it has not). */
    bool for_nobody = copies || (geteuid() == 0 && actor->wrap != NULL);
    if (for_nobody && chown(bytes_text(path), NOBODY, NOBODY) == -1 &&
        errno != EINVAL)
        perror("chown");
}

/* ------------------------------------------------------------- channels -- */

/*
 * Canonical, so that there is an end of input; no echo, no signals from keys,
 * no flow control, no processing: what goes in comes out (termios(3)).
 */
static bool quiet_terminal(int fd)
{
    struct termios modes;
    if (tcgetattr(fd, &modes) == -1)
        return false;
    modes.c_iflag = 0;
    modes.c_oflag = 0;
    modes.c_lflag = ICANON;
    for (int i = 0; i < NCCS; i++)
        modes.c_cc[i] = _POSIX_VDISABLE;
    modes.c_cc[VEOF] = 4;
    return tcsetattr(fd, TCSANOW, &modes) == 0;
}

static int open_terminal(int *slave)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master == -1)
        return -1;
    if (grantpt(master) == 0 && unlockpt(master) == 0) {
        const char *name = ptsname(master);
        *slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
        if (*slave != -1 && quiet_terminal(*slave) &&
            fcntl(master, F_SETFL, O_NONBLOCK) == 0)
            return master;
    }
    close(master);
    return -1;
}

static const char *failed(const char *what)
{
    static char message[100];
    snprintf(message, sizeof message, "%s: %s", what, strerror(errno));
    return message;
}

static const char *open_report(struct actor *actor, struct channels *channels)
{
    int pair[2];
    int on = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
        return failed("socketpair");
    setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    actor->report = pair[0];
    channels->report = pair[1];
    return NULL;
}

static const char *open_calls(struct actor *actor, const struct stage *stage)
{
    struct bytes path = {0};
    bytes_format(&path, "%s/.%s.strace", stage->directory, actor->name);
    unlink(bytes_text(&path));
    int fd = -1;
    if (mkfifo(bytes_text(&path), 0600) == 0)
        fd = open(bytes_text(&path), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd != -1 && stage->as_nobody && geteuid() == 0)
        (void)!chown(bytes_text(&path), NOBODY, NOBODY);
    bytes_free(&path);
    if (fd == -1)
        return failed("fifo");
    stream_open(&actor->calls, fd);
    return NULL;
}

static const char *open_channels(struct actor *actor, const struct stage *stage,
                                 struct channels *channels)
{
    int errors[2];
    *channels = (struct channels){-1, -1, -1};
    int master = open_terminal(&channels->terminal);
    if (master == -1)
        return failed("pty");
    stream_open(&actor->out, master);
    if (pipe2(errors, O_CLOEXEC) == -1)
        return failed("pipe");
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    stream_open(&actor->err, errors[0]);
    channels->errors = errors[1];
    stream_open(&actor->calls, -1);
    const char *problem = NULL;
    if (actor->wrap != NULL)
        problem = open_report(actor, channels);
    if (problem == NULL && actor->traced)
        problem = open_calls(actor, stage);
    return problem;
}

/* ------------------------------------------------------------- starting -- */

/*
 * exec [WRAPPER init 3] [strace ...] COMMAND
 *
 * strace -D makes the tracer the grandchild, so that the program keeps the
 * process that it was started in, and with it signals and status.
 */
static void build_shell_line(const struct actor *actor,
                             const struct stage *stage, struct bytes *line)
{
    bytes_add_text(line, "exec ");
    if (actor->wrap != NULL) {
        bytes_format(line, "%s ", actor->wrap);
        bytes_add_quoted(line, stage->init);
        bytes_format(line, " %d ", REPORT_FD);
    }
    if (actor->traced) {
        bytes_add_text(line, "strace -D -f -qq -a1 -s256 -e "
                             "trace=!mmap,munmap,mprotect,brk -o ");
        bytes_format(line, "../.%s.strace ", actor->name);
    }
    const char *rest = actor->command + strspn(actor->command, " \t");
    if (actor->replacement != NULL) {
        rest += strcspn(rest, " \t");
        bytes_add_quoted(line, actor->replacement);
    }
    bytes_add_text(line, rest);
}

static void default_signals(void)
{
    /* The C library keeps signals 32 and 33 for itself and will not reset
     * them, so the kernel is asked: all zeros are SIG_DFL and no flags. */
    static const unsigned long action[8] = {0};
    for (int number = 1; number < NSIG; number++)
        syscall(SYS_rt_sigaction, number, action, NULL, (NSIG - 1) / 8);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first)
{
    if (syscall(SYS_close_range, first, ~0U, 0) == 0)
        return;
    long limit = sysconf(_SC_OPEN_MAX); /* Linux before 5.9 */
    for (int fd = first; fd < limit; fd++)
        close(fd);
}

static void become_nobody(void)
{
    gid_t group = NOBODY;
    if (setgroups(1, &group) == -1 || setgid(NOBODY) == -1 ||
        setuid(NOBODY) == -1) {
        perror("become nobody");
        _exit(126);
    }
}

/* /sbin and /usr/sbin hold ip and ss on some systems, off a user's PATH. */
static void extend_path(void)
{
    const char *path = getenv("PATH");
    struct bytes longer = {0};
    bytes_format(&longer, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
    setenv("PATH", bytes_text(&longer), 1);
    bytes_free(&longer);
}

static void set_environment(void)
{
    umask(022); /* a scene that shows a file's mode must hold for everybody */
    extend_path();
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "dumb", 1);
    static const char *const ours[] = {"LANGUAGE",  "MAKEFLAGS",
                                       "MAKELEVEL", "MFLAGS",
                                       "ENV",       "POSIXLY_CORRECT"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        unsetenv(ours[i]);
}

/* In the new process: everything as a program from a shell would find it. */
static void become_actor(const struct actor *actor, const struct stage *stage,
                         const char *directory, const char *line,
                         struct channels channels)
{
    default_signals(); /* before there is a group that ^C is sent to */
    setsid();
    dup2(channels.terminal, STDIN_FILENO);
    dup2(channels.terminal, STDOUT_FILENO);
    dup2(channels.errors, STDERR_FILENO);
    if (actor->wrap != NULL && channels.report != REPORT_FD)
        dup2(channels.report, REPORT_FD);
    else if (actor->wrap != NULL)
        fcntl(REPORT_FD, F_SETFD, 0);
    if (stage->xray != NULL)
        xray_present(stage->xray, actor->index);
    close_from(actor->wrap != NULL ? REPORT_FD + 1 : REPORT_FD);
    if (chdir(directory) == -1) {
        perror(directory);
        _exit(126);
    }
    set_environment();
    if (stage->as_nobody && geteuid() == 0)
        become_nobody();
    /* Should the player be killed with SIGKILL, this dies with it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    become_program(line);
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    perror("/bin/sh");
    _exit(127);
}

static void close_channels(struct channels channels)
{
    if (channels.terminal != -1)
        close(channels.terminal);
    if (channels.errors != -1)
        close(channels.errors);
    if (channels.report != -1)
        close(channels.report);
}

const char *actor_start(struct actor *actor, const struct stage *stage,
                        char *command)
{
    free(actor->command);
    actor->command = command;
    if (actor->report != -1)
        close(actor->report);
    actor->report = -1;
    actor->program = 0;
    bytes_clear(&actor->typed);
    bytes_clear(&actor->last);

    struct channels channels;
    const char *problem = open_channels(actor, stage, &channels);
    struct bytes directory = {0}, line = {0};
    make_directory(actor, stage, &directory);
    build_shell_line(actor, stage, &line);
    if (problem == NULL) {
        actor->pid = fork();
        if (actor->pid == -1)
            problem = failed("fork");
        if (actor->pid == 0)
            become_actor(actor, stage, bytes_text(&directory),
                         bytes_text(&line), channels);
    }
    close_channels(channels);
    bytes_free(&directory);
    bytes_free(&line);
    if (problem == NULL) {
        actor->presence = ON_STAGE;
        if (actor->wrap == NULL)
            actor->program = actor->pid;
    }
    return problem;
}

/* ------------------------------------------------------------- on stage -- */

bool actor_signal(const struct actor *actor, int signal)
{
    return actor->presence == ON_STAGE && actor->program > 0 &&
           kill(-actor->program, signal) == 0;
}

bool actor_is_stopped(const struct actor *actor)
{
    return group_is_stopped(actor->program);
}

void actor_type(struct actor *actor)
{
    while (actor->typed.len > 0 && stream_is_open(&actor->out)) {
        ssize_t n = write(actor->out.fd, actor->typed.data, actor->typed.len);
        if (n <= 0)
            break;
        bytes_drop(&actor->typed, (size_t)n);
    }
}

static void is_over(struct actor *actor, int status)
{
    if (actor->presence == OVER)
        return;
    actor->presence = OVER;
    actor->status = status;
    actor->ended = now();
}

void actor_read_report(struct actor *actor)
{
    struct report report;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec part = {&report, sizeof report};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n = recvmsg(actor->report, &message, MSG_DONTWAIT);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n != sizeof report) {
        close(actor->report);
        actor->report = -1;
        return;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (report.what == BEGUN && header != NULL &&
        header->cmsg_type == SCM_CREDENTIALS) {
        struct ucred sender;
        memcpy(&sender, CMSG_DATA(header), sizeof sender);
        actor->program = sender.pid;
    } else if (report.what == ENDED_WITH && actor->program != 0) {
        is_over(actor, report.status);
    }
}

bool actor_reaped(struct actor *actor, pid_t pid, int status)
{
    if (actor->presence != ON_STAGE || actor->pid != pid)
        return false;
    /* The wrapper's end is the program's only if no report says better. */
    while (actor->report != -1 && actor->presence == ON_STAGE) {
        struct pollfd ready = {.fd = actor->report, .events = POLLIN};
        if (poll(&ready, 1, 0) != 1)
            break;
        actor_read_report(actor);
    }
    is_over(actor, status);
    return true;
}

bool actor_is_drained(const struct actor *actor)
{
    return !stream_is_open(&actor->out) && !stream_is_open(&actor->err);
}

const char *status_text(int status)
{
    static char text[16];
    if (WIFSIGNALED(status))
        return signal_name(WTERMSIG(status));
    snprintf(text, sizeof text, "%d", WEXITSTATUS(status));
    return text;
}
