"""The entries of the test in one plain sentence each."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "examination.admitted": "The applicant may reserve a seat for the test.",
    "seat.reserved": "A seat was reserved.",
    "seat.moved": "The seat was moved to another session.",
    "seat.rescheduled": "The session of the seat was given another hour.",
    "seat.cancelled": "The seat was given back.",
    "door.checked": "Identity was checked at the door.",
    "attendance.found": "Whether the candidate appeared was recorded.",
    "sitting.opened": "The sitting was opened.",
    "section.opened": "A section was opened; its time began.",
    "section.locked": "A section was closed for good.",
    "minutes.added": "Minutes were given for an incident.",
    "sitting.submitted": "The answers were submitted.",
    "sitting.voided": "The sitting was declared void; it counts for nothing.",
    "answers.imported": "The answers were read in from an answer sheet.",
    "choice.scored": "The multiple-choice sections were scored and compared with the cut.",
    "choice.corrected": "The multiple-choice scores were corrected.",
    "choice.rescored": "The multiple-choice scores were corrected after the result.",
    "essay.marked": "A marker marked the essay.",
    "essay.compared": "The marks of the essay were compared.",
    "examination.decided": "The result of the test was decided.",
    "examination.reversed": "The result of the test was reversed.",
    "examination_appeal.lodged": "The candidate appealed against the result of the test.",
    "examination_appeal.decided": "The appeal against the result of the test was decided.",
}
