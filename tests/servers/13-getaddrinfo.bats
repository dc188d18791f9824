#!/usr/bin/env bats
#
# Lesson 13's server and the common suites: see table.

load servers

@test "13 server: hostile peers" {
    face hostile 13-getaddrinfo/server
}

@test "13 server: errors of each call" {
    face inject 13-getaddrinfo/server
}

@test "13 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 13-getaddrinfo/server
}

@test "13 server: 1,000 clients at once" {
    face crowd 13-getaddrinfo/server
}
