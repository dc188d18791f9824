#!/usr/bin/env bats
#
# Lesson 11's server and the common suites: see table.

load servers

@test "11 server: hostile peers" {
    face hostile 11-udp/server
}

@test "11 server: errors of each call" {
    face inject 11-udp/server
}

@test "11 server: 10,000 clients, one after another, leave nothing behind" {
    face succession 11-udp/server
}
