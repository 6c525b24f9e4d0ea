"""Log lines say what, where and when, never who."""

import json
import logging
import sys

from concours.site.logging import JsonLines


def line(message: str, *args: object, **extra: object) -> dict[str, object]:
    """One record as the formatter writes it."""
    record = logging.LogRecord("concours.trial", logging.ERROR, __file__, 1, message, args, None)
    record.__dict__.update(extra)
    written = json.loads(JsonLines().format(record))
    assert isinstance(written, dict)
    return written


def test_a_line_carries_listed_fields_and_no_others() -> None:
    written = line("answered", status=200, path="/board/", person="Ada Lovelace")
    del written["at"]
    assert written == {
        "level": "error",
        "logger": "concours.trial",
        "message": "answered",
        "status": 200,
        "path": "/board/",
    }


def test_addresses_and_query_strings_never_reach_the_log() -> None:
    written = line(
        "to %s from /find?name=Lovelace", "ada@example.org", path="/find?name=Lovelace&b=1815"
    )
    assert written["message"] == "to [address] from /find?"
    assert written["path"] == "/find?"


def test_an_error_is_told_by_its_type_and_place_not_by_its_words() -> None:
    try:
        raise ValueError("Ada Lovelace, born 1815")
    except ValueError:
        record = logging.LogRecord(
            "concours.trial", logging.ERROR, __file__, 1, "failed", (), sys.exc_info()
        )
    written = JsonLines().format(record)
    assert json.loads(written)["error"] == "ValueError"
    assert "Lovelace" not in written
    assert "1815" not in written


def test_a_line_is_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "two\nlines", (), None)
    assert len(JsonLines().format(record).splitlines()) == 1
