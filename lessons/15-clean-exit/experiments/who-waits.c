/*
 * who-waits.c - end a server in every way there is; who holds TIME_WAIT?
 *
 *   build  cc -I../../../common who-waits.c ../../../common/error.c \
 *             ../../../common/net.c -o who-waits
 *   run    ./who-waits
 *   read   tcp(7), RFC 9293 section 3.6, signal(7)
 *
 * Each server is a process of its own, with one client: us. When it is gone we
 * close our side. Then we ask for its port, without SO_REUSEADDR.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

static int listenfd, connfd;

/* As lecture notes have it: "close the sockets, so that the port is free". */
static void clean_exit(int number)
{
    (void)number;
    close(connfd);
    close(listenfd);
    _exit(0);
}

/* The server: say that we are there, then sleep until a signal ends it. */
static void serve(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigfillset(&action.sa_mask);
    if (number != SIGKILL && sigaction(number, &action, NULL) == -1)
        die("sigaction");
    connfd = accept_client(listenfd, NULL);
    if (connfd == -1 || send(connfd, "!", 1, MSG_NOSIGNAL) != 1)
        _exit(1);
    for (;;)
        pause();
}

/* Is the port free? Ask by a bind without SO_REUSEADDR. */
static const char *bind_again(in_port_t port)
{
    int sockfd = socket(AF_INET, SOCK_STREAM, 0);
    if (sockfd == -1)
        die("socket AF_INET SOCK_STREAM");
    struct sockaddr_in self = {.sin_family = AF_INET, .sin_port = htons(port)};
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int failed = bind(sockfd, (struct sockaddr *)&self, sizeof self);
    const char *answer = failed ? error_symbol(errno) : "success";
    close(sockfd);
    return answer;
}

static void try(const char *how, int number, void (*handler)(int),
                int client_first)
{
    listenfd = listen_on(0);
    in_port_t port = local_port(listenfd);
    pid_t server = fork();
    if (server == -1)
        die("fork");
    if (server == 0)
        serve(number, handler);
    close(listenfd);

    int client = connect_to("127.0.0.1", port);
    char c;
    if (recv(client, &c, 1, 0) != 1)
        die("recv 1 byte");
    if (client_first)
        close(client);
    kill(server, number);
    waitpid(server, NULL, 0);
    if (!client_first)
        close(client);

    /* Where nobody must wait, the last packet may still be on its way: look
     * for a second at most. Where somebody must, it is a minute. */
    const char *answer = bind_again(port);
    struct timespec moment = {.tv_nsec = 10000000};
    for (int i = 0; client_first && i < 100 && *answer == 'E'; i++) {
        nanosleep(&moment, NULL);
        answer = bind_again(port);
    }
    printf("%s: bind says %s\n", how, answer);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("who-waits");
    printf("the server ends first\n");
    try("  Ctrl-C               ", SIGINT, SIG_DFL, 0);
    try("  kill                 ", SIGTERM, SIG_DFL, 0);
    try("  kill -9              ", SIGKILL, SIG_DFL, 0);
    try("  a clean-exit handler ", SIGINT, clean_exit, 0);
    printf("the client ends first\n");
    try("  Ctrl-C               ", SIGINT, SIG_DFL, 1);
    try("  a clean-exit handler ", SIGINT, clean_exit, 1);
    return 0;
}
