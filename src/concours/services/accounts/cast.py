"""The cast of a rehearsal: one account per staff role, and some candidates along the road."""

from dataclasses import dataclass

from django.conf import settings

from concours.records.models import Account, CandidacyStanding

STAFF_DOMAIN = "staff.example"
CANDIDATE_DOMAIN = "candidates.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """Somebody one may sign in as: an account's code, the role, and where a candidate stands."""

    code: str
    role: str
    name: str
    step: str


def cast() -> tuple[CastMember, ...]:
    """Staff first, then one open candidacy of every step; empty outside a rehearsal."""
    if not settings.REHEARSAL:
        return ()
    staff = Account.objects.filter(email__endswith=f"@{STAFF_DOMAIN}").order_by("email")
    members = [
        CastMember(
            code=a.code,
            role=a.email.split("@")[0].rstrip("0123456789").rstrip("-").replace("-", "_"),
            name="".join(c for c in a.email.split("@")[0] if c.isdigit()),
            step="",
        )
        for a in staff
    ]
    seen: set[tuple[str, str]] = set()
    rows = CandidacyStanding.objects.filter(closed_on__isnull=True).order_by(
        "step", "status", "file"
    )
    for person, step, status in rows.values_list("person", "step", "status"):
        if (step, status) in seen:
            continue
        account = Account.objects.filter(
            person_id=person, email__endswith=f"@{CANDIDATE_DOMAIN}"
        ).first()
        if account is not None:
            seen.add((step, status))
            members.append(CastMember(code=account.code, role="candidate", name=status, step=step))
    fresh = (
        Account.objects.filter(email=f"newcomer@{CANDIDATE_DOMAIN}")
        .values_list("code", flat=True)
        .first()
    )
    if fresh:
        members.append(CastMember(code=fresh, role="candidate", name="newcomer", step=""))
    return tuple(members)


def cast_account(code: str) -> Account | None:
    """The account of a cast member; nobody outside a rehearsal or outside the cast."""
    if not settings.REHEARSAL:
        return None
    found = Account.objects.filter(code=code, is_active=True).first()
    domain = found.email.split("@")[1] if found else ""
    return found if domain in (STAFF_DOMAIN, CANDIDATE_DOMAIN) else None
