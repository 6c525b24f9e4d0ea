"""Every table. Step modules join below, one import each."""

from concours.records.models.account import Account, StaffRole
from concours.records.models.appeal import AppealGrounds
from concours.records.models.application import (
    ApplicationSection,
    EqualityAnswer,
)
from concours.records.models.assessment import (
    AssessmentDay,
    AssessmentPlace,
    DayAssessor,
    DaySession,
)
from concours.records.models.clearance import ClearanceStanding, CompartmentRecord
from concours.records.models.clock import ServiceClock
from concours.records.models.correction import BulkCorrection
from concours.records.models.document import Document
from concours.records.models.examination import (
    Answer,
    Centre,
    CentreRoom,
    EssaySheet,
    ExaminationStanding,
    Seat,
    SessionStanding,
    Sitting,
    TestItem,
)
from concours.records.models.items import (
    Assembly,
    BankAct,
    BankFigures,
    BankForm,
    BankImage,
    BankItem,
    BankStimulus,
    BankUse,
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
from concours.records.models.marks import (
    ChallengeArgument,
    KeyCheckItem,
    MeasurementArtefact,
    RoomMessage,
    SeededScript,
)
from concours.records.models.narratives import FileTie, NarrativeDraft, ReadingFile
from concours.records.models.notice import Notice
from concours.records.models.panels import (
    PanelMember,
    PanelReading,
    PanelStanding,
    RatingSheet,
    ReaderProfile,
    ReaderTie,
)
from concours.records.models.person import NameKey, Person, PersonKey
from concours.records.models.register import ClassPlace, ClassStanding, RegisterPlace
from concours.records.models.review import ReviewSeat, ReviewSheet
from concours.records.models.seating import SeatLottery, SeatTicket, SeatWait
from concours.records.models.service import OfficerStanding, Post
from concours.records.models.standing import (
    CandidacyPeriod,
    CandidacyStanding,
    CompetitionStanding,
    PersonStanding,
)

__all__ = [
    "Account",
    "Answer",
    "AppealGrounds",
    "ApplicationSection",
    "Assembly",
    "AssessmentDay",
    "AssessmentPlace",
    "BankAct",
    "BankFigures",
    "BankForm",
    "BankImage",
    "BankItem",
    "BankStimulus",
    "BankUse",
    "BodyDestruction",
    "BulkCorrection",
    "CandidacyPeriod",
    "CandidacyStanding",
    "Centre",
    "CentreRoom",
    "ChallengeArgument",
    "ClassPlace",
    "ClassStanding",
    "ClearanceStanding",
    "CompartmentRecord",
    "CompetitionStanding",
    "DayAssessor",
    "DaySession",
    "Document",
    "EqualityAnswer",
    "EssaySheet",
    "ExaminationStanding",
    "FileHead",
    "FileTie",
    "Job",
    "KeyCheckItem",
    "LedgerBody",
    "LedgerEntry",
    "LogCheckpoint",
    "LogLeaf",
    "LogTile",
    "MeasurementArtefact",
    "NameKey",
    "NarrativeDraft",
    "Notice",
    "OfficerStanding",
    "PanelMember",
    "PanelReading",
    "PanelStanding",
    "Person",
    "PersonKey",
    "PersonStanding",
    "Post",
    "RatingSheet",
    "ReaderProfile",
    "ReaderTie",
    "ReadingFile",
    "RegisterPlace",
    "ReviewSeat",
    "ReviewSheet",
    "RoomMessage",
    "RunFile",
    "Seat",
    "SeatLottery",
    "SeatTicket",
    "SeatWait",
    "SeededScript",
    "ServiceClock",
    "SessionStanding",
    "Sitting",
    "StaffRole",
    "TestItem",
]
