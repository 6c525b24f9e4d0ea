"""The letters people of the rehearsal have had: on the message page, never mailed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from concours.kernel.period import day_of, instant
from concours.ledger.draft import Fact
from concours.records import personal
from concours.records.models import Account, Notice
from concours.selection.competition import Competition
from concours.selection.fold import untold
from concours.selection.steps import TOLD
from concours.services.notices.letters import hold_minutes, letters, write
from concours.services.notices.writing import GENERIC, letter_values
from concours.simulator.cohort import Cohort


def write_letters(cohort: Cohort) -> None:
    """One kept notice for every telling in the cohort, and a held one for every untold decision."""
    accounts = dict(Account.objects.exclude(person=None).values_list("person_id", "pk"))
    keys = personal.keys_of([cohort.file(code).person for code in cohort.people])
    competitions = {
        code: cohort.world.competition(code)
        for code in {cohort.file(c).competition for c in cohort.people}
    }
    rows: list[Notice] = []
    for code in cohort.people:
        person = cohort.file(code).person
        competition = competitions[cohort.file(code).competition]
        rows.extend(_kept(cohort, code, competition, accounts[person], keys[person]))
        rows.extend(_held(cohort, code, accounts[person]))
    Notice.objects.bulk_create(rows, batch_size=1_000)


def _row(cohort: Cohort, code: str, about: Fact, account: int, **given: object) -> Notice:
    return Notice(
        person=cohort.file(code).person,
        recipient_id=account,
        file=code,
        seq=about.seq,
        template=TOLD[about.kind],
        queued_at=about.at,
        idempotency_key=f"told/{code}/{about.seq}",
        **given,
    )


def _kept(
    cohort: Cohort, code: str, competition: Competition, account: int, key: bytes
) -> Iterator[Notice]:
    facts = {fact.seq: fact for fact in cohort.world.read(code)}
    file, person = cohort.file(code), cohort.file(code).person
    for telling in [f for f in facts.values() if f.kind == "candidacy.told"]:
        about = facts[int(str(telling.body["about"]))]
        due = telling.body.get("due_on")
        due_on: datetime | None = instant(due) if isinstance(due, str) else None
        template = TOLD[about.kind]
        written = write(
            template if template in letters() else GENERIC,
            language="en",
            on=day_of(telling.at, cohort.edition.zone),
            body=about.body,
            values=letter_values(file, cohort.edition, competition, about, due_on),
        )
        yield _row(
            cohort,
            code,
            about,
            account,
            state="kept",
            hold_until=telling.at,
            released_at=telling.at,
            read_at=telling.at,
            version=written.version,
            subject=personal.seal_with(key, person, "notice.subject", written.subject),
            text=personal.seal_with(key, person, "notice.text", "\n\n".join(written.paragraphs)),
        )


def _held(cohort: Cohort, code: str, account: int) -> Iterator[Notice]:
    for about in untold(cohort.world.read(code)):
        template = TOLD[about.kind]
        hold = timedelta(minutes=hold_minutes(template if template in letters() else GENERIC))
        yield _row(cohort, code, about, account, state="held", hold_until=about.at + hold)
