/*
 * leave.c - connect, say one line, leave; do not wait for the echo.
 *
 *   build  cc -I../../../common leave.c ../../../common/error.c \
 *             ../../../common/io.c ../../../common/net.c -o leave
 *   run    ./leave [HOST [PORT]]         default 127.0.0.1 5000
 *   read   send(2), close(2)
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("leave [HOST [PORT]]");
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1",
                            parse_port(argc > 2 ? argv[2] : "5000"));
    static const char text[] = "I have to go.\n";
    if (send_all(sockfd, text, strlen(text)) == -1)
        die("send to the server");
    close(sockfd);
    printf("sent %zu bytes and left\n", strlen(text));
    return 0;
}
