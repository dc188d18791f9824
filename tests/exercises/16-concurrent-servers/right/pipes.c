/* SIGCHLD is ignored, so there are no zombies. A pipe for each child, whose
 * end comes when the child has ended, tells of it. The child prints that it
 * serves. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "stop.h"

static struct pollfd wanted[101];
static long client_of[101];
static pid_t pid_of[101];

static void child(int fd)
{
    forget_stop();
    char c;
    ssize_t n;
    while ((n = recv(fd, &c, 1, 0)) == 1 || (n == -1 && errno == EINTR))
        if (n == 1 && send_all(fd, &c, 1) == -1)
            break;
    _exit(0);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("desks PORT N");
    catch_stop();
    signal(SIGCHLD, SIG_IGN);
    int door = listen_on(parse_port(argv[1])), stop = 0;
    long desks = parse_number(argv[2], 1, 100, "N"), taken = 0, clients = 0;
    printf("%ld desks on 127.0.0.1:%s\n", desks, argv[1]);
    while (!stop || taken > 0) {
        if (!stop && times_asked() > 0) {
            stop = 1;
            close(door);
            for (long i = 1; i <= taken; i++)
                kill(pid_of[i], SIGTERM);
        }
        wanted[0] = (struct pollfd){.fd = !stop && taken < desks ? door : -1,
                                    .events = POLLIN};
        if ((!stop || taken > 0) &&
            ppoll(wanted, (nfds_t)taken + 1, NULL, asleep_mask()) < 1)
            continue;
        for (long i = taken; i > 0; i--)
            if (wanted[i].revents) {
                close(wanted[i].fd);
                printf("client %ld has left\n", client_of[i]);
                wanted[i] = wanted[taken];
                client_of[i] = client_of[taken];
                pid_of[i] = pid_of[taken--];
            }
        int fd, ends[2];
        if (!wanted[0].revents || (fd = accept_client(door, NULL)) == -1)
            continue;
        if (pipe2(ends, O_CLOEXEC) == -1) {
            close(fd);
            continue;
        }
        pid_t pid = fork();
        if (pid == 0) {
            close(door);
            for (long i = 1; i <= taken; i++)
                close(wanted[i].fd);
            close(ends[0]);
            printf("client %ld is served\n", clients + 1);
            child(fd);
        }
        close(ends[1]);
        close(fd);
        if (pid == -1) {
            report("fork");
            close(ends[0]);
            continue;
        }
        wanted[++taken] = (struct pollfd){.fd = ends[0], .events = POLLIN};
        client_of[taken] = ++clients;
        pid_of[taken] = pid;
    }
    puts("closed");
    return 0;
}
