/*
 * server.c - a web server: GET and HEAD of the files in one directory.
 *
 *   build  cc -I../../common server.c ../../common/error.c \
 *             ../../common/net.c ../../common/stop.c -o server
 *   run    ./server [PORT [DIRECTORY [SECONDS]]]  default 5000 . 30; Ctrl-C or
 *                                                 `kill` stops it, status 0
 *   read   openat(2), poll(2), send(2); request.h; RFC 9110, RFC 9112
 *
 * One process serves everybody, as in lesson 18. A client has SECONDS to bring
 * its request, and again for each 64 KiB that it takes of the answer.
 */
#define _GNU_SOURCE /* ppoll and accept4 (POSIX since 2024), and O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "request.h"
#include "stop.h"

enum { MOST_CLIENTS = 1200, PART = 65536 };

enum state {
    ASKING,   /* its request is not complete */
    TAKING,   /* our answer is not all sent */
    LEAVING,  /* all is sent; it may still be reading */
    GONE = -1 /* nothing is left to do for it */
};

struct client {
    int connfd;
    enum state state;
    long long deadline;       /* on the clock of now() */
    char who[ENDPOINT_SIZE];  /* "127.0.0.1:40001" */
    char text[HEAD_SIZE + 1]; /* first its request, then our answer's head */
    size_t length, sent;      /* of the text */
    int filefd;               /* the body, or -1 */
    off_t at, end;            /* of the file: sent up to, to be sent up to */
    off_t mark;               /* where it must be for a new deadline */
};

static struct client *clients[MOST_CLIENTS];
static int present, room; /* how many there are, and may be */
static long long patience;
static int root; /* the directory: every file that we open lies below it */

/* Milliseconds, on a clock that nobody can set. */
static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* ------------------------------------------------------------ the file -- */

/* Open the file below root. Name by name, so that no name can lead elsewhere:
 * none begins with a dot ("..", and files that are hidden), none is a symbolic
 * link. The kernel checks it while it opens, so nobody can change the
 * directories between our look and our step. O_NONBLOCK: a FIFO would wait
 * for its writer, and we with it. */
static int open_below(char *path)
{
    int dirfd = root;
    char *rest;
    for (char *name = strtok_r(path, "/", &rest);;) {
        char *next = strtok_r(NULL, "/", &rest);
        int flags = next != NULL ? O_PATH | O_DIRECTORY
                                 : O_RDONLY | O_NONBLOCK | O_NOCTTY;
        errno = EACCES;
        int fd = name[0] == '.'
                     ? -1
                     : openat(dirfd, name, flags | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        if (dirfd != root)
            close(dirfd);
        errno = error;
        if (fd == -1 || next == NULL)
            return fd;
        dirfd = fd;
        name = next;
    }
}

static int status_for(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
        return 404;
    case EACCES:
    case EPERM:
    case ELOOP: /* the name is a symbolic link's */
    case ENXIO: /* or a socket's */
        return 403;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return 503;
    default:
        return 500;
    }
}

/* The file, ready to be sent, in client->filefd. Returns the status. */
static int find_file(struct client *client, char *path)
{
    int fd = open_below(path);
    if (fd == -1)
        return status_for(errno);
    struct stat file;
    int status = 200;
    if (fstat(fd, &file) == -1)
        status = status_for(errno);
    else if (S_ISDIR(file.st_mode))
        status = 301; /* its name ends in a slash, so that links in it work */
    else if (!S_ISREG(file.st_mode))
        status = 403; /* a FIFO or a device has no length */
    if (status != 200) {
        close(fd);
        return status;
    }
    client->filefd = fd;
    client->end = file.st_size;
    return 200;
}

/* ---------------------------------------------------------- the answer -- */

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *words;
    } reasons[] = {
        {200, "OK"},
        {301, "Moved Permanently"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {414, "URI Too Long"},
        {431, "Request Header Fields Too Large"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].words;
    return "Internal Server Error"; /* 500 */
}

/* What the bytes mean. Without this a browser guesses. */
static const char *content_type(const char *name)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".pdf", "application/pdf"},
    };
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending != NULL && i < sizeof types / sizeof types[0];
         i++)
        if (strcasecmp(ending, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream"; /* bytes: save them */
}

/* Put the answer together. Its length is said before the first byte of it: the
 * end of a connection alone does not tell all from a part. */
static void begin_answer(struct client *client, int status,
                         const struct request *request, const char *type)
{
    char date[64], body[64], more[1024] = "";
    time_t seconds = time(NULL);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    snprintf(body, sizeof body, "%d %s\n", status, reason(status));
    if (status == 405)
        snprintf(more, sizeof more, "Allow: GET, HEAD\r\n");
    /* Relative, so that it cannot lead to another server. */
    if (status == 301)
        snprintf(more, sizeof more, "Location: ./%s/\r\n",
                 strrchr(request->target, '/') + 1);

    off_t size = status == 200 ? client->end : (off_t)strlen(body);
    if (request->method == NULL)
        printf("%s %d %s\n", client->who, status, reason(status));
    else
        printf("%s %s %.60s: %d %s, %lld bytes\n", client->who, request->method,
               request->target, status, reason(status), (long long)size);

    /* HEAD asks for the same without the body. */
    bool head = request->method != NULL && strcmp(request->method, "HEAD") == 0;
    if (head)
        client->end = 0;
    client->length =
        (size_t)snprintf(client->text, sizeof client->text,
                         "HTTP/1.1 %d %s\r\n"
                         "Date: %s\r\n"
                         "Content-Type: %s\r\n"
                         "Content-Length: %lld\r\n"
                         "%s"
                         "Connection: close\r\n"
                         "\r\n"
                         "%s",
                         status, reason(status), date, type, (long long)size,
                         more, head || status == 200 ? "" : body);
    client->state = TAKING;
    client->deadline = now() + patience;
    client->mark = PART;
}

static void answer_error(struct client *client, int status)
{
    begin_answer(client, status, &(struct request){.method = NULL},
                 content_type(".txt"));
}

static void answer(struct client *client, size_t length)
{
    static struct request request; /* one at a time: requests do not wait */
    int status = read_request(client->text, length, &request);
    const char *type = content_type(".txt");
    if (status == 200) {
        const char *file_type = content_type(request.path);
        status = find_file(client, request.path);
        if (status == 200)
            type = file_type;
    }
    begin_answer(client, status, &request, type);
}

/* ---------------------------------------------------------- the client -- */

/* recv and send of a non-blocking socket: not now is no error. */
static bool not_now(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static void lost(struct client *client, const char *call)
{
    if (errno != ECONNRESET && errno != EPIPE)
        report("%s %s", call, client->who);
    client->state = GONE;
}

/* Some of its request has come, perhaps the rest of it. */
static void hear(struct client *client)
{
    ssize_t n = recv(client->connfd, client->text + client->length,
                     HEAD_SIZE - client->length, 0);
    if (n == -1) {
        if (!not_now())
            lost(client, "recv from");
        return;
    }
    if (n == 0 && client->length == 0) {
        client->state = GONE;
        return;
    }
    client->length += (size_t)n;
    client->text[client->length] = '\0';
    size_t head = head_length(client->text, client->length);
    if (head > 0)
        answer(client, head);
    else if (n == 0)
        answer_error(client, 400);
    else if (client->length == HEAD_SIZE)
        answer_error(client, memchr(client->text, '\n', HEAD_SIZE) ? 431 : 414);
}

/* Send what the socket takes. It may be less than we give (lesson 07): the
 * next call begins where this one ended. */
static void tell(struct client *client)
{
    static char part[PART];
    const char *data = client->text + client->sent;
    size_t length = client->length - client->sent;
    bool of_file = length == 0;
    if (of_file) {
        off_t left = client->end - client->at;
        ssize_t n = pread(client->filefd, part,
                          left < PART ? (size_t)left : PART, client->at);
        if (n == -1 && errno == EINTR)
            return;
        if (n == -1)
            report("pread for %s", client->who);
        if (n <= 0) { /* shorter than it was: we cannot keep our promise */
            client->state = GONE;
            return;
        }
        data = part;
        length = (size_t)n;
    }

    ssize_t n = send(client->connfd, data, length, MSG_NOSIGNAL);
    if (n == -1) {
        if (!not_now())
            lost(client, "send to");
        return;
    }
    if (!of_file)
        client->sent += (size_t)n;
    else
        client->at += n;
    if (client->at >= client->mark) {
        client->mark = client->at + PART;
        client->deadline = now() + patience;
    }
    if (client->sent < client->length || client->at < client->end)
        return;

    /* To close now would throw away what it has sent and we have not read,
     * and our answer with it: the kernel would send a reset (lesson 10). */
    client->state = LEAVING;
    client->deadline = now() + patience;
    if (shutdown(client->connfd, SHUT_WR) == -1)
        client->state = GONE;
}

/* It reads our answer. What it says now is heard no more. */
static void wave(struct client *client)
{
    static char ignored[PART];
    ssize_t n = recv(client->connfd, ignored, sizeof ignored, 0);
    if (n == 0)
        client->state = GONE;
    else if (n == -1 && !not_now())
        lost(client, "recv from");
}

/* The deadline first: a client that is always ready has one as well. */
static void serve(struct client *client, bool ready, long long time)
{
    if (time >= client->deadline) {
        printf("%s has had its time\n", client->who);
        if (client->state == ASKING && client->length > 0) {
            answer_error(client, 408);
            return;
        }
        /* It does not take what lies in the socket. Let that go as well: with
         * a reset the kernel keeps nothing (lesson 14). */
        if (client->state == TAKING)
            setsockopt(client->connfd, SOL_SOCKET, SO_LINGER,
                       &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        client->state = GONE;
    } else if (ready && client->state == ASKING) {
        hear(client);
    } else if (ready && client->state == TAKING) {
        tell(client);
    } else if (ready) {
        wave(client);
    }
}

static void leave(int i)
{
    printf("closed %s\n", clients[i]->who);
    close(clients[i]->connfd);
    if (clients[i]->filefd != -1)
        close(clients[i]->filefd);
    free(clients[i]);
    clients[i] = clients[--present];
}

/* ---------------------------------------------------------- everybody -- */

/* Returns false if there is no room for a client now (lesson 05). */
static bool enter(int listenfd)
{
    struct sockaddr_in peer;
    socklen_t addrlen = sizeof peer;
    int connfd = accept4(listenfd, (struct sockaddr *)&peer, &addrlen,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connfd == -1 && concerns_room(errno)) {
        report("accept on descriptor %d", listenfd);
        return false;
    }
    if (connfd == -1) {
        if (!not_now() && !concerns_one_client(errno))
            die("accept on descriptor %d", listenfd);
        return true;
    }
    struct client *client = malloc(sizeof *client);
    if (client == NULL) {
        close(connfd);
        return false;
    }
    /* Not the text: what is not there yet need not be cleared. */
    client->connfd = connfd;
    client->state = ASKING;
    client->deadline = now() + patience;
    endpoint(&peer, client->who);
    client->length = client->sent = 0;
    client->filefd = -1;
    client->at = client->end = client->mark = 0;
    clients[present++] = client;
    printf("accepted %s\n", client->who);
    return true;
}

/* Sleep until somebody is ready, the first deadline is over, or a signal
 * comes. False: then wanted says nothing. */
static bool wait_for_all(struct pollfd wanted[], long long first)
{
    long long left = first - now();
    if (left < 0)
        left = 0;
    struct timespec limit = {.tv_sec = left / 1000,
                             .tv_nsec = left % 1000 * 1000000};
    int ready = ppoll(wanted, (nfds_t)present + 1,
                      first == LLONG_MAX ? NULL : &limit, asleep_mask());
    if (ready != -1)
        return true;
    if (errno != EINTR) {
        report("ppoll"); /* no memory: it will pass, but not at once */
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    return false;
}

/* A client needs two descriptors, its socket and its file. We take as many
 * clients as we have descriptors for, and leave some for the way to a file. */
static int room_for_clients(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("getrlimit RLIMIT_NOFILE");
    rlim_t wanted = 2 * MOST_CLIENTS + 16;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
            die("setrlimit RLIMIT_NOFILE");
    }
    if (limit.rlim_cur >= wanted)
        return MOST_CLIENTS;
    return limit.rlim_cur > 18 ? (int)(limit.rlim_cur - 16) / 2 : 1;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 4)
        usage("server [PORT [DIRECTORY [SECONDS]]]");
    in_port_t port = parse_port(argc > 1 ? argv[1] : "5000");
    const char *directory = argc > 2 ? argv[2] : ".";
    long seconds = argc > 3 ? parse_number(argv[3], 1, 86400, "SECONDS") : 30;
    patience = seconds * 1000LL;

    root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root == -1)
        die("open %s", directory);
    room = room_for_clients();
    catch_stop();
    int listenfd = listen_on(port);
    if (fcntl(listenfd, F_SETFL, O_NONBLOCK) == -1)
        die("fcntl descriptor %d", listenfd);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    static struct pollfd wanted[1 + MOST_CLIENTS];
    long long rest = 0; /* until then nobody is let in */
    while (times_asked() == 0 && !ferror(stdout)) {
        long long time = now(), first = LLONG_MAX;
        bool door = present < room && time >= rest;
        if (time < rest)
            first = rest;
        wanted[0] = (struct pollfd){door ? listenfd : -1, POLLIN, 0};
        for (int i = 0; i < present; i++) {
            short event = clients[i]->state == TAKING ? POLLOUT : POLLIN;
            wanted[i + 1] = (struct pollfd){clients[i]->connfd, event, 0};
            if (clients[i]->deadline < first)
                first = clients[i]->deadline;
        }
        if (!wait_for_all(wanted, first))
            continue;

        /* Downwards: who leaves is replaced by the last, who was served. */
        time = now();
        for (int i = present - 1; i >= 0; i--) {
            serve(clients[i], wanted[i + 1].revents != 0, time);
            if (clients[i]->state == GONE)
                leave(i);
        }
        if (wanted[0].revents != 0 && !enter(listenfd))
            rest = now() + 100;
    }

    while (present > 0)
        leave(present - 1);
    close(listenfd);
    printf("stopped\n");
    return 0;
}
