/*
 * subject.c - programs to run in bad weather, one for each word that it is
 * called with. They say what they saw, and end with 1 if it was wrong.
 */
#define _GNU_SOURCE /* accept4, sendfile, __WALL */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "subject: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long must(long result, const char *what)
{
    if (result == -1)
        fail(what);
    return result;
}

/* EINTR is no failure: how often has it come? */
static int interruptions;
static bool again(long result)
{
    if (result != -1 || errno != EINTR)
        return false;
    interruptions++;
    return true;
}

/* -------------------------------------------------------------- sockets -- */

static int listener(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    *address = (struct sockaddr_in){.sin_family = AF_INET};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(bind(fd, (struct sockaddr *)address, sizeof *address), "bind");
    must(listen(fd, 8), "listen");
    must(getsockname(fd, (struct sockaddr *)address, &size), "getsockname");
    return fd;
}

static int accept_one(int fd)
{
    int client;
    while (again(client = accept(fd, NULL, NULL)))
        ;
    return (int)must(client, "accept");
}

static long receive(int fd, char *to, size_t size)
{
    long n;
    while (again(n = recv(fd, to, size, 0)))
        ;
    return must(n, "recv");
}

static void send_all(int fd, const char *from, size_t size)
{
    while (size > 0) {
        long n;
        while (again(n = send(fd, from, size, MSG_NOSIGNAL)))
            ;
        must(n, "send");
        from += n;
        size -= (size_t)n;
    }
}

/* Echo to one client, all of it or only what the first send takes. */
static int echo(bool careful)
{
    static char part[16384];
    struct sockaddr_in address;
    int fd = listener(&address);
    printf("listening on %d\n", ntohs(address.sin_port));
    fflush(stdout);
    int client = accept_one(fd);
    long n;
    while ((n = receive(client, part, sizeof part)) > 0) {
        if (careful)
            send_all(client, part, (size_t)n);
        else
            send(client, part, (size_t)n, MSG_NOSIGNAL);
    }
    return 0;
}

static int careful_echo(char *argv[])
{
    (void)argv;
    return echo(true);
}

static int careless_echo(char *argv[])
{
    (void)argv;
    return echo(false);
}

/* The bytes that are sent: each is another than its neighbours. */
static void fill(char *to, size_t size, size_t from)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (char)((from + i) * 7 + (from + i) / 251);
}

/* Send so many bytes to the port, and compare what comes back. */
static int visit(char *argv[])
{
    static char part[16384], wanted[16384];
    size_t size = (size_t)atol(argv[1]), sent = 0, got = 0, n;
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((in_port_t)atoi(argv[0]));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
    for (bool open = true; open;) {
        struct pollfd ready = {fd, POLLIN, 0};
        if (sent < size)
            ready.events = POLLIN | POLLOUT;
        must(poll(&ready, 1, -1), "poll");
        if (ready.revents & POLLOUT) {
            n = size - sent < sizeof part ? size - sent : sizeof part;
            fill(part, n, sent);
            sent += (size_t)must(send(fd, part, n, MSG_DONTWAIT | MSG_NOSIGNAL),
                                 "send");
            if (sent == size)
                shutdown(fd, SHUT_WR);
        }
        if (ready.revents & (POLLIN | POLLHUP)) {
            n = (size_t)must(recv(fd, part, sizeof part, 0), "recv");
            fill(wanted, n, got);
            if (memcmp(part, wanted, n) != 0) {
                printf("wrong bytes after %zu\n", got);
                return 1;
            }
            got += n;
            open = n > 0;
        }
    }
    printf("%zu of %zu came back\n", got, size);
    return got == size ? 0 : 1;
}

/* ---------------------------------------------------------------- eintr -- */

static void nap(void)
{
    struct timespec left = {0, 2000000};
    while (again(nanosleep(&left, &left)))
        if (left.tv_sec != 0 || left.tv_nsec > 2000000)
            fail("nanosleep's rest");
}

static void waits_for(int fd)
{
    struct pollfd ready = {fd, POLLIN, 0};
    struct epoll_event event = {.events = EPOLLIN};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    int epoll = (int)must(epoll_create1(0), "epoll_create1"), n;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    while (again(n = poll(&ready, 1, -1)))
        ;
    must(n, "poll");
    while (again(n = select(fd + 1, &set, NULL, NULL, NULL)))
        ;
    must(n, "select");
    while (again(n = epoll_wait(epoll, &event, 1, -1)))
        ;
    must(n, "epoll_wait");
    close(epoll);
}

/* Is it there by now? A second connect says so (POSIX). */
static int connect_to(const struct sockaddr_in *address)
{
    int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    const struct sockaddr *to = (const struct sockaddr *)address;
    if (again(connect(fd, to, sizeof *address))) {
        struct pollfd ready = {fd, POLLOUT, 0};
        int error = 0;
        socklen_t size = sizeof error;
        while (again(poll(&ready, 1, -1)))
            ;
        must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size), "SO_ERROR");
        int second = connect(fd, to, sizeof *address);
        printf("connect: EINTR, then %d, then %s\n", error,
               second == 0        ? "0"
               : errno == EISCONN ? "EISCONN"
                                  : "another");
    }
    return fd;
}

/* Every kind of call that sleeps, each of them retried. */
static int retry(char *argv[])
{
    struct sockaddr_in address;
    char byte = 'x';
    (void)argv;
    int fd = listener(&address), status;
    int client = connect_to(&address);
    int server = accept_one(fd);
    send_all(client, &byte, 1);
    waits_for(server);
    if (receive(server, &byte, 1) != 1 || byte != 'x')
        fail("another byte");
    nap();
    pid_t child = fork();
    if (child == 0)
        _exit(7);
    pid_t pid;
    while (again(pid = waitpid(child, &status, 0)))
        ;
    if (pid != child || WEXITSTATUS(status) != 7)
        fail("waitpid");
    printf("done, %s\n", interruptions > 0 ? "interrupted" : "undisturbed");
    return 0;
}

/* accept, as often as argv says; how often in a row did EINTR come? */
static int rows(char *argv[])
{
    struct sockaddr_in address;
    int fd = listener(&address), most = 0, all = 0;
    for (int i = 0; i < atoi(argv[0]); i++) {
        int row = 0;
        int client = socket(AF_INET, SOCK_STREAM, 0);
        must(connect(client, (struct sockaddr *)&address, sizeof address),
             "connect");
        interruptions = 0;
        close(accept_one(fd));
        close(client);
        row = interruptions;
        all += row;
        most = row > most ? row : most;
    }
    printf("%d, at most %d in a row\n", all, most);
    return 0;
}

/* Calls that cannot be interrupted, since they cannot sleep. */
static int sleepless(char *argv[])
{
    struct sockaddr_in address;
    struct pollfd ready = {-1, 0, 0};
    struct timeval none = {0, 0};
    struct timespec no_time = {0, 0};
    char byte;
    int pair[2];
    (void)argv;
    int fd = listener(&address);
    int epoll = (int)must(epoll_create1(0), "epoll_create1");
    struct epoll_event event;
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 20; i++) {
        if (accept(fd, NULL, NULL) != -1 || errno != EAGAIN)
            fail("accept");
        if (recv(pair[0], &byte, 1, MSG_DONTWAIT) != -1 || errno != EAGAIN)
            fail("recv");
        must(poll(&ready, 1, 0), "poll");
        must(ppoll(&ready, 1, &no_time, NULL), "ppoll");
        must(select(0, NULL, NULL, NULL, &none), "select");
        must(epoll_wait(epoll, &event, 1, 0), "epoll_wait");
        if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
            fail("waitpid");
        if (write(1, "", 0) != 0)
            fail("write");
    }
    puts("none");
    return 0;
}

static int connecting(char *argv[])
{
    struct sockaddr_in address;
    (void)argv;
    int fd = listener(&address);
    int client = connect_to(&address);
    send_all(client, "x", 1);
    char byte = 0;
    int server = accept_one(fd);
    receive(server, &byte, 1);
    printf("%c came\n", byte);

    /* What is refused, is refused. */
    close(fd);
    int other = socket(AF_INET, SOCK_STREAM, 0);
    int error =
        connect(other, (struct sockaddr *)&address, sizeof address) == -1
            ? errno
            : 0;
    printf("%s\n", error == ECONNREFUSED ? "refused" : strerror(error));
    return 0;
}

/* Which of so many accepts fail otherwise than by themselves? */
static int failures(char *argv[])
{
    struct sockaddr_in address;
    int fd = listener(&address);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < atoi(argv[0]); i++) {
        if (i % 2)
            accept(fd, NULL, NULL);
        else
            accept4(fd, NULL, NULL, SOCK_CLOEXEC);
        putchar(errno == EAGAIN ? '.' : errno == ECONNABORTED ? 'x' : '?');
    }
    putchar('\n');
    return 0;
}

/* ---------------------------------------------------------------- short -- */

static void send_and_receive(int from, int to, const char *kind)
{
    static char out[1000], in[1000];
    memset(out, 'd', sizeof out);
    for (int i = 0; i < 50; i++) {
        if (send(from, out, sizeof out, 0) != sizeof out ||
            recv(to, in, sizeof in, 0) != sizeof in)
            fail(kind);
        struct iovec part = {out, sizeof out};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        if (sendmsg(from, &message, 0) != sizeof out ||
            read(to, in, sizeof in) != sizeof in)
            fail(kind);
    }
}

static int datagrams(char *argv[])
{
    int pair[2];
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    (void)argv;
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");
    send_and_receive(pair[0], pair[1], "datagrams");
    must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), "socketpair");
    send_and_receive(pair[0], pair[1], "packets");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int udp = (int)must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    must(bind(udp, (struct sockaddr *)&address, sizeof address), "bind");
    getsockname(udp, (struct sockaddr *)&address, &size);
    must(connect(udp, (struct sockaddr *)&address, sizeof address), "connect");
    send_and_receive(udp, udp, "UDP");
    puts("whole");
    return 0;
}

/* Peeks and reads of all are never short. */
static int flags(char *argv[])
{
    int pair[2];
    char out[500], in[500];
    (void)argv;
    memset(out, 'f', sizeof out);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    for (int i = 0; i < 30; i++) {
        send_all(pair[0], out, sizeof out);
        if (recv(pair[1], in, sizeof in, MSG_PEEK) != sizeof in ||
            recv(pair[1], in, sizeof in, MSG_WAITALL) != sizeof in)
            fail("flags");
    }
    puts("whole");
    return 0;
}

/* The vectors are constant, for a constant is in memory that nobody writes. */
static char hello[] = "hello, ", world[] = "world\n";
static const struct iovec parts[] = {{NULL, 0}, {hello, 7}, {world, 6}};

static void take(int fd, char *to, size_t size)
{
    struct iovec part = {to, size};
    struct sockaddr_in name;
    char control[64];
    struct msghdr message = {.msg_name = &name,
                             .msg_namelen = sizeof name,
                             .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    for (size_t n = 0; part.iov_len > 0; part.iov_len = size - n) {
        part.iov_base = to + n;
        message.msg_namelen = sizeof name;
        message.msg_controllen = sizeof control;
        message.msg_flags = -1;
        n += (size_t)must(recvmsg(fd, &message, 0), "recvmsg");
        if (message.msg_namelen != 0 || message.msg_controllen != 0 ||
            message.msg_flags != 0 || message.msg_iov != &part ||
            message.msg_iovlen != 1)
            fail("recvmsg's header");
    }
}

/* Writes of several parts: each says how many bytes really went. */
static int vectors(char *argv[])
{
    int pair[2], fewer = 0;
    char in[13];
    (void)argv;
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    const struct msghdr message = {.msg_iov = (struct iovec *)parts,
                                   .msg_iovlen = 3};
    for (int i = 0; i < 200; i++) {
        size_t n = (size_t)must(i % 2 ? writev(pair[0], parts, 3)
                                      : sendmsg(pair[0], &message, 0),
                                "writev");
        fewer += n < 13;
        if (n > 13 || n == 0)
            fail("a strange length");
        take(pair[1], in, n);
        if (memcmp(in, "hello, world\n", n) != 0)
            fail("strange bytes");
        struct iovec to[] = {{in, 3}, {in + 3, 10}};
        send_all(pair[0], "hello, world\n", 13);
        n = (size_t)must(readv(pair[1], to, 2), "readv");
        fewer += n < 13;
        take(pair[1], in + n, 13 - n);
        if (memcmp(in, "hello, world\n", 13) != 0)
            fail("strange bytes");
    }
    printf("%s\n", fewer > 0 ? "short" : "whole");
    return 0;
}

/* Copy a file in each way there is; count the calls. */
static int copy(char *argv[])
{
    static char part[1024];
    int from = (int)must(open(argv[0], O_RDONLY), "open"), calls = 0;
    int to = (int)must(open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0666), "open");
    long n;
    while ((n = must(read(from, part, sizeof part), "read")) > 0)
        for (long done = 0; done < n; calls++)
            done += must(write(to, part + done, (size_t)(n - done)), "write");
    off_t size = lseek(from, 0, SEEK_CUR), at = 0;
    while (at < size) { /* once more behind it */
        must(sendfile(to, from, &at, (size_t)(size - at)), "sendfile");
        calls++;
    }
    for (off_t back = size; back > 0; calls++) { /* and again, in place */
        n = must(pread(from, part, sizeof part, size - back), "pread");
        n = must(pwrite(to, part, (size_t)n, 2 * size - back), "pwrite");
        back -= n;
    }
    printf("%d calls\n", calls);
    return 0;
}

/* What fits in PIPE_BUF goes into a pipe as a whole; more need not. */
static int pipes(char *argv[])
{
    int ends[2], whole = 0;
    static char bytes[60000];
    (void)argv;
    must(pipe(ends), "pipe");
    for (int i = 0; i < 30; i++) {
        if (write(ends[1], bytes, 4096) != 4096)
            fail("a short write of PIPE_BUF");
        for (long n = 4096; n > 0;)
            n -= must(read(ends[0], bytes, sizeof bytes), "read");
        long n = must(write(ends[1], bytes, sizeof bytes), "write");
        whole += n == sizeof bytes;
        while (n > 0)
            n -= must(read(ends[0], bytes, sizeof bytes), "read");
    }
    puts(whole < 30 ? "short" : "whole");
    return 0;
}

/* read as the machine has it: *length goes in and comes out in its register. */
static long raw_read(long fd, char *to, long *length)
{
    long result;
#if defined __x86_64__
    __asm__ volatile("syscall"
                     : "=a"(result), "+d"(*length)
                     : "a"(0L), "D"(fd), "S"(to)
                     : "rcx", "r11", "memory");
#elif defined __aarch64__
    register long x0 __asm__("x0") = fd;
    register char *x1 __asm__("x1") = to;
    register long x2 __asm__("x2") = *length;
    register long x8 __asm__("x8") = 63;
    __asm__ volatile("svc 0"
                     : "+r"(x0), "+r"(x2)
                     : "r"(x1), "r"(x8)
                     : "memory");
    *length = x2;
    result = x0;
#else
    result = read((int)fd, to, (size_t)*length);
#endif
    return result;
}

/* A length that was lowered is not seen afterwards in its register. */
static int lengths(char *argv[])
{
    int pair[2];
    char in[100] = "";
    (void)argv;
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    for (int i = 0; i < 100; i++) {
        long length = sizeof in;
        send_all(pair[0], in, sizeof in);
        long n = raw_read(pair[1], in, &length);
        if (n <= 0 || length != sizeof in)
            fail("a length has changed");
        take(pair[1], in, sizeof in - (size_t)n);
    }
    puts("kept");
    return 0;
}

/* ------------------------------------------------------------ processes -- */

static void *exchange(void *data)
{
    int pair[2];
    char out[300], in[300];
    (void)data;
    memset(out, 't', sizeof out);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    for (int i = 0; i < 20; i++) {
        send_all(pair[0], out, sizeof out);
        for (long n = 0; n < (long)sizeof in;)
            n += receive(pair[1], in + n, sizeof in - (size_t)n);
        if (memcmp(in, out, sizeof in) != 0)
            fail("other bytes");
    }
    return NULL;
}

static int threads(char *argv[])
{
    pthread_t all[8];
    (void)argv;
    for (int i = 0; i < 8; i++)
        if (pthread_create(&all[i], NULL, exchange, NULL) != 0)
            fail("pthread_create");
    for (int i = 0; i < 8; i++)
        pthread_join(all[i], NULL);
    puts("joined");
    return 0;
}

static int forks(char *argv[])
{
    (void)argv;
    int sum = 0, status;
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            exchange(NULL);
            _exit(i);
        }
    for (int i = 0; i < 8;) {
        pid_t pid = wait(&status);
        if (pid == -1 && errno == EINTR)
            continue;
        must(pid, "wait");
        sum += WEXITSTATUS(status);
        i++;
    }
    printf("%d\n", sum);
    return 0;
}

/* A thread executes; then the program is the first one's number again. */
static void *execute(void *argv)
{
    execv("/proc/self/exe", argv);
    fail("exec");
    return NULL;
}

static void *sleep_on(void *data)
{
    for (;;)
        pause();
    return data;
}

static int exec_in_thread(char *argv[])
{
    static char *next[] = {"subject", "threads", NULL};
    pthread_t thread, sleeper;
    (void)argv;
    pthread_create(&sleeper, NULL, sleep_on, NULL);
    pthread_create(&thread, NULL, execute, next);
    pthread_join(sleeper, NULL);
    return 1;
}

static volatile sig_atomic_t signals;
static void count_signal(int number)
{
    (void)number;
    signals++;
}

/* A handler that runs while the program sleeps with a lowered length: the
 * call begins again, with its own length. */
static int caught(char *argv[])
{
    int pair[2];
    char in[100] = "";
    struct sigaction action = {.sa_handler = count_signal,
                               .sa_flags = SA_RESTART};
    (void)argv;
    sigaction(SIGUSR1, &action, NULL);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    pid_t parent = getpid();
    if (fork() == 0) {
        for (int i = 0; i < 50; i++) {
            kill(parent, SIGUSR1);
            nap();
        }
        /* While it stands still: so there is more for it than it may take. */
        kill(parent, SIGSTOP);
        send_all(pair[0], in, sizeof in);
        kill(parent, SIGCONT);
        _exit(0);
    }
    for (size_t n = 0; n < sizeof in;)
        n += (size_t)must(recv(pair[1], in + n, sizeof in - n, 0), "recv");
    printf("%s\n", signals > 0 ? "caught" : "none");
    return 0;
}

/* No child that this program does not know of. */
static int alone(char *argv[])
{
    (void)argv;
    sigset_t pending;
    sigpending(&pending);
    bool none = waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD;
    printf("%s, %s\n", none ? "no child" : "a child",
           sigismember(&pending, SIGCHLD) ? "SIGCHLD" : "no signal");
    return 0;
}

static int hides(char *argv[])
{
    (void)argv;
    prctl(PR_SET_DUMPABLE, 0);
    exchange(NULL);
    printf("%d\n", interruptions);
    fflush(stdout);
    if (fork() == 0)
        execl("/proc/self/exe", "subject", "threads", (char *)NULL);
    while (wait(NULL) == -1 && errno == EINTR)
        ;
    return 0;
}

/* ----------------------------------------------------------------- main -- */

static const struct {
    const char *word;
    int (*run)(char *argv[]);
} programs[] = {
    {"echo", careful_echo},  {"careless-echo", careless_echo},
    {"visit", visit},        {"retry", retry},
    {"rows", rows},          {"sleepless", sleepless},
    {"connect", connecting}, {"datagrams", datagrams},
    {"flags", flags},        {"vectors", vectors},
    {"copy", copy},          {"pipes", pipes},
    {"lengths", lengths},    {"threads", threads},
    {"forks", forks},        {"exec-in-thread", exec_in_thread},
    {"alone", alone},        {"failures", failures},
    {"caught", caught},      {"hides", hides},
};

int main(int argc, char *argv[])
{
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (argc > 1 && strcmp(argv[1], programs[i].word) == 0)
            return programs[i].run(argv + 2);
    return 2;
}
