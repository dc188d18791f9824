#define _GNU_SOURCE /* PATH_MAX, fopen's "e" */
#include "perform.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cue.h"
#include "lease.h"
#include "needs.h"
#include "network.h"
#include "process.h"
#include "record.h"
#include "story.h"
#include "view.h"

/* ---------------------------------------------------------------- files -- */

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
    stage->sources =
        grow(stage->sources, stage->source_count + 1, sizeof *stage->sources);
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
    const char *lesson = lesson_part(path);
    if (lesson != NULL) {
        char *own = player_directory();
        int len = (int)strcspn(lesson + 8, "/");
        bytes_format(&directory, "%s/../%.*s", own, len, lesson + 8);
        add_source(stage, copy_text(bytes_text(&directory), directory.len));
        bytes_clear(&directory);
        bytes_format(&directory, "%.*s/fixtures",
                     (int)(lesson - path) + 8 + len, path);
        free(own);
    } else {
        const char *slash = strrchr(path, '/');
        bytes_format(&directory, "%.*s", slash ? (int)(slash - path) + 1 : 1,
                     slash ? path : ".");
    }
    add_source(stage, copy_text(bytes_text(&directory), directory.len));
    bytes_free(&directory);
}

/* -------------------------------------------------------------- casting -- */

static bool set_ports(struct scene *scene, bool own)
{
    enum { OWN_FIRST = 5000 };
    unsigned short ports[MOST_PORTS];
    int count = scene->transcript->port_count;
    if (!own && !lease_ports(ports, (size_t)count))
        return false;
    for (int i = 0; i < count; i++) {
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
    scene->untraced = calloc(count, sizeof *scene->untraced);
    scene->naps = calloc(count, sizeof *scene->naps);
    scene->held = calloc(script->count, sizeof *scene->held);
    for (size_t i = 0; i < count; i++) {
        struct actor *actor = &scene->actors[i];
        actor->name = script->actors[i];
        actor->replacement =
            absolute(text_of(&options->replacements, actor->name));
        actor->wrap = text_of(&options->wraps, actor->name);
        actor->index = (int)i;
        actor->report = -1;
        stream_init(&actor->out);
        stream_init(&actor->err);
        stream_init(&actor->calls);
        actor->traced = options->trace != NULL;
    }
    for (size_t i = 0; i < script->count; i++)
        if (script->steps[i].kind == CALL && options->xray == NULL)
            scene->actors[script->steps[i].actor].traced = true;
}

static void set_stage(struct scene *scene, const struct options *options,
                      const char *directory)
{
    const struct transcript *script = scene->transcript;
    scene->stage =
        (struct stage){.directory = copy_text(directory, strlen(directory)),
                       .as_nobody = script->user == NOBODY};
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
    bool written =
        file != NULL && fwrite(text->data, 1, text->len, file) == text->len;
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

static int show(struct scene *scene, const struct options *options)
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

/* For another program that shows it. */
static int show_on_cue(struct scene *scene, const struct options *options)
{
    char *again = again_command(options, scene->transcript->path);
    cue_attend(scene);
    bool held = scene_perform(scene);
    if (held)
        cue_end(scene);
    else
        tell_story(stdout, scene, again, false);
    free(again);
    return held ? HELD : FAILED;
}

static const char *begin_xray(struct scene *scene, const char *log, bool holds)
{
    char *own = player_directory();
    struct bytes tracer = {0};
    bytes_format(&tracer, "%s/../%s/tracer", own, holds ? "demo" : "xray");
    const char *problem =
        xray_begin(&scene->xray, bytes_text(&tracer), log, holds);
    scene->stage.xray = &scene->xray;
    bytes_free(&tracer);
    free(own);
    return problem;
}

int perform(const struct options *options, const struct transcript *script,
            const char *directory)
{
    char *missing = missing_need(script);
    if (missing != NULL)
        return not_played(script, missing);
    /* An x-ray would like port 5000 too, but can do without. */
    bool own = script->own_network || options->xray != NULL;
    const char *problem =
        own ? enter_own_network(script->user == ROOT, &script->sysctls) : NULL;
    if (problem != NULL && script->own_network)
        return not_played(script, problem);

    struct scene scene = {
        .transcript = script, .began = now(), .xray = {.fd = -1, .hold = -1}};
    for (size_t i = 0; i < options->given.count; i++)
        set_value(&scene.set, options->given.list[i].name,
                  options->given.list[i].text.data,
                  options->given.list[i].text.len);
    if (!set_ports(&scene, own && problem == NULL))
        return not_played(script, "free ports, and none could be had");
    set_stage(&scene, options, directory);
    cast_actors(&scene, options);
    if (options->trace != NULL) {
        scene.events = fopen(options->trace, "we");
        if (scene.events == NULL)
            misused("--trace: cannot write ", options->trace);
    }
    bool on_cue = options->mode == CUE;
    problem = options->xray ? begin_xray(&scene, options->xray, on_cue) : NULL;
    if (problem != NULL)
        return not_played(script, problem);
    int status = options->mode == RECORD ? record(&scene)
                 : on_cue                ? show_on_cue(&scene, options)
                                         : show(&scene, options);
    xray_end(&scene.xray);
    if (scene.events != NULL)
        fclose(scene.events);
    return status;
}

int verify(const struct options *options, const struct transcript *script)
{
    struct values set = options->given;
    for (int i = 1; i <= MOST_PORTS; i++) {
        char name[16] = "PORT", number[16];
        if (i > 1)
            snprintf(name, sizeof name, "PORT%d", i);
        int len = snprintf(number, sizeof number, "%d", 4999 + i);
        if (find_value(&set, name) == NULL)
            set_value(&set, name, number, (size_t)len);
    }
    return verify_recording(options->recording, script, &set) ? HELD : FAILED;
}
