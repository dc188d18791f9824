#!/usr/bin/env bats
# Every way in which an actor ends, and what comes after it.
load player

@test "status 0, 1, 255" {
    holds <<'END'
a$ true
a= 0
b$ false
b= 1
c$ sh -c 'exit 255'
c= 255
END
}

@test "every signal that ends a program, by its name" {
    for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE \
        ALRM TERM XCPU XFSZ VTALRM PROF SYS IO; do
        echo "a\$ sh -c 'ulimit -c 0; kill -$signal \$\$'"
        echo "a= SIG$signal"
    done >scene
    holds <scene
}

@test "SIGPIPE ends who writes to nobody" {
    holds <<'END'
a$ sh -c 'mkfifo p; exec 3<>p; exec 4>p; exec 3<&-; exec yes >&4'
a= SIGPIPE
END
}

@test "126 and 127: not executable, not found" {
    touch plain
    holds <<'END'
a$ ./plain
a! {...}ermission denied{...}
a= 126
b$ ./nowhere
b! {...}not found{...}
b= 127
END
}

@test "an actor starts again in the directory that it left" {
    holds <<'END'
a$ sh -c 'echo kept >file; exit 3'
a= 3
a$ cat file
a| kept
a= 0
a$ sleep 100
a^C
a= SIGINT
END
}

@test "an actor that starts again has nothing of what was typed before" {
    holds <<'END'
a$ sh -c 'read -r x; exit 4'
a< one
a= 4
a$ cat
a< two
a| two
a^D
a= 0
END
}

@test "a child that keeps the terminal does not hold up its parent's end" {
    holds <<'END'
a$ sh -c 'sleep 100 & echo done'
a| done
a= 0
b$ true
b= 0
END
}

@test "what a child prints after its parent's end is left over" {
    fails 5 <<'END'
f$ mkfifo ../pipe
f= 0
a$ sh -c '(read -r x <../pipe; echo late; exec sleep 100) & echo done'
a| done
a= 0
b$ sh -c 'echo >../pipe; exec sleep 100'
b| never
b= 0
END
    shows "no more lines on stdout" late
}

@test "what is printed without a newline at the end is left over" {
    fails 2 <<'END'
a$ printf rest
a= 0
END
    shows "no more lines on stdout" rest
}

@test "two ends at once" {
    holds <<'END'
a$ cat
b$ cat
a^D
b^D
@any
b= 0
a= 0
@end
END
}

@test "an alarm that nobody catches is waited for" {
    holds <<'END'
a$ python3 -c 'import signal; signal.setitimer(signal.ITIMER_REAL, 0.6); signal.pause()'
a= SIGALRM
END
}

@test "an end that comes before its turn is shown once, in its turn" {
    run "$PLAY" - <<'END'
early$ true
late$ sh -c 'read -r line; exec echo "$line"'
late~ read
late< done
late| done
late= 0
early= 0
END
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c '^early= 0$' <<<"$output")" -eq 1 ]
    [ "${lines[-2]}" = "early= 0" ]
}
