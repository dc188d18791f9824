# Socket Workbook: the one interface.
#
#   make              the lessons, where you stand, what to do next
#   make run-06       play lesson 06 with real processes
#   make list         all scenes there are
#   make help         these lines, and those below
#
# A lesson is a directory lessons/NN-topic; nothing here names one. It can be
# called by its number, its topic or both: run-06, run-6, run-connect,
# run-06-connect.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := status
.DELETE_ON_ERROR:

BUILD := build
CC := cc
CFLAGS := -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
STANDARD := -std=c11 -D_POSIX_C_SOURCE=200809L
COMPILE = $(CC) $(STANDARD) $(WARNINGS) $(CFLAGS) -MMD -MP
LINK = $(CC) $(CFLAGS) $(LDFLAGS)
# For what a check starts dozens of times: without shared libraries a start takes
# a quarter less. Where the C library can only be shared, it is.
LINK_ALONE = $(LINK) -static $^ -o $@ 2>/dev/null || $(LINK) $^ -o $@

LESSONS := $(notdir $(wildcard lessons/[0-9][0-9]-*))
number_of = $(firstword $(subst -, ,$(1)))
# What lesson $(1) can be called.
names_of = $(sort $(1) $(call number_of,$(1)) $(patsubst 0%,%,$(call number_of,$(1))) \
    $(patsubst $(call number_of,$(1))-%,%,$(1)))
# Evaluate the definition $(1) for each name of each lesson.
for_each_name = $(foreach lesson,$(LESSONS),$(foreach name,$(call names_of,$(lesson)),\
    $(eval $(call $(1),$(name),$(lesson)))))

# ------------------------------------------------------------------ build --

.PHONY: all lessons player
all: lessons player grader-tools
lessons: $(LESSONS:%=build-%)

COMMON := $(patsubst common/%.c,$(BUILD)/common/%.o,$(wildcard common/*.c))

$(BUILD)/common/%.o: common/%.c
	@mkdir -p $(@D)
	@$(COMPILE) -c $< -o $@

# $(1) is a lesson, $(2) one of its programs' sources.
define program
$$(BUILD)/$(1)/$(basename $(notdir $(2))): $(2) $$(COMMON)
	@mkdir -p $$(@D)
	@$$(COMPILE) -Icommon -MT $$@ -MF $$@.d $$< $$(COMMON) $$(LDFLAGS) \
	    $$(LIBS) -o $$@
$(1)_programs += $$(BUILD)/$(1)/$(basename $(notdir $(2)))
endef

sources_of = $(wildcard lessons/$(1)/*.c lessons/$(1)/experiments/*.c)
$(foreach lesson,$(LESSONS),$(foreach source,$(call sources_of,$(lesson)),\
    $(eval $(call program,$(lesson),$(source)))))

.PHONY: $(LESSONS:%=build-%)
.SECONDEXPANSION:
$(LESSONS:%=build-%): build-%: $$(%_programs)
	@$(if $(filter build-%,$(MAKECMDGOALS)),echo "$(BUILD)/$*: $(notdir $^)",:)

PLAYER_SOURCES := $(filter-out scripts/play/init.c,$(wildcard scripts/play/*.c))
PLAYER_OBJECTS := $(PLAYER_SOURCES:scripts/play/%.c=$(BUILD)/play/%.o)
PLAY := $(BUILD)/play/play

player: $(PLAY) $(BUILD)/play/init

$(PLAY): $(PLAYER_OBJECTS)
	@$(LINK_ALONE)

# Shared: valgrind stumbles over the other kind, and it is put before this one.
$(BUILD)/play/init: $(BUILD)/play/init.o $(BUILD)/play/privileges.o
	@$(LINK) $^ -o $@

$(BUILD)/play/%.o: scripts/play/%.c | $(BUILD)/play/syscalls.inc
	@mkdir -p $(@D)
	@$(COMPILE) -I$(BUILD)/play -c $< -o $@

# The kernel's system calls and their numbers here, from the C library.
$(BUILD)/play/syscalls.inc:
	@mkdir -p $(@D)
	@echo '#include <sys/syscall.h>' | $(CC) -E -dM - | \
	    sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/{"\1", SYS_\1},/p' | \
	    sort > $@

# What the graders stand on: the trusted peer, the weather, and common/ for the
# student's program, with sanitizers too where the compiler has them.
.PHONY: grader-tools
grader-tools: player $(COMMON) $(BUILD)/peer/peer $(BUILD)/weather/weather \
    $(BUILD)/common/sanitized/done

PEER_OBJECTS := $(patsubst scripts/peer/%.c,$(BUILD)/peer/%.o,\
    $(wildcard scripts/peer/*.c))
WEATHER_OBJECTS := $(patsubst scripts/weather/%.c,$(BUILD)/weather/%.o,\
    $(wildcard scripts/weather/*.c))

$(BUILD)/peer/peer: $(PEER_OBJECTS) $(COMMON)
	@$(LINK_ALONE)

$(BUILD)/weather/weather: $(WEATHER_OBJECTS) $(COMMON)
	@$(LINK_ALONE)

$(BUILD)/peer/%.o: scripts/peer/%.c
	@mkdir -p $(@D)
	@$(COMPILE) -Icommon -c $< -o $@

$(BUILD)/weather/%.o: scripts/weather/%.c
	@mkdir -p $(@D)
	@$(COMPILE) -Icommon -c $< -o $@

$(BUILD)/common/sanitized/done: $(wildcard common/*.[ch])
	@mkdir -p $(@D)
	@cd $(@D) && $(CC) $(STANDARD) -g -O1 -fsanitize=address,undefined \
	    -c $(abspath $(wildcard common/*.c)) 2>errors || true
	@touch $@

# The tracer of make xray.
XRAY_SOURCES := $(wildcard scripts/xray.d/*.c)
XRAY_OBJECTS := $(XRAY_SOURCES:scripts/xray.d/%.c=$(BUILD)/xray/%.o)
TRACER := $(BUILD)/xray/tracer

$(TRACER): $(XRAY_OBJECTS) $(BUILD)/play/names.o $(BUILD)/play/bytes.o \
    $(BUILD)/common/error.o
	@$(LINK) $^ -o $@

$(BUILD)/xray/%.o: scripts/xray.d/%.c | $(BUILD)/play/syscalls.inc
	@mkdir -p $(@D)
	@$(COMPILE) -Iscripts/play -Icommon -c $< -o $@

player: $(TRACER)

# The tracer of make demo: that of make xray, and scripts/demo.d/hold.c.
DEMO_TRACER := $(BUILD)/demo/tracer

$(DEMO_TRACER): $(BUILD)/demo/hold.o $(XRAY_OBJECTS) $(BUILD)/play/names.o \
    $(BUILD)/play/bytes.o $(BUILD)/common/error.o
	@$(LINK) -Wl,--wrap=ptrace,--wrap=log_call $^ -o $@

$(BUILD)/demo/hold.o: scripts/demo.d/hold.c
	@mkdir -p $(@D)
	@$(COMPILE) -Iscripts/play -Icommon -c $< -o $@

player: $(DEMO_TRACER)

-include $(wildcard $(BUILD)/*/*.d)

# ------------------------------------------------------------------- play --

# The transcripts of lesson $(1) that SCENE asks for.
main_scene = lessons/$(1)/transcript
all_scenes = $(main_scene) $(wildcard lessons/$(1)/experiments/*.transcript)
one_scene = lessons/$(1)/experiments/$(SCENE).transcript
scenes = $(if $(SCENE),$(if $(filter all,$(SCENE)),$(all_scenes),\
    $(one_scene)),$(main_scene))
PLAY_OPTIONS = $(if $(STEP),--step)

.PHONY: run
run: lessons player
	@$(PLAY) $(PLAY_OPTIONS) $(foreach lesson,$(LESSONS),\
	    $(call main_scene,$(lesson))); scripts/verdict $$?

# $(1) is a name of lesson $(2).
define targets
.PHONY: run-$(1) build-$(1) test-$(1)
$(if $(filter $(1),$(2)),,build-$(1): build-$(2))
run-$(1): build-$(2) player
	@scripts/scene-exists $(2) "$$(SCENE)"
	@$$(if $$(filter exercise,$$(SCENE)),scripts/play-exercise $(2) \
	    $$(PLAY_OPTIONS),$$(PLAY) $$(PLAY_OPTIONS) $$(call scenes,$(2))); \
	    scripts/verdict $$$$? $$(if $$(SCENE),,$(2))
test-$(1): build-$(2) player
	@scripts/test tests/lessons/$(2).bats
endef
$(call for_each_name,targets)

# A name that no lesson has.
run-% build-% test-%:
	@scripts/no-lesson $@ $(LESSONS)

# ------------------------------------------------------------------ x-ray --
#
#   make xray-06      each system call under its line, the sockets' states, and a
#                     ladder; SCENE=, FILE= your own program, LADDER=file.svg,
#                     SLIDES=1, XRAY_DIFF=1

# $(1) is a name of lesson $(2).
define xray_target
.PHONY: xray-$(1)
xray-$(1): build-$(2) player
	@scripts/scene-exists $(2) "$$(filter-out exercise,$$(SCENE))"
	@BUILD=$$(BUILD) CC="$$(CC)" SCENE="$$(SCENE)" FILE="$$(FILE)" \
	    LADDER="$$(LADDER)" SLIDES="$$(SLIDES)" XRAY_DIFF="$$(XRAY_DIFF)" \
	    scripts/xray $(2)
endef
$(call for_each_name,xray_target)

xray-%:
	@scripts/no-lesson $@ $(LESSONS)

# ------------------------------------------------------------------- demo --
#
#   make demo-06      play it before a hall, step by step; SCENE= an experiment
#   make notes-06     for the speaker, on a second terminal
#   make cast-06      record it: CAST=file.cast, PACE=2, COLUMNS_LINES=80x24,
#                     XRAY=1
#   make demo         all lessons, by themselves; PACE=2 seconds a step, LOOP=1

.PHONY: demo
demo: lessons player
	@BUILD=$(BUILD) SCENE= PACE="$(or $(PACE),2)" LOOP="$(LOOP)" \
	    scripts/demo $(LESSONS)

# $(1) is a name of lesson $(2).
define demo_targets
.PHONY: demo-$(1) notes-$(1) cast-$(1)
demo-$(1): build-$(2) player
	@scripts/scene-exists $(2) "$$(SCENE)" one
	@BUILD=$$(BUILD) SCENE="$$(SCENE)" PACE="$$(PACE)" LOOP="$$(LOOP)" \
	    scripts/demo $(2)
notes-$(1):
	@scripts/notes $(2)
cast-$(1): build-$(2) player
	@scripts/scene-exists $(2) "$$(SCENE)" one
	@BUILD=$$(BUILD) SCENE="$$(SCENE)" CAST="$$(CAST)" PACE="$$(PACE)" \
	    COLUMNS_LINES="$$(COLUMNS_LINES)" XRAY="$$(XRAY)" scripts/cast $(2)
endef
$(call for_each_name,demo_targets)

demo-% notes-% cast-%:
	@scripts/no-lesson $@ $(LESSONS)

# -------------------------------------------------------------- exercises --
#
#   make check-06     judge your exercise; FILE= another file, ONLY= some tests,
#                     SEED= the same payloads and weather again
#   make watch-06     the same at each save
#   make hint-06      the next hint;  make reset-06: begin again
#   make solution-06  once you have passed
#   make submit       one archive of your exercises
#   make graders      judge the graders

export FILE SEED ONLY SUBMISSIONS LESSON OUT JOBS ROSTER AGAIN SSHLOGIN \
    WORKBOOK ISOLATION RECEIPT INSTRUCTOR SANDBOX

# $(1) is a name of lesson $(2).
define exercise_targets
.PHONY: check-$(1) watch-$(1) hint-$(1) reset-$(1) solution-$(1) graders-$(1)
check-$(1): build-$(2) grader-tools
	@scripts/check $(2)
watch-$(1): build-$(2) grader-tools
	@scripts/watch $(2) $$(LESSONS)
graders-$(1): build-$(2) grader-tools
	@scripts/graders $(2)
hint-$(1) reset-$(1) solution-$(1):
	@scripts/$$(firstword $$(subst -, ,$$@)) $(2)
endef
$(call for_each_name,exercise_targets)

check-% watch-% hint-% reset-% solution-% graders-%:
	@scripts/no-lesson $@ $(LESSONS)

.PHONY: check watch hint reset solution
check watch hint reset solution:
	@echo "make $@: of which lesson? make $@-06, say" >&2; exit 2

#   make soak                    the same, 100 times
#   make grade SUBMISSIONS=DIR   grade a class (scripts/grade has the rest)
#   make regrade RECEIPT=FILE    repeat a grade, and compare
#   make kit                     the students' tarball

# A students' kit has not all scripts.
run_script = @[ -x scripts/$@ ] || { \
    echo "make $@: not in a students' kit; your instructor has it" >&2; exit 2; }; scripts/$@

.PHONY: grade regrade kit
grade regrade: lessons grader-tools
	$(run_script)
kit:
	$(run_script)

.PHONY: submit graders soak
submit:
	@scripts/submit $(LESSONS)
graders soak: lessons grader-tools
	$(run_script)

.PHONY: status list help
status list:
	@scripts/lessons $@ $(LESSONS)
# What stands in the comments of this file; in a kit without what it has not.
help:
	@sed -n 's/^#   \( *make .*\)/  \1/p; s/^#    \( *[^ m].*\)/   \1/p' Makefile | \
	    if [ -x scripts/kit ]; then cat; else sed '/make \(soak\|grade\|regrade\|kit\) /d'; fi

# ------------------------------------------------------------------- check --

.PHONY: test lint sanitize bench
test: all
	@scripts/test

lint:
	$(run_script)
sanitize bench: all
	$(run_script)

.PHONY: clean
clean:
	@rm -rf $(BUILD)
