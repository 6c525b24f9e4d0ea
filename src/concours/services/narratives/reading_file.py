"""The readers' copy of a file, made masked when it is submitted, with its ties as keyed hashes."""

import json
from collections.abc import Mapping
from datetime import datetime

from concours.policy.field_view import FieldView
from concours.records import personal
from concours.records.models import FileTie, Person, ReadingFile
from concours.records.ties import tie_token
from concours.services.application.sections import read_section
from concours.services.case import Case
from concours.services.narratives.masking import named, reading_content

CONTENT = "readingfile.content"


def make_reading_file(
    case: Case, *, step: str, narratives: Mapping[str, str], at: datetime
) -> None:
    """Write the masked copy and the ties; part of the transaction that submits."""
    person = case.candidacy.person
    education = read_section(case.code, person, "education")
    employment = read_section(case.code, person, "employment")
    row = Person.objects.filter(pk=person).only("full_name").first()
    own_name = personal.open_text(person, "person.full_name", row.full_name) if row else ""
    content = reading_content(
        case.edition.value(f"{step}.view", FieldView),
        track=case.candidacy.track,
        narratives=narratives,
        education=education,
        employment=employment,
        own_name=own_name,
    )
    ReadingFile.objects.update_or_create(
        candidacy=case.code,
        defaults={
            "person": person,
            "step": step,
            "track": case.candidacy.track,
            "content": personal.seal_text(person, CONTENT, json.dumps(content, ensure_ascii=False)),
            "made_at": at,
        },
    )
    names = named([education, employment])
    wanted = {("school", name) for name in names["schools"]}
    wanted |= {("employer", name) for name in names["employers"]}
    wanted |= {("person", own_name)}
    FileTie.objects.filter(candidacy=case.code).delete()
    tokens = {(kind, tie_token(kind, name)) for kind, name in wanted}
    FileTie.objects.bulk_create(
        FileTie(candidacy=case.code, kind=kind, token=token)
        for kind, token in sorted(tokens, key=str)
        if token is not None
    )
