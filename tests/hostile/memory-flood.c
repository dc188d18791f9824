#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void)
{
    while (fork() >= 0)
        for (char *block; (block = malloc(1 << 20)) != NULL;)
            memset(block, 1, 1 << 20);
    pause();
}
