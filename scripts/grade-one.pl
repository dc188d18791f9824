#!/usr/bin/perl -w
# grade-one.pl NAME=VALUE...: the result of one submission as JSON (docs/results.md),
# from bats' TAP, the plans and the graders' comments, for scripts/grade-one.
#
# jq has this form for all else that is made of results. But it reads its own library
# anew at each start, and that takes as long as a scene. (-w: so does `use warnings`.)
use strict;

my %given = map { /^(\w+)=(.*)\z/s ? ($1, text($2)) : () } @ARGV;

# ------------------------------------------------------------------------ text --

# Bytes as text: what is no UTF-8 (RFC 3629) becomes U+FFFD.
sub text {
    my ($bytes) = @_;
    return $bytes unless $bytes =~ /[\x80-\xff]/;
    $bytes =~ s{( [\x00-\x7f] | [\xc2-\xdf][\x80-\xbf] | \xe0[\xa0-\xbf][\x80-\xbf]
                | [\xe1-\xec\xee\xef][\x80-\xbf]{2} | \xed[\x80-\x9f][\x80-\xbf]
                | \xf0[\x90-\xbf][\x80-\xbf]{2} | [\xf1-\xf3][\x80-\xbf]{3}
                | \xf4[\x80-\x8f][\x80-\xbf]{2} ) | .}{$1 // "\xef\xbf\xbd"}gsex;
    utf8::decode($bytes);
    return $bytes;
}

sub content {
    my ($path) = @_;
    open(my $file, '<:raw', $path) or die "$path: $!\n";
    local $/;
    return text(<$file> // '');
}

sub clean { # control bytes made visible, one blank line in a row, and not too much
    my ($text) = @_;
    $text =~ s/\n{3,}/\n\n/g;
    $text =~ tr/\x00-\x08\x0b-\x1f\x7f/\x{fffd}/;
    return length $text > 4000 ? substr($text, 0, 4000) . "\n\x{2026} (cut here)" : $text;
}

# ------------------------------------------------------------------------ JSON --

# An object is a list of keys and values, in its order; what is JSON already is a
# reference to it.
sub object { return bless [@_], 'object' }
sub as_it_is { return \$_[0] }

sub string {
    my ($text) = @_;
    my %short = ("\n" => '\n', "\t" => '\t', '"' => '\"', '\\' => '\\\\');
    $text =~ s/([\x00-\x1f\x7f"\\])/$short{$1} \/\/ sprintf '\u%04x', ord $1/ge;
    return "\"$text\"";
}

sub json {
    my ($value, $indent) = @_;
    my $inner = "$indent  ";
    return string($value) unless ref $value;
    return $$value if ref $value eq 'SCALAR';
    my ($open, $close, @parts) = ref $value eq 'object' ? ('{', '}') : ('[', ']');
    if ($open eq '{') {
        for (my $i = 0; $i < @$value; $i += 2) {
            push @parts, string($value->[$i]) . ': ' . json($value->[$i + 1], $inner);
        }
    } else {
        @parts = map { json($_, $inner) } @$value;
    }
    return $open . $close unless @parts;
    return "$open\n$inner" . join(",\n$inner", @parts) . "\n$indent$close";
}

# -------------------------------------------------------------------- verdicts --

# What bats says itself about the place in the grader is not for students.
sub is_bats { return $_[0] =~ /^[( ]*(from function|in test file|in file) |^ *`.*' failed/ }

# {NAME: {verdict, why, story}} of the tests with a number above $from and up to $to;
# the first verdict counts.
sub verdicts {
    my ($tap, $from, $to) = @_;
    my (%found, $now);
    for my $line (split /\n/, $tap) {
        if (my ($not, $number, $rest) = $line =~ /^(not )?ok ([0-9]+) (.*)$/) {
            my ($name, $why) = $rest =~ /^(.*?)(?: # skip ?\(?(.*?)\)?)?$/;
            undef $now;
            next if $found{$name} or $number <= $from or $number > $to;
            my $verdict = $not ? 'failed' : defined $why ? 'not run' : 'passed';
            $now = $found{$name} = {verdict => $verdict, why => $why // '', story => []};
        } elsif ($now and $now->{verdict} eq 'failed' and $line =~ s/^# ?//) {
            push @{$now->{story}}, $line unless is_bats($line);
        }
    }
    return \%found;
}

# {NAME: {first, special: [[ERE, hint]...]}} from a grader's comments.
sub hints {
    my ($grader) = @_;
    my (%all, $first, @special);
    for my $line (split /\n/, $grader) {
        if ($line =~ /^# kind: /) {
            ($first, @special) = ();
        } elsif ($line =~ /^# hint: (.*)$/) {
            $first //= $1;
        } elsif ($line =~ m{^# hint /(.*?)/: (.*)$}) {
            push @special, [$1, $2];
        } elsif ($line =~ /^\@test "(.*)" \{$/) {
            $all{$1} = {first => $first // '', special => [@special]};
        }
    }
    return \%all;
}

# As in bash, a pattern's dot matches a newline too.
sub hint_for {
    my ($hints, $story) = @_;
    for my $special (@{$hints->{special}}) {
        return $special->[1] if $story =~ /$special->[0]/s;
    }
    return $hints->{first};
}

# {NAME: seconds} from lines of microseconds, a tab, and a name.
sub seconds {
    my %seconds;
    for my $line (split /\n/, $_[0]) {
        my ($microseconds, $name) = split /\t/, $line, 2;
        $seconds{$name} = int($microseconds / 1000 + 0.5) / 1000;
    }
    return \%seconds;
}

sub tests { # tests(TAP, BEFORE, PLAN, TIMES, GRADER, HIDDEN): BEFORE came before these
    my ($tap, $before, $plan, $times, $grader, $hidden) = @_;
    my $found = verdicts($tap, $before, $before + @$plan);
    my ($seconds, $hints) = (seconds($times), hints($grader));
    my $judged = $given{status} eq 'judged';
    my @tests;
    for my $planned (@$plan) {
        my ($kind, $points, $name) = @$planned;
        my $of = $found->{$name} // ($judged
            ? {verdict => 'failed', why => '', story => ['no verdict']}
            : {verdict => 'not run', why => "not run: $given{status}", story => []});
        my $story = clean(join "\n", @{$of->{story}});
        push @tests, object(
            name => $name, kind => $kind, hidden => as_it_is($hidden), points => as_it_is($points),
            score => as_it_is($of->{verdict} eq 'passed' ? $points : 0),
            verdict => $of->{verdict}, why => $of->{why}, story => $story,
            hint => $of->{verdict} eq 'failed' ? hint_for($hints->{$name}, $story) : '',
            seconds => as_it_is($seconds->{$name} // 0));
    }
    return @tests;
}

# --------------------------------------------------------------------- all of it --

sub plan { return [map { [split /\t/, $_, 3] } grep { $_ ne '' } split /\n/, content($_[0])] }

sub sum {
    my ($key, $sum) = ($_[0], 0);
    for my $test (@_[1 .. $#_]) { $sum += ${{@$test}->{$key}} }
    return as_it_is($sum);
}

my ($shown, $hidden) = (plan($given{plan_shown}), plan($given{plan_hidden}));
my $tap = content($given{tap});
my @tests = (
    tests($tap, 0, $shown, content($given{times_shown}), content($given{grader_shown}), 'false'),
    tests($tap, scalar @$shown, $hidden, content($given{times_hidden}), content($given{grader_hidden}), 'true'));
my ($seed) = $given{seed} =~ /^([0-9]+)$/ or die "SEED=$given{seed}: a number is needed\n";
my ($isolation, $reasons) = split / /, $given{isolation}, 2;
my ($second, $minute, $hour, $day, $month, $year) = gmtime $given{started};

binmode STDOUT, ':utf8';
print json(object(
    version => as_it_is(1), lesson => $given{lesson}, program => $given{program},
    status => $given{status}, message => clean($given{message}),
    score => sum('score', @tests), max_score => sum('points', @tests), tests => \@tests,
    receipt => object(
        seed => as_it_is($seed), isolation => $isolation, reasons => [$reasons // ()],
        submission => $given{submission}, grader => $given{grader}, tools => as_it_is($given{tools}),
        started => sprintf('%04d-%02d-%02dT%02d:%02d:%02dZ', $year + 1900, $month + 1, $day, $hour, $minute, $second),
        seconds => as_it_is(int(($given{now} - $given{started}) * 100) / 100),
        file => $given{file})), ''), "\n";
close STDOUT or die "standard output: $!\n";
