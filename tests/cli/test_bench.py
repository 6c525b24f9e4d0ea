"""`concours bench` finds what there is to measure."""

import pytest

from concours.cli.bench import FOLDER
from concours.cli.main import main


def test_an_unknown_measurement_ends_with_2_and_names_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "weather"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "weather" in said
    assert all(file.stem in said for file in FOLDER.glob("*.py"))
