"""Search by name over keyed hashes of normalised words and their beginnings."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Iterator

from django.db.models import Count

from concours.records import keyring
from concours.records.models.person import NameKey

SHORTEST = 2
"""Letters a beginning must have; shorter ones would find everybody."""

LONGEST = 12
_TOKEN = 16


def words_of(name: str) -> list[str]:
    """The words of a name as a search compares them: without case, marks and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return letters.split()


def index_name(person: str, name: str) -> None:
    """Replace what a search finds this person by."""
    NameKey.objects.filter(person_id=person).delete()
    NameKey.objects.bulk_create(rows_for(person, name))


def rows_for(person: str, name: str) -> list[NameKey]:
    """The rows a name is found by, not yet written."""
    key = keyring.current("search").secret
    tokens = {_token(key, part) for word in words_of(name) for part in _beginnings(word)}
    return [NameKey(person_id=person, token=token) for token in sorted(tokens)]


def find(query: str, *, limit: int = 200) -> list[str]:
    """Person files whose name has, for every word asked, a word that begins so; by code.

    Words of one letter are passed over; a query without a longer one finds nobody.
    """
    key = keyring.current("search").secret
    asked = {_token(key, w[:LONGEST]) for w in words_of(query) if len(w) >= SHORTEST}
    if not asked:
        return []
    rows = (
        NameKey.objects.filter(token__in=asked)
        .values("person_id")
        .annotate(found=Count("token"))
        .filter(found=len(asked))
        .order_by("person_id")
    )
    return [row["person_id"] for row in rows[:limit]]


def _beginnings(word: str) -> Iterable[str]:
    return {word[:LONGEST], *_starts(word)}


def _starts(word: str) -> Iterator[str]:
    for length in range(SHORTEST, min(len(word), LONGEST) + 1):
        yield word[:length]


def _token(key: bytes, part: str) -> bytes:
    return hmac.new(key, part.encode(), hashlib.sha256).digest()[:_TOKEN]
