"""Largest resident memory after reading each file in turn: ``python peak_of_reading.py FILE ...``."""

import json
import sys
import tempfile
from pathlib import Path

from concours.services.measurement.reading import Columns, read_sheet


def peak_kb() -> int:
    """The kernel's own mark for this process."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def main(paths: list[str]) -> None:
    """Read the files and print the mark after each."""
    marks = []
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            sheet = read_sheet(Path(path), Columns(), Path(folder) / "packed")
            marks.append({"persons": sheet.responses.persons, "peak_kb": peak_kb()})
    print(json.dumps(marks))


if __name__ == "__main__":
    main(sys.argv[1:])
