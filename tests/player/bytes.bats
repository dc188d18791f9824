#!/usr/bin/env bats
# Whatever bytes come, and however many: a clear verdict, in bounded memory.
load player

# The last run's player used at most this many KiB. (/usr/bin/time has a
# package of its own; python3 is there.)
measured() {
    python3 -c 'import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print("KiB", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)' "$@"
}

at_most_kib() {
    local used=${output##*KiB }
    echo "used $used KiB"
    [ "$used" -lt "$1" ]
}

@test "NULs and invalid UTF-8 are told as escapes" {
    holds <<'END'
a$ printf 'a\0b\377\0\n\0\n'
a| a\x00b\xff\x00
a| \x00
a= 0
END
    fails 2 <<'END'
a$ printf 'a\0b\377\n'
a| a\x00c
a= 0
END
    shows 'a\x00c' 'a\x00b\xff'
}

@test "every byte comes through as it is, in both directions" {
    python3 - >scene <<'END'
text = "".join("\\x%02x" % b for b in range(256) if b not in (4, 10))
print("a$ cat\na< %s\na| %s\na^D\na= 0" % (text, text))
END
    holds <scene
}

@test "a line of 1 MB is matched, captured, compared" {
    cat >scene <<'END'
a$ sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo y'
a| {...}xy
a= 0
a$ sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo y'
a| {x:x+}y
a= 0
a$ sh -c 'head -c 1000000 /dev/zero | tr "\0" x; echo y'
a| {x}y
a= 0
a$ sh -c 'head -c 1000000 /dev/zero; echo y'
a| \x00{...}y
a= 0
END
    run measured "$PLAY" --check scene
    echo "$output"
    [ "$status" -eq 0 ]
    at_most_kib 200000
}

@test "a line of 1 MB that is wrong is told in a few lines" {
    cat >scene <<'END'
a$ sh -c 'head -c 1000000 /dev/zero; echo y'
a| {...}z
a= 0
END
    run measured "$PLAY" --check scene
    [ "$status" -eq 1 ]
    [ "${#output}" -lt 4000 ]
    at_most_kib 200000
}

@test "a line without end is told when it has 4 MiB" {
    cat >scene <<'END'
@deadline 60
a$ cat /dev/zero
a| x
a= 0
END
    run measured "$PLAY" --check scene
    echo "${output:0:2000}"
    [ "$status" -eq 1 ]
    at_most_kib 60000
}

@test "a flood that nobody expects ends at its first line" {
    cat >scene <<'END'
@deadline 60
a$ yes
a= SIGINT
END
    run measured "$PLAY" --check scene
    [ "$status" -eq 1 ]
    says "scene:3" "no more lines on stdout" "y"
    at_most_kib 30000
}

@test "a flood behind a line that is waited for does not fill memory" {
    cat >scene <<'END'
@deadline 1
a$ yes
b$ sleep 100
a| y
b| never
a| y
a= 0
b= 0
END
    run measured "$PLAY" --check scene
    [ "$status" -eq 1 ]
    says "nothing within 1 s"
    at_most_kib 30000
}

@test "a flood on stderr, a flood on both" {
    fails 2 <<'END'
a$ sh -c 'exec yes >&2'
a= 0
END
    run "$PLAY" --check - <<'END'
a$ sh -c 'yes x >&2 & exec yes'
a| y
a| z
a= 0
END
    [ "$status" -eq 1 ]
}

@test "100,000 lines are read in order" {
    {
        echo 'a$ seq 100000'
        seq 100000 | sed 's/^/a| /'
        echo 'a= 0'
    } >scene
    run measured "$PLAY" --check scene
    echo "${output:0:2000}"
    [ "$status" -eq 0 ]
    at_most_kib 100000
}

@test "a program that does not read what is typed" {
    fails 5 <<'END'
@deadline 0.5
a$ sleep 100
a~ nanosleep
# The terminal keeps a few thousand bytes for it.
a= 0
END
    long=$(printf '%4000s' '' | tr ' ' x)
    {
        echo '@deadline 0.5'
        echo 'a$ sleep 100'
        for _ in {1..30}; do echo "a< $long"; done
        echo 'a= 0'
    } >scene
    run "$PLAY" --check scene
    [ "$status" -eq 1 ]
    says "the program does not read what is typed"
}
