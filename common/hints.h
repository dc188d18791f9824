/*
 * hints.h - what a learner can do about an error. Only error.c includes it.
 *
 * The first row that fits is used. A row fits when its number is the error's
 * and one of its calls (separated by |, or * for every call) is what the
 * message begins with. {port} stands for the port in the message's last
 * "HOST:PORT" word; without one, a row that needs it does not fit. So the
 * rows for one error go from the special to the general, and the rows for
 * every call come last.
 *
 * A hint is one line: why the kernel said no, and what to look at or do next.
 */
#ifndef HINTS_H
#define HINTS_H

#include "symbols.h"

struct hint {
    const char *calls;
    int number;
    const char *text;
};

static const struct hint errno_hints[] = {
    /* Files. */
    {"open|openat|creat|fopen", ENOENT,
     "no file or directory of this name; `pwd` shows where a relative name "
     "starts, and O_CREAT makes a new file"},
    {"opendir|chdir|stat|lstat|unlink", ENOENT,
     "no file or directory of this name; `pwd` shows where a relative name "
     "starts"},
    {"open|openat|creat|fopen|opendir|chdir|stat|lstat", EACCES,
     "the permissions of the file, or of a directory on the way to it, say "
     "no; `namei -l NAME` shows them all"},
    {"open|openat|creat", EEXIST,
     "O_CREAT with O_EXCL refuses a name that is taken, be it by a dangling "
     "symbolic link"},
    {"open|openat|creat|fopen", EISDIR,
     "this is a directory, and a directory cannot be opened for writing"},
    {"open|openat|creat|fopen", ENXIO,
     "for a socket's file use connect; a FIFO opened with O_WRONLY and "
     "O_NONBLOCK needs a reader first"},
    {"open|openat|creat|fopen", ETXTBSY,
     "this program is running, and its file cannot be changed meanwhile"},
    {"read", EISDIR, "a directory is read with readdir, not with read"},
    {"read|readv|pread", EBADF,
     "this descriptor is closed, or was opened for writing only"},
    {"write standard output", EBADF,
     "standard output was closed, or open for reading only, when the "
     "program started"},
    {"write|writev|pwrite", EBADF,
     "this descriptor is closed, or was opened for reading only"},
    {"write", EFBIG,
     "the file may not grow further: `ulimit -f` shows the limit"},
    {"lseek", ESPIPE,
     "sockets, pipes and terminals have no offset: what is read is gone"},
    {"mkdir|symlink|link|mkfifo", EEXIST, "this name is taken; `ls -ld` it"},

    /* socket and socketpair. */
    {"socket|socketpair", EPROTONOSUPPORT,
     "this domain and type have no such protocol; 0 takes their usual one"},
    {"socket|socketpair", ESOCKTNOSUPPORT,
     "this domain has no sockets of this type; the Internet's are "
     "SOCK_STREAM, SOCK_DGRAM and SOCK_RAW"},
    {"socket|socketpair", EAFNOSUPPORT,
     "this kernel does not speak that address family; socket(2) lists those "
     "that exist"},
    {"socket|socketpair", EINVAL,
     "no protocol can have this number, or the type has a flag that does not "
     "exist"},
    {"socket", EPERM,
     "raw and packet sockets need CAP_NET_RAW: be root, or root of a "
     "namespace of your own (`unshare -Urn`)"},
    {"socketpair", EOPNOTSUPP, "only AF_UNIX makes pairs"},

    /* Addresses. */
    {"inet_pton|inet_ntop", EAFNOSUPPORT,
     "the family must be AF_INET or AF_INET6"},
    {"inet_ntop", ENOSPC,
     "the buffer is too small: INET_ADDRSTRLEN bytes hold any IPv4 address, "
     "INET6_ADDRSTRLEN any IPv6 address"},

    /* bind. */
    {"bind|listen", EADDRINUSE,
     "another socket holds this port, perhaps one in TIME-WAIT; "
     "`ss -atunp 'sport = :{port}'` shows which, unless that one is only "
     "bound"},
    {"bind", EADDRINUSE,
     "this address is taken; a socket's file stays when its server has gone: "
     "if `ls -l` shows one, and `ss -xl` nobody behind it, remove it"},
    {"bind", EACCES,
     "port {port} is one of the low ones that are for root, those below "
     "/proc/sys/net/ipv4/ip_unprivileged_port_start; was htons forgotten?"},
    {"bind", EACCES,
     "you may not make a file in this directory (`ls -ld` it), or the port "
     "is one of the low ones that are for root"},
    {"bind", EADDRNOTAVAIL,
     "no interface of this machine has this address (`ip addr` lists them); "
     "is it in network byte order?"},
    {"bind", EINVAL,
     "the socket is bound already, or the length is not that of its "
     "family's address"},
    {"bind", ENOENT, "the directory that this name lies in does not exist"},

    /* listen and accept. */
    {"listen", EADDRINUSE, "another socket listens on this port already"},
    {"listen", EOPNOTSUPP,
     "only stream sockets listen; a datagram socket receives at once"},
    {"listen", EINVAL,
     "this socket is connected already, or an AF_UNIX one that was not bound"},
    {"accept|accept4", EINVAL,
     "this socket does not listen yet, or the length behind addrlen is "
     "negative"},
    {"accept|accept4", EOPNOTSUPP,
     "only a listening stream socket accepts; a datagram socket receives at "
     "once"},
    {"accept|accept4", ECONNABORTED,
     "this client left before accept; go on with the next one"},
    {"accept|accept4", EAGAIN,
     "no client is waiting, and the descriptor is non-blocking; poll for "
     "POLLIN, then accept again"},
    {"accept|accept4", EMFILE,
     "this process has no descriptor left for the client, which stays in the "
     "queue; close one first, or accept fails for ever"},

    /* connect. */
    {"connect", ECONNREFUSED,
     "nobody listens on port {port} there; is the server running? On its "
     "machine, `ss -ltn 'sport = :{port}'` shows it"},
    {"connect", ECONNREFUSED,
     "nobody listens at this address; a socket's file stays when its server "
     "has gone"},
    {"connect|sendto", ENOENT,
     "no file of this name: a server makes it when it binds; is it running, "
     "and in this directory?"},
    {"connect", ETIMEDOUT,
     "nobody answers at all: the machine is down, or a firewall swallows "
     "what we send"},
    {"connect", EINTR,
     "a signal came first; on this socket the connection may still come to be: "
     "poll it for POLLOUT and ask getsockopt for SO_ERROR, or use a new one"},
    {"connect", EISCONN,
     "this socket is connected already; another peer needs another socket"},
    {"connect", EINPROGRESS,
     "a non-blocking connect goes on by itself; poll for POLLOUT, then ask "
     "getsockopt for SO_ERROR"},
    {"connect", EALREADY,
     "an earlier connect is still under way; poll for POLLOUT, then ask "
     "getsockopt for SO_ERROR"},
    {"connect", EADDRNOTAVAIL,
     "no connection with this pair of addresses is free: the local port is "
     "taken for this very peer, or all are in use"},
    {"connect", ECONNABORTED,
     "the attempt before this one failed; use a new socket"},
    {"connect", EAGAIN,
     "the server's queue is full, and the descriptor is non-blocking; try "
     "again later"},
    {"connect", EPROTOTYPE,
     "the socket at that name is of another type, SOCK_STREAM against "
     "SOCK_DGRAM"},
    {"connect", EINVAL,
     "the length is not that of the family's address, or the socket listens"},
    {"connect|sendto", EACCES,
     "a broadcast address needs SO_BROADCAST; a socket's file needs write "
     "permission (`ls -l` it)"},
    {"bind|connect|sendto", EAFNOSUPPORT,
     "the address is of another family than the socket; was sa_family "
     "filled in?"},
    {"connect|sendto", EPERM, "a firewall on this machine forbids it"},

    /* Sending. */
    {"write standard output", EPIPE,
     "whoever read our output has gone, as `| head -1` does"},
    {"send|sendto|sendmsg|write|writev", EPIPE,
     "nobody can read this any more: the peer has gone, we have shut down "
     "our side, or the socket was never connected"},
    {"send|sendto|sendmsg|write|writev", ECONNRESET,
     "the peer reset the connection: it ended, or closed without reading all "
     "that we had sent"},
    {"send|sendto|sendmsg|write|writev", EAGAIN,
     "the send buffer is full, for the peer does not read; poll for POLLOUT, "
     "then go on where this one stopped"},
    {"send|sendto|sendmsg|write|writev", EDESTADDRREQ,
     "this datagram socket has no peer: connect it, or use sendto with an "
     "address"},
    {"sendto|sendmsg", EISCONN,
     "this socket has its peer already: use send, without an address"},
    {"send|sendto|sendmsg|write|writev", EMSGSIZE,
     "too much for one datagram; UDP over IPv4 carries at most 65,507 bytes"},
    {"send|sendto|sendmsg", EOPNOTSUPP,
     "this socket does not know one of these flags; MSG_OOB, for instance, "
     "is TCP's"},
    {"sendto", EINVAL,
     "port 0 is nobody's, or the length is not that of the family's address"},

    /* Receiving. */
    {"recv|recvfrom|recvmsg|read|readv", ECONNRESET,
     "the peer reset the connection: it ended, or closed without reading all "
     "that we had sent"},
    {"recv|recvfrom|recvmsg|read|readv", EAGAIN,
     "nothing is there yet, and the descriptor is non-blocking or its "
     "SO_RCVTIMEO is over; poll for POLLIN, then try again"},
    {"recv|recvfrom|recvmsg|read|readv", ENOTCONN,
     "this socket has no peer; on the server's side, read from the descriptor "
     "that accept returned"},
    {"recv|recvmsg", EINVAL,
     "no urgent byte is there for MSG_OOB, or SO_OOBINLINE puts it into the "
     "stream"},
    {"recvfrom", EINVAL,
     "no urgent byte is there for MSG_OOB, or the length behind addrlen is "
     "negative"},
    {"send|sendto|sendmsg|write|recv|recvfrom|recvmsg|read", ECONNREFUSED,
     "nobody was there for this datagram, or for the one before it; is the "
     "server running?"},
    {"send|sendto|sendmsg|write|recv|recvfrom|recvmsg|read", ETIMEDOUT,
     "the peer acknowledges, or takes, nothing any more: it or the way to it "
     "is "
     "down, or it has stopped reading"},

    /* The end, the names and the options of a socket. */
    {"shutdown", ENOTCONN, "there is no connection (any more) to shut down"},
    {"shutdown", EINVAL,
     "the second argument is SHUT_RD, SHUT_WR or SHUT_RDWR"},
    {"getpeername", ENOTCONN,
     "this socket has no peer: it listens, is not connected yet, or the peer "
     "has reset the connection"},
    {"getsockname|getpeername", EINVAL,
     "the length behind addrlen is negative; set it to the size of the buffer "
     "before each call"},
    {"setsockopt|getsockopt", ENOPROTOOPT,
     "this level has no such option, or one that can only be read; "
     "socket(7), ip(7), tcp(7) and udp(7) list them"},
    {"setsockopt|getsockopt", EINVAL,
     "the value or its length is wrong: int for most options, struct timeval "
     "for SO_RCVTIMEO, struct linger for SO_LINGER"},
    {"setsockopt|getsockopt", EOPNOTSUPP,
     "this kind of socket has no such level; IPPROTO_TCP options need a TCP "
     "socket"},
    {"setsockopt", EDOM,
     "tv_usec counts microseconds, from 0 to 999,999; whole seconds go into "
     "tv_sec"},
    {"setsockopt", EPERM, "this option, or so large a value, is for root"},

    /* Waiting for many. */
    {"select|pselect", EBADF,
     "one of the sets holds a closed descriptor; rebuild the sets before "
     "each call"},
    {"select|pselect", EINVAL,
     "nfds is the highest descriptor plus 1; neither it nor the timeout may "
     "be negative"},
    {"poll|ppoll", EINVAL,
     "more entries than the process may have descriptors (`ulimit -n`)"},
    {"epoll_ctl", EEXIST,
     "this descriptor is in the set already; EPOLL_CTL_MOD changes it"},
    {"epoll_ctl", ENOENT,
     "this descriptor is not in the set; EPOLL_CTL_ADD puts it there"},
    {"epoll_ctl", EPERM,
     "epoll takes no regular files or directories: they are always ready"},
    {"epoll_wait|epoll_pwait", EINVAL,
     "maxevents must be above 0, and the descriptor one of epoll's"},

    /* Processes and signals. */
    {"fork|pthread_create", EAGAIN,
     "no more processes or threads for this user (`ulimit -u`), or in this "
     "container"},
    {"wait|waitpid", ECHILD,
     "no child is left to wait for, or SIGCHLD is ignored"},
    {"kill", ESRCH, "no such process (any more)"},
    {"kill", EPERM, "this process is another user's"},
    {"sigaction|signal", EINVAL,
     "no such signal, or one that cannot be caught: SIGKILL, SIGSTOP"},
    {"execv|execve|execvp|execl|execlp", ENOENT,
     "no such program; execvp and execlp search PATH, the others take the "
     "name as it stands"},

    /* What means the same whatever was called. */
    {"*", 0,
     "errno was not set: this call did not fail, or it reports errors in "
     "another way, as getaddrinfo does"},
    {"*", EBADF,
     "this descriptor is not open; was it closed already, or is it the -1 of "
     "a call that failed?"},
    {"*", ENOTSOCK,
     "this descriptor is a file, pipe or terminal, not a socket"},
    {"*", ENOTCONN,
     "this socket has no peer; connect it, or use the one that accept "
     "returned"},
    {"*", ENOTTY,
     "this descriptor is no terminal, or knows nothing of this request"},
    {"*", EMFILE,
     "this process has no descriptor left (`ulimit -n`); `ls -l "
     "/proc/PID/fd` shows what it forgot to close"},
    {"*", ENFILE,
     "the whole system has no descriptor left; /proc/sys/fs/file-nr counts "
     "them"},
    {"*", EINTR,
     "a signal came before anything else happened; call again, unless the "
     "signal asks you to stop"},
    {"*", EFAULT,
     "a pointer among the arguments leads nowhere; was & forgotten?"},
    {"*", ENOMEM, "no memory left; `free -h` shows how much the machine has"},
    {"*", ENOBUFS,
     "the kernel has no buffer left for this; wait a little, then try again"},
    {"*", ENETUNREACH,
     "no route leads to this address; `ip route` shows those that there are"},
    {"*", EHOSTUNREACH,
     "a route leads there, but no machine answers at that address"},
    {"*", ENETDOWN, "the interface is down; `ip link` shows its state"},
    {"*", ENOSPC, "the device is full; `df -h .` shows how full"},
    {"*", EDQUOT,
     "your share of this disk is used up; `quota` or `df -h .` shows it"},
    {"*", EROFS,
     "this file system can only be read; write somewhere else, as in /tmp"},
    {"*", ENOTDIR, "a name before the last slash is not a directory"},
    {"*", ELOOP,
     "symbolic links lead round in a circle; `namei NAME` follows them"},
    {"*", ENAMETOOLONG, "a name holds at most 255 bytes, a whole path 4,095"},
};

static const struct hint gai_hints[] = {
    {"*", EAI_NONAME,
     "nobody knows this name; is it spelled right? `getent ahosts NAME` asks "
     "the same question"},
    {"*", EAI_AGAIN,
     "no name server answers; are we online? A numeric address needs none"},
    {"*", EAI_FAIL,
     "the name server answered that it cannot tell; another one might"},
    {"*", EAI_NODATA,
     "the name exists, but has no address of the family asked for; AF_UNSPEC "
     "asks for both"},
    {"*", EAI_ADDRFAMILY,
     "the name exists, but has no address of the family asked for; AF_UNSPEC "
     "asks for both"},
    {"*", EAI_SERVICE,
     "no such service for this socket type; `getent services NAME` knows "
     "those with a name, and a number always does"},
    {"*", EAI_FAMILY, "ai_family must be AF_UNSPEC, AF_INET or AF_INET6"},
    {"*", EAI_SOCKTYPE,
     "ai_socktype and ai_protocol do not fit together; 0 in both asks for "
     "all"},
    {"*", EAI_BADFLAGS,
     "ai_flags holds an unknown flag, or AI_CANONNAME without a name; was "
     "hints filled with zeros first?"},
    {"*", EAI_OVERFLOW,
     "the buffer is too small: NI_MAXHOST and NI_MAXSERV bytes hold any "
     "name"},
    {"*", EAI_MEMORY,
     "no memory left; `free -h` shows how much the machine has"},
};

#endif
