/*
 * play - perform transcripts with real processes.
 *
 * docs/transcripts.md is the reference of the format and of this command.
 *
 * The command itself only guards: each scene is performed by a child, and
 * whatever way that ends, the guard ends every process that the scene has
 * started. It is the subreaper of them all (prctl(2)), so that daemons and
 * orphans come to it and cannot hide.
 */
#define _GNU_SOURCE /* PR_SET_CHILD_SUBREAPER, nftw's flags */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lease.h"
#include "needs.h"
#include "process.h"
#include "record.h"
#include "story.h"
#include "view.h"

enum { HELD = 0, FAILED = 1, MALFORMED = 2, NOT_PLAYED = 3 };

enum mode { PLAY, STEP, CHECK, RECORD, VERIFY };

struct options {
    enum mode mode;
    struct values replacements; /* --actor */
    struct values wraps;        /* --wrap */
    struct values given;        /* --set */
    char **sources;             /* --from */
    size_t source_count;
    const char *trace;     /* --trace */
    const char *again;     /* --again */
    const char *recording; /* --verify */
    char **paths;
    size_t path_count;
};

static const char help[] =
    "usage: play [OPTION]... TRANSCRIPT...\n"
    "Perform transcripts with real processes; - is standard input.\n"
    "\n"
    "  --check             say nothing while the scene holds\n"
    "  --step              one line at a time: Enter goes on, q leaves\n"
    "  --record            write what is really printed into the transcript\n"
    "  --verify FILE       compare a recorded run with the transcript\n"
    "  --actor NAME=PROG   PROG takes the place of NAME's program\n"
    "  --wrap NAME=CMD     put CMD (a sandbox, a tracer) before NAME's command\n"
    "  --set NAME=VALUE    what $NAME stands for\n"
    "  --from DIR          let the actors see DIR's files; may be repeated\n"
    "  --trace FILE        write the steps and all system calls to FILE\n"
    "  --again CMD         the command that a failure's story ends with\n"
    "\n"
    "status: 0 it held, 1 it did not, 2 malformed, 3 not played\n";

/* ------------------------------------------------------------- options -- */

static void misused(const char *what, const char *argument)
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
        add_pair(&options->given, word, value);
    } else if (strcmp(word, "--from") == 0) {
        options->sources = grow(options->sources, options->source_count + 1,
                                sizeof *options->sources);
        options->sources[options->source_count++] = value;
    } else if (strcmp(word, "--trace") == 0) {
        options->trace = value;
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

static void read_options(struct options *options, int argc, char *argv[])
{
    *options = (struct options){0};
    options->paths = grow(NULL, (size_t)argc, sizeof *options->paths);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            exit(0);
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
    if (options->path_count == 0)
        misused("expected a transcript", "");
}

/* --------------------------------------------------------------- files -- */

static char *player_directory(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return copy_text(".", 1);
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    return copy_text(path, (size_t)(slash - path));
}

static void add_source(struct stage *stage, char *directory)
{
    stage->sources = grow(stage->sources, stage->source_count + 1,
                          sizeof *stage->sources);
    stage->sources[stage->source_count++] = directory;
}

/*
 * What the actors see: --from, or for lessons/NN-topic/... its programs,
 * which the build puts into a directory beside the player's own, and its
 * fixtures; or else the files beside the transcript.
 */
static void find_sources(struct stage *stage, const struct options *options,
                         const char *path)
{
    for (size_t i = 0; i < options->source_count; i++)
        add_source(stage, options->sources[i]);
    if (options->source_count > 0)
        return;
    struct bytes directory = {0};
    const char *lesson = strstr(path, "lessons/");
    if (lesson != NULL && strchr(lesson + 8, '/') != NULL) {
        char *own = player_directory();
        int len = (int)strcspn(lesson + 8, "/");
        bytes_format(&directory, "%s/../%.*s", own, len, lesson + 8);
        add_source(stage, copy_text(bytes_text(&directory), directory.len));
        bytes_clear(&directory);
        bytes_format(&directory, "%.*s/fixtures", (int)(lesson - path) + 8 + len,
                     path);
        free(own);
    } else {
        const char *slash = strrchr(path, '/');
        bytes_format(&directory, "%.*s", slash ? (int)(slash - path) : 1,
                     slash ? path : ".");
    }
    add_source(stage, copy_text(bytes_text(&directory), directory.len));
    bytes_free(&directory);
}

/* The command that plays this transcript again. */
static char *again_command(const struct options *options, const char *path)
{
    if (options->again != NULL)
        return copy_text(options->again, strlen(options->again));
    if (strcmp(path, "standard input") == 0)
        return NULL;
    struct bytes command = {0};
    char *title = transcript_title(path);
    char *scene = strchr(title, ' ');
    bool replaced = options->replacements.count > 0 ||
                    options->wraps.count > 0 || options->given.count > 0;
    if (!replaced && strncmp(path, "lessons/", 8) == 0) {
        bytes_format(&command, "make run-%.*s", (int)strcspn(title, "- "),
                     title);
        if (scene != NULL)
            bytes_format(&command, " SCENE=%s", scene + 1);
    } else {
        bytes_format(&command, "play %s", path);
    }
    free(title);
    char *text = copy_text(bytes_text(&command), command.len);
    bytes_free(&command);
    return text;
}

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    remove(path);
    return 0;
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* --------------------------------------------------------- the performer -- */

static bool set_ports(struct scene *scene)
{
    enum { PORTS = 9, OWN_FIRST = 5000 };
    unsigned short ports[PORTS];
    bool own = scene->transcript->own_network;
    if (!own && !lease_ports(ports, PORTS))
        return false;
    for (int i = 0; i < PORTS; i++) {
        char name[16] = "PORT", number[16];
        if (i > 0)
            snprintf(name, sizeof name, "PORT%d", i + 1);
        int len = snprintf(number, sizeof number, "%d",
                           own ? OWN_FIRST + i : ports[i]);
        if (find_value(&scene->set, name) == NULL)
            set_value(&scene->set, name, number, (size_t)len);
    }
    return true;
}

static char *text_of(const struct values *values, const char *name)
{
    const struct bytes *value = find_value(values, name);
    return value ? copy_text(value->len ? value->data : "", value->len) : NULL;
}

static char *absolute(char *path)
{
    char *real = path && strchr(path, '/') ? realpath(path, NULL) : NULL;
    if (real == NULL)
        return path;
    free(path);
    return real;
}

static void cast_actors(struct scene *scene, const struct options *options)
{
    const struct transcript *script = scene->transcript;
    size_t count = script->actor_count;
    scene->actors = calloc(count, sizeof *scene->actors);
    scene->traces = calloc(count, sizeof *scene->traces);
    scene->lines_seen = calloc(count, sizeof *scene->lines_seen);
    scene->held = calloc(script->count, sizeof *scene->held);
    for (size_t i = 0; i < count; i++) {
        struct actor *actor = &scene->actors[i];
        actor->name = script->actors[i];
        actor->replacement =
            absolute(text_of(&options->replacements, actor->name));
        actor->wrap = text_of(&options->wraps, actor->name);
        actor->report = -1;
        stream_open(&actor->out, -1);
        stream_open(&actor->err, -1);
        stream_open(&actor->calls, -1);
        actor->traced = options->trace != NULL;
    }
    for (size_t i = 0; i < script->count; i++)
        if (script->steps[i].kind == CALL)
            scene->actors[script->steps[i].actor].traced = true;
}

static void set_stage(struct scene *scene, const struct options *options,
                      const char *directory)
{
    const struct transcript *script = scene->transcript;
    scene->stage = (struct stage){
        .directory = copy_text(directory, strlen(directory)),
        .as_nobody = script->user != NULL};
    find_sources(&scene->stage, options, script->path);
    char *own = player_directory();
    struct bytes init = {0};
    bytes_format(&init, "%s/init", own);
    scene->stage.init = copy_text(bytes_text(&init), init.len);
    bytes_free(&init);
    free(own);
}

static int not_played(const struct transcript *script, const char *need)
{
    char *title = transcript_title(script->path);
    printf("- %s   not played: it needs %s\n", title, need);
    fflush(stdout);
    free(title);
    return NOT_PLAYED;
}

/* Write the recorded transcript in the old one's place, or to stdout. */
static int keep_recording(const struct transcript *script, struct bytes *text)
{
    if (strcmp(script->path, "standard input") == 0) {
        fwrite(text->data, 1, text->len, stdout);
        return fflush(stdout) == 0 ? HELD : FAILED;
    }
    struct bytes name = {0};
    bytes_format(&name, "%s.new", script->path);
    FILE *file = fopen(bytes_text(&name), "w");
    bool written = file != NULL &&
                   fwrite(text->data, 1, text->len, file) == text->len;
    written = file != NULL && fclose(file) == 0 && written;
    if (!written || rename(bytes_text(&name), script->path) == -1) {
        fprintf(stderr, "play: %s: %s\n", name.data, strerror(errno));
        return FAILED;
    }
    return HELD;
}

static int record(struct scene *scene)
{
    struct bytes text = {0};
    bool complete = record_scene(&text, scene);
    int kept = keep_recording(scene->transcript, &text);
    return complete ? kept : FAILED;
}

static void tell_result(const struct scene *scene, const struct view *view)
{
    size_t steps = 0;
    for (size_t i = 0; i < scene->transcript->count; i++)
        steps += scene->transcript->steps[i].kind != NOTE;
    char *title = transcript_title(scene->transcript->path);
    printf("%s%s✓ %s%s   %zu lines held\n",
           view->actors > 0 && view->before != NOTHING_YET ? "\n" : "",
           view->colour ? "\033[32m" : "", title, view->colour ? "\033[0m" : "",
           steps);
    fflush(stdout);
    free(title);
}

static void tell_title(const struct transcript *script, const struct view *view)
{
    char *title = transcript_title(script->path);
    if (view->actors > 0)
        printf("\n %s%s%s\n\n", view->colour ? "\033[1m" : "", title,
               view->colour ? "\033[0m" : "");
    free(title);
}

static int perform(struct scene *scene, const struct options *options)
{
    const struct transcript *script = scene->transcript;
    bool quiet = options->mode == CHECK;
    struct view view;
    view_open(&view, stdout, script, options->mode == STEP);
    if (!quiet) {
        tell_title(script, &view);
        view_attend(&view, scene);
    }
    bool held = scene_perform(scene);
    if (held && (!quiet || options->path_count > 1))
        tell_result(scene, &view);
    if (held)
        return HELD;
    char *again = again_command(options, script->path);
    if (!quiet)
        putchar('\n');
    tell_story(stdout, scene, again, view.colour);
    free(again);
    return FAILED;
}

/* The child that performs one scene; its exit status is the verdict. */
static int play_scene(const struct options *options,
                      const struct transcript *script, const char *directory)
{
    char *missing = missing_need(script);
    if (missing != NULL)
        return not_played(script, missing);
    const char *problem = script->own_network ? enter_own_network() : NULL;
    if (problem != NULL)
        return not_played(script, problem);

    struct scene scene = {.transcript = script};
    for (size_t i = 0; i < options->given.count; i++)
        set_value(&scene.set, options->given.list[i].name,
                  options->given.list[i].text.data,
                  options->given.list[i].text.len);
    if (!set_ports(&scene))
        return not_played(script, "free ports, and none could be had");
    set_stage(&scene, options, directory);
    cast_actors(&scene, options);
    if (options->trace != NULL) {
        scene.events = fopen(options->trace, "we");
        if (scene.events == NULL)
            misused("--trace: cannot write ", options->trace);
    }
    int status = options->mode == RECORD ? record(&scene)
                                         : perform(&scene, options);
    if (scene.events != NULL)
        fclose(scene.events);
    return status;
}

/* ------------------------------------------------------------ the guard -- */

static struct termios terminal_before;
static bool terminal_changed;

/* In step mode a key is enough, and it is not shown. */
static void prepare_terminal(const struct options *options)
{
    if (options->mode != STEP ||
        tcgetattr(STDIN_FILENO, &terminal_before) == -1)
        return;
    struct termios keys = terminal_before;
    keys.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    terminal_changed = tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
}

static void restore_terminal(void)
{
    if (terminal_changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
}

static void watch_signals(sigset_t *watched)
{
    static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,
                                  SIGQUIT, SIGCHLD, SIGPIPE};
    sigemptyset(watched);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        signal(numbers[i], SIG_DFL); /* bats and others ignore some */
        sigaddset(watched, numbers[i]);
    }
    sigprocmask(SIG_BLOCK, watched, NULL);
}

static void die_by(int number)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
}

/* Wait for the performer. A signal that ends us ends it; 0 if none came. */
static int guard(pid_t performer, const sigset_t *watched, int *status)
{
    for (;;) {
        int number = 0;
        if (waitpid(performer, status, WNOHANG) == performer)
            return 0;
        sigwait(watched, &number);
        if (number == SIGCHLD || number == SIGPIPE)
            continue;
        kill(performer, SIGKILL);
        waitpid(performer, status, 0);
        return number;
    }
}

static void begin_performer(pid_t guardian)
{
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (getppid() != guardian)
        _exit(FAILED);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static char *make_scene_directory(void)
{
    const char *base = getenv("TMPDIR");
    struct bytes path = {0};
    bytes_format(&path, "%s/play.XXXXXX", base && *base ? base : "/tmp");
    (void)bytes_text(&path);
    if (mkdtemp(path.data) == NULL || chmod(path.data, 0711) == -1) {
        fprintf(stderr, "play: mkdtemp %s: %s\n", path.data, strerror(errno));
        exit(FAILED);
    }
    return path.data;
}

static int play(const struct options *options, const struct transcript *script)
{
    char *directory = make_scene_directory();
    sigset_t watched;
    watch_signals(&watched);
    pid_t guardian = getpid();
    fflush(stdout);
    pid_t performer = fork();
    if (performer == 0) {
        begin_performer(guardian);
        int verdict = play_scene(options, script, directory);
        fflush(stdout);
        _exit(verdict);
    }
    int status = 0;
    int number = performer == -1 ? 0 : guard(performer, &watched, &status);
    kill_descendants();
    remove_tree(directory);
    free(directory);
    if (number != 0) {
        restore_terminal();
        die_by(number);
    }
    if (performer == -1 || !WIFEXITED(status)) {
        fprintf(stderr, "play: %s: the player itself failed (%s)\n",
                script->path,
                performer == -1 ? strerror(errno) : status_text(status));
        return FAILED;
    }
    return WEXITSTATUS(status);
}

static int verify(const struct options *options,
                  const struct transcript *script)
{
    struct values set = options->given;
    for (int i = 1; i <= 9; i++) {
        char name[16] = "PORT", number[16];
        if (i > 1)
            snprintf(name, sizeof name, "PORT%d", i);
        int len = snprintf(number, sizeof number, "%d", 4999 + i);
        if (find_value(&set, name) == NULL)
            set_value(&set, name, number, (size_t)len);
    }
    return verify_recording(options->recording, script, &set) ? HELD : FAILED;
}

/* The worst verdict: a failure, then malformed, then not played. */
static int worse(int one, int other)
{
    static const int rank[] = {[HELD] = 0, [NOT_PLAYED] = 1, [MALFORMED] = 2,
                               [FAILED] = 3};
    return rank[one] >= rank[other] ? one : other;
}

int main(int argc, char *argv[])
{
    struct options options;
    read_options(&options, argc, argv);

    struct transcript *scripts =
        grow(NULL, options.path_count, sizeof *scripts);
    int verdict = HELD;
    for (size_t i = 0; i < options.path_count; i++) {
        char *problem =
            transcript_read(&scripts[i], options.paths[i], &options.given);
        if (problem == NULL)
            continue;
        fprintf(stderr, "%s\n", problem);
        free(problem);
        verdict = MALFORMED;
    }
    if (verdict == MALFORMED)
        return MALFORMED; /* before anything is started */

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prepare_terminal(&options);
    for (size_t i = 0; i < options.path_count; i++) {
        int one = options.mode == VERIFY ? verify(&options, &scripts[i])
                                         : play(&options, &scripts[i]);
        verdict = worse(verdict, one);
    }
    restore_terminal();
    for (size_t i = 0; i < options.path_count; i++)
        transcript_free(&scripts[i]);
    free(scripts);
    free(options.paths);
    free(options.sources);
    return verdict;
}
