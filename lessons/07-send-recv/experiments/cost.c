/*
 * cost.c - send 1 MiB in pieces of 1, 16, 256 … bytes: what does it cost?
 *
 *   build  cc -I../../../common cost.c ../../../common/error.c \
 *             ../../../common/net.c -o cost
 *   run    ./cost
 *   read   send(2), recv(2), clock_gettime(2)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { SIZE = 1024 * 1024, LARGEST = 65536 };
static char bytes[LARGEST];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Send it all in pieces. Returns how often send was called. */
static long send_pieces(int sockfd, size_t piece)
{
    long calls = 0;
    for (size_t sent = 0; sent < SIZE; calls++) {
        ssize_t n = send(sockfd, bytes, piece, MSG_NOSIGNAL);
        if (n == -1)
            die("send %zu bytes", piece);
        sent += (size_t)n;
    }
    return calls;
}

/* Receive until the end. Returns how often recv was called. */
static long receive_pieces(int sockfd, size_t piece)
{
    long calls = 1;
    for (ssize_t n; (n = recv(sockfd, bytes, piece, 0)) != 0; calls++)
        if (n == -1)
            die("recv at most %zu bytes", piece);
    return calls;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("cost");

    int listenfd = listen_on(0);
    printf("bytes per call    sends    recvs  all calls       ms\n");
    for (size_t piece = 1; piece <= LARGEST; piece *= 16) {
        int ours = connect_to("127.0.0.1", local_port(listenfd));
        int theirs = accept_client(listenfd, NULL);
        int answer[2];
        if (theirs == -1 || pipe(answer) == -1)
            die("accept or pipe");

        double start = now();
        pid_t receiver = fork();
        if (receiver == -1)
            die("fork");
        if (receiver == 0) {
            close(ours); /* as long as we have it, there is no end */
            long calls = receive_pieces(theirs, piece);
            _exit(write(answer[1], &calls, sizeof calls) == -1);
        }
        long sends = send_pieces(ours, piece);
        close(ours);
        long recvs = 0;
        close(answer[1]);
        if (read(answer[0], &recvs, sizeof recvs) != sizeof recvs)
            die("read from the receiver");
        printf("%14zu %8ld %8ld %10ld %8.1f\n", piece, sends, recvs,
               sends + recvs, (now() - start) * 1000);

        waitpid(receiver, NULL, 0);
        close(answer[0]);
        close(theirs);
    }
    close(listenfd);
    return 0;
}
