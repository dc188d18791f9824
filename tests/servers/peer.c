/*
 * peer.c - start a server, be its clients, and say what it did wrong.
 *
 *   build  cc *.c -o peer
 *   run    ./peer [OPTION...] SUITE SERVER [ARGUMENT...]
 *
 * SUITE is one of
 *   hostile      bad clients of all kinds; --only KIND is one of them
 *   succession   10,000 good clients, one after another
 *   crowd        1,000 good clients at once
 *   inject       errors in the server's calls, with strace
 *
 * What a good client of this server does:
 *   --say TEXT   it sends this (\n, \r, \0 and \\ stand for bytes)
 *   --hear TEXT  it must get this and no more; --find TEXT: and anything else
 *   --big TEXT   asks for a long answer, again and again; otherwise TEXT is
 *                what it says
 *   --ends       the server ends the connection by itself; otherwise it does
 *                when the client half-closes
 *   --echo       whatever comes goes back
 *   --chat       a line goes to all others
 *   --datagrams  it serves UDP, and sends each datagram back
 *   --in-turn    it serves one client, or a few, at a time
 *   --silent MS  a client that says nothing may stop the others so long, 0 is
 *                not at all, -1 until it leaves
 *   --deaf MS    and one that never reads so long
 *   --count N    another number than 10,000 or 1,000
 *   --seed N     for nonsense
 *   --patience MS  how long to wait for what should come at once
 */
#define _GNU_SOURCE /* getopt_long */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "peer.h"

struct talk talk;
int patience = 5000;

/* In place: the result is never longer. */
static size_t unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        if (*in != '\\') {
            *out++ = *in;
            continue;
        }
        in++;
        *out++ = *in == 'n'   ? '\n'
                 : *in == 'r' ? '\r'
                 : *in == '0' ? '\0'
                              : *in;
    }
    return (size_t)(out - text);
}

int main(int argc, char *argv[])
{
    static const struct option options[] = {
        {"say", required_argument, NULL, 's'},
        {"hear", required_argument, NULL, 'h'},
        {"find", required_argument, NULL, 'f'},
        {"big", required_argument, NULL, 'b'},
        {"ends", no_argument, NULL, 'e'},
        {"echo", no_argument, NULL, 'E'},
        {"chat", no_argument, NULL, 'c'},
        {"datagrams", no_argument, NULL, 'd'},
        {"in-turn", no_argument, NULL, 't'},
        {"silent", required_argument, NULL, 'S'},
        {"deaf", required_argument, NULL, 'D'},
        {"count", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 'r'},
        {"patience", required_argument, NULL, 'p'},
        {"only", required_argument, NULL, 'o'},
        {NULL, 0, NULL, 0},
    };
    const char *only = NULL;
    int count = 0;
    talk.say = talk.hear = "";
    for (int c; (c = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        switch (c) {
        case 's':
            talk.say_length = unescape(optarg);
            talk.say = optarg;
            break;
        case 'f':
        case 'h':
            talk.hear_length = unescape(optarg);
            talk.hear = optarg;
            talk.find = c == 'f';
            break;
        case 'b':
            talk.big_length = unescape(optarg);
            talk.big = optarg;
            break;
        case 'e':
            talk.ends = true;
            break;
        case 'E':
            talk.echo = true;
            break;
        case 'c':
            talk.chat = true;
            break;
        case 'd':
            talk.datagrams = true;
            break;
        case 't':
            talk.in_turn = true;
            break;
        case 'S':
            talk.silent_ms = (int)strtol(optarg, NULL, 10);
            break;
        case 'D':
            talk.deaf_ms = (int)strtol(optarg, NULL, 10);
            break;
        case 'n':
            count = (int)strtol(optarg, NULL, 10);
            break;
        case 'r':
            seed = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'p':
            patience = (int)strtol(optarg, NULL, 10);
            break;
        case 'o':
            only = optarg;
            break;
        default:
            return 2;
        }
    }
    if (optind + 1 >= argc) {
        fprintf(stderr, "usage: peer [OPTION...] SUITE SERVER [ARGUMENT...]\n");
        return 2;
    }
    if (talk.big == NULL) {
        talk.big = talk.say_length > 0 ? talk.say : "x";
        talk.big_length = talk.say_length > 0 ? talk.say_length : 1;
    }

    /* 1,000 connections are 1,000 descriptors, for the server as well. */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 4096) {
        limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
        setrlimit(RLIMIT_NOFILE, &limit);
    }

    const char *suite = argv[optind];
    char **server = argv + optind + 1;
    if (strcmp(suite, "hostile") == 0)
        hostile(server, only);
    else if (strcmp(suite, "succession") == 0)
        one_after_another(server, count > 0 ? count : 10000);
    else if (strcmp(suite, "crowd") == 0)
        at_once(server, count > 0 ? count : 1000);
    else if (strcmp(suite, "inject") == 0)
        inject(server);
    else
        fail("no suite is called %s", suite);
    return 0;
}
