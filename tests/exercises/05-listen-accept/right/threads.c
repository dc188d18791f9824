/* Another structure: a thread for each client; getaddrinfo and getnameinfo; stdout fully buffered. */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int fd;
    char line[200];
};

static void *greet(void *arg)
{
    struct client *client = arg;
    size_t size = strlen(client->line), at = 0;
    while (at < size) {
        ssize_t n = send(client->fd, client->line + at, size - at, MSG_NOSIGNAL);
        if (n > 0)
            at += (size_t)n;
        else if (errno != EINTR)
            break;
    }
    close(client->fd);
    free(client);
    return NULL;
}

int main(int argc, char *argv[])
{
    static char buffer[4096];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (argc != 3)
        return 2;
    long n = strtol(argv[2], NULL, 10);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo("127.0.0.1", argv[1], &hints, &found) != 0)
        return 2;
    int listenfd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (bind(listenfd, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(listenfd, SOMAXCONN) != 0) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    freeaddrinfo(found);
    printf("waiting for %ld clients on 127.0.0.1:%s\n", n, argv[1]);
    fflush(stdout);

    for (long i = 1; i <= n; i++) {
        struct sockaddr_storage peer;
        socklen_t length = sizeof peer;
        int fd;
        while ((fd = accept(listenfd, (struct sockaddr *)&peer, &length)) < 0) {
            length = sizeof peer;
            if (errno == EMFILE || errno == ENFILE)
                usleep(20000);
        }
        char host[NI_MAXHOST], port[NI_MAXSERV];
        getnameinfo((struct sockaddr *)&peer, length, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
        struct client *client = malloc(sizeof *client);
        client->fd = fd;
        snprintf(client->line, sizeof client->line,
                 "you are client %ld of %ld, from %s:%s\n", i, n, host, port);
        pthread_t thread;
        pthread_create(&thread, NULL, greet, client);
        pthread_join(thread, NULL);
    }
    printf("all greeted\n");
    return EXIT_SUCCESS;
}
