/* The SIGCHLD handler itself waits for the children, and writes their numbers
 * into a pipe, which stands beside the listener in poll. The stop signals come
 * in by the same pipe. No common/ at all. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int pipefd[2];
static pid_t who[1000000 / 1000];

static void on_signal(int number)
{
    int saved = errno;
    pid_t pid = -number;
    if (number == SIGCHLD)
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            (void)!write(pipefd[1], &pid, sizeof pid);
    else
        (void)!write(pipefd[1], &pid, sizeof pid);
    errno = saved;
}

static void child(int fd)
{
    char c[50];
    ssize_t n;
    signal(SIGPIPE, SIG_IGN);
    while ((n = read(fd, c, sizeof c)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        for (ssize_t at = 0; at < n;) {
            ssize_t m = write(fd, c + at, (size_t)(n - at));
            if (m < 0 && errno != EINTR)
                _exit(0);
            if (m > 0)
                at += m;
        }
        if (n < 0)
            break;
    }
    _exit(0);
}

static int left(pid_t pid, int clients)
{
    for (int i = 1; i <= clients; i++)
        if (who[i % 1000] == pid) {
            who[i % 1000] = 0;
            printf("client %d has left\n", i);
            fflush(stdout);
            return 1;
        }
    return 0;
}

int main(int argc, char *argv[])
{
    if (argc != 3 || pipe2(pipefd, O_NONBLOCK | O_CLOEXEC) != 0)
        return 2;
    int n = atoi(argv[2]), working = 0, clients = 0, stop = 0;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaddset(&action.sa_mask, SIGCHLD);
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *found;
    if (getaddrinfo("127.0.0.1", argv[1], &hints, &found) != 0)
        return 2;
    int door = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(door, found->ai_addr, found->ai_addrlen) || listen(door, 100)) {
        perror("desks");
        return 1;
    }
    freeaddrinfo(found);
    printf("%d desks on 127.0.0.1:%s\n", n, argv[1]);
    fflush(stdout);
    sigset_t all, old;
    sigfillset(&all);

    while (!stop || working > 0) {
        struct pollfd wanted[2] = {
            {.fd = pipefd[0], .events = POLLIN},
            {.fd = working < n && !stop ? door : -1, .events = POLLIN}};
        if (poll(wanted, 2, -1) < 1)
            continue;
        pid_t pid;
        while (read(pipefd[0], &pid, sizeof pid) == sizeof pid)
            if (pid > 0) {
                working -= left(pid, clients);
            } else if (!stop) {
                stop = 1;
                close(door);
                for (int i = 0; i < 1000; i++)
                    if (who[i] > 0)
                        kill(who[i], SIGKILL);
            }
        if (stop || !(wanted[1].revents & POLLIN))
            continue;
        int fd = accept(door, NULL, NULL);
        if (fd < 0)
            continue;
        sigprocmask(SIG_SETMASK, &all, &old); /* until we know his number */
        pid = fork();
        if (pid == 0) {
            close(door);
            close(pipefd[0]);
            close(pipefd[1]);
            signal(SIGTERM, SIG_DFL);
            signal(SIGINT, SIG_DFL);
            signal(SIGCHLD, SIG_DFL);
            sigprocmask(SIG_SETMASK, &old, NULL);
            child(fd);
        }
        if (pid > 0) {
            who[++clients % 1000] = pid;
            working++;
            printf("client %d is served\n", clients);
            fflush(stdout);
        }
        close(fd);
        sigprocmask(SIG_SETMASK, &old, NULL);
    }
    puts("closed");
    return 0;
}
