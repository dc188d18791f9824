# programs.jq - from the students' documents what other programs read, and what
# the summary counts.
include "common";
include "junit";
include "tap";
include "gradescope";
include "classroom";
include "csv";

# What the class summary needs of a student, a line each.
def scores:
    .lessons[] | [.lesson, .status, .score, .max_score, .receipt.isolation // ""] | map(tostring) | "\(join("\t"))\n";
def failed:
    .lessons[] | select(.status == "judged") | .lesson as $lesson | .tests | to_entries[]
    | [$lesson, .key, .value.kind, .value.hidden, .value.verdict, .value.name] | map(tostring) | "\(join("\t"))\n";

def joined(f): [f] | add // "";

# A test's place is its first one, should graders of two versions disagree.
($columns | rows | map(fromjson) | group_by([.[0], .[3]]) | map(min_by(.[2])) | sort) as $columns
| ($lessons | rows) as $lessons
| (class_header($lessons) | file("class.csv")),
  (tests_header($columns) | file("tests.csv")),
  (inputs
   | .student.id as $id
   | (classroom | tojson) as $classroom
   | (junit | file("junit/\($id).xml")),
     (tap | file("tap/\($id).tap")),
     (gradescope | tojson + "\n" | file("gradescope/\($id).json")),
     ($classroom + "\n" | file("classroom/\($id).json")),
     (($classroom | @base64) + "\n" | file("classroom/\($id).base64")),
     (class_line | file("class.csv")),
     (tests_line($columns) | file("tests.csv")),
     (joined(scores) | file("class/scores")),
     (joined(failed) | file("class/failed")))
