"""The examiners: in which track they serve, how much they take, and the ties they declare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from concours.kernel.errors import BadInput
from concours.records.models import Account, FileTie, ReaderProfile, ReaderTie, StaffRole
from concours.records.ties import tie_token
from concours.selection.authority import Actor, require

#: Which relation a tie to a school, an employer or a person may be.
RELATIONS: Mapping[str, str] = {
    "same_school": "school",
    "same_employer": "employer",
    "friend": "person",
    "relative": "person",
    "former_colleague": "person",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """One examiner by account code."""

    account: str
    track: str
    at_most: int
    available: bool
    ties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTie:
    """A tie the reader declared; what they wrote is kept as a hash and cannot be shown."""

    relation: str
    declared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A tie that meets a file."""

    member: str
    candidacy: str
    relation: str


def holders_of(role: str) -> tuple[str, ...]:
    """The account codes that hold a role, in order."""
    rows = StaffRole.objects.filter(role=role, until__isnull=True, account__is_active=True)
    return tuple(rows.order_by("account__code").values_list("account__code", flat=True).distinct())


def examiners(actor: Actor, *, role: str = "panellist") -> tuple[Examiner, ...]:
    """Everyone who holds the role, with what planning knows of them."""
    require(
        actor, "narratives.allocate" if role in ("panellist", "chair") else "assessment.manage_days"
    )
    accounts = holders_of(role)
    profiles = {row.account: row for row in ReaderProfile.objects.filter(account__in=accounts)}
    ties: dict[str, int] = {}
    for account in ReaderTie.objects.filter(account__in=accounts).values_list("account", flat=True):
        ties[account] = ties.get(account, 0) + 1
    return tuple(
        Examiner(
            account=account,
            track=profiles[account].track if account in profiles else "",
            at_most=profiles[account].at_most if account in profiles else 60,
            available=profiles[account].available if account in profiles else True,
            ties=ties.get(account, 0),
        )
        for account in accounts
    )


def set_profile(actor: Actor, *, account: str, track: str, at_most: int, available: bool) -> None:
    """Record the track an examiner serves in and how many files they take at most."""
    require(actor, "narratives.allocate")
    if not Account.objects.filter(code=account, is_active=True).exists():
        raise BadInput(
            "no_such_examiner", remedy="Choose an examiner from the list.", field="account"
        )
    if at_most < 0:
        raise BadInput("negative_limit", remedy="The limit is zero or more.", field="at_most")
    ReaderProfile.objects.update_or_create(
        account=account, defaults={"track": track, "at_most": at_most, "available": available}
    )


def declare_tie(actor: Actor, *, relation: str, name: str, at: datetime) -> None:
    """An examiner's own tie to a school, an employer or a person. Only a keyed hash is kept."""
    require(actor, "narratives.declare_conflict")
    kind = RELATIONS.get(relation)
    if kind is None:
        raise BadInput(
            "no_such_relation", remedy="Choose one of the listed ties.", field="relation"
        )
    token = tie_token(kind, name)
    if token is None:
        raise BadInput(
            "name_missing", remedy="Write the name of the school, employer or person.", field="name"
        )
    ReaderTie.objects.get_or_create(
        account=actor.code, relation=relation, token=token, defaults={"declared_at": at}
    )


def own_ties(actor: Actor) -> tuple[OwnTie, ...]:
    """What the examiner has declared so far."""
    require(actor, "narratives.declare_conflict")
    rows = ReaderTie.objects.filter(account=actor.code).order_by("declared_at", "pk")
    return tuple(OwnTie(relation=row.relation, declared_at=row.declared_at) for row in rows)


def computed_conflicts(members: Sequence[str], candidacies: Sequence[str]) -> tuple[Conflict, ...]:
    """Every tie of these members that meets a school, an employer or the name on these files."""
    ties = list(
        ReaderTie.objects.filter(account__in=list(members)).values_list(
            "account", "relation", "token"
        )
    )
    by_token: dict[bytes, list[str]] = {}
    tokens = {bytes(token) for _, _, token in ties}
    files = FileTie.objects.filter(token__in=list(tokens), candidacy__in=list(candidacies))
    for token, candidacy in files.values_list("token", "candidacy"):
        by_token.setdefault(bytes(token), []).append(candidacy)
    found = {
        (account, candidacy): relation
        for account, relation, token in sorted(ties, key=lambda t: (t[0], t[1]))
        for candidacy in by_token.get(bytes(token), ())
    }
    return tuple(
        Conflict(member=member, candidacy=candidacy, relation=relation)
        for (member, candidacy), relation in sorted(found.items())
    )
