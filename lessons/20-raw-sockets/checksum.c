/*
 * checksum.c - the Internet checksum, word by word.
 *
 *   build  cc -I../../common checksum.c ../../common/error.c -o checksum
 *   run    ./checksum HEX...             bytes, as 45 00 00 1c
 *   read   RFC 1071
 */
#define _GNU_SOURCE /* icmp.h needs it for unshare */
#include <stdlib.h>

#include "icmp.h"

enum { MOST = 64 };

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    unsigned char bytes[MOST] = {0};
    size_t len = 0;
    if (argc < 2 || argc - 1 > MOST)
        usage("checksum HEX...: 1 to 64 bytes, each as two hexadecimal digits");
    for (int i = 1; i < argc; i++) {
        if (strlen(argv[i]) != 2 ||
            strspn(argv[i], "0123456789abcdefABCDEF") != 2)
            refuse("byte \"%s\": two hexadecimal digits are needed, as 0f",
                   argv[i]);
        bytes[len++] = (unsigned char)strtol(argv[i], NULL, 16);
    }

    /* As on paper: the first byte of each word is the high one. */
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i += 2) {
        unsigned word = bytes[i] * 256U + (i + 1 < len ? bytes[i + 1] : 0U);
        sum += word;
        printf("+ %04x = %05x\n", word, (unsigned)sum);
    }
    while (sum >> 16 != 0) {
        printf("the carry %x is added below\n", (unsigned)(sum >> 16));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    printf("sum %04x, its complement %04x\n", (unsigned)sum,
           (unsigned)(~sum & 0xffff));

    /* As the programs do it, in whichever order this machine has. */
    uint16_t checksum = internet_checksum(bytes, len);
    unsigned char lies[2];
    memcpy(lies, &checksum, sizeof lies);
    printf("internet_checksum: %02x %02x in memory\n", lies[0], lies[1]);
    return 0;
}
