#!/usr/bin/env bats
#
# Lesson 18's three servers and the common suites: see table.

load servers

@test "18 select-server: hostile peers" {
    face hostile 18-multiplexing/select-server
}

@test "18 select-server: errors of each call" {
    face inject 18-multiplexing/select-server
}

@test "18 select-server: 10,000 clients, one after another, leave nothing behind" {
    face succession 18-multiplexing/select-server
}

@test "18 select-server: 1,000 clients at once" {
    face crowd 18-multiplexing/select-server
}

@test "18 poll-server: hostile peers" {
    face hostile 18-multiplexing/poll-server
}

@test "18 poll-server: errors of each call" {
    face inject 18-multiplexing/poll-server
}

@test "18 poll-server: 10,000 clients, one after another, leave nothing behind" {
    face succession 18-multiplexing/poll-server
}

@test "18 poll-server: 1,000 clients at once" {
    face crowd 18-multiplexing/poll-server
}

@test "18 epoll-server: hostile peers" {
    face hostile 18-multiplexing/epoll-server
}

@test "18 epoll-server: errors of each call" {
    face inject 18-multiplexing/epoll-server
}

@test "18 epoll-server: 10,000 clients, one after another, leave nothing behind" {
    face succession 18-multiplexing/epoll-server
}

@test "18 epoll-server: 1,000 clients at once" {
    face crowd 18-multiplexing/epoll-server
}
