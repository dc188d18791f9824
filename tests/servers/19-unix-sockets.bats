#!/usr/bin/env bats
#
# Lesson 19's server and the common suites: see table.

load servers

@test "19 server: hostile peers" {
    face hostile 19-unix-sockets/server
}

@test "19 server: errors of each call" {
    face inject 19-unix-sockets/server
}

@test "19 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 19-unix-sockets/server
}

@test "19 server: 1,000 clients at once" {
    face crowd 19-unix-sockets/server
}
