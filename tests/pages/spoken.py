"""What the code says to people: every sentence that a message file must translate, by room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "concours"
Key = tuple[str | None, str, str]
"""Context, sentence, plural: what gettext looks a sentence up by."""
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ugettext"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
_TEXT = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(
    rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_TEXT})(?:\s*,\s*({_TEXT}))?(?:\s*,\s*({_TEXT}))?"
)


def spoken(room: str) -> set[Key]:
    """Every translatable sentence of one room's code and templates."""
    folder = SOURCE / room
    found: set[Key] = set()
    for file in folder.rglob("*.py"):
        found |= set(in_code(file.read_text(encoding="utf-8")))
    for file in (*folder.rglob("*.html"), *folder.rglob("*.txt")):
        found |= set(in_template(file.read_text(encoding="utf-8")))
    return found


def in_code(text: str) -> Iterator[Key]:
    """The sentences of a Python module."""
    names: dict[str, str] = {}
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update({a.asname or a.name: a.name for a in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
            yield from _keys(names.get(node.func.id, ""), [str(t) for t in texts if t is not None])


def in_template(text: str) -> Iterator[Key]:
    """The sentences of a template."""
    for call in _CALL.finditer(templatize(text)):
        texts = [ast.literal_eval(part) for part in call.groups()[1:] if part]
        yield from _keys(call[1], texts)


def _keys(name: str, texts: list[str]) -> Iterator[Key]:
    if name in PLAIN and texts:
        yield None, texts[0], ""
    elif name in PLURAL and len(texts) > 1:
        yield None, texts[0], texts[1]
    elif name in CONTEXT and len(texts) > 1:
        yield texts[0], texts[1], ""
    elif name in CONTEXT_PLURAL and len(texts) > 2:
        yield texts[0], texts[1], texts[2]
