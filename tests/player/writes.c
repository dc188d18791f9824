/* writes - a line to each stream, a part of one, a read; then in ways that
 * are not write(1, ...): writev(2), a duplicate of descriptor 1. */
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void put(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) == -1)
        exit(1);
}

int main(void)
{
    char line[3001];
    put(1, "one\n");
    put(2, "err\n");
    put(1, "part");
    if (read(0, line, sizeof line) == -1)
        return 1;
    memset(line, 'x', 3000);
    line[3000] = '\n';
    struct iovec parts[] = {{"by ", 3}, {"writev\n", 7}};
    if (write(1, line, sizeof line) == -1 || writev(1, parts, 2) == -1)
        return 1;
    put(dup(1), "by dup\n");
    put(1, "end\n");
    return 3;
}
