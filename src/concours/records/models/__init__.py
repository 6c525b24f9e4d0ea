"""Every table. Step modules join below, one import each."""

from concours.records.models.account import Account, StaffRole
from concours.records.models.application import (
    ApplicationSection,
    EqualityAnswer,
)
from concours.records.models.clock import ServiceClock
from concours.records.models.document import Document
from concours.records.models.examination import (
    Answer,
    Centre,
    EssaySheet,
    ExaminationStanding,
    Seat,
    SessionStanding,
    Sitting,
    TestItem,
)
from concours.records.models.job import Job
from concours.records.models.ledger import (
    BodyDestruction,
    FileHead,
    LedgerBody,
    LedgerEntry,
    LogCheckpoint,
    LogLeaf,
    LogTile,
    RunFile,
)
from concours.records.models.notice import Notice
from concours.records.models.person import NameKey, Person, PersonKey
from concours.records.models.standing import (
    CandidacyStanding,
    CompetitionStanding,
    PersonStanding,
)

__all__ = [
    "Account",
    "Answer",
    "ApplicationSection",
    "BodyDestruction",
    "CandidacyStanding",
    "Centre",
    "CompetitionStanding",
    "Document",
    "EqualityAnswer",
    "EssaySheet",
    "ExaminationStanding",
    "FileHead",
    "Job",
    "LedgerBody",
    "LedgerEntry",
    "LogCheckpoint",
    "LogLeaf",
    "LogTile",
    "NameKey",
    "Notice",
    "Person",
    "PersonKey",
    "PersonStanding",
    "RunFile",
    "Seat",
    "ServiceClock",
    "SessionStanding",
    "Sitting",
    "StaffRole",
    "TestItem",
]
