#!/usr/bin/env bats
# --record writes what is really printed; --verify compares such a run.
load player

# records: the transcript on standard input, recorded, is $output.
records() {
    run "$PLAY" --record - 2>err
    cat err
    [ "$status" -eq 0 ]
}

# The last recording is this one, and it holds.
recorded() {
    diff <(printf '%s\n' "$output") - || return 1
    "$PLAY" --check - <<<"$output"
}

@test "a skeleton of actions becomes a scene" {
    records <<'END'
# A first draft.
a$ sh -c 'echo "port $PORT"; printf "name? "; read -r x; echo "hi $x" >&2; exit 3'
a< Ada
a= 0
END
    recorded <<'END'
# A first draft.
a$ sh -c 'echo "port $PORT"; printf "name? "; read -r x; echo "hi $x" >&2; exit 3'
a| port $PORT
a| name? \c
a< Ada
a! hi Ada
a= 3
END
} 

@test "lines that match stand as they are, with captures, blocks and narration" {
    cat >scene <<'END'
@deadline 7
a$ sh -c 'echo pid 55; echo 1; echo 2; echo again 55'
a| pid {pid:[0-9]+}

# In any order:
@any
a| 2
a| 1
@end
a| again {pid}
a= 0
END
    cp scene before
    "$PLAY" --record scene
    diff before scene || true
    "$PLAY" --check scene
    grep -q '{pid:\[0-9\]+}' scene
    grep -q 'again {pid}' scene
    grep -q '^# In any order:$' scene
}

@test "stale lines go, new ones come, where they belong" {
    records <<'END'
a$ sh -c 'echo one; echo new; echo two 7; echo end'
a| one
a| stale
a| two {n:[0-9]}
a| stale too
a= 0
END
    recorded <<'END'
a$ sh -c 'echo one; echo new; echo two 7; echo end'
a| one
a| new
a| two {n:[0-9]}
a| end
a= 0
END
    records <<'END'
a$ sh -c 'echo two; echo three'
a| one
a| two
a| {n:[a-z]+}
a| four
a= 1
END
    recorded <<'END'
a$ sh -c 'echo two; echo three'
a| two
a| {n:[a-z]+}
a= 0
END
}

@test "what is recorded is written in the transcript's own notation" {
    records <<'END'
a$ printf 'a\0b\\n \{x} \{...} \$PORT1 \n \n'
a= 0
END
    says 'a| a\x00b\\n \{x} \{...} \$PORT1\x20' 'a| \x20'
    "$PLAY" --check - <<<"$output"
}

@test "a program that sleeps for a while is recorded too" {
    records <<'END'
@deadline 1
a$ sh -c 'echo one; sleep 0.4; echo two'
b$ echo three
b= 0
a= 0
END
    says "a| one" "a| two" "b| three"
}

@test "what cannot be recorded is said" {
    run "$PLAY" --record - <<'END'
a$ cat
a= 0
END
    [ "$status" -eq 1 ]
    says "standard input:2: a= 0: has not ended; type ^D or send ^C before this"
}

@test "%, ~ and signals are kept" {
    [ -n "$(command -v strace)" ] || skip "needs strace"
    cat >scene <<'END'
@needs strace
a$ cat
a~ read
a< x
a% write(1, "x\n", 2) = 2
a| x
a^C
a= SIGINT
END
    cp scene before
    "$PLAY" --record scene
    diff before scene
}

@test "a recording keeps a transcript that holds as it is" {
    for scene in "$ROOT"/lessons/0[1-6]*/transcript; do
        lesson=${scene%/transcript}
        mkdir -p "lessons/${lesson##*/}"
        cp "$scene" "lessons/${lesson##*/}/"
        cp -r "$lesson/fixtures" "lessons/${lesson##*/}/" 2>/dev/null || true
    done
    for scene in lessons/*/transcript; do
        cp "$scene" before
        status=0
        "$PLAY" --record "$scene" || status=$?
        [ "$status" -ne 3 ] || continue
        [ "$status" -eq 0 ]
        "$PLAY" --check "$scene"
        diff before "$scene" || true
    done
}

@test "--verify: a played scene agrees with its transcript" {
    cat >scene <<'END'
# Hello.
a$ sh -c 'echo $PORT; printf "pid 12\t\n> "; read -r x; echo "err {" >&2; exit 3'
a| $PORT
a| pid {n:[0-9]+}\t
a| > \c
a< {n}
a! err \{
a= 3
b$ sleep 100
b~ nanosleep
b^C
b= SIGINT
END
    { echo '$ play scene'; "$PLAY" --set PORT=5000 scene; } |
        grep -v '^✓' >recording
    cat recording
    "$PLAY" --verify recording scene
    # and no other agrees
    for change in 's/5000/5001/' 's/pid 12/pid x/' 's/a= 3/a= 0/' 's/< 12/< 13/' \
        's/Hello/Hallo/' '/a!/d' '$d' 's/\^C/^TERM/' 's/\\t//' '$a b= 0' 's/err/er/'; do
        sed "$change" recording >other
        run "$PLAY" --verify other scene
        echo "$change: $output"
        [ "$status" -eq 1 ]
        [ -n "$output" ]
    done
}
