#include "io.h"

#include <errno.h>
#include <sys/socket.h>

int send_all(int sockfd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = send(sockfd, at, len, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return -1;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

ssize_t recv_all(int sockfd, void *data, size_t len)
{
    char *at = data;
    size_t received = 0;
    while (received < len) {
        ssize_t n = recv(sockfd, at + received, len - received, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return -1;
        if (n == 0)
            break;
        received += (size_t)n;
    }
    return (ssize_t)received;
}
