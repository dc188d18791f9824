#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "process.h"

struct recorder {
    struct scene *scene;
    struct bytes *to;
    bool complete;
};

static void write_line(struct recorder *recorder, const char *text)
{
    bytes_add_text(recorder->to, text);
    bytes_add_char(recorder->to, '\n');
}

static void complain(struct recorder *recorder, const struct step *step,
                     const char *what)
{
    fprintf(stderr, "%s:%zu: %s: %s\n", recorder->scene->transcript->path,
            step->line, step->source, what);
    recorder->complete = false;
}

/* "127.0.0.1:12345" with $PORT where it is the scene's port. */
static void write_with_ports(struct recorder *recorder, const char *text,
                             size_t len)
{
    const struct values *set = &recorder->scene->set;
    struct bytes shown = {0};
    show_bytes(&shown, text, len, SHOW_NOTATION);
    for (size_t at = 0; at < shown.len;) {
        size_t i = 0;
        const struct bytes *value = NULL;
        for (; i < set->count; i++) {
            value = &set->list[i].text;
            if (port_index(set->list[i].name) >= 0 && value->len > 0 &&
                value->len <= shown.len - at &&
                memcmp(shown.data + at, value->data, value->len) == 0)
                break;
        }
        if (i < set->count) {
            bytes_format(recorder->to, "$%s", set->list[i].name);
            at += value->len;
        } else {
            bytes_add_char(recorder->to, shown.data[at++]);
        }
    }
    bytes_free(&shown);
}

/* A line as it came, in the transcript's notation. */
static void write_printed(struct recorder *recorder, size_t actor,
                          const char *sign, const char *text, size_t len,
                          bool partial)
{
    bytes_format(recorder->to, "%s%s",
                 recorder->scene->transcript->actors[actor], sign);
    if (len > 0 || partial)
        bytes_add_char(recorder->to, ' ');
    bool blank_at_end = len > 0 && text[len - 1] == ' ' && !partial;
    write_with_ports(recorder, text, len - blank_at_end);
    bytes_add_text(recorder->to, blank_at_end ? "\\x20" : "");
    bytes_add_text(recorder->to, partial ? "\\c\n" : "\n");
}

static struct stream *stream_for(struct scene *scene, size_t actor,
                                 enum step_kind kind)
{
    struct actor *a = &scene->actors[actor];
    return kind == ERR ? &a->err : &a->out;
}

static void sleep_now(struct recorder *recorder)
{
    struct scene *scene = recorder->scene;
    scene_wait_for_sleep(scene, now() + scene->transcript->deadline);
}

/* Will this line be said by a step further down, before anything is done? */
static bool stands_further_down(const struct scene *scene,
                                const struct step *step, const char *text,
                                size_t len)
{
    const struct transcript *script = scene->transcript;
    size_t used;
    for (const struct step *other = step + 1;
         other < script->steps + script->count; other++) {
        if (other->kind != NOTE && !is_expectation(other->kind))
            return false;
        if (other->kind == step->kind && other->actor == step->actor &&
            !scene->held[other - script->steps] &&
            pattern_match(&other->pattern, text, len, &scene->set, NULL,
                          LENIENT, &used))
            return true;
    }
    return false;
}

/*
 * Lines that no step says are new and written as they came; a step whose line
 * does not come, because a later one's comes or none, is stale and left out.
 */
static void record_line(struct recorder *recorder, const struct step *step)
{
    struct scene *scene = recorder->scene;
    struct stream *stream = stream_for(scene, step->actor, step->kind);
    for (;;) {
        const char *text;
        size_t len, used = 0;
        if (stream_front(stream, &text, &len) != LINE)
            sleep_now(recorder);
        enum front front = stream_front(stream, &text, &len);
        if (front == NOTHING)
            return;
        bool whole = front == LINE;
        const struct step *claimed = scene_claim(scene, step, text, len, &used);
        if (claimed != NULL && (whole || claimed->pattern.partial)) {
            scene->held[claimed - scene->transcript->steps] = true;
            write_line(recorder, claimed->source);
            stream_take(stream, used + !claimed->pattern.partial);
            return;
        }
        if (stands_further_down(scene, step, text, len))
            return;
        write_printed(recorder, step->actor, step_sign(step), text, len,
                      !whole);
        stream_take(stream, len + whole);
    }
}

/* What was printed and stands in no line of the transcript. */
static void record_rest(struct recorder *recorder)
{
    struct scene *scene = recorder->scene;
    sleep_now(recorder);
    for (size_t i = 0; i < scene->transcript->actor_count; i++)
        for (int err = 0; err < 2; err++) {
            struct stream *stream = stream_for(scene, i, err ? ERR : OUT);
            const char *text;
            size_t len;
            enum front front;
            while (scene->actors[i].presence != OFF_STAGE &&
                   (front = stream_front(stream, &text, &len)) != NOTHING) {
                write_printed(recorder, i, err ? "!" : "|", text, len,
                              front != LINE);
                stream_take(stream, len + (front == LINE));
            }
        }
}

static void record_end(struct recorder *recorder, const struct step *step)
{
    struct scene *scene = recorder->scene;
    struct actor *actor = &scene->actors[step->actor];
    record_rest(recorder);
    if (actor->presence == OVER) {
        bytes_format(recorder->to, "%s= %s\n", actor->name,
                     status_text(actor->status));
        return;
    }
    write_line(recorder, step->source);
    complain(recorder, step, "has not ended; type ^D or send ^C before this");
}

static void record_call(struct recorder *recorder, const struct step *step)
{
    struct scene *scene = recorder->scene;
    sleep_now(recorder);
    if (scene_try_call(scene, step))
        write_line(recorder, step->source);
    else
        complain(recorder, step, "no such system call; the line is left out");
}

static void record_step(struct recorder *recorder, const struct step *step)
{
    switch (step->kind) {
    case OUT:
    case ERR:
        record_line(recorder, step);
        break;
    case CALL:
        record_call(recorder, step);
        break;
    case ENDED:
        record_end(recorder, step);
        break;
    case START:
    case TYPE:
    case SIGNAL:
    case END_OF_INPUT:
        record_rest(recorder);
        if (!scene_act(recorder->scene, step))
            complain(recorder, step,
                     bytes_text(&recorder->scene->failure.reason));
        write_line(recorder, step->source);
        break;
    default:
        write_line(recorder, step->source);
    }
}

bool record_scene(struct bytes *to, struct scene *scene)
{
    const struct transcript *script = scene->transcript;
    struct recorder recorder = {scene, to, true};
    scene_begin(scene);
    size_t next = 0;
    for (size_t line = 1; line <= script->line_count; line++) {
        bool is_step = next < script->count && script->steps[next].line == line;
        if (is_step)
            record_step(&recorder, &script->steps[next++]);
        else
            write_line(&recorder, script->lines[line - 1]);
        scene->at = next;
    }
    return recorder.complete;
}

/* ------------------------------------------------------------ verifying -- */

static bool read_lines(const char *path, struct bytes *text)
{
    bool own = strcmp(path, "-") != 0;
    FILE *file = own ? fopen(path, "r") : stdin;
    if (file == NULL)
        return false;
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        bytes_add(text, part, n);
    if (own)
        fclose(file);
    return true;
}

static bool same_text(const struct step *step, const char *text, size_t len,
                      struct values *set, struct values *captured)
{
    struct pattern plain;
    size_t used;
    if (pattern_match(&step->pattern, text, len, set, captured, STRICT, &used))
        return true;
    /* Bytes that cannot be seen are shown as escapes; strace writes its own. */
    if (step->kind == CALL)
        return false;
    bool same =
        pattern_parse(&plain, text, len, ESCAPES) == NULL && plain.count == 1 &&
        plain.segments[0].kind == LITERAL &&
        pattern_match(&step->pattern, plain.segments[0].text.data,
                      plain.segments[0].text.len, set, captured, STRICT, &used);
    pattern_free(&plain);
    return same;
}

static bool same_step(const struct transcript *script, const struct step *step,
                      const char *line, size_t len, struct values *set,
                      struct values *captured)
{
    size_t source = strlen(step->source);
    if (step->kind == NOTE || step->kind == SIGNAL ||
        step->kind == END_OF_INPUT || step->kind == ENDED)
        return len == source && memcmp(line, step->source, len) == 0;
    size_t before = strlen(script->actors[step->actor]) + 1;
    if (len < before || memcmp(line, step->source, before) != 0)
        return false;
    line += before;
    len -= before;
    if (len > 0 && line[0] == ' ') {
        line++;
        len--;
    }
    if (step->pattern.partial && len >= 2)
        len -= 2; /* its \c */
    return same_text(step, line, len, set, captured);
}

struct verifier {
    const struct transcript *transcript;
    struct values *set;
    struct values captured;
    bool *found; /* by step */
    size_t next; /* the first step not found yet */
};

/* Find the step that this line shows: the next one, or, in an @any block, one
 * of those that have not been shown yet. */
static bool find_step(struct verifier *verifier, const char *line, size_t len)
{
    const struct transcript *script = verifier->transcript;
    size_t first = verifier->next;
    for (size_t i = first; i < script->count; i++) {
        const struct step *step = &script->steps[i];
        if (i != first &&
            (step->block == 0 || step->block != script->steps[first].block))
            break;
        if (!verifier->found[i] &&
            same_step(script, step, line, len, verifier->set,
                      &verifier->captured)) {
            verifier->found[i] = true;
            while (verifier->next < script->count &&
                   verifier->found[verifier->next])
                verifier->next++;
            return true;
        }
    }
    return false;
}

static void tell_disagreement(const struct verifier *verifier, const char *path,
                              size_t number, const char *line, size_t len)
{
    const struct transcript *script = verifier->transcript;
    const struct step *step = &script->steps[verifier->next];
    bool ends = verifier->next == script->count;
    fprintf(stderr, "%s:%zu: %.*s\n%s:%zu: %s\n", path, number, (int)len, line,
            script->path, ends ? script->line_count : step->line,
            ends ? "the transcript ends here" : step->source);
}

static bool verify_lines(struct verifier *verifier, const char *path,
                         const struct bytes *text)
{
    size_t at = 0, number = 0;
    while (at < text->len) {
        const char *line = text->data + at;
        const char *end = memchr(line, '\n', text->len - at);
        size_t len = end ? (size_t)(end - line) : text->len - at;
        at += len + 1;
        number++;
        bool is_command = len >= 2 && memcmp(line, "$ ", 2) == 0;
        if (len == 0 || is_command || find_step(verifier, line, len))
            continue;
        tell_disagreement(verifier, path, number, line, len);
        return false;
    }
    static const char early[] = "the recording ends here";
    if (verifier->next < verifier->transcript->count)
        tell_disagreement(verifier, path, number, early, sizeof early - 1);
    return verifier->next == verifier->transcript->count;
}

bool verify_recording(const char *path, const struct transcript *transcript,
                      struct values *set)
{
    struct bytes text = {0};
    if (!read_lines(path, &text)) {
        fprintf(stderr, "play: %s cannot be read\n", path);
        return false;
    }
    struct verifier verifier = {.transcript = transcript, .set = set};
    verifier.found = grow(NULL, transcript->count, sizeof *verifier.found);
    memset(verifier.found, 0, transcript->count * sizeof *verifier.found);
    bool same = verify_lines(&verifier, path, &text);
    free(verifier.found);
    bytes_free(&text);
    return same;
}
