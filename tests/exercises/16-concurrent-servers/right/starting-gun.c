/* SIGCHLD is never blocked, and its handler frees the desk. That is no race,
 * because a child begins only when its parent has noted its number: until then
 * it waits for the end of a pipe. The handler does not print; main does. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"
#include "stop.h"

enum { FREE, SERVED, LEFT };
static struct {
    volatile pid_t pid;
    volatile sig_atomic_t state;
    long client;
} desk[100];
static int bell[2];

static void on_child(int number)
{
    (void)number;
    int saved = errno;
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        for (int i = 0; i < 100; i++)
            if (desk[i].state == SERVED && desk[i].pid == pid)
                desk[i].state = LEFT;
    (void)!write(bell[1], "", 1);
    errno = saved;
}

static _Noreturn void child(int fd, int gun)
{
    char line[300];
    ssize_t n;
    forget_stop();
    signal(SIGCHLD, SIG_DFL);
    while (read(gun, line, 1) == -1 && errno == EINTR)
        continue;
    while ((n = recv(fd, line, sizeof line, 0)) > 0 ||
           (n == -1 && errno == EINTR))
        if (n > 0 && send_all(fd, line, (size_t)n) == -1)
            break;
    _exit(0);
}

/* Returns how many desks are taken. */
static long look(void)
{
    char rings[100];
    long taken = 0;
    while (read(bell[0], rings, sizeof rings) > 0)
        continue;
    for (int i = 0; i < 100; i++) {
        if (desk[i].state == LEFT) {
            printf("client %ld has left\n", desk[i].client);
            desk[i].state = FREE;
        }
        taken += desk[i].state == SERVED;
    }
    return taken;
}

static void serve(int door, int fd, long *clients)
{
    int i = 0, gun[2];
    if (pipe2(gun, O_CLOEXEC) == -1) {
        close(fd);
        return;
    }
    while (desk[i].state != FREE)
        i++;
    pid_t pid = fork();
    if (pid == 0) {
        close(door);
        close(gun[1]);
        child(fd, gun[0]);
    }
    if (pid != -1) {
        desk[i].client = ++*clients;
        desk[i].pid = pid;
        desk[i].state = SERVED;
        printf("client %ld is served\n", *clients);
    }
    close(gun[0]);
    close(gun[1]);
    close(fd);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("desks PORT N");
    long desks = parse_number(argv[2], 1, 100, "N"), clients = 0, taken;
    if (pipe2(bell, O_NONBLOCK | O_CLOEXEC) == -1)
        die("pipe2");
    catch_stop();
    sigaction(
        SIGCHLD,
        &(struct sigaction){.sa_handler = on_child, .sa_flags = SA_RESTART},
        NULL);
    int door = listen_on(parse_port(argv[1]));
    printf("%ld desks on 127.0.0.1:%s\n", desks, argv[1]);
    bool stop = false;
    while ((taken = look()) > 0 || !stop) {
        struct pollfd wanted[] = {
            {.fd = bell[0], .events = POLLIN},
            {.fd = taken < desks && !stop ? door : -1, .events = POLLIN}};
        int n = ppoll(wanted, 2, NULL, asleep_mask());
        if (!stop && times_asked() > 0) {
            stop = true;
            for (int i = 0; i < 100; i++)
                if (desk[i].state == SERVED)
                    kill(desk[i].pid, SIGTERM);
        }
        int fd;
        if (n > 0 && !stop && wanted[1].revents != 0 &&
            (fd = accept_client(door, NULL)) != -1)
            serve(door, fd, &clients);
    }
    printf("closed\n");
    return 0;
}
