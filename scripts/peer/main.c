/*
 * peer - the other side of a student's program, driven by typed lines.
 *
 *   peer$ ./peer connect 127.0.0.1 $PORT
 *   peer| connected to 127.0.0.1:$PORT from 127.0.0.1:{mine:[0-9]+}
 *   peer< send-line hello
 *   peer| sent 6 bytes
 *   peer< receive-line
 *   peer| line "hello"
 *   peer< close
 *   peer= 0
 *
 * One command a line; `peer --help` lists them. Each prints one line, drain,
 * cork and uncork none; so does every error, as "send: EPIPE Broken pipe".
 * close and reset end a peer that connected; ^D ends every peer, with 0.
 *
 * Bytes are printed in double quotes, and typed, with \n \r \t \xNN \\ and
 * \" for what cannot be seen; valid UTF-8 stands as it is. The transcript has
 * the same escapes, and is read first: a backslash for the peer is two there.
 *
 *   peer< send one\\ntwo\\n
 *   peer| sent 8 bytes
 *   peer< receive 8
 *   peer| received "one\\ntwo\\n"
 *
 * send-line, send-crlf and receive-line need none. More than 1,000 bytes are
 * shown as their number and a sum: `received 4000 bytes, sum 0x0123abcd`.
 *
 * A stream has no messages: what a receive without a number gives is chance,
 * unless the scene has made sure that all has come.
 *
 * Nothing here has a time limit: the peer sleeps in poll until there is
 * something to do, so that the player sees at once when nothing will come.
 * Only where it must say that the other side does NOT read, it waits until no
 * byte has moved for 0.3 s, in fill, or 1 s, in a send when the next command
 * has been typed already. The rest of such a send goes as the other side
 * reads, while commands are obeyed; finish waits for it.
 *
 * Each send is a segment of its own (TCP_NODELAY), unless corked. What is read
 * is acknowledged at once (TCP_QUICKACK): who writes byte by byte on the other
 * side does not wait 40 ms for that.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "error.h"

/* --------------------------------------------------------------- modes -- */

struct mode {
    const char *name;
    const char *arguments;
    const char *help;
    int least, most; /* arguments */
    bool (*open)(struct peer *peer, int argc, char *argv[]);
};

/* The last HOST PORT, or PATH, of the arguments. */
static void set_target(struct peer *peer, int argc, char *argv[])
{
    if (argc == 1 ? set_path(&peer->target, argv[0])
                  : set_name(&peer->target, argv[0], argv[1]))
        return;
    refuse("%s %s: a numeric address and a port are needed, or a path", argv[0],
           argc > 1 ? argv[1] : "");
}

/* [HOST] PORT, 127.0.0.1 if there is no HOST; any port if there is none. */
static void set_own_name(struct name *name, int argc, char *argv[])
{
    const char *host = argc > 1 ? argv[0] : "127.0.0.1";
    const char *port = argc > 0 ? argv[argc - 1] : "0";
    if (!set_name(name, host, port))
        refuse("%s %s: a numeric address and a port are needed", host, port);
}

void say_connected(const struct peer *peer)
{
    struct name here;
    local_name(peer->fd, &here);
    printf("connected to %s", name_text(&peer->target));
    if (peer->target.as.any.sa_family != AF_UNIX)
        printf(" from %s", name_text(&here));
    putchar('\n');
}

static bool open_target(struct peer *peer)
{
    int fd = open_connection(peer);
    if (fd == -1) {
        say_error("connect");
        return false;
    }
    begin_connection(peer, fd);
    say_connected(peer);
    return true;
}

static bool connect_stream(struct peer *peer, int argc, char *argv[])
{
    set_target(peer, argc, argv);
    return open_target(peer);
}

static bool gather_crowd(struct peer *peer, int argc, char *argv[])
{
    set_target(peer, argc, argv);
    peer->stays = true;
    return true;
}

/* A socket that has this name; -1, and said, if it cannot have it. */
static int open_bound(const struct name *name, int type)
{
    int on = options.reuse;
    int family = name->as.any.sa_family;
    int fd = make_socket(family, type, 0);
    if (fd == -1) {
        say_error("socket");
        return -1;
    }
    bool reuse = family != AF_UNIX && type == SOCK_STREAM;
    if ((!reuse ||
         setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0) &&
        bind(fd, &name->as.any, name->len) == 0)
        return fd;
    say_error("bind");
    close(fd);
    return -1;
}

static bool start_listening(struct peer *peer)
{
    peer->stays = true;
    peer->listenfd = open_bound(&peer->target, SOCK_STREAM);
    if (peer->listenfd == -1)
        return false;
    if (listen(peer->listenfd, options.backlog) == -1) {
        say_error("listen");
        return false;
    }
    local_name(peer->listenfd, &peer->target);
    printf("listening on %s\n", name_text(&peer->target));
    return true;
}

static bool listen_on_port(struct peer *peer, int argc, char *argv[])
{
    set_own_name(&peer->target, argc, argv);
    return start_listening(peer);
}

static bool listen_on_path(struct peer *peer, int argc, char *argv[])
{
    set_target(peer, argc, argv);
    return start_listening(peer);
}

static bool bind_datagrams(struct peer *peer, const struct name *name)
{
    peer->type = SOCK_DGRAM;
    peer->fd = open_bound(name, SOCK_DGRAM);
    if (peer->fd == -1)
        return false;
    struct name here;
    local_name(peer->fd, &here);
    printf("bound to %s\n", name_text(&here));
    return true;
}

static bool open_udp(struct peer *peer, int argc, char *argv[])
{
    struct name name;
    if (argc > 0 && strcmp(argv[0], "connect") == 0) {
        if (argc != 3)
            refuse("udp connect: HOST PORT is needed");
        peer->type = SOCK_DGRAM;
        set_target(peer, 2, argv + 1);
        return open_target(peer);
    }
    if (argc > 2)
        refuse("udp: one HOST and one PORT are enough");
    set_own_name(&name, argc, argv);
    return bind_datagrams(peer, &name);
}

/* Bound to a path of its own, so that it can be answered. */
static bool open_unix_datagrams(struct peer *peer, int argc, char *argv[])
{
    struct name name;
    if (!set_path(&name, argv[0]))
        refuse("%s: the path is too long", argv[0]);
    if (!bind_datagrams(peer, &name) || argc == 1)
        return peer->fd != -1;
    set_target(peer, 1, argv + 1);
    if (connect(peer->fd, &peer->target.as.any, peer->target.len) == 0)
        return true;
    say_error("connect");
    return false;
}

static bool open_icmp(struct peer *peer, int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    peer->type = SOCK_RAW;
    peer->fd = make_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (peer->fd == -1)
        say_error("socket");
    else
        puts("waiting for echo requests");
    return peer->fd != -1;
}

static const struct mode modes[] = {
    {"connect", "HOST PORT", "a TCP connection", 2, 2, connect_stream},
    {"listen", "[HOST] PORT", "a TCP server; accept takes a client", 1, 2,
     listen_on_port},
    {"crowd", "HOST PORT | PATH", "many clients; none before a command", 1, 2,
     gather_crowd},
    {"udp", "[[HOST] PORT]", "a UDP socket", 0, 3, open_udp},
    {"udp connect", "HOST PORT", "a connected one", 2, 2, NULL},
    {"unix", "PATH", "a connection to a path", 1, 1, connect_stream},
    {"unix-listen", "PATH", "a server there; the path is left behind", 1, 1,
     listen_on_path},
    {"unix-datagrams", "OWN [PATH]", "a datagram socket, connected or not", 1,
     2, open_unix_datagrams},
    {"icmp", "", "echo requests (a raw socket: not for plain users)", 0, 0,
     open_icmp},
    {0},
};

/* ------------------------------------------------------- command line -- */

static const struct {
    const char *name;
    const char *argument;
    const char *help;
} option_help[] = {
    {"--wait", "", "connect as soon as somebody listens, for 5 s"},
    {"--rcvbuf", "N", "SO_RCVBUF, before there is a connection"},
    {"--sndbuf", "N", "SO_SNDBUF"},
    {"--backlog", "N", "of listen; 0 lets one client wait"},
    {"--no-reuse", "", "without SO_REUSEADDR"},
};

static void help_line(const char *name, const char *arguments, const char *help)
{
    char left[40];
    snprintf(left, sizeof left, "%s %s", name, arguments);
    printf("  %-32s %s\n", left, help);
}

static _Noreturn void print_help(void)
{
    puts("peer [OPTION]... MODE: the other side of a program, driven by typed "
         "lines");
    puts("\nmodes");
    for (const struct mode *m = modes; m->name != NULL; m++)
        help_line(m->name, m->arguments, m->help);
    help_line("generate", "N SEED [text]", "write what send-random sends");
    help_line("verify", "N SEED [text]", "compare standard input with it");
    puts("\noptions");
    for (size_t i = 0; i < sizeof option_help / sizeof option_help[0]; i++)
        help_line(option_help[i].name, option_help[i].argument,
                  option_help[i].help);
    puts("\ncommands");
    for (const struct command *c = commands; c->name != NULL; c++)
        help_line(c->name, c->arguments, c->help);
    exit(0);
}

static const char synopsis[] =
    "peer [OPTION]... MODE [ARGUMENT]...   (peer --help)";

static int option_value(const char *name, const char *text)
{
    if (text == NULL)
        usage(synopsis);
    return (int)parse_number(text, 0, 1 << 30, name);
}

/* Read the options; returns the index of the first argument behind them. */
static int read_options(int argc, char *argv[])
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--help") == 0)
            print_help();
        else if (strcmp(argv[i], "--no-reuse") == 0)
            options.reuse = false;
        else if (strcmp(argv[i], "--wait") == 0)
            options.wait = true;
        else if (strcmp(argv[i], "--rcvbuf") == 0)
            options.rcvbuf = option_value("rcvbuf", argv[++i]);
        else if (strcmp(argv[i], "--sndbuf") == 0)
            options.sndbuf = option_value("sndbuf", argv[++i]);
        else if (strcmp(argv[i], "--backlog") == 0)
            options.backlog = option_value("backlog", argv[++i]);
        else
            usage(synopsis);
    }
    return i;
}

/* Ends the program if there is none of this name, or not with so many
 * arguments. */
static const struct mode *find_mode(const char *name, int argc)
{
    for (const struct mode *m = modes; m->name != NULL; m++)
        if (strcmp(m->name, name) == 0 && argc >= m->least && argc <= m->most)
            return m;
    usage(synopsis);
}

/* Thousands of connections may be asked for. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void obey(struct peer *peer)
{
    struct words line;
    bool whole;
    for (;;) {
        wait_for(peer, TYPED, -1);
        if (!read_line(&line, &whole))
            return;
        if (!whole)
            puts("this line is too long");
        else if (perform(peer, &line) == LEAVE)
            return;
        fflush(stdout);
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    int at = read_options(argc, argv);
    if (at >= argc)
        usage(synopsis);
    char **arguments = argv + at + 1;
    int count = argc - at - 1;
    if (is_for_files(argv[at]))
        return serve_file(argv[at], count, arguments);
    const struct mode *mode = find_mode(argv[at], count);
    raise_descriptor_limit();
    struct peer peer = {.type = SOCK_STREAM, .fd = -1, .listenfd = -1};
    if (!mode->open(&peer, count, arguments))
        return EXIT_FAILURE;
    obey(&peer);
    close_connection(&peer);
    close_held(&peer);
    return EXIT_SUCCESS;
}
