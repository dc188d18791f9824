#!/usr/bin/env bats
# Hidden tests of lesson 05's exercise: they count when a class is graded, and
# no student sees them.

load ../exercises/grader

# kind: behaviour
# points: 5
# hint: A program that was written for the numbers of the visible tests fails here.
@test "greets many clients" {
    random N number 12 20
    scene < <(
        echo 'doorman$ ./doorman $PORT $N'
        echo 'doorman| waiting for $N clients on 127.0.0.1:$PORT'
        for ((i = 1; i <= N; i++)); do
            echo "c\$ ./peer connect 127.0.0.1 \$PORT"
            echo "c| connected to 127.0.0.1:\$PORT from 127.0.0.1:{p$i:[0-9]+}"
            echo 'c< receive-all'
            printf '%s\n' "c| received \"you are client $i of $N, from 127.0.0.1:{p$i}\\\\n\", then end"
            echo 'c^D'
            echo 'c= 0'
        done
        echo 'doorman| all greeted'
        echo 'doorman= 0'
    )
}
