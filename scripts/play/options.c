#include "options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: play [OPTION]... TRANSCRIPT...\n"
    "Perform transcripts with real processes; - is standard input.\n"
    "\n"
    "  --check             say nothing while the scene holds\n"
    "  --step              one line at a time: Enter goes on, q leaves\n"
    "  --record            write what is really printed into the transcript\n"
    "  --verify FILE       compare a recorded run with the transcript\n"
    "  --actor NAME=PROG   PROG takes the place of NAME's program\n"
    "  --wrap NAME=CMD     put CMD (a sandbox, a tracer) before NAME's "
    "command\n"
    "  --set NAME=VALUE    what $NAME stands for\n"
    "  --from DIR          let the actors see DIR's files; may be repeated\n"
    "  --trace FILE        write the steps and all system calls to FILE\n"
    "  --xray FILE         write steps, calls and states of sockets to FILE\n"
    "  --again CMD         the command that a failure's story ends with\n"
    "\n"
    "status: 0 it held, 1 it did not, 2 malformed, 3 not played\n";

void misused(const char *what, const char *argument)
{
    fprintf(stderr, "play: %s%s; `play --help` lists the options\n", what,
            argument);
    exit(MALFORMED);
}

/* NAME=VALUE into values. */
static void add_pair(struct values *values, const char *option,
                     const char *pair)
{
    const char *equals = strchr(pair, '=');
    if (equals == NULL || equals == pair)
        misused(option, " takes NAME=VALUE");
    char *name = copy_text(pair, (size_t)(equals - pair));
    set_value(values, name, equals + 1, strlen(equals + 1));
    free(name);
}

/* Only such a $NAME can stand in a transcript. */
static void check_set_name(const char *pair)
{
    size_t len = strcspn(pair, "=");
    bool fits = isupper((unsigned char)pair[0]);
    for (size_t i = 0; i < len; i++)
        fits &= isupper((unsigned char)pair[i]) ||
                isdigit((unsigned char)pair[i]) || pair[i] == '_';
    if (!fits)
        misused("--set takes a NAME of capital letters, digits and _, not ",
                pair);
}

static void set_mode(struct options *options, enum mode mode)
{
    if (options->mode != PLAY)
        misused("only one of --check, --step, --record and --verify", "");
    options->mode = mode;
}

static bool read_flag(struct options *options, const char *word)
{
    if (strcmp(word, "--check") == 0)
        set_mode(options, CHECK);
    else if (strcmp(word, "--step") == 0)
        set_mode(options, STEP);
    else if (strcmp(word, "--cue") == 0) /* of make demo; see cue.h */
        set_mode(options, CUE);
    else if (strcmp(word, "--record") == 0)
        set_mode(options, RECORD);
    else
        return false;
    return true;
}

static bool read_option(struct options *options, const char *word, char *value)
{
    if (strcmp(word, "--actor") == 0) {
        add_pair(&options->replacements, word, value);
    } else if (strcmp(word, "--wrap") == 0) {
        add_pair(&options->wraps, word, value);
    } else if (strcmp(word, "--set") == 0) {
        check_set_name(value);
        add_pair(&options->given, word, value);
    } else if (strcmp(word, "--from") == 0) {
        options->sources = grow(options->sources, options->source_count + 1,
                                sizeof *options->sources);
        options->sources[options->source_count++] = value;
    } else if (strcmp(word, "--trace") == 0) {
        options->trace = value;
    } else if (strcmp(word, "--xray") == 0) {
        options->xray = value;
    } else if (strcmp(word, "--again") == 0) {
        options->again = value;
    } else if (strcmp(word, "--verify") == 0) {
        set_mode(options, VERIFY);
        options->recording = value;
    } else {
        return false;
    }
    return true;
}

/* Options that contradict each other. */
static void check_together(const struct options *options)
{
    if (options->path_count == 0)
        misused("expected a transcript", "");
    if (options->path_count > 1 && options->trace != NULL)
        misused("--trace takes one transcript", "");
    if (options->path_count > 1 && options->xray != NULL)
        misused("--xray takes one transcript", "");
    if (options->xray != NULL &&
        (options->trace != NULL || options->wraps.count > 0 ||
         options->mode == RECORD))
        misused("--xray goes with neither --trace, --wrap nor --record", "");
    if (options->path_count > 1 && options->mode == VERIFY)
        misused("--verify takes one transcript", "");
    if (options->mode == CUE && options->xray == NULL)
        misused("--cue goes with --xray", "");
    size_t inputs = 0;
    for (size_t i = 0; i < options->path_count; i++)
        inputs += strcmp(options->paths[i], "-") == 0;
    if (inputs > 1)
        misused("standard input can be read only once", "");
    if (inputs > 0 && (options->mode == STEP || options->mode == CUE))
        misused("--step reads keys from standard input", "");
}

void read_options(struct options *options, int argc, char *argv[])
{
    *options = (struct options){.argv = argv, .argc = argc};
    options->paths = grow(NULL, (size_t)argc, sizeof *options->paths);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            exit(fflush(stdout) == 0 ? HELD : FAILED);
        }
        bool is_option = argv[i][0] == '-' && argv[i][1] != '\0';
        if (!is_option)
            options->paths[options->path_count++] = argv[i];
        else if (read_flag(options, argv[i]))
            continue;
        else if (i + 1 < argc && read_option(options, argv[i], argv[i + 1]))
            i++;
        else
            misused("unknown option, or one without its value: ", argv[i]);
    }
    check_together(options);
}

static bool has_actor(const struct transcript *script, const char *name)
{
    for (size_t i = 0; i < script->actor_count; i++)
        if (strcmp(script->actors[i], name) == 0)
            return true;
    return false;
}

/* A name that no scene has is a slip, and a program would go untested. */
void check_actors(const struct options *options,
                  const struct transcript *scripts)
{
    const struct values *lists[] = {&options->replacements, &options->wraps};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < lists[i]->count; k++) {
            const char *name = lists[i]->list[k].name;
            bool found = false;
            for (size_t n = 0; n < options->path_count; n++)
                found |= has_actor(&scripts[n], name);
            if (!found)
                misused("no actor of the scene has the name ", name);
        }
}

void free_options(struct options *options)
{
    free_values(&options->replacements);
    free_values(&options->wraps);
    free_values(&options->given);
    free(options->sources);
    free(options->paths);
}

/* ------------------------------------------------------------ run again -- */

/* A word as a shell reads it back. */
static void add_word(struct bytes *to, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./:,@%";
    if (to->len > 0)
        bytes_add_char(to, ' ');
    if (*word != '\0' && word[strspn(word, plain)] == '\0')
        bytes_add_text(to, word);
    else
        bytes_add_quoted(to, word);
}

/* The same command, with only this one of its transcripts. */
static void add_same_command(struct bytes *to, const struct options *options,
                             const char *path)
{
    add_word(to, options->argv[0]);
    for (int i = 1; i < options->argc; i++) {
        char *word = options->argv[i];
        bool is_path = false;
        for (size_t k = 0; k < options->path_count; k++)
            is_path |= options->paths[k] == word;
        if (!is_path && strcmp(word, "--check") != 0)
            add_word(to, word);
    }
    add_word(to, path);
}

char *again_command(const struct options *options, const char *path)
{
    if (options->again != NULL)
        return copy_text(options->again, strlen(options->again));
    if (strcmp(path, "standard input") == 0)
        return NULL;
    struct bytes command = {0};
    char *title = transcript_title(path);
    char *scene = strchr(title, ' ');
    bool plain = options->replacements.count == 0 &&
                 options->wraps.count == 0 && options->given.count == 0 &&
                 options->source_count == 0;
    if (!plain || lesson_part(path) != path)
        add_same_command(&command, options, path);
    else
        bytes_format(&command, "make run-%.*s%s%s", (int)strcspn(title, "- "),
                     title, scene ? " SCENE=" : "", scene ? scene + 1 : "");
    free(title);
    char *text = copy_text(bytes_text(&command), command.len);
    bytes_free(&command);
    return text;
}
