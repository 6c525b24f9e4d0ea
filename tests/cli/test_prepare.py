"""What a start needs is made once, readable by this user only, and never made anew."""

import gettext
from pathlib import Path

from concours.cli.messages import compile_messages
from concours.cli.prepare import make_session_key

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Road"
msgstr "{word}"
"""


def test_the_session_key_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    make_session_key(folder)
    made = (folder / "session.key").read_text(encoding="utf-8")
    make_session_key(folder)
    assert (folder / "session.key").read_text(encoding="utf-8") == made
    assert len(made.strip()) == 64
    assert (folder / "session.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == ["session.key"]


def test_messages_are_compiled_when_they_changed_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "pages" / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = folder / "django.po"
    text.write_text(PO.format(word="Camino"), encoding="utf-8")
    assert (compile_messages(tmp_path), compile_messages(tmp_path)) == (1, 0)
    with open(folder / "django.mo", "rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Road") == "Camino"
