#!/usr/bin/env bats
#
# Lesson 21's server and the common suites: see table.

load servers

@test "21 server: hostile peers" {
    face hostile 21-http/server
}

@test "21 server: errors of each call" {
    face inject 21-http/server
}

@test "21 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 21-http/server
}

@test "21 server: 1,000 clients at once" {
    face crowd 21-http/server
}
