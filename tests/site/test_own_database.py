"""A test that commits has a database of its own, and leaves nothing behind."""

import threading

from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone


def keep(key: str) -> None:
    """Commit one row."""
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())


def test_what_another_thread_commits_is_seen(own_database: str) -> None:
    def other() -> None:
        keep("from a thread")
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["from a thread"]


def test_what_one_test_commits_the_next_does_not_see(own_database: str) -> None:
    assert Session.objects.count() == 0
    keep("kept")
    assert Session.objects.count() == 1


def test_a_copy_has_a_name_of_its_own(own_database: str) -> None:
    assert str(connection.settings_dict["NAME"]) in own_database.replace("%2F", "/")
