/* All three signals by a signalfd, in select; each child is waited for by its
 * own number; the child dies by its default handlers. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

struct guest {
    struct guest *next;
    pid_t pid;
    int number;
};
static struct guest *first;
static int taken;

static void look(int options)
{
    for (struct guest **at = &first; *at != NULL;) {
        struct guest *guest = *at;
        pid_t pid;
        while ((pid = waitpid(guest->pid, NULL, options)) == -1 &&
               errno == EINTR)
            ;
        if (pid == 0) {
            at = &guest->next;
            continue;
        }
        printf("client %d has left\n", guest->number);
        *at = guest->next;
        free(guest);
        taken--;
    }
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("desks PORT N");
    sigset_t three, old;
    sigemptyset(&three);
    sigaddset(&three, SIGINT);
    sigaddset(&three, SIGTERM);
    sigaddset(&three, SIGCHLD);
    sigprocmask(SIG_BLOCK, &three, &old);
    int bell = signalfd(-1, &three, SFD_NONBLOCK | SFD_CLOEXEC);
    int door = listen_on(parse_port(argv[1])), desks = atoi(argv[2]),
        clients = 0;
    printf("%d desks on 127.0.0.1:%u\n", desks, local_port(door));

    for (int stop = 0; !stop;) {
        fd_set set;
        FD_ZERO(&set);
        FD_SET(bell, &set);
        if (taken < desks)
            FD_SET(door, &set);
        if (select((bell > door ? bell : door) + 1, &set, NULL, NULL, NULL) < 1)
            continue;
        struct signalfd_siginfo info;
        while (read(bell, &info, sizeof info) == sizeof info)
            stop = stop || info.ssi_signo != SIGCHLD;
        look(WNOHANG);
        if (stop || !FD_ISSET(door, &set))
            continue;
        int fd = accept_client(door, NULL);
        if (fd == -1)
            continue;
        struct guest *guest = malloc(sizeof *guest);
        guest->pid = fork();
        if (guest->pid == 0) {
            sigprocmask(SIG_SETMASK, &old, NULL);
            close(bell);
            close(door);
            char buffer[1000];
            ssize_t n;
            while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0 ||
                   (n == -1 && errno == EINTR))
                if (n > 0 && send_all(fd, buffer, (size_t)n) == -1)
                    break;
            _exit(0);
        }
        close(fd);
        if (guest->pid == -1) {
            free(guest);
            continue;
        }
        guest->number = ++clients;
        guest->next = first;
        first = guest;
        taken++;
        printf("client %d is served\n", clients);
    }
    close(door);
    for (struct guest *guest = first; guest != NULL; guest = guest->next)
        kill(guest->pid, SIGTERM);
    look(0);
    puts("closed");
    return 0;
}
