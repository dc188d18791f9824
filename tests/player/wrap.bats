#!/usr/bin/env bats
# --wrap: a sandbox, a tracer, a preload before one actor's command.
load player

# Every wrapper must let these through: lines, typed text, status, signals.
through() {
    holds --wrap "a=$1" <<'END'
a$ sh -c 'echo out; echo err >&2; read -r x; echo "got $x"; exit 7'
a| out
a! err
a< hello
a| got hello
a= 7
END
    holds --wrap "a=$1" <<'END'
a$ sleep 100
a~ nanosleep
a^C
a= SIGINT
END
    holds --wrap "a=$1" <<'END'
a$ sh -c 'trap "echo term; exit 9" TERM; echo ready; while :; do read -r x; done'
a| ready
a^TERM
a| term
a= 9
END
    holds --wrap "a=$1" <<'END'
a$ python3 -c 'import os, signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL); r, w = os.pipe(); os.close(r); os.write(w, b"x")'
a= SIGPIPE
END
    holds --wrap "a=$1" <<'END'
a$ sh -c 'ls /proc/self/fd | tr "\n" " "; echo; kill -SEGV $$'
a| 0 1 2 3{...}
a= SIGSEGV
END
    nobody_is_left
}

@test "env" {
    through "env WRAPPED=yes"
    holds --wrap 'a=env WRAPPED="a b"' <<'END'
a$ sh -c 'echo "\$WRAPPED"'
a| a b
a= 0
b$ sh -c 'echo "[\$WRAPPED]"'
b| []
b= 0
END
}

# Where the player parts the words itself, and where only a shell can.
@test "the scene's directory, and files for descriptors, as a shell has them" {
    local given=$BATS_TEST_TMPDIR/given told=$BATS_TEST_TMPDIR/told word
    echo from-a-file > "$given"
    for word in plain '"quoted"'; do
        holds --wrap "a=sh -c 'HERE=\$1; read -r LINE <&5; echo \$2 >&6; shift 2; export HERE LINE; exec \"\$@\"' sh \"\$PWD\" $word 5<$given 6>$told" <<'END'
a$ sh -c 'test "\$HERE" = "\$(pwd -P)" && echo "here, \$LINE"'
a| here, from-a-file
a= 0
END
        [ "$(cat "$told")" = "${word//\"/}" ]
        rm "$told"
    done
}

# "init --user N" is what scripts/sandbox has before bwrap; the player stands in for it.
@test "--user: init and the player drop all that setpriv drops" {
    [ "$EUID" -eq 0 ] || return 0 # nobody else can drop anything
    local drop='setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --inh-caps -all'
    local init=${PLAY%/*}/init
    local told=$BATS_TEST_TMPDIR/told
    has_privileges() { # has_privileges BY WRAPPER
        local look="sh -c 'cat /proc/self/status >&6; exec \"\$@\"' sh 6>$told"
        holds --wrap "a=$2 $look" <<'END'
a$ true
a= 0
END
        grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap)' "$told" > "$told.$1"
        rm "$told"
    }
    # A player that has more to drop than root mostly has.
    printf '#!/bin/sh\nexec setpriv --groups 1,2 --inh-caps +net_raw %s "$@"\n' "$PLAY" > "$told.play"
    chmod +x "$told.play"
    PLAY=$told.play
    has_privileges nobody nice
    grep -qx 'CapInh:.*2000' "$told.nobody"
    has_privileges player "$init --user 65534"
    has_privileges init "env $init --user 65534"
    has_privileges setpriv "$drop"
    diff "$told.setpriv" "$told.init"
    diff "$told.setpriv" "$told.player"
    grep -qx $'Uid:\t65534\t65534\t65534\t65534' "$told.player"
}

@test "nice, setsid, a shell" {
    through nice
    through "setsid -w"
    through "sh -c '\"\$@\"' sh"
}

@test "strace" {
    [ -n "$(command -v strace)" ] || skip "needs strace"
    through "strace -f -o ../trace"
}

@test "bwrap: processes of its own, the true status" {
    box="bwrap --dev-bind / / --unshare-pid --proc /proc --die-with-parent"
    $box true || skip "bwrap cannot make a sandbox here"
    through "$box"
    through "$box --new-session --unshare-net"
    holds --wrap "a=$box" <<'END'
a$ sh -c 'test $$ -lt 10 && test $$ -ne 1 && echo inside'
a| inside
a= 0
END
}

@test "bwrap and % at once" {
    box="bwrap --dev-bind / / --unshare-pid --proc /proc --die-with-parent"
    $box true || skip "bwrap cannot make a sandbox here"
    [ -n "$(command -v strace)" ] || skip "needs strace"
    holds --wrap "a=$box" <<'END'
@needs strace
a$ sh -c 'read -r x; exit 3'
a< q
a% read(0, "q", 1) {...}= 1
a= 3
END
} 

@test "a wrapper that fails" {
    fails 2 --wrap "a=bwrap --no-such-option" <<'END'
a$ echo hello
a| hello
a= 0
END
    says "on stderr, where no line is expected" "a "
    fails 2 --wrap "a=false" <<'END'
a$ echo hello
a| hello
a= 0
END
    says "nothing more on stdout: a ended with 1"
    fails 3 --wrap "a=sleep 100; :" <<'END'
@deadline 0.5
a$ echo hello
a| hello
a= 0
END
}

@test "an actor starts again in its wrapper" {
    holds --wrap "a=env X=1" <<'END'
a$ sh -c 'exit 1'
a= 1
a$ sh -c 'exit 2'
a= 2
a$ cat
a^TERM
a= SIGTERM
END
}
