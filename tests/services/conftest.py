"""What tests of services ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from concours.records import keyring


@pytest.fixture
def own_keys(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A key folder of this test's own, empty; the environment gives none."""
    settings.KEYS = tmp_path / "keys"
    settings.KEY_TEXTS = {}
    keyring.forget()
    yield settings.KEYS
    keyring.forget()


@pytest.fixture
def own_folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of this test's own."""
    settings.VAR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "documents"
    return settings.VAR
