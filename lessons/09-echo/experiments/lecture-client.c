/*
 * lecture-client.c - the echo client as many a lecture has it.
 *
 *   build  cc -I../../../common lecture-client.c ../../../common/error.c \
 *             ../../../common/net.c -o lecture-client
 *   run    ./lecture-client [HOST [PORT]]    default 127.0.0.1 5000
 *   read   getchar(3)
 *
 * It is wrong on purpose: what getchar returns is put into a char, and a byte
 * is taken for a letter. See client.c. The original would go on for ever after
 * the end of its input; this one stops after 10,000 bytes.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "net.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 3)
        usage("lecture-client [HOST [PORT]]");
    int sockfd = connect_to(argc > 1 ? argv[1] : "127.0.0.1",
                            parse_port(argc > 2 ? argv[2] : "5000"));

    int after_the_end = 0;
    for (;;) {
        printf("Input a message\n");

        /* At the end of the input getchar returns EOF, an int that is no
         * byte's value. In a char it looks like one, and it is not '\n'. */
        char c;
        do {
            c = (char)getchar();
            if (send(sockfd, &c, 1, MSG_NOSIGNAL) == -1)
                die("send to the server");
            after_the_end += feof(stdin) != 0;
        } while (c != '\n' && after_the_end < 10000);
        if (after_the_end > 0) {
            printf("sent %d times the byte %#x after the end of the input\n",
                   after_the_end, (unsigned char)c);
            return 1;
        }

        /* A letter for each byte: true of "hello". */
        do {
            if (recv(sockfd, &c, 1, 0) < 1)
                die("recv from the server");
            if (c != '\n')
                printf("received '%c'\n", c);
        } while (c != '\n');
    }
}
