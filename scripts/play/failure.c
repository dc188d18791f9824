#include "failure.h"

#include <string.h>
#include <sys/wait.h>

#include "process.h"

enum verdict fail(struct scene *scene, const struct step *step)
{
    struct failure *failure = &scene->failure;
    failure->step = step;
    failure->got_line = false;
    bytes_clear(&failure->expected);
    bytes_clear(&failure->got);
    bytes_clear(&failure->reason);
    if (step->kind == OUT || step->kind == ERR || step->kind == CALL ||
        step->kind == ASLEEP)
        pattern_show(&failure->expected, &step->pattern, &scene->set,
                     &scene->captured);
    return FAILS;
}

enum verdict fail_because(struct scene *scene, const struct step *step,
                          const char *reason)
{
    fail(scene, step);
    bytes_add_text(&scene->failure.reason, reason);
    return FAILS;
}

enum verdict fail_line(struct scene *scene, const struct step *step,
                       const char *text, size_t len)
{
    struct failure *failure = &scene->failure;
    enum { ENOUGH = 65536 }; /* of a long line, to find the difference in */
    fail(scene, step);
    failure->got_line = true;
    bytes_add(&failure->got, text, len);
    failure->agrees =
        pattern_agrees(&step->pattern, text, len < ENOUGH ? len : ENOUGH,
                       &scene->set, &scene->captured);
    return FAILS;
}

void describe_actor(struct bytes *to, const struct actor *actor)
{
    if (actor->presence == OFF_STAGE)
        bytes_add_text(to, "not started yet");
    else if (actor->presence == ON_STAGE && actor->program == 0)
        bytes_add_text(to, "not begun yet: its wrapper is still at work");
    else if (actor->presence == ON_STAGE)
        describe_process(to, actor->program);
    else
        bytes_format(to, "ended %s %s",
                     WIFSIGNALED(actor->status) ? "by" : "with",
                     status_text(actor->status));
}

enum verdict fail_state(struct scene *scene, const struct step *step,
                        const char *before)
{
    const struct actor *actor = &scene->actors[step->actor];
    fail(scene, step);
    bytes_format(&scene->failure.reason, "%s%s is ", before, actor->name);
    if (actor->presence == OVER)
        scene->failure.reason.len -= strlen("is ");
    describe_actor(&scene->failure.reason, actor);
    return FAILS;
}
