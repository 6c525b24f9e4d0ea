"""Accounts: who signs in, as whom they act, which person they are."""

from concours.services.accounts.actors import actor_for, actors_for, has_second_factor
from concours.services.accounts.people import (
    grant_role,
    open_person_file,
    prefer_language,
    save_with_person,
)
from concours.services.accounts.secrets import open_secret, seal_secret
from concours.services.accounts.signed_in import signed_in

__all__ = [
    "actor_for",
    "actors_for",
    "grant_role",
    "has_second_factor",
    "open_person_file",
    "open_secret",
    "prefer_language",
    "save_with_person",
    "seal_secret",
    "signed_in",
]
