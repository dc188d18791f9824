#!/usr/bin/env bats
#
# Lesson 16's iterative-server and the common suites: see table.

load servers

@test "16 iterative-server: hostile peers" {
    face hostile 16-concurrent-servers/iterative-server
}

@test "16 iterative-server: errors of each call" {
    face inject 16-concurrent-servers/iterative-server
}

@test "16 iterative-server: 10,000 clients, one after another, leave nothing behind" {
    face succession 16-concurrent-servers/iterative-server
}

@test "16 iterative-server: 1,000 clients at once" {
    face crowd 16-concurrent-servers/iterative-server
}
