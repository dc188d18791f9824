#!/usr/bin/env bats
# What an actor finds: like a program that a person has started from a shell.
load player

@test "no descriptor but 0, 1 and 2, whatever the player has inherited" {
    holds 7</dev/null 8>/dev/null 99</dev/null <<'END'
a$ sh -c 'ls /proc/$$/fd | tr "\n" " "; echo'
a| 0 1 2 {...}
a= 0
b$ python3 -c 'import os; print(os.isatty(0), os.isatty(1), os.isatty(2))'
b| True True False
b= 0
END
} 

@test "default signal actions and an empty mask, whatever was ignored" {
    cat >scene <<'END'
a$ grep -e SigBlk -e SigIgn /proc/self/status
a| SigBlk:{tab:.}0000000000000000
a| SigIgn:{tab}0000000000000000
a= 0
b$ sleep 100
b^C
b= SIGINT
END
    run sh -c 'trap "" INT QUIT HUP TERM PIPE CHLD USR1; exec "$0" --check scene' "$PLAY"
    says_nothing_and_holds
}

@test "the player's own descriptors may be closed" {
    printf 'a$ cat\na< x\na| x\na^D\na= 0\n' >scene
    "$PLAY" --check scene <&-
    "$PLAY" --check scene <&- >&- 2>&-
    printf 'a$ cat\na< x\na| y\na^D\na= 0\n' >scene
    status=0
    "$PLAY" --check scene <&- >&- 2>&- || status=$?
    [ "$status" -eq 1 ]
    status=0
    "$PLAY" scene >/dev/full || status=$?
    [ "$status" -eq 1 ]
}

@test "who leaves the player's output does not end the scene" {
    printf 'a$ touch %s/ended\na= 0\n' "$PWD" >scene
    "$PLAY" scene | true
    [ -e ended ]
}

@test "each actor has a directory of its own, beside the others" {
    mkdir empty
    holds --from empty <<'END'
a$ sh -c 'echo x >here; ls ..'
a| a
a= 0
b$ sh -c 'ls; cat ../a/here'
b| x
b= 0
END
}

@test "no terminal can be opened as /dev/tty, and none is lost at the end" {
    holds <<'END'
a$ sh -c ': </dev/tty'
a! {...}/dev/tty{...}
a= 2
END
}

@test "20 scenes at once do not disturb one another" {
    cat >scene <<'END'
a$ python3 -uc 'import socket; s = socket.create_server(("127.0.0.1", $PORT)); print("up"); c, _ = s.accept(); print(c.recv(9)); input()'
a| up
b$ python3 -uc 'import socket; s = socket.create_connection(("127.0.0.1", $PORT)); s.send(b"hello"); print("sent")'
@any
b| sent
b= 0
a| b'hello'
@end
a~ read
a<
a= 0
END
    sed -i '1i @deadline 30' scene
    seq 20 | xargs -P 20 -I{} "$PLAY" --check scene
}
