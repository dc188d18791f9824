/*
 * compare.c - put the same questions to all four servers: what does a short
 * visit cost, how many clients that stay are answered, and by what?
 *
 *   build  cc -I../../../common compare.c ../../../common/error.c \
 *             ../../../common/net.c -o compare
 *   run    ./compare                     beside the four servers' programs
 *   read   fork(2), exec(3), proc(5) on children, task and smaps_rollup
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

enum { VISITS = 200, CLIENTS = 100, QUIET_MS = 300 };

struct server {
    pid_t pid;
    int output; /* what it prints */
    in_port_t port;
};

/* Start it on a port that the kernel chooses, and read which one. */
static struct server start(const char *name)
{
    int ends[2];
    if (pipe(ends) == -1)
        die("pipe");
    struct server server = {.pid = fork(), .output = ends[0]};
    if (server.pid == -1)
        die("fork");
    if (server.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        char path[64];
        snprintf(path, sizeof path, "./%s", name);
        execl(path, name, "0", (char *)NULL);
        die("execl %s", path);
    }
    close(ends[1]);
    char line[80] = "";
    for (size_t i = 0; i < sizeof line - 1 && strchr(line, '\n') == NULL; i++)
        if (read(server.output, line + i, 1) != 1)
            break;
    const char *colon = strchr(line, ':');
    if (colon == NULL)
        exit(1); /* it has said why */
    server.port = (in_port_t)strtoul(colon + 1, NULL, 10);
    fcntl(server.output, F_SETFL, O_NONBLOCK);
    return server;
}

/* Take what it has printed: if the pipe were full, the server would wait. */
static void drain(const struct server *server)
{
    char buffer[4096];
    while (read(server->output, buffer, sizeof buffer) > 0)
        continue;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int say(const struct server *server)
{
    int sockfd = connect_to("127.0.0.1", server->port);
    if (send(sockfd, "?", 1, MSG_NOSIGNAL) == -1)
        die("send 1 byte");
    return sockfd;
}

/* Connect, one byte there and back, close: in microseconds. */
static double visit(const struct server *server)
{
    double begin = seconds();
    for (int i = 0; i < VISITS; i++) {
        char c;
        int sockfd = say(server);
        if (recv(sockfd, &c, 1, 0) != 1)
            die("recv 1 byte");
        close(sockfd);
        drain(server);
    }
    return (seconds() - begin) / VISITS * 1e6;
}

/* How many of those who stay get an answer, before all is quiet. */
static int answered(const struct server *server, struct pollfd clients[])
{
    int count = 0;
    while (count < CLIENTS && poll(clients, CLIENTS, QUIET_MS) > 0) {
        for (int i = 0; i < CLIENTS; i++) {
            if (clients[i].revents == 0)
                continue;
            clients[i].fd = ~clients[i].fd; /* poll skips negative ones */
            count++;
        }
        drain(server);
    }
    return count;
}

/* The number behind a word in one of the files that /proc has of a process. */
static long number(pid_t pid, const char *file, const char *key)
{
    char path[64], word[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        die("fopen %s", path);
    while (fscanf(f, "%63s", word) == 1 && strcmp(word, key) != 0)
        continue;
    long n = fscanf(f, "%63s", word) == 1 ? strtol(word, NULL, 10) : 0;
    fclose(f);
    return n;
}

/* What a server consists of: threads (each process has at least one), and
 * kB of memory; what processes share is divided among them (Pss). */
static void weigh(pid_t pid, long *threads, long *memory)
{
    *threads += number(pid, "status", "Threads:");
    *memory += number(pid, "smaps_rollup", "Pss:");
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    FILE *f = fopen(path, "r");
    if (f == NULL)
        die("fopen %s", path);
    char child[16];
    while (fscanf(f, "%15s", child) == 1)
        weigh((pid_t)strtol(child, NULL, 10), threads, memory);
    fclose(f);
}

static void compare(const char *name)
{
    struct server server = start(name);
    double microseconds = visit(&server);

    struct pollfd clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = (struct pollfd){.fd = say(&server), .events = POLLIN};
    int count = answered(&server, clients);
    long threads = 0, memory = 0;
    weigh(server.pid, &threads, &memory);
    printf("%-16s %7.0f us %9d of %d %10ld %8ld kB\n", name, microseconds,
           count, CLIENTS, threads, memory);

    for (int i = 0; i < CLIENTS; i++)
        close(clients[i].fd < 0 ? ~clients[i].fd : clients[i].fd);
    kill(server.pid, SIGTERM);
    int status;
    while (waitpid(server.pid, &status, WNOHANG) == 0) {
        drain(&server);
        poll(NULL, 0, 1);
    }
    close(server.output);
    if (status != 0)
        exit(1);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("compare");
    printf("%-16s %10s %16s %10s %11s\n", "", "a visit", "answered at once",
           "threads", "memory");
    compare("iterative-server");
    compare("prefork-server");
    compare("thread-server");
    compare("fork-server");
    return 0;
}
