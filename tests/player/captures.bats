#!/usr/bin/env bats
# {name:ERE}, {name}, {...}, $PORT, $NAME.
load player

@test "a capture is the same text wherever it stands again" {
    holds <<'END'
a$ sh -c 'echo port 1234; echo 1234; echo err 1234 >&2'
a| port {port:[0-9]+}
a| {port}
a! err {port}
a= 0
b$ sh -c 'read -r x; echo "{port} $x"'
b< {port}
b| {port} 1234
b= 0
END
}

@test "another text in its place fails, and the story says which was known" {
    fails 3 <<'END'
a$ sh -c 'echo port 1234; echo again 1235'
a| port {port:[0-9]+}
a| again {port}
a= 0
END
    shows "again 1234" "again 1235"
    says "                           ^ the first difference"
}

@test "a capture holds within its own line" {
    holds <<'END'
a$ echo 77-77-8
a| {n:[0-9]+}-{n}-{m:[0-9]+}
a= 0
END
    fails 2 <<'END'
a$ echo 77-78
a| {n:[0-9]+}-{n}
a= 0
END
}

@test "a name captured again has the new text from then on" {
    holds <<'END'
a$ printf '%s\n' 1 2 2
a| {n:[0-9]}
a| {n:[0-9]}
a| {n}
a= 0
END
}

@test "regular expressions may have braces, brackets, groups and alternatives" {
    holds <<'END'
a$ printf '%s\n' 'abab 2024-01-31' ']x}' 'a|b' 'A_9'
a| {word:(ab){2}} {day:[0-9]{4}-([0-9]{2}-?){2}}
a| {set:[]x}]+}
a| {bar:a\|b|c}
a| {class:[[:alpha:]_[:digit:]]+}
b$ echo {word} {day} '{set}' {class}
b| abab 2024-01-31 ]x} A_9
@any
a= 0
b= 0
@end
END
}

@test "a capture matches the whole of its place, and no part of it" {
    fails 2 <<'END'
a$ echo 12x
a| {n:[0-9]+}
a= 0
END
    fails 2 <<'END'
a$ echo xyz
a| x{n:y|z}
a= 0
END
}

@test "{...} is anything at all, nothing too" {
    holds <<'END'
a$ printf '%s\n' 'hint: a long story' 'hint: ' 'a1b2c'
a| hint: {...}
a| hint: {...}
a| a{...}b{...}c
a= 0
END
    fails 2 <<'END'
a$ echo a1b2c
a| a{...}b{...}d
a= 0
END
}

@test "captures may hold any bytes" {
    holds <<'END'
a$ printf '<a\0b\001\377> a\0b\001\377\n'
a| <{x:[^>]*}> {x}
a= 0
END
}

@test "in @any, a line that needs a capture waits until another one gives it" {
    holds <<'END'
b$ echo got 5
a$ echo sent 5
@any
b| got {n}
a| sent {n:[0-9]+}
@end
@any
a= 0
b= 0
@end
END
    fails 4 <<'END'
b$ echo got 6
a$ echo sent 5
@any
b| got {n}
a| sent {n:[0-9]+}
@end
@any
a= 0
b= 0
@end
END
}

@test "\$PORT to \$PORT9 are different, and the same all through the scene" {
    holds <<'END'
a$ sh -c 'printf "%s\n" $PORT $PORT2 $PORT3 $PORT4 $PORT5 $PORT6 $PORT7 $PORT8 $PORT9 | sort -u | wc -l'
a| 9
a= 0
b$ echo $PORT $PORT9
b| $PORT $PORT9
b= 0
END
}

@test "--set gives \$NAME its value: in commands, expected and typed lines" {
    holds --set WORD=hi --set N_2='a b{c}$' <<'END'
a$ sh -c 'echo $WORD; read -r x; echo "$x"'
a| $WORD
a< $N_2
a| $N_2
a= 0
b$ echo '$N_2'
b| a b\{c}$
b= 0
END
}

@test "--set PORT=5000 overrides the lease" {
    holds --set PORT=5000 <<'END'
a$ echo $PORT
a| 5000
a= 0
END
}
