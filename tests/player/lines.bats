#!/usr/bin/env bats
# Every kind of line, every directive that orders lines, every escape.
load player

@test "a program's lines on stdout and stderr are expected with | and !" {
    holds <<'END'
# Narration is for people.
a$ sh -c 'echo out; echo err >&2'
a| out
a! err
a= 0
END
}

@test "stdout and stderr are ordered in themselves, not between each other" {
    holds <<'END'
a$ sh -c 'echo 1; echo 2; echo x >&2; echo y >&2'
a! x
a| 1
a! y
a| 2
a= 0
END
}

@test "an empty line is a line" {
    holds <<'END'
a$ printf '\nx\n'
a|
a| x
a= 0
END
}

@test "blanks at both ends of a line count" {
    holds <<'END'
a$ printf '  x \n'
a|   x\x20
a= 0
END
    fails 2 <<'END'
a$ printf '  x \n'
a|   x
a= 0
END
}

@test "what is typed with < is the program's standard input, ^D its end" {
    holds <<'END'
a$ cat
a< hello world!
a| hello world!
a<
a|
a^D
a= 0
END
}

@test "typed text is not echoed and not changed" {
    holds <<'END'
a$ od -An -c
a< \x01\x03\x08\r\x11\x13\x15\x16\x17\x1a\x1c\x7f\xff
a^D
a| {...}001 003  \\b  \\r 021 023 025 026 027 032 034 177 377  \\n
a= 0
END
}

@test "with \\c at its end, what is typed has no newline; ^D passes it on" {
    holds <<'END'
a$ cat
a< half\c
a^D
a| half\c
a< , whole
a| , whole
a^D
a= 0
END
}

@test "4,095 bytes can be typed in one line, and many lines before they are read" {
    long=$(printf '%4095s' '' | tr ' ' x)
    {
        echo "a$ sh -c 'read -r go < ../go; cat | wc -c'"
        for _ in 1 2 3; do echo "a< $long"; done
        echo "a^D"
        echo "b$ sh -c 'mkfifo ../go 2>/dev/null; echo > ../go'"
        echo "b= 0"
        echo "a| 12288"
        echo "a= 0"
    } >typed
    sed -i '1i f$ mkfifo ../go\nf= 0' typed
    holds <typed
}

@test "a prompt has no newline: \\c" {
    holds <<'END'
a$ sh -c 'printf "name? "; read -r name; echo "hello $name"'
a| name? \c
a< Ada
a| hello Ada
a= 0
END
}

@test "a prompt that is only partly here is waited for, to its end" {
    holds <<'END'
a$ sh -c 'mkfifo go; printf "na"; echo ready >&2; read -r x <go; printf "me? "; read -r x'
a! ready
b$ sh -c 'echo > ../a/go'
b= 0
a| name? \c
a<
a= 0
END
}

@test "an open end before \\c takes all that comes while anybody is awake" {
    holds <<'END'
a$ sh -c 'printf "pid 12"; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; printf 34; read -r x'
a| pid {n:[0-9]+}\c
a< {n}
a= 0
b$ echo {n}
b| 1234
b= 0
END
}

@test "^C is SIGINT, ^TERM and ^USR1 are what they say, and input is not lost" {
    holds <<'END'
a$ sh -c 'trap "echo int" INT; trap "echo term" TERM; trap "echo usr1" USR1; echo ready; while :; do read -r x && echo "$x" && exit 3; done'
a| ready
a^C
a| int
a^TERM
a| term
a^SIGUSR1
a| usr1
a< bye
a| bye
a= 3
END
}

@test "a signal reaches the whole process group" {
    holds <<'END'
a$ sh -c 'trap "wait; echo parent; exit 0" TERM; sh -c "trap \"echo child; exit\" TERM; echo ready; while :; do sleep 0.02; done" 2>/dev/null & wait'
a| ready
a^TERM
@any
a| child
a| parent
@end
a= 0
END
}

# It is stopped when it runs next, and here others run before it.
@test "^STOP: who is stopped stands still before the scene goes on" {
    cat >last.py <<'END'
import os, signal
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for i in range(6):
    if os.fork() == 0:
        os.setpgid(0, 0)
        signal.alarm(2)
        while True:
            pass
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
print(os.getpid(), flush=True)
print(input())
END
    holds --from "$PWD" <<'END'
b$ sh -c 'while read -r pid; do read -r stat </proc/$pid/stat; stat=${stat##*) }; echo "${stat%% *}"; done'
a$ python3 last.py
a| {a:[0-9]+}
a~ read
a^STOP
b< {a}
b| T
a^CONT
a< on
a| on
a= 0
b^D
b= 0
END
}

@test "a signal may come right behind the start" {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        holds <<'END'
a$ sleep 100
a^C
a= SIGINT
END
    done
}

@test "~ says in which call a program sleeps, by the name that it wrote" {
    holds <<'END'
a$ cat
a~ read
a^D
a= 0
b$ sleep 100
b~ nanosleep
b~ clock_nanosleep
b^C
b= SIGINT
END
}

@test "~ sees a program below the actor, and one with a regular expression" {
    holds <<'END'
a$ sh -c 'cat; true'
a~ read
a~ {any:re.d|recvfrom}
a^D
a= 0
END
}

@test "~ fails for who prints, ends or sleeps elsewhere" {
    fails 2 <<'END'
a$ sh -c 'echo here; cat'
a~ read
a| here
a^D
a= 0
END
    shows read here
    fails 2 <<'END'
a$ true
a~ read
a= 0
END
    shows read "a ended with 0"
    fails 2 <<'END'
a$ cat
a~ accept
a^D
a= 0
END
    shows accept "a is asleep in read"
}

@test "~ can wait for two sleepers at once" {
    holds <<'END'
a$ cat
b$ sleep 100
@any
b~ nanosleep
a~ read
@end
a^D
a= 0
b^C
b= SIGINT
END
}

@test "@any takes lines in any order, of several actors" {
    holds <<'END'
a$ sh -c 'echo 3; echo 1; echo 2'
b$ sh -c 'echo x >&2'
@any
b! x
b= 0
a| 1
a| 2
a| 3
@end
a= 0
END
}

@test "@any wants each of its lines once" {
    fails 6 <<'END'
a$ sh -c 'echo 1; echo 2; echo 2'
@any
a| 1
a| 2
# Which is missing is told:
a| 3
@end
a= 0
END
    shows 3 2
}

@test "the wrong line of an @any block is told beside the one that is closest" {
    fails 4 <<'END'
a$ sh -c 'echo "the second lime"; echo "the first line"'
@any
a| the first line
a| the second line
@end
a= 0
END
    shows "the second line" "the second lime"
}

@test "escapes stand for bytes that cannot be seen" {
    holds <<'END'
a$ printf 'a\tb\rc\\n\0\001\n'
a| a\tb\rc\\n\x00\x01
b$ printf '\{x} \$PORT \n'
b| \{x} \$PORT\x20
a= 0
b= 0
END
}

@test "a brace is a brace, but before a small letter or three dots" {
    holds <<'END'
a$ printf '%s\n' '{' '{}' '{1}' '{A}' '{_x}' '{a b}' '{...' '$' '$x' '$1'
a| {
a| {}
a| {1}
a| {A}
a| {_x}
a| {a b}
a| {...
a| $
a| $x
a| $1
a= 0
END
}

@test "a line may hold any bytes: Korean, invalid UTF-8" {
    holds <<'END'
a$ printf '안녕!!\n\377\376\n'
a| 안녕!!
a| \xff\xfe
a= 0
END
}

@test "an empty line and a bare # may stand anywhere" {
    holds <<'END'

#
a$ true

# end
a= 0

END
}

@test "the last line needs no newline" {
    run "$PLAY" --check - < <(printf 'a$ true\na= 0')
    says_nothing_and_holds
}

@test "stderr goes to a file as a shell would have it" {
    holds <<'END'
a$ ls /no/such 2>errors
a= 2
a$ cat errors
a| ls: cannot access '/no/such': No such file or directory
a= 0
b$ sh -c 'echo "$@" >&2' x 2>errors one 'two  three'
b= 0
b$ cat errors
b| one two  three
b= 0
c$ no-such-program 2>errors
c= 127
c$ grep -c no-such-program errors
c| 1
c= 0
d$ true 2>no/such/directory
d! {...}no/such/directory{...}
d= 2
e$ ls /no/such 2>first 2>second
e= 2
e$ wc -c first
e| 0 first
e= 0
f$ ls /no/such 2> errors
f= 2
f$ sh -c 'test -s errors'
f= 0
g$ sh -c 'echo it >&2' 2>&1
g| it
g= 0
END
}

@test "commands run as a shell's simple commands, redirections allowed" {
    holds <<'END'
a$ sh -c 'echo to; echo err >&2' >file 2>&1
a= 0
a$ cat <file
a| to
a| err
a= 0
b$ env WORD=x sh -c 'echo \$WORD'
b| x
b= 0
END
}
