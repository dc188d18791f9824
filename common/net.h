/*
 * net.h - a listening socket, a client, a connection: what lessons 02 to 06
 * have taught, so that later lessons can be about something else.
 */
#ifndef NET_H
#define NET_H

#include <netinet/in.h>
#include <stdbool.h>

/*
 * A TCP socket that listens on 127.0.0.1:port: socket, SO_REUSEADDR, bind,
 * listen with SOMAXCONN (lessons 02 to 05). With port 0 the kernel chooses;
 * local_port tells. Ends the program with a named error if a call fails.
 */
int listen_on(in_port_t port);

/* The port, in host byte order, that sockfd is bound to (getsockname). */
in_port_t local_port(int sockfd);

/*
 * accept once, with lesson 05's three kinds of errors. Returns the connected
 * descriptor, with the client's address in *peer unless that is NULL. Returns
 * -1 if there is nobody to serve now, so that the caller looks around and
 * calls again: a signal came, nobody is there (listenfd is non-blocking), the
 * client has gone again, or there is no room for a connection (EMFILE ...);
 * that is said once, and a tenth of a second passes before the return. Any
 * other error ends the program.
 */
int accept_client(int listenfd, struct sockaddr_in *peer);

/*
 * The errors of accept that say something of one connection and nothing of
 * the listening socket, and those that say there is no room now (accept(2)).
 */
bool concerns_one_client(int error);
bool concerns_room(int error);

/*
 * A TCP socket that is connected to host (an IPv4 address in text) and port:
 * inet_pton, socket, connect (lessons 03 and 06). Ends the program with a
 * named error if it cannot be.
 */
int connect_to(const char *host, in_port_t port);

/* "127.0.0.1:5000" for an address; where it is kept is the caller's. */
enum { ENDPOINT_SIZE = INET_ADDRSTRLEN + 6 };
const char *endpoint(const struct sockaddr_in *address,
                     char text[ENDPOINT_SIZE]);

#endif
