"""Accounts: who signs in, as whom they act, which person they are."""

from concours.services.accounts.actors import actor_for, has_second_factor
from concours.services.accounts.people import grant_role, open_person_file, save_with_person

__all__ = ["actor_for", "grant_role", "has_second_factor", "open_person_file", "save_with_person"]
