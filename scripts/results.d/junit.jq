# junit.jq - JUnit XML of one student: a suite for each lesson.
include "common";

def attribute: oneline | @html;

def testcase($lesson):
    "    <testcase classname=\"\($lesson)\" name=\"\(.name | attribute)\" time=\"\(.seconds | seconds)\""
    + if .verdict == "passed" then "/>\n"
      elif .verdict == "not run" then
          ">\n      <skipped message=\"\(if .why == "" then "not run" else .why end | attribute)\"/>\n    </testcase>\n"
      else
          ">\n      <failure type=\"\(.kind)\" message=\"\(if .hint == "" then "failed" else .hint end | attribute)\">"
          + "\(.story | @html)</failure>\n    </testcase>\n"
      end;

def obstacle_case($lesson):
    obstacle as $obstacle
    | if $obstacle == null then "" else
          "    <testcase classname=\"\($lesson)\" name=\"\($obstacle.name)\" time=\"0\">\n"
          + "      <error type=\"\(.status)\" message=\"\($obstacle.says)\">\(.message | @html)</error>\n    </testcase>\n"
      end;

def property($name; $value): "      <property name=\"\($name)\" value=\"\($value | tostring | attribute)\"/>\n";

# Ant's form has no time zone, and there must be a time.
def timestamp:
    .receipt.started // "" | if test("^[0-9-]{10}T[0-9:]{8}Z$") then .[:-1] else "1970-01-01T00:00:00" end;

def suite($id):
    seen as $tests
    | (if obstacle == null then 0 else 1 end) as $errors
    | "  <testsuite id=\"\($id)\" package=\"socket-workbook\" name=\"\(.lesson)\" hostname=\"localhost\""
      + " timestamp=\"\(timestamp)\""
      + " tests=\"\(($tests | length) + $errors)\" failures=\"\([$tests[] | select(.verdict == "failed")] | length)\""
      + " errors=\"\($errors)\" skipped=\"\([$tests[] | select(.verdict == "not run")] | length)\""
      + " time=\"\($tests | map(.seconds) | add // 0 | seconds)\">\n    <properties>\n"
      + property("score"; .score) + property("max_score"; .max_score) + property("status"; .status)
      + "    </properties>\n"
      + obstacle_case(.lesson) + (.lesson as $lesson | $tests | map(testcase($lesson)) | add // "")
      + "    <system-out/>\n    <system-err/>\n  </testsuite>\n";

def junit:
    (.lessons | map(seen[])) as $tests
    | ([.lessons[] | select(obstacle != null)] | length) as $errors
    | "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(.student.name | attribute)\""
      + " tests=\"\(($tests | length) + $errors)\" failures=\"\([$tests[] | select(.verdict == "failed")] | length)\""
      + " errors=\"\($errors)\" time=\"\($tests | map(.seconds) | add // 0 | seconds)\">\n"
      + ([.lessons | to_entries[] | .key as $id | .value | suite($id)] | add // "")
      + "</testsuites>\n";
