"""Log lines as JSON: what, where and when, never who.

A log travels further than a database: it must not hold names, addresses or
what a person typed. So a line carries fields from a fixed list, the error's
type and place instead of its words, and no query string.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

FIELDS = ("status", "method", "path", "file", "task", "attempt", "milliseconds", "count")
"""Extra fields a line may carry; anything else given to the logger is left out."""

_ADDRESS = re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+")
_QUERY = re.compile(r"\?\S*")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message without addresses and query strings, listed fields, place."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        status = getattr(record, "status_code", None)
        if status is not None:
            line["status"] = status
        for field in FIELDS:
            value = getattr(record, field, None)
            if isinstance(value, str):
                line[field] = scrub(value)
            elif isinstance(value, int):
                line[field] = value
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ][-8:]
        return json.dumps(line, ensure_ascii=False)


def _short(file: str) -> str:
    """The file from its package on: where the service is installed is nobody's business."""
    return re.sub(r"^.*/(?:site-packages/|src/(?=concours/)|lib/python[0-9.]+/)", "", file)


def scrub(words: str) -> str:
    """The words without e-mail addresses and without what follows a question mark."""
    return _QUERY.sub("?", _ADDRESS.sub("[address]", words))
