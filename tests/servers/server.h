/*
 * server.h - where the server listens.
 */
#ifndef SERVER_H
#define SERVER_H

#include <sys/socket.h>

extern struct sockaddr_storage server_address;
extern socklen_t server_address_length;

#endif
