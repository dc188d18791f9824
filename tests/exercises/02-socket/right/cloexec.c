/* A flag beside the type, all questions in a table, stdout fully buffered,
 * symbols of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
    const char *name;
    int value;
} names[] = {{"AF_UNIX", 1},     {"AF_INET", 2},      {"AF_INET6", 10},
             {"SOCK_STREAM", 1}, {"SOCK_DGRAM", 2},   {"SOCK_RAW", 3},
             {"IPPROTO_TCP", 6}, {"IPPROTO_UDP", 17}, {"IPPROTO_ICMP", 1}};

static int number(const char *text)
{
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].name, text))
            return names[i].value;
    return (int)strtol(text, NULL, 0);
}

int main(int argc, char **argv)
{
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    if (argc != 4)
        return 2;
    int fd = socket(number(argv[1]), number(argv[2]) | SOCK_CLOEXEC,
                    number(argv[3]));
    if (fd < 0) {
        printf("errno %s\n", strerrorname_np(errno));
        perror("socket");
        return EXIT_FAILURE;
    }
    struct {
        const char *what;
        int option, value;
    } questions[] = {{"domain", SO_DOMAIN, 0},
                     {"type", SO_TYPE, 0},
                     {"protocol", SO_PROTOCOL, 0}};
    for (int i = 0; i < 3; i++) {
        socklen_t length = sizeof(int);
        if (getsockopt(fd, SOL_SOCKET, questions[i].option, &questions[i].value,
                       &length)) {
            perror(questions[i].what);
            return EXIT_FAILURE;
        }
    }
    close(fd);
    printf("descriptor %d\n", fd);
    for (int i = 0; i < 3; i++)
        printf("%s %d\n", questions[i].what, questions[i].value);
    return EXIT_SUCCESS;
}
