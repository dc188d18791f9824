#!/usr/bin/env bats
# What a scene needs: tools, a network, a user, time.
load player

@test "a tool that is missing: not played, and why; status 3" {
    run "$PLAY" --check - <<'END'
@needs sh nosuchtool othertool
a$ touch started
a= 0
END
    [ "$status" -eq 3 ]
    [ "$output" = "- standard input   not played: it needs nosuchtool, othertool" ]
    [ ! -e started ]
}

@test "tools that are there" {
    holds <<'END'
@needs sh
@needs cat ls
a$ true
a= 0
END
}

@test "tools in /usr/sbin are found by the actors too" {
    PATH=/usr/bin:/bin holds <<'END'
a$ sh -c 'echo \$PATH'
a| /usr/bin:/bin:/usr/sbin:/sbin
a= 0
END
}

@test "@network own: nothing but loopback, port 5000, with a name like any other" {
    run "$PLAY" --check - <<'END'
@network own
a$ sh -c "echo $PORT $PORT2; tail -n +3 /proc/net/dev | cut -d : -f 1 | grep -v -e sit -e tun -e gre -e ip6 | tr -d ' '"
a| 5000 5001
a| lo
a= 0
b$ python3 -c "import socket; s = socket.create_server(('127.0.0.1', $PORT)); c = socket.create_connection(('127.0.0.1', $PORT)); print('connected')"
b| connected
b= 0
END
    [ "$status" -ne 3 ] || skip "$output"
    says_nothing_and_holds
}

@test "@network own, two scenes at once: both have port 5000" {
    cat >scene <<'END'
@network own
a$ python3 -c "import socket; s = socket.create_server(('127.0.0.1', $PORT)); input()"
a~ read
a<
a= 0
END
    "$PLAY" --check scene &
    "$PLAY" --check scene
    wait "$!"
}

@test "@user nobody: a plain user, who can write in his own directory" {
    echo kept >file
    holds <<'END'
@user nobody
a$ sh -c 'test "$(id -u)" -ne 0 && echo plain; cat file; echo x >new; cat new; cat /etc/shadow 2>/dev/null || echo refused'
a| plain
a| kept
a| x
a| refused
a= 0
END
}

@test "@user root and @sysctl: root of its own network, whose settings it makes, and of nothing else" {
    cat >scene <<'END'
@network own
@user root
@sysctl net.ipv4.icmp_echo_ignore_all=1
a$ sh -c 'id -u; cat /proc/sys/net/ipv4/icmp_echo_ignore_all; python3 -c "import socket; print(socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).type)"; cat /proc/1/environ >/dev/null 2>&1 || echo refused'
a| 0
a| 1
a| 3
a| refused
a= 0
END
    holds <scene
    [ "$(cat /proc/sys/net/ipv4/icmp_echo_ignore_all)" = 0 ] # ours
    [ "$EUID" -eq 0 ] || return 0
    chmod 644 scene # a plain user's, too
    TMPDIR=/tmp run setpriv --reuid 65534 --regid 65534 --clear-groups "$PLAY" --check scene
    says_nothing_and_holds
}

@test "@user root: processes are counted anew, and root's files are still his" {
    [ "$EUID" -eq 0 ] || skip 'root plays'
    holds <<'END'
@network own
@user root
a$ setpriv --reuid 65534 --clear-groups prlimit --nproc=3 sh -c 'true; (true); echo counted'
a| counted
a= 0
b$ sh -c 'echo x >new; stat -c %u new'
b| 0
b= 0
END
}

@test "@sysctl: a setting that is not there makes the scene not played" {
    run "$PLAY" --check - <<'END'
@network own
@user root
@sysctl net.ipv4.no_such_setting=1
a$ true
a= 0
END
    [ "$status" -eq 3 ]
    says 'it needs net.ipv4.no_such_setting in a network of its own, which cannot be set (No such file or directory)'
}

@test "@user nobody and %: strace writes where it may" {
    [ -n "$(command -v strace)" ] || skip "needs strace"
    holds <<'END'
@needs strace
@user nobody
a$ cat
a< x
a% read(0, "x\n", {...}) = 2
a| x
a^D
a= 0
END
} 

@test "@deadline is the time that a line may take" {
    holds <<'END'
@deadline 20
a$ sh -c 'sleep 0.4; echo one; sleep 0.4; echo two'
a| one
a| two
a= 0
END
    fails 4 <<'END'
@deadline 0.3
a$ sh -c 'sleep 0.1; echo one; sleep 20; echo two'
a| one
a| two
a= 0
END
    says "nothing within 0.3 s"
}

@test "the environment is the user's, but for what would make runs differ" {
    export LC_ALL=de_DE MAKEFLAGS=w MAKELEVEL=3 FOO=bar
    umask 077
    holds <<'END'
a$ sh -c 'echo "\$LC_ALL \$TERM \$FOO [\$MAKEFLAGS\$MAKELEVEL]"; umask'
a| C.UTF-8 dumb bar []
a| 0022
a= 0
END
}
