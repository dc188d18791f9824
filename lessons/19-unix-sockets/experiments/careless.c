/*
 * careless.c - listen at a path, as many do: never removing it, or always.
 *
 *   build  cc -I../../../common careless.c ../../../common/error.c \
 *             -o careless
 *   run    ./careless PATH [unlink]      it ends at the end of its input, and
 *                                        accepts nobody
 *   read   unix(7), bind(2), unlink(2)
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../path.h"
#include "error.h"

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "unlink") != 0))
        usage("careless PATH [unlink]");
    struct sockaddr_un self = address_of(argv[1]);

    int listenfd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listenfd == -1)
        die("socket AF_UNIX SOCK_STREAM");

    /* "Remove what the last run has left." Or whatever else is there. */
    if (argc == 3)
        unlink(self.sun_path);
    if (bind(listenfd, (struct sockaddr *)&self, sizeof self) == -1)
        die("bind %s", self.sun_path);
    if (listen(listenfd, SOMAXCONN) == -1)
        die("listen at %s", self.sun_path);
    printf("process %d listens on %s\n", getpid(), self.sun_path);

    while (getchar() != EOF)
        ;
    close(listenfd); /* the socket is gone; its file is not */
    return 0;
}
