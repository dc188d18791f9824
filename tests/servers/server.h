/*
 * server.h - where the server listens.
 */
#ifndef SERVER_H
#define SERVER_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

extern union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
} server_address;
extern socklen_t server_address_length;

#endif
