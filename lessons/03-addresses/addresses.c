/*
 * addresses.c - an IPv4 address from text to binary and back to text.
 *
 *   build  cc -I../../common addresses.c ../../common/error.c -o addresses
 *   run    ./addresses TEXT...        as ./addresses 197.0.0.1 300.0.0.1
 *   read   inet_pton(3), inet_ntop(3), ip(7)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2)
        usage("addresses TEXT...");

    struct in_addr *binary = calloc((size_t)argc, sizeof *binary);
    if (binary == NULL)
        die("calloc %d addresses", argc);
    size_t valid = 0;

    /* p is presentation (text), n is network (binary). The answer has three
     * values: 1 is an address, 0 is none, -1 is a family unknown here. A text
     * that is no address is no error of a call, so errno says nothing. */
    for (int i = 1; i < argc; i++) {
        switch (inet_pton(AF_INET, argv[i], &binary[valid])) {
        case 1:
            printf("valid: %s\n", argv[i]);
            valid++;
            break;
        case 0:
            printf("invalid: %s\n", argv[i]);
            break;
        default:
            die("inet_pton AF_INET");
        }
    }

    /* Back again. The buffer is ours, so that no later call overwrites it;
     * INET_ADDRSTRLEN has room for the longest address and its NUL. */
    for (size_t i = 0; i < valid; i++) {
        char text[INET_ADDRSTRLEN];
        if (inet_ntop(AF_INET, &binary[i], text, sizeof text) == NULL)
            die("inet_ntop AF_INET");
        printf("%s\n", text);
    }

    free(binary);
    return 0;
}
