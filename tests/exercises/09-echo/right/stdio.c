/* The answers through stdio, byte by byte; getchar in an int; getaddrinfo;
 * stdout fully buffered, and flushed. */
#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char line[70000], answer[70000];

static int next(FILE *file)
{
    int c;
    while ((c = getc(file)) == EOF && ferror(file) && errno == EINTR)
        clearerr(file);
    return c;
}

static void complain(const char *why)
{
    fputs(why, stderr);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    static char buffer[100000];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (argc != 3 || getaddrinfo(argv[1], argv[2], &hints, &found))
        return 2;
    int fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (connect(fd, found->ai_addr, found->ai_addrlen) < 0)
        complain("nobody there\n");
    freeaddrinfo(found);
    FILE *server = fdopen(fd, "r");
    for (;;) {
        size_t size = 0;
        int c;
        while ((c = getchar()) != EOF && c != '\n')
            line[size++] = (char)c;
        if (c == EOF && size == 0)
            break;
        line[size++] = '\n';
        for (size_t at = 0; at < size;) {
            struct iovec parts[2] = {
                {line + at, (size - at) / 2},
                {line + at + (size - at) / 2, size - at - (size - at) / 2}};
            ssize_t n = writev(fd, parts, 2);
            if (n < 0 && errno != EINTR)
                complain("the server takes nothing\n");
            at += n > 0 ? (size_t)n : 0;
        }
        size = 0;
        do {
            if ((c = next(server)) == EOF)
                complain("the server is no more\n");
            answer[size++] = (char)c;
        } while (c != '\n');
        for (size_t i = 0; i < size; i++)
            putchar(answer[i]);
        fflush(stdout);
    }
    fclose(server);
    return 0;
}
