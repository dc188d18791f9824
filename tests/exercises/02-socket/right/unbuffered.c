/* Byte by byte to an unbuffered stdout; the questions last one first; common/'s
 * report, which keeps errno. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

static void say(const char *what, const char *is)
{
    while (*what)
        putchar(*what++);
    putchar(' ');
    while (*is)
        putchar(*is++);
    putchar('\n');
}

static void say_number(const char *what, int is)
{
    char text[12];
    snprintf(text, sizeof text, "%d", is);
    say(what, text);
}

static int value(const char *text)
{
    static const char *const names =
        " AF_UNIX=1 AF_INET=2 AF_INET6=10 SOCK_STREAM=1 SOCK_DGRAM=2 SOCK_RAW=3"
        " IPPROTO_ICMP=1 IPPROTO_TCP=6 IPPROTO_UDP=17 ";
    char key[40];
    int number;
    snprintf(key, sizeof key, " %s=", text);
    const char *found = strstr(names, key);
    if (sscanf(found ? found + strlen(key) : text, "%d", &number) != 1)
        refuse("%s: what is that?", text);
    return number;
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc < 4)
        usage("sockinfo DOMAIN TYPE PROTOCOL");
    int answers[3], options[3] = {SO_DOMAIN, SO_TYPE, SO_PROTOCOL};
    int sockfd = socket(value(argv[1]), value(argv[2]), value(argv[3]));
    if (sockfd == -1) {
        report("socket %s %s %s", argv[1], argv[2], argv[3]);
        say("errno", error_symbol(errno));
        return 1;
    }
    for (int i = 2; i >= 0; i--)
        if (getsockopt(sockfd, SOL_SOCKET, options[i], &answers[i],
                       &(socklen_t){sizeof answers[i]}) == -1)
            die("getsockopt");
    say_number("descriptor", sockfd);
    say_number("domain", answers[0]);
    say_number("type", answers[1]);
    say_number("protocol", answers[2]);
    return close(sockfd) == 0 ? 0 : 1;
}
