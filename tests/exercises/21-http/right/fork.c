/* A child for each client, the whole path in one openat2, sendfile. SIGPIPE is
 * ignored, SIGCHLD too: so the kernel keeps no zombies. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "net.h"
#include "request.h"

static char text[HEAD_SIZE + 1];
static struct request request;

static void say(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            _exit(0);
        bytes += done;
        n -= (size_t)done;
    }
}

static void serve(int root, int fd)
{
    size_t held = 0, head = 0;
    while (!head && held < HEAD_SIZE) {
        ssize_t n = read(fd, text + held, HEAD_SIZE - held);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(0);
        held += (size_t)n;
        text[held] = 0;
        head = head_length(text, held);
    }
    int status = head ? read_request(text, head, &request) : 431, file = -1;
    struct stat st = {0};
    if (status == 200) {
        struct open_how how = {.flags = O_RDONLY | O_NONBLOCK,
                               .resolve =
                                   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
        char *name = request.path + strspn(request.path, "/");
        file = (int)syscall(SYS_openat2, root, name, &how, sizeof how);
        if (file < 0)
            status = errno == ENOENT || errno == ENOTDIR ? 404 : 403;
        else if (fstat(file, &st) < 0 || !S_ISREG(st.st_mode))
            status = 404;
    }
    char line[300];
    int n = snprintf(line, sizeof line,
                     "HTTP/1.0 %d Done\r\nServer: fork\r\n"
                     "Content-Length: %ld\r\n\r\n",
                     status, status == 200 ? (long)st.st_size : 0L);
    say(fd, line, (size_t)n);
    if (status != 200 || strcmp(request.method, "HEAD") == 0)
        _exit(0);
    for (off_t at = 0; at < st.st_size;)
        if (sendfile(fd, file, &at, (size_t)(st.st_size - at)) <= 0 &&
            errno != EINTR)
            _exit(0);
    _exit(0);
}

int main(int argc, char *argv[])
{
    start_program(argv[0]);
    if (argc != 3)
        usage("kiosk PORT DIRECTORY");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    int root = open(argv[2], O_PATH | O_DIRECTORY);
    if (root < 0)
        die("open %s", argv[2]);
    in_port_t port = parse_port(argv[1]);
    int door = listen_on(port);
    printf("listening on 127.0.0.1:%u\n", port);
    fflush(stdout);
    for (;;) {
        int fd = accept_client(door, NULL);
        if (fd < 0)
            continue;
        if (fork() == 0)
            serve(root, fd);
        close(fd);
    }
}
