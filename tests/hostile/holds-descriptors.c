/* The child keeps stdout and all else open; the parent is gone. */
#include <unistd.h>
int main(void)
{
    if (fork() == 0)
        for (;;)
            pause();
}
