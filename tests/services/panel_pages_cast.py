"""Scenes for the pages of narratives, panel and assessment, and browsers signed in to them."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from tests.cast import given_staff, staff
from tests.services.panel_cast import ALLOCATED, Passed, given_examiner

from concours.records.models import Account, PanelReading
from concours.services.narratives.allocating import allocate
from concours.services.narratives.desk import form

STAFF = (
    "registrar",
    "test_administrator",
    "proctor",
    "scheduler",
    "marker",
    "panellist",
    "chair",
    "assessor",
    "medical_adjudicator",
    "waiver_officer",
    "security_adjudicator",
    "suitability_examiner",
    "appeals_officer",
    "appointing_authority",
    "training_officer",
    "policy_officer",
    "psychometrician",
    "auditor",
)


def browser_of(account: Account) -> Client:
    """A browser signed in to an account, with a second factor where staff need one."""
    if account.staff_roles.exists() and not Authenticator.objects.filter(user=account).exists():
        TOTP.activate(account, generate_totp_secret())
    client = Client()
    client.force_login(account)
    return client


def staff_browser(*roles: str) -> Client:
    """A browser of a new member of staff."""
    return browser_of(given_staff(f"{'-'.join(roles)}@staff.example", *roles))


def candidate_browser(person: str) -> Client:
    """A browser of a candidate, by their person file."""
    return browser_of(Account.objects.get(person_id=person))


class PanelScene:
    """Two submitted files with readers, and a chair."""

    def __init__(self) -> None:
        self.passed = Passed(2).submit_all()
        self.first = self.passed.files[0]
        self.readers = {r.code: r for r in (given_examiner(n, "panellist") for n in range(4))}
        self.chair = given_examiner(9, "chair")
        self.panel = form(
            staff("scheduler"),
            competition=self.passed.competition,
            track="consular",
            members=list(self.readers),
            chair=self.chair.code,
            at=ALLOCATED,
        )

    def allocate(self) -> "PanelScene":
        allocate(staff("scheduler"), self.panel, at=ALLOCATED)
        return self

    def browser(self, code: str) -> Client:
        """The browser of one examiner."""
        return browser_of(Account.objects.get(code=code))

    def readers_of(self, file: str) -> list[str]:
        """The account codes that read a file."""
        rows = PanelReading.objects.filter(candidacy=file, barred=False).order_by("member")
        return [row.member for row in rows]
