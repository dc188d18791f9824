/*
 * tally.c - a client that reads one line, and no more until it is told to; then
 * it counts the lines of a flood.
 *
 *   tally ADDRESS PORT
 *
 * Typed: "N lines of SIZE bytes", which have been said. Lines of that size are
 * counted, and so are those that a line "* N missed" speaks of, until they are
 * all accounted for: that is said. Lines of one sender stand behind those of
 * another, not among them. Any other line is shown. The next line typed tells
 * of the next flood; with ", tell" behind it, it is said, too, when something
 * has come and all that the kernel had of it has been read.
 *
 * With the first flood it says how much the server had kept beside what was in
 * the kernel (sock_diag(7)), if that cannot be the 65,536 bytes that are asked
 * for: twice as much is fine. That less than a line or two was kept is seen
 * where all was kept in front of one gap, and the kernel was full.
 */
#define _GNU_SOURCE /* memmem */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ------------------------------------------------------------ the kernel -- */

struct held {
    bool known, full; /* full: no room for more in the other's send buffer */
    long bytes;       /* on their way, and arrived but not read */
};

static struct nlmsghdr *ask_kernel(const struct sockaddr_in *from,
                                   const struct sockaddr_in *to, void *answer,
                                   size_t size)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } question = {.header = {.nlmsg_len = sizeof question,
                             .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                             .nlmsg_flags = NLM_F_REQUEST},
                  .request = {.sdiag_family = AF_INET,
                              .sdiag_protocol = IPPROTO_TCP,
                              .idiag_states = 1U << TCP_ESTABLISHED,
                              .idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1),
                              .id = {.idiag_sport = from->sin_port,
                                     .idiag_dport = to->sin_port,
                                     .idiag_src = {from->sin_addr.s_addr},
                                     .idiag_dst = {to->sin_addr.s_addr},
                                     .idiag_cookie = {INET_DIAG_NOCOOKIE,
                                                      INET_DIAG_NOCOOKIE}}}};
    int diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    ssize_t n = -1;
    if (diag != -1 && send(diag, &question, sizeof question, 0) != -1)
        n = recv(diag, answer, size, 0);
    if (diag != -1)
        close(diag);
    struct nlmsghdr *header = answer;
    bool good = n > 0 && NLMSG_OK(header, (size_t)n) &&
                header->nlmsg_type == SOCK_DIAG_BY_FAMILY;
    return good ? header : NULL;
}

/* What the kernel has of what the other side has sent to us. */
static struct held look(int sockfd)
{
    struct sockaddr_in here, there;
    socklen_t here_len = sizeof here, there_len = sizeof there;
    struct held held = {0};
    int unread = 0;
    char room[4096] __attribute__((aligned(8)));
    if (getsockname(sockfd, (struct sockaddr *)&here, &here_len) == -1 ||
        getpeername(sockfd, (struct sockaddr *)&there, &there_len) == -1 ||
        ioctl(sockfd, FIONREAD, &unread) == -1)
        return held;
    struct nlmsghdr *header = ask_kernel(&there, &here, room, sizeof room);
    if (header == NULL)
        return held;
    struct inet_diag_msg *message = NLMSG_DATA(header);
    held.known = true;
    held.bytes = unread + (long)message->idiag_wqueue;
    unsigned len =
        (unsigned)(header->nlmsg_len - NLMSG_LENGTH(sizeof *message));
    for (struct rtattr *attribute = (struct rtattr *)(message + 1);
         RTA_OK(attribute, (int)len); attribute = RTA_NEXT(attribute, len)) {
        const __u32 *memory = RTA_DATA(attribute);
        if (attribute->rta_type == INET_DIAG_SKMEMINFO)
            held.full = memory[SK_MEMINFO_WMEM_QUEUED] >=
                        memory[SK_MEMINFO_SNDBUF] / 10 * 9;
    }
    return held;
}

/* ------------------------------------------------------------- the tally -- */

static struct {
    long lines;
    size_t size;
    long kept, missed, notices;
    char sender, before; /* of the last line, and another one before him */
    bool tells; /* when the next flood has come, and is not in the kernel */
    struct held held; /* when the first flood was over */
} tally;

static void say_all(void)
{
    long beside = tally.kept * (long)tally.size - tally.held.bytes;
    bool too_much = beside > 150000;
    bool too_little = beside < 8000 && tally.notices == 1 && tally.held.full;
    printf("of %ld lines %ld were missed", tally.kept + tally.missed,
           tally.missed);
    if (tally.held.known && tally.missed > 0 && (too_much || too_little))
        printf(", and the chat had kept %ld bytes", beside);
    putchar('\n');
    tally.held.known = false;
    tally.kept = tally.missed = tally.notices = tally.lines = 0;
    tally.sender = tally.before = '\0';
}

static void show(const char *line, size_t len)
{
    enum { SHORT = 1000 };
    if (len > SHORT) {
        printf("received %zu bytes\n", len + 1);
        return;
    }
    fputs("line \"", stdout);
    for (size_t i = 0; i < len; i++)
        printf(line[i] < ' ' || line[i] == 0x7f ? "\\x%02x" : "%c",
               (unsigned char)line[i]);
    puts("\"");
}

/* Of two who have said lines, one came behind the other. */
static void take_sender(char sender)
{
    if (sender == tally.sender)
        return;
    if (tally.before != '\0')
        printf("line of %c behind one of %c\n", sender, tally.sender);
    tally.before = tally.sender;
    tally.sender = sender;
}

static void take_line(const char *line, size_t len)
{
    long missed;
    char end;
    if (tally.lines > 0 && len + 1 == tally.size) {
        tally.kept++;
        take_sender(line[0]);
    } else if (tally.lines > 0 && len > 9 && line[0] == '*' &&
               memmem(line, len, " missed", 7) == line + len - 7 &&
               sscanf(line, "* %ld missed%c", &missed, &end) == 2) {
        tally.missed += missed;
        tally.notices++;
    } else {
        show(line, len);
        return;
    }
    if (tally.kept + tally.missed >= tally.lines)
        say_all();
}

static char text[1 << 16]; /* and a NUL, for sscanf */
static size_t length;

/* One line, at most, of what has come; false if none is whole. */
static bool take_first_line(void)
{
    char *newline = memchr(text, '\n', length);
    if (newline == NULL)
        return false;
    size_t len = (size_t)(newline - text);
    take_line(text, len);
    length -= len + 1;
    memmove(text, newline + 1, length);
    return true;
}

static void say_end(const char *how)
{
    if (length > 0)
        printf("received %zu bytes, then ", length);
    puts(how);
    for (;;)
        pause();
}

static void receive(int sockfd)
{
    int on = 1;
    ssize_t n = recv(sockfd, text + length, sizeof text - 1 - length, 0);
    if (n == 0)
        say_end("end");
    if (n == -1 && errno == ECONNRESET)
        say_end("reset");
    if (n == -1)
        die("recv");
    length += (size_t)n;
    text[length] = '\0';
    setsockopt(sockfd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    while (take_first_line())
        ;
    if (length == sizeof text - 1) {
        printf("received %zu bytes without an end\n", length);
        length = 0;
    }
}

static void say_if_empty(int sockfd)
{
    if (!tally.tells || tally.kept == 0 || look(sockfd).bytes > 0)
        return;
    puts("the kernel has nothing more");
    tally.tells = false;
}

static void read_typed(void)
{
    char line[100];
    ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
    line[n > 0 ? n : 0] = '\0';
    if (sscanf(line, "%ld lines of %zu", &tally.lines, &tally.size) != 2)
        exit(2);
    tally.tells = strstr(line, ", tell") != NULL;
}

/* --------------------------------------------------------------- connect -- */

static void set_room(int sockfd, int size)
{
    setsockopt(sockfd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

static int connect_to(const char *address, const char *port)
{
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)atoi(port))},
                       own;
    socklen_t own_len = sizeof own;
    char name[INET_ADDRSTRLEN];
    inet_pton(AF_INET, address, &server.sin_addr);
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket");
    set_room(sockfd, 4096);
    if (connect(sockfd, (struct sockaddr *)&server, sizeof server) == -1)
        die("connect");
    if (getsockname(sockfd, (struct sockaddr *)&own, &own_len) == -1)
        die("getsockname");
    inet_ntop(AF_INET, &own.sin_addr, name, sizeof name);
    printf("connected to %s:%s from %s:%d\n", address, port, name,
           ntohs(own.sin_port));
    return sockfd;
}

/* The first line, and not a byte more. */
static void receive_number(int sockfd)
{
    char byte;
    while (recv(sockfd, &byte, 1, 0) == 1 && byte != '\n')
        text[length++] = byte;
    show(text, length);
    length = 0;
}

int main(int argc, char *argv[])
{
    if (argc != 3)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    int sockfd = connect_to(argv[1], argv[2]);
    receive_number(sockfd);
    read_typed();
    tally.held = look(sockfd);
    set_room(sockfd, 1 << 17); /* it would come in thousands of small steps */
    struct pollfd news[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = sockfd, .events = POLLIN}};
    for (;;) {
        if (poll(news, 2, -1) == -1 && errno != EINTR)
            die("poll");
        if (news[0].revents != 0) {
            read_typed();
        } else if (news[1].revents != 0) {
            receive(sockfd);
            say_if_empty(sockfd);
        }
    }
}
