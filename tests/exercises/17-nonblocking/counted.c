/* counted.c - call connect 50 times, in vain, and become the program that the
 * arguments name. So its first connect is the 51st of this process: strace can
 * tell it from those of whatever starts the program, a sandbox for instance. */
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    for (int i = 0; i < 50; i++)
        (void)connect(-1, &nobody, sizeof nobody);
    if (argc > 1)
        execv(argv[1], argv + 1);
    return 126;
}
