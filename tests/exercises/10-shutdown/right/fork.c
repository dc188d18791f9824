/* Two processes: a child prints the answer while its parent still sends. The
 * child has the connection, too, so only shutdown ends it. stdio reads. */
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(int good, const char *what)
{
    if (!good) {
        perror(what);
        _exit(1);
    }
}

static int next(FILE *from)
{
    int c;
    errno = 0;
    while ((c = getc(from)) == EOF && ferror(from) && errno == EINTR)
        clearerr(from);
    must(!ferror(from), "getc");
    return c;
}

static void put(int fd, const char *at, const char *end)
{
    while (at < end) {
        ssize_t n = write(fd, at, (size_t)(end - at));
        must(n >= 0 || errno == EINTR, "write");
        at += n > 0 ? n : 0;
    }
}

static void print_answer(int fd)
{
    FILE *in = fdopen(fd, "r");
    int c, some = 0;
    while ((c = next(in)) != EOF)
        putchar(c), some = 1;
    fflush(stdout);
    errno = ENODATA;
    must(some, "the answer");
    _exit(0);
}

int main(int argc, char *argv[])
{
    signal(SIGPIPE, SIG_IGN);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM},
                    *a;
    must(argc >= 2 && argc <= 3 &&
             getaddrinfo(argc == 3 ? argv[1] : "127.0.0.1", argv[argc - 1],
                         &hints, &a) == 0,
         "count [HOST] PORT");
    int fd = socket(a->ai_family, a->ai_socktype, 0), status;
    char text[2000];
    if (argc == 3) {
        must(connect(fd, a->ai_addr, a->ai_addrlen) == 0, "connect");
        freeaddrinfo(a);
        pid_t child = fork();
        if (child == 0)
            print_answer(fd);
        for (size_t n; (n = fread(text, 1, sizeof text, stdin)) > 0;)
            put(fd, text, text + n);
        must(shutdown(fd, SHUT_WR) == 0, "shutdown");
        while (waitpid(child, &status, 0) < 0)
            must(errno == EINTR, "wait");
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) ==
                 0 &&
             bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 1) == 0,
         argv[1]);
    freeaddrinfo(a);
    printf("listening on 127.0.0.1:%s\n", argv[1]);
    fflush(stdout);
    int c, before = ' ', connfd;
    while ((connfd = accept(fd, NULL, NULL)) < 0)
        must(errno == EINTR || errno == ECONNABORTED, "accept");
    FILE *in = fdopen(connfd, "r");
    long lines = 0, words = 0, bytes = 0;
    for (; (c = next(in)) != EOF; before = c) {
        bytes++;
        lines += c == '\n';
        words += isspace(before) && !isspace(c);
    }
    put(connfd, text,
        text + sprintf(text, "%ld %ld %ld\n", lines, words, bytes));
    shutdown(connfd, SHUT_RDWR);
    fclose(in);
    return 0;
}
