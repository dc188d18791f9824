/*
 * kiosk.c - give out the files of a directory, and nothing else.
 *
 *   build  cc -pthread -I../../../../common -I../.. kiosk.c \
 *             ../../../../common/error.c ../../../../common/io.c \
 *             ../../../../common/net.c -o kiosk
 *   run    ./kiosk PORT DIRECTORY
 *   read   openat(2), fstat(2), send(2), pthread_create(3), RFC 9110
 */
#define _GNU_SOURCE /* O_PATH */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "request.h"

static int root; /* DIRECTORY */

/* One client. Each has a thread, so that nobody waits for another. */
struct client {
    int connfd;
    int filefd;  /* -1: none */
    off_t size;  /* of the file */
    size_t held; /* bytes of text */
    char text[HEAD_SIZE + 1];
    struct request request;
};

/* Read up to the empty line, in however many pieces it comes. Returns the
 * length of the head; 0 if there is none. */
static size_t hear(struct client *client)
{
    while (client->held < HEAD_SIZE) {
        ssize_t n = recv(client->connfd, client->text + client->held,
                         HEAD_SIZE - client->held, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return 0;
        client->held += (size_t)n;
        client->text[client->held] = '\0';
        size_t head = head_length(client->text, client->held);
        if (head > 0)
            return head;
    }
    return 0;
}

/* Open the file below DIRECTORY, name by name: no name leads up, and the kernel
 * follows no symbolic link. A FIFO is opened without its writer. */
static int open_below(char *path)
{
    int dirfd = root;
    char *rest;
    for (char *name = strtok_r(path, "/", &rest);;) {
        char *next = strtok_r(NULL, "/", &rest);
        int flags = next != NULL ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK;
        int fd = -1;
        errno = EACCES;
        if (strcmp(name, "..") != 0)
            fd = openat(dirfd, name, flags | O_NOFOLLOW | O_CLOEXEC);
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

/* The file that is asked for, in client->filefd. Returns the status. */
static int find_file(struct client *client)
{
    client->filefd = open_below(client->request.path);
    if (client->filefd == -1 && (errno == ENOENT || errno == ENOTDIR))
        return 404;
    if (client->filefd == -1)
        return errno == EMFILE || errno == ENFILE ? 503 : 403;
    struct stat file;
    if (fstat(client->filefd, &file) == -1)
        return 500;
    if (!S_ISREG(file.st_mode))
        return 403; /* only a regular file has a length */
    client->size = file.st_size;
    return 200;
}

/* The head. Returns -1 if the client has gone. */
static int send_head(const struct client *client, int status)
{
    char head[200];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %d %s\r\n"
                     "Content-Length: %lld\r\n"
                     "Connection: close\r\n"
                     "\r\n",
                     status, status == 200 ? "OK" : "Sorry",
                     status == 200 ? (long long)client->size : 0);
    return send_all(client->connfd, head, (size_t)n);
}

/* As many bytes as were promised, in large parts. */
static void send_file(const struct client *client)
{
    char part[16384];
    for (off_t left = client->size; left > 0;) {
        size_t wanted = sizeof part;
        if (left < (off_t)sizeof part)
            wanted = (size_t)left;
        ssize_t n = read(client->filefd, part, wanted);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || send_all(client->connfd, part, (size_t)n) == -1)
            return;
        left -= n;
    }
}

static void answer(struct client *client)
{
    size_t head = hear(client);
    if (head == 0 && client->held < HEAD_SIZE)
        return; /* it has gone before it said all */
    int status = 431;
    if (head > 0)
        status = read_request(client->text, head, &client->request);
    if (status == 200)
        status = find_file(client);
    bool body = client->request.method == NULL ||
                strcmp(client->request.method, "HEAD") != 0;
    if (send_head(client, status) == 0 && status == 200 && body)
        send_file(client);
}

static void *serve(void *argument)
{
    struct client *client = argument;
    answer(client);
    close(client->connfd);
    if (client->filefd != -1)
        close(client->filefd);
    free(client);
    return NULL;
}

/* A thread for this client. If there cannot be one, it is sent away. */
static void welcome(int connfd)
{
    struct client *client = calloc(1, sizeof *client);
    pthread_t thread;
    if (client != NULL) {
        client->connfd = connfd;
        client->filefd = -1;
        errno = pthread_create(&thread, NULL, serve, client);
        if (errno == 0) {
            pthread_detach(thread);
            return;
        }
    }
    report("pthread_create");
    free(client);
    close(connfd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("kiosk PORT DIRECTORY");
    in_port_t port = parse_port(argv[1]);
    root = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root == -1)
        die("open %s", argv[2]);

    int listenfd = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));
    for (;;) {
        int connfd = accept_client(listenfd, NULL);
        if (connfd != -1)
            welcome(connfd);
    }
}
