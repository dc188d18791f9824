/*
 * not-an-address.c - the three answers of inet_pton, and errno.
 *
 *   build  cc -I../../../common not-an-address.c ../../../common/error.c \
 *              -o not-an-address
 *   run    ./not-an-address
 *   read   inet_pton(3)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("not-an-address");

    struct in_addr address = {.s_addr = htonl(INADDR_ANY)};

    errno = 0;
    int answer = inet_pton(AF_INET, "127.0.0.1", &address);
    printf("\"127.0.0.1\": %d\n", answer);

    /* Wrong: a text that is no address is answered with 0, so this program
     * goes on with whatever stood in address before. */
    answer = inet_pton(AF_INET, "300.0.0.1", &address);
    printf("\"300.0.0.1\": %d, errno %d\n", answer, errno);
    if (answer == -1)
        die("inet_pton 300.0.0.1");

    char text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &address, text, sizeof text) == NULL)
        die("inet_ntop AF_INET");
    printf("the address is still %s\n", text);

    /* -1 is for a family that has no text of this kind. That is our own
     * mistake and not the user's, and errno names it. */
    answer = inet_pton(AF_UNIX, "127.0.0.1", &address);
    printf("of family AF_UNIX: %d, %s\n", answer, error_symbol(errno));
    return 0;
}
