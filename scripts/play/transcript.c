#include "transcript.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names.h"

enum { LONGEST_NAME = 32 };

struct parser {
    struct transcript *scene;
    const struct values *given;
    size_t line;
    size_t run;        /* runs started so far */
    size_t *runs;      /* by actor: its run, 0 when it is not on stage */
    size_t *begun;     /* by actor: the line that started it */
    size_t blocks;     /* @any blocks begun so far */
    size_t block_line; /* where the open @any block began, or 0 */
    char *error;
};

static void wrong(struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct parser *parser, const char *format, ...)
{
    if (parser->error != NULL)
        return;
    char message[600];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    struct bytes text = {0};
    bytes_format(&text, "%s:%zu: %s", parser->scene->path, parser->line,
                 message);
    parser->error = copy_text(bytes_text(&text), text.len);
    bytes_free(&text);
}

const char *step_sign(const struct step *step)
{
    static const char *const signs[] = {
        [NOTE] = "#",   [START] = "$", [OUT] = "|",          [ERR] = "!",
        [CALL] = "%",   [TYPE] = "<",  [END_OF_INPUT] = "^", [SIGNAL] = "^",
        [ASLEEP] = "~", [ENDED] = "=",
    };
    return signs[step->kind];
}

bool is_expectation(enum step_kind kind)
{
    return kind == OUT || kind == ERR || kind == CALL || kind == ASLEEP ||
           kind == ENDED;
}

int port_index(const char *name)
{
    if (strcmp(name, "PORT") == 0)
        return 0;
    if (strncmp(name, "PORT", 4) == 0 && name[4] >= '2' && name[4] <= '9' &&
        name[5] == '\0')
        return name[4] - '1';
    return -1;
}

/* ----------------------------------------------------------- directives -- */

static void read_needs(struct parser *parser, char *words)
{
    struct transcript *scene = parser->scene;
    char *rest = NULL;
    size_t before = scene->need_count;
    for (char *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        scene->needs =
            grow(scene->needs, scene->need_count + 1, sizeof *scene->needs);
        scene->needs[scene->need_count++] = copy_text(word, strlen(word));
    }
    if (scene->need_count == before)
        wrong(parser, "@needs names one tool or more, as in `@needs strace`");
}

static void read_network(struct parser *parser, char *word)
{
    parser->scene->own_network = true;
    if (strcmp(word, "own") != 0)
        wrong(parser, "there is only `@network own`");
}

static void read_user(struct parser *parser, char *word)
{
    bool nobody = strcmp(word, "nobody") == 0;
    parser->scene->user = nobody ? NOBODY : ROOT;
    if (!nobody && strcmp(word, "root") != 0)
        wrong(parser, "there are only `@user nobody` and `@user root`");
    else if (!nobody && !parser->scene->own_network)
        wrong(parser, "`@user root` is root of a network of its own; expected "
                      "`@network own` above");
}

/* Those of a network, so that no scene changes the machine. */
static void read_sysctl(struct parser *parser, char *words)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    char *value = strchr(words, '=');
    size_t len = strspn(words, letters);
    if (value != words + len || value[1] == '\0' ||
        strncmp(words, "net.", 4) != 0)
        wrong(parser, "@sysctl takes a network's setting and its value, as in "
                      "`@sysctl net.ipv4.icmp_echo_ignore_all=1`");
    else if (parser->scene->user != ROOT)
        wrong(parser, "only a network's root may set it; expected `@network "
                      "own` and `@user root` above");
    if (parser->error != NULL)
        return;
    *value++ = '\0';
    set_value(&parser->scene->sysctls, words, value, strlen(value));
}

static void read_deadline(struct parser *parser, char *word)
{
    char *end;
    errno = 0;
    double seconds = strtod(word, &end);
    if (end == word || *end != '\0' || !(seconds > 0 && seconds <= 3600))
        wrong(parser, "@deadline takes seconds, more than 0 and at most 3600, "
                      "as in `@deadline 10`");
    else
        parser->scene->deadline = seconds;
}

static void begin_block(struct parser *parser, char *word)
{
    if (*word != '\0')
        wrong(parser, "@any stands alone on its line");
    else if (parser->block_line != 0)
        wrong(parser, "an @any inside the @any of line %zu; expected its @end",
              parser->block_line);
    parser->block_line = parser->line;
    parser->blocks++;
}

static void end_block(struct parser *parser, char *word)
{
    const struct transcript *scene = parser->scene;
    if (*word != '\0')
        wrong(parser, "@end stands alone on its line");
    else if (parser->block_line == 0)
        wrong(parser, "an @end without an @any before it");
    else if (scene->count == 0 ||
             scene->steps[scene->count - 1].block != parser->blocks)
        wrong(parser, "nothing stands between @any and @end; expected the "
                      "lines that may come in any order");
    parser->block_line = 0;
}

static const struct {
    const char *name;
    void (*read)(struct parser *, char *);
    bool first; /* stands before the scene's first line */
} directives[] = {
    {"@needs", read_needs, true},       {"@network", read_network, true},
    {"@user", read_user, true},         {"@sysctl", read_sysctl, true},
    {"@any", begin_block, false},       {"@end", end_block, false},
    {"@deadline", read_deadline, true},
};
enum { DIRECTIVES = sizeof directives / sizeof directives[0] };

static bool scene_has_begun(const struct transcript *scene)
{
    for (size_t i = 0; i < scene->count; i++)
        if (scene->steps[i].kind != NOTE)
            return true;
    return false;
}

static void read_directive(struct parser *parser, const char *line)
{
    char *words = copy_text(line, strlen(line));
    char *argument = words + strcspn(words, " ");
    if (*argument == ' ')
        *argument++ = '\0';
    size_t i = 0;
    while (i < DIRECTIVES && strcmp(words, directives[i].name) != 0)
        i++;
    if (i == DIRECTIVES)
        wrong(parser,
              "unknown directive %s; there are @needs, @network own, "
              "@user nobody, @user root, @sysctl, @deadline, @any and @end",
              words);
    else if (directives[i].first && scene_has_begun(parser->scene))
        wrong(parser, "%s stands before the scene's first line", words);
    else
        directives[i].read(parser, argument);
    free(words);
}

const char *typing_problem(const char *text, size_t len)
{
    /* A terminal in canonical mode cuts longer lines (termios(3)). */
    enum { LONGEST = 4095, VEOF_BYTE = 4 };
    size_t length = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == VEOF_BYTE)
            return "\\x04 cannot be typed: a terminal takes it as the end of "
                   "input; expected NAME^D";
        length = text[i] == '\n' ? 0 : length + 1;
        if (length > LONGEST)
            return "a typed line has at most 4095 bytes: a terminal cuts it "
                   "there; expected a redirection, as in `NAME$ ./client < "
                   "file`";
    }
    return NULL;
}

/* ---------------------------------------------------------------- steps -- */

static struct step *add_step(struct parser *parser, enum step_kind kind,
                             const char *line)
{
    struct transcript *scene = parser->scene;
    scene->steps = grow(scene->steps, scene->count + 1, sizeof *scene->steps);
    struct step *step = &scene->steps[scene->count++];
    *step = (struct step){.kind = kind,
                          .line = parser->line,
                          .source = copy_text(line, strlen(line))};
    if (parser->block_line != 0)
        step->block = parser->blocks;
    return step;
}

static size_t find_actor(struct parser *parser, const char *name, size_t len)
{
    struct transcript *scene = parser->scene;
    for (size_t i = 0; i < scene->actor_count; i++)
        if (strlen(scene->actors[i]) == len &&
            memcmp(scene->actors[i], name, len) == 0)
            return i;
    return scene->actor_count;
}

static size_t add_actor(struct parser *parser, const char *name, size_t len)
{
    struct transcript *scene = parser->scene;
    size_t n = scene->actor_count++;
    scene->actors = grow(scene->actors, n + 1, sizeof *scene->actors);
    parser->runs = grow(parser->runs, n + 1, sizeof *parser->runs);
    parser->begun = grow(parser->begun, n + 1, sizeof *parser->begun);
    scene->actors[n] = copy_text(name, len);
    parser->runs[n] = 0;
    return n;
}

/* Is {name} captured in the step's own pattern, before its segment `end`? */
static bool captures(const struct step *step, const char *name, size_t end)
{
    for (size_t i = 0; i < end; i++) {
        const struct segment *segment = &step->pattern.segments[i];
        if (segment->kind == CAPTURE && strcmp(segment->name, name) == 0)
            return true;
    }
    return false;
}

/* In an earlier step, in another one of the same @any block, or before this
 * place in the same line. */
static bool captured_before(const struct transcript *scene,
                            const struct step *step, size_t segment)
{
    const char *name = step->pattern.segments[segment].name;
    for (size_t i = 0; i < scene->count; i++) {
        const struct step *other = &scene->steps[i];
        bool counts =
            other < step || (step->block != 0 && other->block == step->block);
        if (other != step && counts &&
            captures(other, name, other->pattern.count))
            return true;
    }
    return captures(step, name, segment);
}

/* Every $NAME has a value and every {name} was captured. Inside an @any block
 * a capture may stand further down, so blocks are checked at their end. */
static void check_names(struct parser *parser, const struct step *step)
{
    const struct pattern *pattern = &step->pattern;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct segment *segment = &pattern->segments[i];
        int port = segment->kind == VALUE ? port_index(segment->name) : -1;
        if (port >= parser->scene->port_count)
            parser->scene->port_count = port + 1;
        if (segment->kind == VALUE && port == -1 &&
            find_value(parser->given, segment->name) == NULL)
            wrong(parser,
                  "$%s has no value; expected $PORT, $PORT2 ... $PORT9, "
                  "one given with --set %s=..., or \\$ for a plain "
                  "dollar",
                  segment->name, segment->name);
        if (segment->kind == AGAIN && !captured_before(parser->scene, step, i))
            wrong(parser,
                  "{%s} was not captured before; expected "
                  "{%s:REGULAR EXPRESSION} in an earlier line, or \\{ "
                  "for a plain brace",
                  segment->name, segment->name);
    }
}

static void read_pattern(struct parser *parser, struct step *step,
                         const char *text, enum notation notation)
{
    const char *problem =
        pattern_parse(&step->pattern, text, strlen(text), notation);
    if (problem != NULL)
        wrong(parser, "%s", problem);
    if (step->block == 0)
        check_names(parser, step);
}

/* What is typed or run is one text: it has no choice in it. */
static void check_definite(struct parser *parser, const struct step *step)
{
    for (size_t i = 0; i < step->pattern.count; i++) {
        enum segment_kind kind = step->pattern.segments[i].kind;
        if (kind == CAPTURE || kind == ANYTHING)
            wrong(parser,
                  "a line that %s has no {...} and no capture to "
                  "match; expected plain text, $NAMEs and {name}s "
                  "captured before",
                  step->kind == START ? "starts a program" : "is typed");
    }
}

static void read_start(struct parser *parser, struct step *step,
                       const char *text)
{
    if (*text == '\0')
        wrong(parser, "expected a command after $");
    read_pattern(parser, step, text, STRACE);
    check_definite(parser, step);
    step->run = ++parser->run;
    parser->runs[step->actor] = step->run;
    parser->begun[step->actor] = step->line;
}

static void read_expected(struct parser *parser, struct step *step,
                          const char *text)
{
    read_pattern(parser, step, text, ESCAPES);
}

static void read_call(struct parser *parser, struct step *step,
                      const char *text)
{
    parser->scene->has_calls = true;
    bool traced = false;
    for (size_t i = 0; i < parser->scene->need_count; i++)
        if (strcmp(parser->scene->needs[i], "strace") == 0)
            traced = true;
    if (!traced)
        wrong(parser, "a %% line needs strace; expected `@needs strace` before "
                      "the scene's first line");
    if (*text == '\0')
        wrong(parser, "expected a system call after %%, as strace writes it");
    read_pattern(parser, step, text, STRACE);
}

/* What of a typed line is known by now; captures come later. */
static void check_typed(struct parser *parser, const struct step *step)
{
    struct bytes text = {0};
    for (size_t i = 0; i < step->pattern.count; i++) {
        const struct segment *segment = &step->pattern.segments[i];
        const struct bytes *part = &segment->text;
        struct bytes port = {"65535", 5, 0};
        if (segment->kind == VALUE)
            part = find_value(parser->given, segment->name);
        if (part == NULL)
            part = &port;
        bytes_add(&text, part->data, part->len);
    }
    const char *problem = typing_problem(text.data, text.len);
    if (problem != NULL)
        wrong(parser, "%s", problem);
    bytes_free(&text);
}

static void read_typed(struct parser *parser, struct step *step,
                       const char *text)
{
    read_pattern(parser, step, text, ESCAPES);
    check_definite(parser, step);
    check_typed(parser, step);
}

static void read_key(struct parser *parser, struct step *step, const char *text)
{
    step->text = copy_text(text, strlen(text));
    step->kind = strcmp(text, "D") == 0 ? END_OF_INPUT : SIGNAL;
    step->signal = signal_number(strcmp(text, "C") == 0 ? "INT" : text);
    if (step->kind == SIGNAL && step->signal == 0)
        wrong(parser,
              "unknown key or signal ^%s; expected ^D, ^C or a "
              "signal's name, as in ^TERM",
              text);
}

static void read_asleep(struct parser *parser, struct step *step,
                        const char *text)
{
    read_pattern(parser, step, text, ESCAPES);
    const struct pattern *pattern = &step->pattern;
    bool plain = pattern->count == 1 && pattern->segments[0].kind == LITERAL;
    if (pattern->count == 0)
        wrong(parser,
              "expected the name of a system call after ~, as in "
              "`%s~ accept`",
              parser->scene->actors[step->actor]);
    else if (plain && !known_syscall(text))
        wrong(parser,
              "%s is no system call of this machine; expected one, as "
              "in `%s~ accept`",
              text, parser->scene->actors[step->actor]);
}

static bool is_status(const char *text)
{
    char *end;
    long status = strtol(text, &end, 10);
    if (isdigit((unsigned char)*text) && *end == '\0')
        return status <= 255 && (text[0] != '0' || text[1] == '\0');
    return strncmp(text, "SIG", 3) == 0 && signal_number(text) != 0;
}

static void read_ended(struct parser *parser, struct step *step,
                       const char *text)
{
    step->text = copy_text(text, strlen(text));
    if (!is_status(text))
        wrong(parser,
              "expected an exit status from 0 to 255 or a signal's "
              "name after =, as in `%s= 0` or `%s= SIGINT`",
              parser->scene->actors[step->actor],
              parser->scene->actors[step->actor]);
    parser->runs[step->actor] = 0;
}

static const struct {
    char sign;
    enum step_kind kind;
    void (*read)(struct parser *, struct step *, const char *);
} signs[] = {
    {'$', START, read_start},   {'|', OUT, read_expected},
    {'!', ERR, read_expected},  {'%', CALL, read_call},
    {'<', TYPE, read_typed},    {'^', SIGNAL, read_key},
    {'~', ASLEEP, read_asleep}, {'=', ENDED, read_ended},
};
enum { SIGNS = sizeof signs / sizeof signs[0] };

static void check_stage(struct parser *parser, const struct step *step)
{
    const char *name = parser->scene->actors[step->actor];
    size_t run = parser->runs[step->actor];
    if (step->kind == START && run != 0)
        wrong(parser,
              "%s is still on stage since line %zu; expected `%s= "
              "STATUS` before it starts again",
              name, parser->begun[step->actor], name);
    else if (step->kind != START && run == 0)
        wrong(parser, "%s has ended; expected `%s$ COMMAND` before this line",
              name, name);
    else if (step->block != 0 && !is_expectation(step->kind))
        wrong(parser, "only lines to expect (| ! %% ~ =) stand between @any "
                      "and @end");
}

static size_t name_length(const char *line)
{
    size_t len = 0;
    if (islower((unsigned char)*line))
        while (islower((unsigned char)line[len]) ||
               isdigit((unsigned char)line[len]) || line[len] == '_' ||
               line[len] == '-')
            len++;
    return len;
}

/* After the sign one space and the text; ^ has no space: client^D. */
static const char *text_after(struct parser *parser, const char *sign)
{
    if (*sign == '^' || sign[1] == '\0')
        return sign + 1;
    if (sign[1] != ' ')
        wrong(parser, "expected a space after %c", *sign);
    return sign + 2;
}

static void read_step(struct parser *parser, const char *line)
{
    size_t len = name_length(line);
    size_t i = 0;
    while (i < SIGNS && (len == 0 || line[len] != signs[i].sign))
        i++;
    if (i == SIGNS) {
        wrong(parser, "expected `# narration`, a directive as `@any`, or an "
                      "actor's name and one of $ | ! < ^ ~ %% =, as in "
                      "`server| listening`");
        return;
    }

    if (len > LONGEST_NAME) {
        wrong(parser, "an actor's name has at most %d characters",
              LONGEST_NAME);
        return;
    }
    size_t actor = find_actor(parser, line, len);
    if (actor == parser->scene->actor_count && signs[i].kind != START) {
        wrong(parser,
              "no actor %.*s has started; expected `%.*s$ COMMAND` "
              "before this line",
              (int)len, line, (int)len, line);
        return;
    }
    if (actor == parser->scene->actor_count)
        actor = add_actor(parser, line, len);

    struct step *step = add_step(parser, signs[i].kind, line);
    step->actor = actor;
    step->run = parser->runs[actor];
    check_stage(parser, step);
    const char *text = text_after(parser, line + len);
    if (parser->error == NULL)
        signs[i].read(parser, step, text);
}

static void read_line(struct parser *parser, const char *line, size_t len)
{
    if (memchr(line, '\0', len) != NULL)
        wrong(parser, "a NUL byte; expected \\x00");
    else if (len > 0 && line[len - 1] == '\r')
        wrong(parser, "the line ends in a carriage return; expected Unix line "
                      "ends (\\r writes one)");
    else if (line[0] == '\0')
        return;
    else if (line[0] == '#' && (line[1] == ' ' || line[1] == '\0'))
        add_step(parser, NOTE, line)->text = copy_text(
            line + 1 + (line[1] == ' '), strlen(line + 1 + (line[1] == ' ')));
    else if (line[0] == '@')
        read_directive(parser, line);
    else
        read_step(parser, line);
}

static void check_end(struct parser *parser)
{
    struct transcript *scene = parser->scene;
    if (!scene_has_begun(scene))
        wrong(parser, "the scene is empty; expected `NAME$ COMMAND`");
    if (parser->block_line != 0)
        wrong(parser,
              "the file ends; expected the @end of the @any in line "
              "%zu",
              parser->block_line);
    for (size_t i = 0; parser->runs != NULL && i < scene->actor_count; i++)
        if (parser->runs[i] != 0)
            wrong(parser,
                  "the file ends; expected `%s= STATUS`: how %s, "
                  "started in line %zu, ends",
                  scene->actors[i], scene->actors[i], parser->begun[i]);
    for (size_t i = 0; i < scene->count; i++) {
        if (parser->error == NULL)
            parser->line = scene->steps[i].line;
        if (scene->steps[i].block != 0)
            check_names(parser, &scene->steps[i]);
    }
}

/* -------------------------------------------------------------- reading -- */

static bool read_all(struct bytes *to, const char *path)
{
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0)
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    char part[65536];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0)
        bytes_add(to, part, (size_t)n);
    int error = errno;
    if (fd != STDIN_FILENO)
        close(fd);
    errno = error;
    return n == 0;
}

char *transcript_read(struct transcript *transcript, const char *path,
                      const struct values *given)
{
    *transcript = (struct transcript){
        .path = strcmp(path, "-") == 0 ? copy_text("standard input", 14)
                                       : copy_text(path, strlen(path)),
        .deadline = 5,
        .port_count = 1};
    struct parser parser = {.scene = transcript, .given = given};
    parser.runs = grow(NULL, 1, sizeof *parser.runs);
    parser.begun = grow(NULL, 1, sizeof *parser.begun);

    struct bytes file = {0};
    if (!read_all(&file, path)) {
        struct bytes message = {0};
        bytes_format(&message, "%s: %s; expected a transcript", path,
                     strerror(errno));
        parser.error = copy_text(bytes_text(&message), message.len);
        bytes_free(&message);
    }
    size_t at = 0;
    while (at < file.len && parser.error == NULL) {
        const char *start = file.data + at;
        const char *end = memchr(start, '\n', file.len - at);
        size_t len = end ? (size_t)(end - start) : file.len - at;
        parser.line++;
        char *line = copy_text(start, len);
        transcript->lines =
            grow(transcript->lines, parser.line, sizeof *transcript->lines);
        transcript->lines[transcript->line_count++] = line;
        read_line(&parser, line, len);
        at += len + 1;
    }
    if (parser.error == NULL)
        check_end(&parser);
    bytes_free(&file);
    free(parser.runs);
    free(parser.begun);
    return parser.error;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

void transcript_free(struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->count; i++) {
        free(transcript->steps[i].source);
        free(transcript->steps[i].text);
        pattern_free(&transcript->steps[i].pattern);
    }
    free(transcript->steps);
    free(transcript->path);
    free_values(&transcript->sysctls);
    free_texts(transcript->lines, transcript->line_count);
    free_texts(transcript->actors, transcript->actor_count);
    free_texts(transcript->needs, transcript->need_count);
}

const char *lesson_part(const char *path)
{
    const char *found = NULL;
    for (const char *at = path; (at = strstr(at, "lessons/")) != NULL; at++)
        if ((at == path || at[-1] == '/') && strchr(at + 8, '/') != NULL)
            found = at;
    return found;
}

/* lessons/06-connect/experiments/refused.transcript: "06-connect refused". */
char *transcript_title(const char *path)
{
    struct bytes title = {0};
    const char *lesson = lesson_part(path);
    const char *file = strrchr(path, '/');
    file = file ? file + 1 : path;
    bool main_scene = strcmp(file, "transcript") == 0;
    if (lesson != NULL) {
        bytes_add(&title, lesson + 8, strcspn(lesson + 8, "/"));
        bytes_add_text(&title, main_scene ? "" : " ");
    }
    if (!main_scene || lesson == NULL) {
        const char *dot = strrchr(file, '.');
        bytes_add(&title, file,
                  dot && dot != file ? (size_t)(dot - file) : strlen(file));
    }
    char *copy = copy_text(bytes_text(&title), title.len);
    bytes_free(&title);
    return copy;
}
