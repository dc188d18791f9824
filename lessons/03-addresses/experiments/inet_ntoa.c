/*
 * inet_ntoa.c - two addresses in one printf, and the buffer they share.
 *
 *   build  cc -I../../../common inet_ntoa.c ../../../common/error.c \
 *              -o inet_ntoa
 *   run    ./inet_ntoa
 *   read   inet_ntoa(3), inet_ntop(3)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc > 1)
        usage("inet_ntoa");

    struct in_addr from = {.s_addr = htonl(INADDR_LOOPBACK)};
    struct in_addr to = {.s_addr = htonl(INADDR_ANY)};

    /* Wrong: both calls have returned before printf begins, and the second
     * has written over the text of the first. Which of the two is the second,
     * C leaves to the compiler. */
    printf("inet_ntoa: from %s to %s\n", inet_ntoa(from), inet_ntoa(to));

    const char *first = inet_ntoa(from);
    const char *second = inet_ntoa(to);
    printf("inet_ntoa: %s\n", first == second ? "one buffer" : "two buffers");

    /* Right: a buffer for each. */
    char from_text[INET_ADDRSTRLEN], to_text[INET_ADDRSTRLEN];
    if (inet_ntop(AF_INET, &from, from_text, sizeof from_text) == NULL ||
        inet_ntop(AF_INET, &to, to_text, sizeof to_text) == NULL)
        die("inet_ntop AF_INET");
    printf("inet_ntop: from %s to %s\n", from_text, to_text);
    return 0;
}
