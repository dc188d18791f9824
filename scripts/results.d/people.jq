# people.jq - from the students' documents what people read.
include "common";
include "markdown";
include "html";

inputs
| .student.id as $id
| (markdown | file("feedback/\($id).md")),
  (html($css) | file("feedback/\($id).html")),
  (table_line | file("class/table")),
  ([notes] | add // "" | file("class/notes"))
