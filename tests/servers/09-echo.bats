#!/usr/bin/env bats
#
# Lesson 09's server and the common suites: see table.

load servers

@test "09 server: hostile peers" {
    face hostile 09-echo/server
}

@test "09 server: errors of each call" {
    face inject 09-echo/server
}

@test "09 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 09-echo/server
}

@test "09 server: 1,000 clients at once" {
    face crowd 09-echo/server
}
