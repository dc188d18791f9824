/*
 * path.h - a path as an address. What every program of this lesson needs.
 */
#ifndef PATH_H
#define PATH_H

#include <string.h>
#include <sys/un.h>

#include "error.h"

/*
 * A sockaddr_un has room for 108 bytes, the 0 at the end among them. A longer
 * path must be refused, not cut: what is left of it is another file's name.
 */
static inline struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path)
        refuse("path \"%s\": a socket's path has from 1 to %zu bytes", path,
               sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, length + 1);
    return address;
}

#endif
