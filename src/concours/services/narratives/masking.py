"""What a reader may see of a file, made at submission: whitelisted, schools and employers masked.

The rule (kind field_view) says what is shown; anything it does not name is left
out. Names of schools and employers are replaced wherever they stand, in the
narratives too, and so is the candidate's own name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from concours.policy.field_view import FieldView, seen

#: Keys of an application's entries that say what somebody did; nothing else is copied.
SHOWN_KEYS = frozenset(
    {
        "degree",
        "duties",
        "field",
        "from",
        "from_year",
        "hours",
        "level",
        "position",
        "supervised",
        "title",
        "to",
        "to_year",
        "year",
        "years",
    }
)
#: Keys that hold a name to mask, and which field of the rule they are.
MASKED_KEYS: Mapping[str, str] = {
    "school": "schools",
    "institution": "schools",
    "employer": "employers",
}
SHORTEST = 3
"""Words shorter than this are not searched for in running text: they would mask "of" and "at"."""


def named(content: Any) -> dict[str, list[str]]:
    """Every school and employer an application names, by field, each once, in order."""
    found: dict[str, list[str]] = {"schools": [], "employers": []}
    for key, value in _walk(content):
        field = MASKED_KEYS.get(key)
        if field and isinstance(value, str) and value.strip() and value not in found[field]:
            found[field].append(value.strip())
    return found


def _walk(content: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield str(key), value
            yield from _walk(value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            yield from _walk(value)


def replacements(
    rule: FieldView, names: Mapping[str, Sequence[str]], own_name: str
) -> dict[str, str]:
    """What to put in place of each name that the rule masks or hides, longest names first."""
    found: dict[str, str] = {}
    for field, label in (("schools", "school"), ("employers", "employer")):
        if seen(rule, field) == "shown":
            continue
        for place, name in enumerate(names.get(field, ()), start=1):
            found[name] = f"[{label} {place}]"
    if seen(rule, "name") != "shown":
        words = [word for word in own_name.split() if len(word) >= SHORTEST]
        found |= {own_name: "[name]", **dict.fromkeys(words, "[name]")} if words else {}
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def masked(text: str, instead: Mapping[str, str]) -> str:
    """The text with every name replaced, whatever its case; whole words only."""
    for name, label in instead.items():
        if len(name) >= SHORTEST:
            spaced = r"\s+".join(re.escape(word) for word in name.split())
            text = re.sub(rf"(?<!\w){spaced}(?!\w)", label, text, flags=re.IGNORECASE)
    return text


def masked_entries(content: Any, instead: Mapping[str, str]) -> list[dict[str, str]]:
    """The entries of a section as a reader sees them: known keys only, names replaced."""
    entries = content.get("entries", ()) if isinstance(content, Mapping) else ()
    found = []
    for entry in entries:
        row: dict[str, str] = {}
        for key, value in entry.items():
            if key in MASKED_KEYS and isinstance(value, str):
                row[key] = instead.get(value.strip(), "[withheld]")
            elif key in SHOWN_KEYS and value not in (None, ""):
                row[key] = masked(str(value), instead)
        found.append(row)
    return found


def reading_content(
    rule: FieldView,
    *,
    track: str,
    narratives: Mapping[str, str],
    education: Any,
    employment: Any,
    own_name: str,
) -> dict[str, Any]:
    """Everything a reader may see of one file, and nothing else."""
    names = named([education, employment])
    instead = replacements(rule, names, own_name)
    found: dict[str, Any] = {}
    if seen(rule, "track") == "shown":
        found["track"] = track
    if seen(rule, "narratives") == "shown":
        found["narratives"] = {t: masked(text, instead) for t, text in narratives.items()}
    if seen(rule, "education") == "shown":
        found["education"] = masked_entries(education, instead)
    if seen(rule, "work") == "shown":
        found["employment"] = masked_entries(employment, instead)
    return found
