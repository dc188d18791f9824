/*
 * hear.c - a client that only listens: print what comes, until the end.
 *
 *   build  cc -I../../../common hear.c ../../../common/error.c \
 *             ../../../common/net.c -o hear
 *   run    ./hear [HOST [PORT]]          default 127.0.0.1 5000
 *   read   recv(2)
 */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("hear [HOST [PORT]]");
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1",
                            parse_port(argc > 2 ? argv[2] : "5000"));
    char buffer[512];
    ssize_t n;
    while ((n = recv(sockfd, buffer, sizeof buffer, 0)) != 0) {
        if (n == -1 && errno != EINTR)
            die("recv from the server");
        if (n > 0 && fwrite(buffer, 1, (size_t)n, stdout) < (size_t)n)
            return 1; /* start_program's check at exit says why */
    }
    printf("the server hung up\n");
    return 0;
}
