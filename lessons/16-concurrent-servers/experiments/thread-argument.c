/*
 * thread-argument.c - three threads are given their client's descriptor: by
 * the address of a variable, or each in memory of its own.
 *
 *   build  cc -pthread -I../../../common thread-argument.c \
 *             ../../../common/error.c ../../../common/net.c -o thread-argument
 *   run    ./thread-argument PORT shared|own     it serves three clients
 *   read   pthread_create(3) on its last argument
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { CLIENTS = 3 };

/* A new thread may run at once or much later: nobody promises anything. Here
 * all come late, as on a busy machine, when main has accepted everybody. */
static pthread_mutex_t late = PTHREAD_MUTEX_INITIALIZER;

static void *serve(void *argument)
{
    pthread_mutex_lock(&late);
    int connfd = *(int *)argument;
    printf("a thread serves descriptor %d\n", connfd);
    if (send(connfd, "welcome\n", 8, MSG_NOSIGNAL) == -1)
        report("send 8 bytes");
    pthread_mutex_unlock(&late);
    return NULL;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3 ||
        (strcmp(argv[2], "shared") != 0 && strcmp(argv[2], "own") != 0))
        usage("thread-argument PORT shared|own");
    int listenfd = listen_on(parse_port(argv[1]));
    printf("listening on 127.0.0.1:%u\n", local_port(listenfd));

    pthread_t threads[CLIENTS];
    int connfd, descriptors[CLIENTS];
    pthread_mutex_lock(&late);
    for (int i = 0; i < CLIENTS;) {
        connfd = accept_client(listenfd, NULL);
        if (connfd == -1)
            continue;
        printf("accepted as descriptor %d\n", connfd);
        descriptors[i] = connfd;
        int error = pthread_create(&threads[i], NULL, serve,
                                   strcmp(argv[2], "own") == 0 ? &descriptors[i]
                                                               : &connfd);
        if (error != 0)
            refuse("pthread_create: %s", strerror(error));
        i++;
    }
    pthread_mutex_unlock(&late);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < CLIENTS; i++)
        close(descriptors[i]);
    return 0;
}
