#define _DEFAULT_SOURCE /* struct icmphdr, struct iphdr */
#include "peer.h"

#include <inttypes.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>

/* The last request, to be answered. */
static struct {
    struct icmphdr header;
    char data[65536];
    size_t len;
} request;

/* RFC 1071: the one's complement of the one's complement sum of the 16-bit
 * words; 0 over a message whose checksum is right. */
static uint16_t checksum(const void *data, size_t len)
{
    const unsigned char *bytes = data;
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += (uint32_t)(i % 2 ? bytes[i] : bytes[i] << 8);
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Keep the echo request that this packet is; false if it is another one. The
 * packet begins with its IP header. */
static bool keep_request(const char *packet, size_t n)
{
    struct iphdr ip;
    if (n < sizeof ip)
        return false;
    memcpy(&ip, packet, sizeof ip);
    size_t start = (size_t)ip.ihl * 4;
    if (n < start + sizeof request.header)
        return false;
    memcpy(&request.header, packet + start, sizeof request.header);
    request.len = n - start - sizeof request.header;
    memcpy(request.data, packet + start + sizeof request.header, request.len);
    return request.header.type == ICMP_ECHO;
}

enum done receive_echo(struct peer *peer, struct words *line)
{
    static char packet[65536];
    size_t n;
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    do {
        if (receive_some(peer, packet, sizeof packet, 0, &n) != GOT_IT) {
            say_error("receive");
            return DONE;
        }
    } while (!keep_request(packet, n));
    size_t len = sizeof request.header + request.len;
    bool right = checksum(packet + n - len, len) == 0;
    struct sink sink = empty_sink;
    add_to_sink(&sink, request.data, request.len);
    printf("echo request id %u sequence %u ", ntohs(request.header.un.echo.id),
           ntohs(request.header.un.echo.sequence));
    print_sink(&sink);
    printf(", checksum %s\n", right ? "right" : "wrong");
    return DONE;
}

static enum done send_echo(const struct peer *peer, uint16_t id,
                           uint16_t sequence, const char *data, size_t len)
{
    static char message[sizeof(struct icmphdr) + 65536];
    struct icmphdr header = {.type = ICMP_ECHOREPLY};
    header.un.echo.id = htons(id);
    header.un.echo.sequence = htons(sequence);
    memcpy(message + sizeof header, data, len);
    memcpy(message, &header, sizeof header);
    header.checksum = htons(checksum(message, sizeof header + len));
    memcpy(message, &header, sizeof header);
    ssize_t n = sendto(peer->fd, message, sizeof header + len, 0,
                       &peer->last.as.any, peer->last.len);
    if (n == -1)
        say_error("echo-reply");
    else
        printf("answered id %u sequence %u\n", id, sequence);
    return DONE;
}

enum done reply_echo(struct peer *peer, struct words *line)
{
    if (!nothing_left(line))
        return WRONG_ARGUMENTS;
    return send_echo(peer, ntohs(request.header.un.echo.id),
                     ntohs(request.header.un.echo.sequence), request.data,
                     request.len);
}

/* A number, or +N: so much more than in the last request. */
static bool take_relative(struct words *line, uint16_t last, uint16_t *number)
{
    uint64_t value;
    struct words rest = *line;
    bool relative = rest.at < rest.end && *rest.at == '+';
    rest.at += relative;
    if (!take_number(&rest, 65535, &value))
        return false;
    *number = (uint16_t)(relative ? last + value : value);
    *line = rest;
    return true;
}

enum done forge_echo(struct peer *peer, struct words *line)
{
    uint16_t id, sequence;
    if (peer->last.len == 0) {
        puts("echo-reply: nobody has sent anything yet");
        return DONE;
    }
    if (!take_relative(line, ntohs(request.header.un.echo.id), &id) ||
        !take_relative(line, ntohs(request.header.un.echo.sequence), &sequence))
        return WRONG_ARGUMENTS;
    if (!unescape("echo-reply", line))
        return DONE;
    if (line->at == line->end)
        return send_echo(peer, id, sequence, request.data, request.len);
    return send_echo(peer, id, sequence, line->at,
                     (size_t)(line->end - line->at));
}
