"""What a candidate can do when a rule says no: the sentences that other languages have words for.

Refusals are written in the core in plain English, which knows no languages. Here
stand those a candidate may meet, as templates: what is in braces differs from case
to case. A sentence that is not here is shown as it is written.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

REMEDIES: tuple[str, ...] = (
    _("Your role does not include this. Ask the registrar if you think it should."),
    _("There is no such file, or it is not yours to open. Check the code."),
    _("This has moved on since the page was shown. Reload and decide."),
    _("Sign in as a candidate to apply."),
    _("Start an application first."),
    _("This candidacy has ended. Only an appeal or a re-opening is possible."),
    _("Wait until this window is published."),
    _("Apply while registration is open, or in a later window."),
    _("You have one application in this window: go on with that one."),
    _("You may sit the test again from the window of {window}."),
    _("An application is submitted once."),
    _("Complete these sections first: {sections}."),
    _("Apply in the next window, or ask the registrar for a late entry code."),
    _("Type the late entry code as the registrar gave it to you."),
    _("Choose one of: {choices}."),
    _("Your track is locked. Another choice needs a new application in a later window."),
    _("Only a refusal can be appealed against, and once."),
    _("Only a failed result can be appealed against, once."),
    _("An item is challenged after the sitting."),
    _("The time for a challenge has passed."),
    _("Name a section of {sections} and the number of its item."),
    _("You have challenged this item already."),
    _("The time for an appeal has passed."),
    _("Write why the decision should be different."),
    _("Write at most {limit} characters."),
    _("This section is frozen. Ask the registrar to open it again."),
    _("Your application was sent as it stood. Ask the registrar to open this section."),
    _("Nothing has been submitted yet."),
    _("Complete the section on your identity first."),
    _("Only an eligible applicant may do this."),
    _("You hold a seat: move it, or give it back first."),
    _("You already hold a seat in this session."),
    _("You hold no seat."),
    _("You hold no seat. Reserve one first."),
    _("The sitting has begun."),
    _("A seat is moved or given back before this time; after it, sit, or apply again."),
    _("Choose one of the sessions shown."),
    _("Seats open at the time shown."),
    _("Choose a later session."),
    _("Choose a session on or after the birthday that makes you old enough."),
    _("No seat is free in this session any more. Choose another one."),
    _("Others wait for a seat in this session. Join its waiting list, or choose another."),
    _("A seat is kept for you already: answer it first."),
    _("Many are reserving now. Try again at once."),
    _("Show your identity at the door first."),
    _("The sitting begins with the session."),
    _("This section is open already."),
    _("Sections are sat in their order, and a closed one is not opened again."),
    _("There is no break now. Go on with your sections."),
    _("Your break is over. Go on with your sections."),
    _("The sitting is paused. Wait until it goes on."),
    _("This section is not open: answers go to the open one only."),
    _("The time of this section is over. Go on with the next one."),
    _("Only the open section can be closed."),
    _("These sections are still to come: {sections}."),
    _("The sitting is not open."),
    _("The answers have been submitted."),
    _("The step before this one must be passed and its result told first."),
    _("First comes: {step}."),
    _("The narratives are locked; nothing more can be changed."),
    _("The narratives are locked."),
    _("The deadline has passed; nothing can be changed."),
    _(
        "The deadline has passed. Write to the registrar at once if something kept you from submitting."
    ),
    _("Send one narrative for each published theme."),
    _("Write the narrative on {title}."),
    _("Shorten the narrative on {title} by {count} characters."),
    _("Name somebody for {title} who saw it and is neither a relative nor works under you."),
    _("Choose one of the published themes."),
    _("Choose one of the listed relations."),
    _("A place can be booked once the invitation has come."),
    _("The assessment has taken place."),
    _("The invitation must still be good on the day of the assessment. Choose an earlier day."),
    _("Choose a day that has not begun."),
    _("You have a place. You may move it once."),
    _("The season's dates are over. Join the waiting list; you are told when a place is free."),
    _("You have a place, or are on the list already."),
    _("The invitation is no longer good."),
    _("Book a place first."),
    _("Choose another day than the one you have."),
    _("The one move has been used. If you are seriously ill or deployed, write to the scheduler."),
    _("The first exercise has begun; the date can no longer be moved."),
    _("Choose a day from the list."),
    _("Somebody took the last place. Choose another day or join the waiting list."),
    _("The conditional offer opens the clearances; it comes first."),
    _("The security forms are with the board."),
    _("The date has passed and is never moved. A new candidacy starts with the test."),
    _("The medical documents are with the board."),
    _("There is no medical class to waive, or you have asked."),
    _("The date has passed; ask the registrar what is open to you."),
    _("No decision of this step ended the candidacy."),
    _("The decision on a waiver is final; there is no appeal."),
    _("The date of the security forms is absolute; there is no appeal."),
    _("The appeal has been lodged; there is one only."),
    _("The decision has not been told yet."),
    _("The last day for the appeal has passed."),
    _("Upload at least one medical document first."),
    _("Upload a PDF, a JPEG or a PNG file."),
    _("The file is empty. Choose another."),
    _("The file has more than {size} MB. Make it smaller."),
    _("The stored document is not what was uploaded."),
    _("There is no such document in this file."),
    _("There is no notice that waits for a reply."),
    _("The notice has not been told yet."),
    _("The last day for the reply has passed; the decision may be appealed."),
    _("No decision of the final review ended the candidacy."),
    _("This is possible while the candidate stands on the register, not before or after."),
    _("The register says so already."),
    _("This claim waits for a decision already."),
    _("Preference is decided once for a person and counts on all their registers."),
    _("These points count already."),
    _("A request waits for a decision already."),
    _("There is no offer to answer."),
    _("The last day to answer has passed; silence counts as a decline."),
    _("The appointment comes first."),
    _("A post has been assigned; wishes are closed."),
    _("Not on the list: {posts}."),
    _("A wish is {wishes}."),
    _("Years lie between 0 and 60."),
    _("Write years as a number such as 9 or 5.9."),
    _("There is no such message among yours."),
    _("PDF files cannot be made here: the library Pango is not installed. Use the page itself."),
    _("There is no edition {edition}."),
    _("Edition {edition} has no rule {rule}."),
    _("A code has twelve letters and digits, such as 7KQ2-M4ZD-X0PT."),
    _("Scores are checked once, after you have been told the result."),
    _("The time for a request has passed."),
)
_BLANK = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    sentence: re.compile(_BLANK.sub(r"(?P<\1>.+)", re.escape(sentence)))
    for sentence in REMEDIES
    if "{" in sentence
}


def translated(remedy: str) -> str:
    """A remedy in the reader's language, with what differs from case to case kept as it is."""
    for sentence, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(remedy):
            return gettext(sentence).format(**found.groupdict())
    return gettext(remedy)
