"""What the tests of pages need before they begin."""

import pytest

from concours.cli.messages import compile_messages


@pytest.fixture(scope="session", autouse=True)
def compiled_messages() -> None:
    """The message files as set-up leaves them."""
    compile_messages()
