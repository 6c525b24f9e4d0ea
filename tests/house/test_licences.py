"""Nothing under GPL or AGPL is pinned, and nothing whose licence nobody has read."""

import subprocess
import sys

import pytest
from tools import licences


def test_everything_pinned_may_be_used() -> None:
    done = subprocess.run(
        [sys.executable, "tools/licences.py"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stdout


@pytest.mark.parametrize(
    "words",
    [
        "MIT",
        "BSD-3-Clause",
        "Apache-2.0 OR BSD-3-Clause",
        "LGPL-3.0-only",
        "MIT License; Apache Software License",
        "Mozilla Public License 2.0 (MPL 2.0)",
    ],
)
def test_free_licences_pass(words: str) -> None:
    assert licences.wrong_with(words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
        "GPL-2.0-only OR AGPL-3.0-only",
    ],
)
def test_gpl_and_agpl_are_refused(words: str) -> None:
    assert licences.wrong_with(words) == f"{words!r} is not a licence we may use"


@pytest.mark.parametrize("words", ["GPL-2.0-or-later OR MIT", "MIT License; GPLv2+", "", "Custom"])
def test_a_choice_or_an_unknown_licence_needs_a_recorded_line(words: str) -> None:
    assert licences.wrong_with(words).endswith("record it in tools/licences.toml")
