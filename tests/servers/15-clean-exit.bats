#!/usr/bin/env bats
#
# Lesson 15's server and the common suites: see table.

load servers

@test "15 server: hostile peers" {
    face hostile 15-clean-exit/server
}

@test "15 server: errors of each call" {
    face inject 15-clean-exit/server
}

@test "15 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 15-clean-exit/server
}

@test "15 server: 1,000 clients at once" {
    face crowd 15-clean-exit/server
}
