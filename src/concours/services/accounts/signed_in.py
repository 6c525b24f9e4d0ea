"""Who is signed in under many session keys at once: for the desks that answer in groups."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from concours.records.models import Account
from concours.selection.authority import Actor
from concours.services.accounts.actors import actors_for


def signed_in(keys: Collection[str], *, machine_now: datetime) -> dict[str, Actor]:
    """The actor behind each session key; keys of nobody, or no longer of anybody, are left out.

    As at every page: the session must stand and not be over, and carry the mark of the
    account's present password; an account switched off is nobody.
    """
    rows = Session.objects.filter(session_key__any_of=set(keys), expire_date__gt=machine_now)
    store = SessionStore()
    opened = {key: store.decode(data) for key, data in rows.values_list("pk", "session_data")}
    owners = {key: _owner(content) for key, content in opened.items()}
    numbers = {number for number in owners.values() if number is not None}
    known = actors_for(numbers)
    return {
        key: known[number][1]
        for key, number in owners.items()
        if number in known and _marked(known[number][0], opened[key])
    }


def _owner(content: dict[str, Any]) -> int | None:
    found = str(content.get(SESSION_KEY, ""))
    return int(found) if found.isdecimal() else None


def _marked(account: Account, content: dict[str, Any]) -> bool:
    mark = str(content.get(HASH_SESSION_KEY, ""))
    return constant_time_compare(mark, account.get_session_auth_hash())
