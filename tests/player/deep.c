/* deep - directories so deep that no path can name the last of them. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char name[201];
    memset(name, 'd', 200);
    name[200] = '\0';
    for (int i = 0; i < 60; i++)
        if (mkdir(name, 0700) == -1 || chdir(name) == -1)
            return 1;
    return 0;
}
