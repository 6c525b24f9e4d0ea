"""The file a reader takes away and can check on any machine."""

from datetime import datetime

from concours.kernel.period import instant_text
from concours.ledger.download import Envelope, Record, render
from concours.ledger.draft import Fact
from concours.records import log
from concours.records.ledger_store import kind_of
from concours.records.models import LedgerEntry
from concours.selection.authority import Actor
from concours.selection.steps import WITHHELD
from concours.services.case import open_candidacy
from concours.services.casefile import open_file
from concours.services.files import unknown_file


def download(actor: Actor, code: str, *, at: datetime) -> str:
    """The record of one file for this reader, signed.

    It carries the headers of all entries up to the first the reader has not been
    told of, and the bodies of those. A candidate gets their candidacies' files and
    their person's; staff whose role reads files get any.
    """
    kind = kind_of(code)
    action = "file.read_own" if actor.roles <= {"candidate"} else "file.read"
    if kind == "candidacy":
        case = open_candidacy(actor, code, action, at=at)
        shown, role = case.visible, case.role
    elif kind is not None:
        found = open_file(actor, kind, code, action)
        shown, role = found.facts, found.role
    else:
        raise unknown_file()
    return _rendered(code, role, shown, at=at)


def own_record(actor: Actor, code: str, *, at: datetime) -> str:
    """The record of one of the actor's own files, as a candidate gets it."""
    case = open_candidacy(actor, code, "file.read_own", at=at)
    return _rendered(code, case.role, case.visible, at=at)


def _rendered(code: str, reader: str, shown: tuple[Fact, ...], *, at: datetime) -> str:
    head = log.newest()
    size = head.size if head else 0
    bodies = {fact.seq for fact in shown}
    kept = {fact.seq for fact in shown if reader == "candidate" and fact.kind in WITHHELD}
    # A telling may stand after the first untold decision: the file stops before that one.
    last = _unbroken(bodies)
    rows = list(
        LedgerEntry.objects.filter(file=code, seq__lte=last)
        .order_by("seq")
        .values_list("header", "digest", "body__text", "body__salt", "leaf__position", "seq")
    )
    places = [place for *_, place, _seq in rows if place is not None and place < size]
    proofs = log.inclusion_proofs(places, size=size) if places else {}
    records = [
        Record(
            header=header,
            digest=digest,
            body=None if seq in kept else body,
            salt=None if salt is None or seq in kept else bytes(salt).hex(),
            position=place if place in proofs else None,
            proof=tuple(step.hex() for step in proofs.get(place, ())),
        )
        for header, digest, body, salt, place, seq in rows
    ]
    envelope = Envelope(
        file=code,
        reader=reader,
        issued_at=instant_text(at),
        checkpoint=head.note if head else "",
    )
    return render(envelope, records, log.signer())


def _unbroken(numbers: set[int]) -> int:
    last = 0
    while last + 1 in numbers:
        last += 1
    return last
