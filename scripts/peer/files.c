#include "peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static struct source read_source(const char *mode, int argc, char *argv[])
{
    bool text = argc == 3 && strcmp(argv[2], "text") == 0;
    if (argc < 2 || argc > 3 || (argc == 3 && !text))
        refuse("%s: N SEED [text] is needed", mode);
    return (struct source){
        .kind = text ? RANDOM_LINES : RANDOM_BYTES,
        .total = (uint64_t)parse_number(argv[0], 0, 1 << 30, "N"),
        .seed = (uint64_t)parse_number(argv[1], 0, INT64_MAX, "SEED")};
}

static int generate(const struct source *source)
{
    char chunk[65536];
    for (uint64_t at = 0; at < source->total;) {
        uint64_t left = source->total - at;
        size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;
        make_bytes(source, at, chunk, n);
        if (fwrite(chunk, 1, n, stdout) != n)
            return EXIT_FAILURE; /* start_program's exit says why */
        at += n;
    }
    return EXIT_SUCCESS;
}

/* One line that says how far standard input is what it should be. */
static int verify(const struct source *source)
{
    uint64_t at = 0;
    for (int c; (c = getchar()) != EOF; at++) {
        char got = (char)c, wanted;
        make_bytes(source, at, &wanted, 1);
        if (at < source->total && got == wanted)
            continue;
        printf("%" PRIu64 " bytes as expected, then ", at);
        print_quoted(&got, 1);
        printf(" instead of ");
        if (at < source->total)
            print_quoted(&wanted, 1);
        else
            printf("the end");
        putchar('\n');
        return EXIT_FAILURE;
    }
    printf("%" PRIu64 " bytes as expected%s\n", at,
           at < source->total ? ", then end" : "");
    return at < source->total ? EXIT_FAILURE : EXIT_SUCCESS;
}

bool is_for_files(const char *mode)
{
    return strcmp(mode, "generate") == 0 || strcmp(mode, "verify") == 0;
}

int serve_file(const char *mode, int argc, char *argv[])
{
    struct source source = read_source(mode, argc, argv);
    return strcmp(mode, "generate") == 0 ? generate(&source) : verify(&source);
}
