/*
 * io.h - send and receive all of it. Lesson 07 teaches what these two do.
 *
 * A stream has no messages: send may take a part of what it is given, recv
 * may give a part of what was sent, and a signal may interrupt either
 * (send(2), recv(2), signal(7)). Both go on until everything is done.
 */
#ifndef IO_H
#define IO_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Send the len bytes at data, however many calls that takes. Never raises
 * SIGPIPE. Returns 0, or -1 with send's errno (EPIPE, ECONNRESET ...): then
 * some of the bytes may have gone, and nobody knows how many arrived.
 */
int send_all(int sockfd, const void *data, size_t len);

/*
 * Receive len bytes into data, however many calls that takes. Returns len;
 * less if the peer ended its side before (0: there was nothing more); or -1
 * with recv's errno.
 */
ssize_t recv_all(int sockfd, void *data, size_t len);

#endif
