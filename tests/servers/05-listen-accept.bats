#!/usr/bin/env bats
#
# Lesson 05's server and the common suites: see table.

load servers

@test "05 server: hostile peers" {
    face hostile 05-listen-accept/server
}

@test "05 server: errors of each call" {
    face inject 05-listen-accept/server
}

@test "05 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 05-listen-accept/server
}

@test "05 server: 1,000 clients at once" {
    face crowd 05-listen-accept/server
}
