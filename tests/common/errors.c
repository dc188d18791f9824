/*
 * errors.c - a program that fails on demand, for error.bats.
 *
 *   run  ./errors SCENARIO [ARGUMENT]
 *
 * A scenario named CALL-ERRNO makes the kernel refuse that call, and reports
 * it. Those that no test can provoke everywhere (a machine that is down, a
 * full quota) are not here: `set CALL ERRNO-NUMBER` stands for them.
 */
#define _DEFAULT_SOURCE /* syscall, SO_RCVBUFFORCE, SOCK_RDM */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

/* What every scenario needs. A step that must succeed says so if it fails. */

static int must(int result, const char *step)
{
    if (result == -1) {
        perror(step);
        _exit(99);
    }
    return result;
}

static void become_plain_user(void)
{
    if (geteuid() == 0) {
        must(setgid(65534), "setgid");
        must(setuid(65534), "setuid");
    }
}

static void limit(int resource, rlim_t value)
{
    struct rlimit limits;
    must(getrlimit(resource, &limits), "getrlimit");
    limits.rlim_cur = value;
    must(setrlimit(resource, &limits), "setrlimit");
}

static struct sockaddr_in address(const char *host, unsigned port)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((in_port_t)port)};
    must(inet_pton(AF_INET, host, &in.sin_addr) - 1, "inet_pton");
    return in;
}

static int new_socket(int type)
{
    return must(socket(AF_INET, type, 0), "socket");
}

static int bind_to(int fd, unsigned port)
{
    struct sockaddr_in in = address("127.0.0.1", port);
    return bind(fd, (struct sockaddr *)&in, sizeof in);
}

static int connect_to(int fd, const char *host, unsigned port)
{
    struct sockaddr_in in = address(host, port);
    return connect(fd, (struct sockaddr *)&in, sizeof in);
}

static unsigned port_of(int fd)
{
    struct sockaddr_in in;
    socklen_t len = sizeof in;
    must(getsockname(fd, (struct sockaddr *)&in, &len), "getsockname");
    return ntohs(in.sin_port);
}

/* A socket on a port that the kernel chose. */
static int bound(int type)
{
    int fd = new_socket(type);
    must(bind_to(fd, 0), "bind");
    return fd;
}

static int listener(int backlog)
{
    int fd = bound(SOCK_STREAM);
    must(listen(fd, backlog), "listen");
    return fd;
}

/* A connection to ourselves: ends[0] connected, ends[1] accepted. */
static void connection(int ends[2])
{
    int fd = listener(1);
    ends[0] = new_socket(SOCK_STREAM);
    must(connect_to(ends[0], "127.0.0.1", port_of(fd)), "connect");
    ends[1] = must(accept(fd, NULL, NULL), "accept");
    close(fd);
}

/* Close with a reset instead of an end, and wait until fd has heard of it. */
static void reset(int ends[2])
{
    struct linger now = {.l_onoff = 1};
    must(setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &now, sizeof now),
         "setsockopt");
    close(ends[1]);
    struct pollfd reset = {.fd = ends[0], .events = POLLIN};
    must(poll(&reset, 1, -1), "poll");
}

static void switch_on(int fd, int option)
{
    int on = 1;
    must(setsockopt(fd, SOL_SOCKET, option, &on, sizeof on), "setsockopt");
}

static void make_nonblocking(int fd)
{
    must(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
}

static int new_file(const char *name, int flags)
{
    return must(open(name, O_CREAT | flags, 0600), "open");
}

static int unix_socket(int type)
{
    return must(socket(AF_UNIX, type, 0), "socket");
}

static int at_name(int (*call)(int, const struct sockaddr *, socklen_t), int fd,
                   const char *name)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    strncpy(un.sun_path, name, sizeof un.sun_path - 1);
    return call(fd, (struct sockaddr *)&un, sizeof un);
}

static void ignore(int signal)
{
    struct sigaction action = {.sa_handler = SIG_IGN};
    must(sigaction(signal, &action, NULL), "sigaction");
}

static void nothing(int signal)
{
    (void)signal;
}

/* Report the last call, which was expected to fail. */
#define FAILED(call, ...)                                                      \
    do {                                                                       \
        if ((call) != -1) {                                                    \
            fprintf(stderr, "%s did not fail\n", #call);                       \
            _exit(99);                                                         \
        }                                                                      \
        die(__VA_ARGS__);                                                      \
    } while (0)

/*
 * The same for what some machine may allow (a container often lets everybody
 * have low ports): there the kernel's answer is put in its place.
 */
#define REFUSED(number, call, ...)                                             \
    do {                                                                       \
        if ((call) != -1)                                                      \
            errno = (number);                                                  \
        die(__VA_ARGS__);                                                      \
    } while (0)

/* Files. */

static void open_enoent(void)
{
    FAILED(open("missing", O_RDONLY), "open %s", "missing");
}

static void open_eacces(void)
{
    must(fchmod(new_file("secret", O_WRONLY), 0), "fchmod");
    become_plain_user();
    FAILED(open("secret", O_RDONLY), "open %s", "secret");
}

static void open_eexist(void)
{
    must(symlink("nowhere", "dangling"), "symlink");
    FAILED(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600),
           "open dangling");
}

static void open_eisdir(void)
{
    FAILED(open(".", O_WRONLY), "open .");
}

static void open_enxio(void)
{
    must(mkfifo("fifo", 0600), "mkfifo");
    FAILED(open("fifo", O_WRONLY | O_NONBLOCK), "open fifo");
}

static void open_etxtbsy(void)
{
    FAILED(open("/proc/self/exe", O_WRONLY), "open /proc/self/exe");
}

static void open_enotdir(void)
{
    new_file("file", O_WRONLY);
    FAILED(open("file/inside", O_RDONLY), "open file/inside");
}

static void open_eloop(void)
{
    must(symlink("circle", "circle"), "symlink");
    FAILED(open("circle", O_RDONLY), "open circle");
}

static void open_enametoolong(void)
{
    char name[300] = "";
    memset(name, 'x', sizeof name - 1);
    FAILED(open(name, O_RDONLY), "open x...");
}

static void read_eisdir(void)
{
    char byte;
    FAILED(read(must(open(".", O_RDONLY), "open"), &byte, 1), "read 1 byte");
}

static void read_ebadf(void)
{
    char byte;
    FAILED(read(new_file("file", O_WRONLY), &byte, 1), "read 1 byte");
}

static void write_ebadf(void)
{
    FAILED(write(new_file("file", O_RDONLY), "x", 1), "write 1 byte");
}

static void write_efbig(void)
{
    int fd = new_file("file", O_WRONLY);
    ignore(SIGXFSZ);
    struct rlimit before;
    must(getrlimit(RLIMIT_FSIZE, &before), "getrlimit");
    limit(RLIMIT_FSIZE, 0);
    ssize_t n = write(fd, "x", 1);
    int number = errno;
    limit(RLIMIT_FSIZE, before.rlim_cur); /* stderr may be a file as well */
    errno = number;
    FAILED(n, "write 1 byte");
}

static void write_enospc(void)
{
    int fd = must(open("/dev/full", O_WRONLY), "open");
    FAILED(write(fd, "x", 1), "write 1 byte");
}

static void write_epipe(void)
{
    int ends[2];
    must(pipe(ends), "pipe");
    close(ends[0]);
    ignore(SIGPIPE);
    FAILED(write(ends[1], "x", 1), "write 1 byte");
}

static void close_ebadf(void)
{
    FAILED(close(new_file("file", O_RDONLY) + 1), "close");
}

static void lseek_espipe(void)
{
    FAILED(lseek(new_socket(SOCK_STREAM), 0, SEEK_SET), "lseek");
}

static void unlink_enoent(void)
{
    FAILED(unlink("missing"), "unlink missing");
}

static void mkdir_eexist(void)
{
    new_file("file", O_RDONLY);
    FAILED(mkdir("file", 0700), "mkdir file");
}

/* socket and addresses. */

static void socket_eprotonosupport(void)
{
    FAILED(socket(AF_INET, SOCK_STREAM, 200), "socket AF_INET SOCK_STREAM 200");
}

static void socket_esocktnosupport(void)
{
    FAILED(socket(AF_INET, SOCK_RDM, 0), "socket AF_INET SOCK_RDM");
}

static void socket_eafnosupport(void)
{
    FAILED(socket(AF_UNSPEC, SOCK_STREAM, 0), "socket AF_UNSPEC SOCK_STREAM");
}

static void socket_einval(void)
{
    FAILED(socket(AF_INET, SOCK_STREAM, 999), "socket AF_INET SOCK_STREAM 999");
}

static void socket_eperm(void)
{
    become_plain_user();
    FAILED(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket AF_INET SOCK_RAW");
}

static void socket_emfile(void)
{
    limit(RLIMIT_NOFILE, 3);
    FAILED(socket(AF_INET, SOCK_STREAM, 0), "socket AF_INET SOCK_STREAM");
}

static void socketpair_eopnotsupp(void)
{
    int ends[2];
    FAILED(socketpair(AF_INET, SOCK_STREAM, 0, ends), "socketpair AF_INET");
}

static void inet_pton_eafnosupport(void)
{
    struct in_addr in;
    FAILED(inet_pton(AF_UNIX, "127.0.0.1", &in), "inet_pton 127.0.0.1");
}

static void inet_ntop_enospc(void)
{
    struct in_addr in = {0};
    char text[4];
    if (inet_ntop(AF_INET, &in, text, sizeof text) == NULL)
        die("inet_ntop");
}

/* bind. */

static void bind_eaddrinuse(void)
{
    unsigned port = port_of(listener(1));
    FAILED(bind_to(new_socket(SOCK_STREAM), port), "bind 127.0.0.1:%u", port);
}

static void bind_eaddrinuse_file(void)
{
    must(at_name(bind, unix_socket(SOCK_STREAM), "service"), "bind");
    FAILED(at_name(bind, unix_socket(SOCK_STREAM), "service"), "bind service");
}

static void bind_eacces(void)
{
    become_plain_user();
    REFUSED(EACCES, bind_to(new_socket(SOCK_STREAM), 1), "bind 127.0.0.1:1");
}

static void bind_eacces_file(void)
{
    must(mkdir("theirs", 0500), "mkdir");
    become_plain_user();
    FAILED(at_name(bind, unix_socket(SOCK_STREAM), "theirs/service"),
           "bind theirs/service");
}

static void bind_eaddrnotavail(void)
{
    struct sockaddr_in in = address("192.0.2.1", 0);
    REFUSED(EADDRNOTAVAIL,
            bind(new_socket(SOCK_STREAM), (struct sockaddr *)&in, sizeof in),
            "bind 192.0.2.1:0");
}

static void bind_einval(void)
{
    FAILED(bind_to(bound(SOCK_STREAM), 0), "bind 127.0.0.1:0");
}

static void bind_eafnosupport(void)
{
    FAILED(at_name(bind, new_socket(SOCK_STREAM), "service"), "bind service");
}

static void bind_enoent(void)
{
    FAILED(at_name(bind, unix_socket(SOCK_STREAM), "missing/service"),
           "bind missing/service");
}

/* listen and accept. */

static void two_on_one_port(int fd[2])
{
    fd[0] = new_socket(SOCK_STREAM);
    fd[1] = new_socket(SOCK_STREAM);
    switch_on(fd[0], SO_REUSEADDR);
    switch_on(fd[1], SO_REUSEADDR);
    must(bind_to(fd[0], 0), "bind");
    must(bind_to(fd[1], port_of(fd[0])), "bind");
}

static void listen_eaddrinuse(void)
{
    int fd[2];
    two_on_one_port(fd);
    must(listen(fd[0], 1), "listen");
    FAILED(listen(fd[1], 1), "listen");
}

static void listen_eopnotsupp(void)
{
    FAILED(listen(bound(SOCK_DGRAM), 1), "listen");
}

static void listen_einval(void)
{
    int ends[2];
    connection(ends);
    FAILED(listen(ends[0], 1), "listen");
}

static void accept_einval(void)
{
    FAILED(accept(bound(SOCK_STREAM), NULL, NULL), "accept");
}

static void accept_eopnotsupp(void)
{
    FAILED(accept(bound(SOCK_DGRAM), NULL, NULL), "accept");
}

static void accept_eagain(void)
{
    int fd = listener(1);
    make_nonblocking(fd);
    FAILED(accept(fd, NULL, NULL), "accept");
}

static void accept_emfile(void)
{
    int fd = listener(1);
    int client = new_socket(SOCK_STREAM);
    must(connect_to(client, "127.0.0.1", port_of(fd)), "connect");
    limit(RLIMIT_NOFILE, (rlim_t)client + 1);
    FAILED(accept(fd, NULL, NULL), "accept");
}

/* connect. */

static void connect_econnrefused(void)
{
    unsigned port = port_of(bound(SOCK_STREAM));
    FAILED(connect_to(new_socket(SOCK_STREAM), "127.0.0.1", port),
           "connect 127.0.0.1:%u", port);
}

static void connect_econnrefused_file(void)
{
    must(at_name(bind, unix_socket(SOCK_STREAM), "service"), "bind");
    FAILED(at_name(connect, unix_socket(SOCK_STREAM), "service"),
           "connect service");
}

static void connect_enoent(void)
{
    FAILED(at_name(connect, unix_socket(SOCK_STREAM), "missing"),
           "connect missing");
}

static void connect_eisconn(void)
{
    int ends[2];
    connection(ends);
    FAILED(connect_to(ends[0], "127.0.0.1", 1), "connect 127.0.0.1:1");
}

/* A non-blocking connect that stays in SYN-SENT: the queue holds one. */
static int attempt(unsigned *port)
{
    int fd = listener(0);
    *port = port_of(fd);
    must(connect_to(new_socket(SOCK_STREAM), "127.0.0.1", *port), "connect");
    int client = new_socket(SOCK_STREAM);
    make_nonblocking(client);
    return client;
}

static void connect_einprogress(void)
{
    unsigned port;
    int fd = attempt(&port);
    FAILED(connect_to(fd, "127.0.0.1", port), "connect 127.0.0.1:%u", port);
}

static void connect_ealready(void)
{
    unsigned port;
    int fd = attempt(&port);
    connect_to(fd, "127.0.0.1", port);
    FAILED(connect_to(fd, "127.0.0.1", port), "connect 127.0.0.1:%u", port);
}

static void connect_eaddrnotavail(void)
{
    int fd[2];
    unsigned port = port_of(listener(2));
    two_on_one_port(fd);
    must(connect_to(fd[0], "127.0.0.1", port), "connect");
    FAILED(connect_to(fd[1], "127.0.0.1", port), "connect 127.0.0.1:%u", port);
}

static void connect_econnaborted(void)
{
    unsigned port = port_of(bound(SOCK_STREAM));
    int fd = new_socket(SOCK_STREAM);
    make_nonblocking(fd);
    connect_to(fd, "127.0.0.1", port);
    struct pollfd refused = {.fd = fd, .events = POLLOUT};
    must(poll(&refused, 1, -1), "poll");
    int error;
    socklen_t len = sizeof error;
    must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "getsockopt");
    FAILED(connect_to(fd, "127.0.0.1", port), "connect 127.0.0.1:%u", port);
}

static void connect_eagain(void)
{
    int fd = unix_socket(SOCK_STREAM);
    must(at_name(bind, fd, "service"), "bind");
    must(listen(fd, 0), "listen");
    must(at_name(connect, unix_socket(SOCK_STREAM), "service"), "connect");
    int client = unix_socket(SOCK_STREAM);
    make_nonblocking(client);
    FAILED(at_name(connect, client, "service"), "connect service");
}

/* The queue is full, so that it waits, till a timer's signal comes. */
static void connect_eintr(void)
{
    struct sigaction action = {.sa_handler = nothing};
    must(sigaction(SIGALRM, &action, NULL), "sigaction");
    int fd = unix_socket(SOCK_STREAM);
    must(at_name(bind, fd, "service"), "bind");
    must(listen(fd, 0), "listen");
    must(at_name(connect, unix_socket(SOCK_STREAM), "service"), "connect");
    int client = unix_socket(SOCK_STREAM);
    struct itimerval often = {{0, 20000}, {0, 20000}};
    must(setitimer(ITIMER_REAL, &often, NULL), "setitimer");
    FAILED(at_name(connect, client, "service"), "connect service");
}

static void connect_eprototype(void)
{
    must(at_name(bind, unix_socket(SOCK_STREAM), "service"), "bind");
    FAILED(at_name(connect, unix_socket(SOCK_DGRAM), "service"),
           "connect service");
}

static void connect_einval(void)
{
    struct sockaddr_in in = address("127.0.0.1", 1);
    FAILED(connect(new_socket(SOCK_STREAM), (struct sockaddr *)&in, 4),
           "connect 127.0.0.1:1");
}

static void connect_eacces(void)
{
    FAILED(connect_to(new_socket(SOCK_DGRAM), "127.255.255.255", 9),
           "connect 127.255.255.255:9");
}

static void connect_eafnosupport(void)
{
    FAILED(at_name(connect, new_socket(SOCK_STREAM), "service"),
           "connect service");
}

static void connect_efault(void)
{
    FAILED(connect(new_socket(SOCK_STREAM), NULL, 16), "connect");
}

/* A network without any route, where this machine lets us have one. */
static void leave_network(void)
{
    long flags = CLONE_NEWNET;
    if (geteuid() != 0)
        flags |= CLONE_NEWUSER;
    syscall(SYS_unshare, flags);
}

static void connect_enetunreach(void)
{
    leave_network();
    int fd = new_socket(SOCK_STREAM);
    make_nonblocking(fd);
    if (connect_to(fd, "192.0.2.1", 9) == -1 && errno == EINPROGRESS)
        errno = ENETUNREACH; /* we could not leave */
    die("connect 192.0.2.1:9");
}

/* Sending. */

static void send_epipe(void)
{
    int ends[2];
    connection(ends);
    must(shutdown(ends[0], SHUT_WR), "shutdown");
    FAILED(send(ends[0], "x", 1, MSG_NOSIGNAL), "send 1 byte");
}

static void send_econnreset(void)
{
    int ends[2];
    connection(ends);
    reset(ends);
    FAILED(send(ends[0], "x", 1, MSG_NOSIGNAL), "send 1 byte");
}

static void send_eagain(void)
{
    static const char bytes[65536];
    int ends[2];
    connection(ends);
    while (send(ends[0], bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
    FAILED(send(ends[0], bytes, sizeof bytes, MSG_DONTWAIT), "send");
}

static void send_edestaddrreq(void)
{
    FAILED(send(new_socket(SOCK_DGRAM), "x", 1, 0), "send 1 byte");
}

static void send_econnrefused(void)
{
    unsigned port = port_of(bound(SOCK_STREAM)); /* TCP's: not UDP's */
    int fd = new_socket(SOCK_DGRAM);
    must(connect_to(fd, "127.0.0.1", port), "connect");
    must((int)send(fd, "x", 1, 0), "send");
    struct pollfd refused = {.fd = fd, .events = POLLIN};
    must(poll(&refused, 1, -1), "poll");
    FAILED(send(fd, "x", 1, 0), "send 1 byte");
}

static void send_eopnotsupp(void)
{
    int fd = new_socket(SOCK_DGRAM);
    must(connect_to(fd, "127.0.0.1", port_of(bound(SOCK_DGRAM))), "connect");
    FAILED(send(fd, "x", 1, MSG_OOB), "send 1 byte");
}

static void sendto_eisconn(void)
{
    int ends[2];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "service"};
    FAILED(sendto(ends[0], "x", 1, 0, (struct sockaddr *)&un, sizeof un),
           "sendto service");
}

static void sendto_emsgsize(void)
{
    static const char bytes[65508];
    struct sockaddr_in in = address("127.0.0.1", 9);
    FAILED(sendto(new_socket(SOCK_DGRAM), bytes, sizeof bytes, 0,
                  (struct sockaddr *)&in, sizeof in),
           "sendto 127.0.0.1:9");
}

static void sendto_einval(void)
{
    struct sockaddr_in in = address("127.0.0.1", 0);
    FAILED(sendto(new_socket(SOCK_DGRAM), "x", 1, 0, (struct sockaddr *)&in,
                  sizeof in),
           "sendto 127.0.0.1:0");
}

static void sendto_enetunreach(void)
{
    struct sockaddr_in in = address("192.0.2.1", 9);
    leave_network();
    REFUSED(ENETUNREACH,
            sendto(new_socket(SOCK_DGRAM), "x", 1, 0, (struct sockaddr *)&in,
                   sizeof in),
            "sendto 192.0.2.1:9");
}

/* Receiving. */

static void recv_econnreset(void)
{
    char byte;
    int ends[2];
    connection(ends);
    reset(ends);
    FAILED(recv(ends[0], &byte, 1, 0), "recv 1 byte");
}

static void recv_eagain(void)
{
    char byte;
    int ends[2];
    connection(ends);
    FAILED(recv(ends[0], &byte, 1, MSG_DONTWAIT), "recv 1 byte");
}

static void recv_einval(void)
{
    char byte;
    int ends[2];
    connection(ends);
    FAILED(recv(ends[0], &byte, 1, MSG_OOB), "recv 1 byte");
}

static void read_enotconn(void)
{
    char byte;
    FAILED(read(listener(1), &byte, 1), "read 1 byte");
}

static void recv_econnrefused(void)
{
    char byte;
    unsigned port = port_of(bound(SOCK_STREAM));
    int fd = new_socket(SOCK_DGRAM);
    must(connect_to(fd, "127.0.0.1", port), "connect");
    must((int)send(fd, "x", 1, 0), "send");
    FAILED(recv(fd, &byte, 1, 0), "recv 1 byte");
}

static void recv_enotsock(void)
{
    char byte;
    FAILED(recv(new_file("file", O_RDONLY), &byte, 1, 0), "recv 1 byte");
}

/* Ends, names, options. */

static void shutdown_enotconn(void)
{
    FAILED(shutdown(new_socket(SOCK_STREAM), SHUT_WR), "shutdown");
}

static void shutdown_einval(void)
{
    int ends[2];
    connection(ends);
    FAILED(shutdown(ends[0], 7), "shutdown");
}

static void getpeername_enotconn(void)
{
    struct sockaddr_in in;
    socklen_t len = sizeof in;
    FAILED(getpeername(listener(1), (struct sockaddr *)&in, &len),
           "getpeername");
}

static void getsockname_einval(void)
{
    struct sockaddr_in in;
    socklen_t len = (socklen_t)-1;
    FAILED(getsockname(listener(1), (struct sockaddr *)&in, &len),
           "getsockname");
}

static void setsockopt_enoprotoopt(void)
{
    int on = 1;
    FAILED(
        setsockopt(new_socket(SOCK_STREAM), SOL_SOCKET, 9999, &on, sizeof on),
        "setsockopt 9999");
}

static void setsockopt_einval(void)
{
    char on = 1;
    FAILED(setsockopt(new_socket(SOCK_STREAM), SOL_SOCKET, SO_REUSEADDR, &on,
                      sizeof on),
           "setsockopt SO_REUSEADDR");
}

static void setsockopt_eopnotsupp(void)
{
    int on = 1;
    FAILED(setsockopt(unix_socket(SOCK_STREAM), IPPROTO_TCP, TCP_NODELAY, &on,
                      sizeof on),
           "setsockopt TCP_NODELAY");
}

static void setsockopt_edom(void)
{
    struct timeval time = {.tv_usec = 2000000};
    FAILED(setsockopt(new_socket(SOCK_STREAM), SOL_SOCKET, SO_RCVTIMEO, &time,
                      sizeof time),
           "setsockopt SO_RCVTIMEO");
}

static void setsockopt_eperm(void)
{
    int size = 1 << 20;
    become_plain_user();
    FAILED(setsockopt(new_socket(SOCK_STREAM), SOL_SOCKET, SO_RCVBUFFORCE,
                      &size, sizeof size),
           "setsockopt SO_RCVBUFFORCE");
}

/* Waiting for many; processes and signals. */

static void select_ebadf(void)
{
    fd_set set;
    FD_ZERO(&set);
    int fd = new_file("file", O_RDONLY);
    close(fd);
    FD_SET(fd, &set);
    FAILED(select(fd + 1, &set, NULL, NULL, NULL), "select");
}

static void select_einval(void)
{
    FAILED(select(-1, NULL, NULL, NULL, NULL), "select");
}

static void poll_einval(void)
{
    static struct pollfd entries[4];
    limit(RLIMIT_NOFILE, 3);
    FAILED(poll(entries, 4, 0), "poll");
}

/* An interrupted call without chance: the signal waits until ppoll lets it. */
static void select_eintr(void)
{
    struct sigaction action = {.sa_handler = nothing};
    must(sigaction(SIGUSR1, &action, NULL), "sigaction");
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    must(sigprocmask(SIG_BLOCK, &blocked, &before), "sigprocmask");
    kill(getpid(), SIGUSR1);
    FAILED(pselect(0, NULL, NULL, NULL, NULL, &before), "pselect");
}

static int epoll_with(int fd)
{
    int set = must(epoll_create1(0), "epoll_create1");
    struct epoll_event event = {.events = EPOLLIN};
    must(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    return set;
}

static void epoll_ctl_eexist(void)
{
    int fd = listener(1);
    struct epoll_event event = {.events = EPOLLIN};
    FAILED(epoll_ctl(epoll_with(fd), EPOLL_CTL_ADD, fd, &event),
           "epoll_ctl EPOLL_CTL_ADD");
}

static void epoll_ctl_enoent(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    FAILED(
        epoll_ctl(epoll_with(listener(1)), EPOLL_CTL_MOD, listener(1), &event),
        "epoll_ctl EPOLL_CTL_MOD");
}

static void epoll_ctl_eperm(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    FAILED(epoll_ctl(epoll_with(listener(1)), EPOLL_CTL_ADD,
                     new_file("file", O_RDONLY), &event),
           "epoll_ctl EPOLL_CTL_ADD");
}

static void epoll_wait_einval(void)
{
    struct epoll_event event;
    FAILED(epoll_wait(epoll_with(listener(1)), &event, 0, 0), "epoll_wait");
}

static void fork_eagain(void)
{
    become_plain_user();
    limit(RLIMIT_NPROC, 0);
    REFUSED(EAGAIN, fork(), "fork");
}

static void waitpid_echild(void)
{
    FAILED(waitpid(-1, NULL, 0), "waitpid");
}

static void kill_esrch(void)
{
    FAILED(kill(0x7fffffff, 0), "kill %d", 0x7fffffff);
}

static void kill_eperm(void)
{
    become_plain_user();
    REFUSED(EPERM, kill(1, 0), "kill 1");
}

static void sigaction_einval(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};
    FAILED(sigaction(SIGKILL, &action, NULL), "sigaction SIGKILL");
}

static void execv_enoent(void)
{
    char *arguments[] = {(char[]){"missing"}, NULL};
    FAILED(execv("./missing", arguments), "execv ./missing");
}

/* getaddrinfo and getnameinfo, none of which asks a name server. */

static _Noreturn void lookup(const char *host, const char *service,
                             struct addrinfo hints)
{
    struct addrinfo *list;
    hints.ai_flags |= AI_NUMERICHOST;
    int code = getaddrinfo(host, service, &hints, &list);
    die_gai(code, "getaddrinfo %s %s", host, service);
}

static void gai_noname(void)
{
    lookup("nosuch.example", "80", (struct addrinfo){0});
}

static void gai_service(void)
{
    lookup("127.0.0.1", "no-such-service",
           (struct addrinfo){.ai_socktype = SOCK_STREAM});
}

static void gai_family(void)
{
    lookup("127.0.0.1", "80", (struct addrinfo){.ai_family = 99});
}

static void gai_socktype(void)
{
    lookup("127.0.0.1", "80", (struct addrinfo){.ai_socktype = 77});
}

static void gai_badflags(void)
{
    lookup("127.0.0.1", "80", (struct addrinfo){.ai_flags = 1 << 30});
}

static void gai_addrfamily(void)
{
    lookup("127.0.0.1", "80", (struct addrinfo){.ai_family = AF_INET6});
}

static void gai_overflow(void)
{
    struct sockaddr_in in = address("127.0.0.1", 80);
    char host[2];
    int code = getnameinfo((struct sockaddr *)&in, sizeof in, host, sizeof host,
                           NULL, 0, NI_NUMERICHOST);
    die_gai(code, "getnameinfo 127.0.0.1:80");
}

static void gai_system(void)
{
    errno = EMFILE;
    die_gai(EAI_SYSTEM, "getaddrinfo localhost http");
}

/* Other ways to fail. */

static void print_around(void)
{
    printf("first line\nthen half");
    errno = EINVAL;
    report("bind 127.0.0.1:0");
    printf(" a line\n");
}

static void keep_errno(void)
{
    errno = EADDRINUSE;
    report("bind 127.0.0.1:5000");
    printf("%s\n", error_symbol(errno));
}

static void print(void)
{
    printf("a line\n");
}

static void print_killed(void)
{
    printf("a line\n");
    kill(getpid(), SIGKILL);
}

static void quiet(void)
{
}

/* Output that cannot be told by the descriptor any more: it works again. */
static void print_later(void)
{
    printf("a line\n");
    must(dup2(must(open("/dev/null", O_WRONLY), "open"), 1), "dup2");
}

/* The bytes of another stream must arrive even when those of stdout do not. */
static FILE *file;

static void print_and_file(void)
{
    file = fopen("kept", "w");
    must(file ? 0 : -1, "fopen");
    fputs("kept\n", file);
    printf("a line\n");
}

static void print_then_die(void)
{
    printf("half a line");
    errno = EINVAL;
    die("bind");
}

static void print_then_usage(void)
{
    printf("half a line");
    usage("errors SCENARIO");
}

static void print_without_reader(void)
{
    int ends[2];
    must(pipe(ends), "pipe");
    close(ends[0]);
    must(dup2(ends[1], 1), "dup2");
    ignore(SIGPIPE);
    printf("a line\n");
}

static void child(void)
{
    pid_t pid = must(fork(), "fork");
    if (pid == 0) {
        printf("child\n");
        exit(7);
    }
    int status;
    must(waitpid(pid, &status, 0), "waitpid");
    printf("%d\n", WEXITSTATUS(status));
}

/* What is behind 0, 1 and 2, and what number the first socket gets. */
static void descriptors(void)
{
    FILE *out = fopen("descriptors", "w");
    must(out ? 0 : -1, "fopen");
    char byte = 0;
    for (int fd = 0; fd <= 2; fd++) {
        int first = fd == 0 ? (int)read(0, &byte, 1) : (int)write(fd, "", 1);
        fprintf(out, "%d %s\n", fd,
                first == -1 ? error_symbol(errno) : "works");
    }
    fprintf(out, "socket %s 2\n",
            new_socket(SOCK_STREAM) > 2 ? "above" : "below");
    fclose(out);
}

static void hundred_reports(void)
{
    for (int i = 0; i < 100; i++) {
        errno = EADDRINUSE;
        report("bind 127.0.0.1:5000");
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    {"open-ENOENT", open_enoent},
    {"open-EACCES", open_eacces},
    {"open-EEXIST", open_eexist},
    {"open-EISDIR", open_eisdir},
    {"open-ENXIO", open_enxio},
    {"open-ETXTBSY", open_etxtbsy},
    {"open-ENOTDIR", open_enotdir},
    {"open-ELOOP", open_eloop},
    {"open-ENAMETOOLONG", open_enametoolong},
    {"read-EISDIR", read_eisdir},
    {"read-EBADF", read_ebadf},
    {"write-EBADF", write_ebadf},
    {"write-EFBIG", write_efbig},
    {"write-ENOSPC", write_enospc},
    {"write-EPIPE", write_epipe},
    {"close-EBADF", close_ebadf},
    {"lseek-ESPIPE", lseek_espipe},
    {"unlink-ENOENT", unlink_enoent},
    {"mkdir-EEXIST", mkdir_eexist},
    {"socket-EPROTONOSUPPORT", socket_eprotonosupport},
    {"socket-ESOCKTNOSUPPORT", socket_esocktnosupport},
    {"socket-EAFNOSUPPORT", socket_eafnosupport},
    {"socket-EINVAL", socket_einval},
    {"socket-EPERM", socket_eperm},
    {"socket-EMFILE", socket_emfile},
    {"socketpair-EOPNOTSUPP", socketpair_eopnotsupp},
    {"inet_pton-EAFNOSUPPORT", inet_pton_eafnosupport},
    {"inet_ntop-ENOSPC", inet_ntop_enospc},
    {"bind-EADDRINUSE", bind_eaddrinuse},
    {"bind-EADDRINUSE-file", bind_eaddrinuse_file},
    {"bind-EACCES", bind_eacces},
    {"bind-EACCES-file", bind_eacces_file},
    {"bind-EADDRNOTAVAIL", bind_eaddrnotavail},
    {"bind-EINVAL", bind_einval},
    {"bind-EAFNOSUPPORT", bind_eafnosupport},
    {"bind-ENOENT", bind_enoent},
    {"listen-EADDRINUSE", listen_eaddrinuse},
    {"listen-EOPNOTSUPP", listen_eopnotsupp},
    {"listen-EINVAL", listen_einval},
    {"accept-EINVAL", accept_einval},
    {"accept-EOPNOTSUPP", accept_eopnotsupp},
    {"accept-EAGAIN", accept_eagain},
    {"accept-EMFILE", accept_emfile},
    {"connect-ECONNREFUSED", connect_econnrefused},
    {"connect-ECONNREFUSED-file", connect_econnrefused_file},
    {"connect-ENOENT", connect_enoent},
    {"connect-EISCONN", connect_eisconn},
    {"connect-EINPROGRESS", connect_einprogress},
    {"connect-EALREADY", connect_ealready},
    {"connect-EADDRNOTAVAIL", connect_eaddrnotavail},
    {"connect-ECONNABORTED", connect_econnaborted},
    {"connect-EAGAIN", connect_eagain},
    {"connect-EINTR", connect_eintr},
    {"connect-EPROTOTYPE", connect_eprototype},
    {"connect-EINVAL", connect_einval},
    {"connect-EACCES", connect_eacces},
    {"connect-EAFNOSUPPORT", connect_eafnosupport},
    {"connect-EFAULT", connect_efault},
    {"connect-ENETUNREACH", connect_enetunreach},
    {"send-EPIPE", send_epipe},
    {"send-ECONNRESET", send_econnreset},
    {"send-EAGAIN", send_eagain},
    {"send-EDESTADDRREQ", send_edestaddrreq},
    {"send-ECONNREFUSED", send_econnrefused},
    {"send-EOPNOTSUPP", send_eopnotsupp},
    {"sendto-EISCONN", sendto_eisconn},
    {"sendto-EMSGSIZE", sendto_emsgsize},
    {"sendto-EINVAL", sendto_einval},
    {"sendto-ENETUNREACH", sendto_enetunreach},
    {"recv-ECONNRESET", recv_econnreset},
    {"recv-EAGAIN", recv_eagain},
    {"recv-EINVAL", recv_einval},
    {"read-ENOTCONN", read_enotconn},
    {"recv-ECONNREFUSED", recv_econnrefused},
    {"recv-ENOTSOCK", recv_enotsock},
    {"shutdown-ENOTCONN", shutdown_enotconn},
    {"shutdown-EINVAL", shutdown_einval},
    {"getpeername-ENOTCONN", getpeername_enotconn},
    {"getsockname-EINVAL", getsockname_einval},
    {"setsockopt-ENOPROTOOPT", setsockopt_enoprotoopt},
    {"setsockopt-EINVAL", setsockopt_einval},
    {"setsockopt-EOPNOTSUPP", setsockopt_eopnotsupp},
    {"setsockopt-EDOM", setsockopt_edom},
    {"setsockopt-EPERM", setsockopt_eperm},
    {"select-EBADF", select_ebadf},
    {"select-EINVAL", select_einval},
    {"select-EINTR", select_eintr},
    {"poll-EINVAL", poll_einval},
    {"epoll_ctl-EEXIST", epoll_ctl_eexist},
    {"epoll_ctl-ENOENT", epoll_ctl_enoent},
    {"epoll_ctl-EPERM", epoll_ctl_eperm},
    {"epoll_wait-EINVAL", epoll_wait_einval},
    {"fork-EAGAIN", fork_eagain},
    {"waitpid-ECHILD", waitpid_echild},
    {"kill-ESRCH", kill_esrch},
    {"kill-EPERM", kill_eperm},
    {"sigaction-EINVAL", sigaction_einval},
    {"execv-ENOENT", execv_enoent},
    {"gai-NONAME", gai_noname},
    {"gai-SERVICE", gai_service},
    {"gai-FAMILY", gai_family},
    {"gai-SOCKTYPE", gai_socktype},
    {"gai-BADFLAGS", gai_badflags},
    {"gai-ADDRFAMILY", gai_addrfamily},
    {"gai-OVERFLOW", gai_overflow},
    {"gai-SYSTEM", gai_system},
    {"print-around", print_around},
    {"keep-errno", keep_errno},
    {"print", print},
    {"quiet", quiet},
    {"print-killed", print_killed},
    {"print-later", print_later},
    {"print-and-file", print_and_file},
    {"print-then-die", print_then_die},
    {"print-then-usage", print_then_usage},
    {"print-without-reader", print_without_reader},
    {"child", child},
    {"descriptors", descriptors},
    {"hundred-reports", hundred_reports},
};

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    const char *name = argc > 1 ? argv[1] : "";
    const char *argument = argc > 2 ? argv[2] : "";

    if (strcmp(name, "set") == 0 && argc == 4) {
        errno = atoi(argv[3]);
        die("%s", argument);
    }
    if (strcmp(name, "set-gai") == 0 && argc == 4)
        die_gai(atoi(argv[3]), "%s", argument);
    if (strcmp(name, "usage") == 0)
        usage(argument);
    if (strcmp(name, "port") == 0) {
        printf("%u\n", parse_port(argument));
        return 0;
    }
    if (strcmp(name, "number") == 0 && argc == 5) {
        printf("%ld\n",
               parse_number(argument, atol(argv[3]), atol(argv[4]), "clients"));
        return 0;
    }
    if (strcmp(name, "status") == 0) {
        printf("a line\n");
        return atoi(argument);
    }
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(name, scenarios[i].name) == 0) {
            scenarios[i].run();
            return 0;
        }
    }
    usage("errors SCENARIO [ARGUMENT]");
}
