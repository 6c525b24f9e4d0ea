"""Every table. Step modules join below, one import each."""

from concours.records.models.account import Account, StaffRole
from concours.records.models.clock import ServiceClock
from concours.records.models.document import Document
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
    "BodyDestruction",
    "CandidacyStanding",
    "CompetitionStanding",
    "Document",
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
    "ServiceClock",
    "StaffRole",
]
