#!/usr/bin/env bats
#
# The table itself: no server of the workbook is forgotten, and none of its
# suites.

load servers

@test "every server of the workbook is in the table" {
    for source in lessons/*/*server*.c; do
        program=${source#lessons/}
        echo "$program"
        row "${program%.c}"
    done
}

@test "every server that loops faces all suites" {
    while IFS='|' read -r program _ talk; do
        program=${program// /}
        if [[ -z $program || $program == '#'* || -z $talk ]]; then
            continue
        fi
        for suite in hostile inject succession crowd; do
            echo "$program, $suite"
            grep -rqx "    face $suite $program" tests/servers --include '*.bats' ||
                [[ $suite == crowd && $talk == *--datagrams* ]]
        done
    done <tests/servers/table
}
