#!/usr/bin/env bats
#
# Lesson 08's server and the common suites: see table.

load servers

@test "08 server: hostile peers" {
    face hostile 08-sigpipe/server
}

@test "08 server: errors of each call" {
    face inject 08-sigpipe/server
}

@test "08 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 08-sigpipe/server
}

@test "08 server: 1,000 clients at once" {
    face crowd 08-sigpipe/server
}
