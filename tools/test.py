"""`make test`: the checks, then every suite, then the ten slowest tests.

The core runs once. The web suites run on SQLite and on a temporary PostgreSQL. The
browser suites run whole on SQLite; journeys marked `everywhere` run on PostgreSQL too.
What cannot run on this machine is left out by name, with the reason and the remedy.
"""

import shutil
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import check
import postgres
from steps import ROOT, Outcome, conclude, step
from suites import BROWSER, CORE, DATA, EVERY, HOUSE, WEB


def main() -> None:
    """Run everything that can run here, to the end; exit 1 when anything failed."""
    folders_there = {folder.name for folder in (ROOT / "tests").iterdir() if folder.is_dir()}
    unknown = folders_there - EVERY - DATA
    if unknown:
        sys.exit(f"tests/{', tests/'.join(sorted(unknown))}: in no suite of tools/test.py")
    outcomes = check.outcomes()
    left_out: list[str] = []
    with ExitStack() as stack:
        reports = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="concours-report-")))
        outcomes.append(suite("house", folders(HOUSE), reports, budget=60))
        outcomes.append(suite("core", folders(*CORE), reports, budget=60))
        outcomes.append(
            suite("web on SQLite", folders(*WEB), reports, budget=240, only="not browser")
        )
        address = None
        try:
            address = stack.enter_context(postgres.cluster())
        except postgres.Unavailable as reason:
            left_out.append(f"web and journeys on PostgreSQL: {reason}")
        on = {"DATABASE_URL": address} if address else {}
        if address:
            outcomes.append(
                suite(
                    "web on PostgreSQL",
                    folders(*WEB),
                    reports,
                    budget=240,
                    only="not browser",
                    on=on,
                )
            )
        if shutil.which("chromium"):
            everything = folders(*WEB, BROWSER)
            outcomes += browser_suite(
                "browser on SQLite", everything, reports, budget=480, only="browser"
            )
            if address:
                outcomes += browser_suite(
                    "journeys on PostgreSQL", folders(BROWSER), reports, only="everywhere", on=on
                )
        else:
            named = " ".join(folders(*WEB, BROWSER))
            left_out.append(
                f"every test marked `browser` in {named}: chromium is not installed (Debian: chromium)"
            )
        print_slowest(reports)
    for line in left_out:
        print(f"\nLEFT OUT: {line}")
    conclude(outcomes)


def folders(*names: str) -> list[str]:
    """The test folders of these names that exist."""
    return [f"tests/{name}" for name in names if (ROOT / "tests" / name).exists()]


def suite(
    name: str,
    where: list[str],
    reports: Path,
    *,
    budget: int = 0,
    only: str = "",
    on: Mapping[str, str] | None = None,
) -> Outcome:
    """Run one suite on two processes; a suite without tests has failed."""
    report = reports / f"{name.replace(' ', '-')}.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile"]
    command += ["--no-header", f"--junitxml={report}", *where]
    if only:
        command += ["-m", only]
    return step(name, command, budget=budget, surroundings=on)


def browser_suite(
    name: str,
    where: list[str],
    reports: Path,
    *,
    only: str,
    budget: int = 0,
    on: Mapping[str, str] | None = None,
) -> list[Outcome]:
    """A browser suite; where all that failed is a browser that hung, that is run once more.

    Chromium stands still once in a great many runs, and no wait of ours ends that. A test
    whose expectation failed is never run again.
    """
    outcome = suite(name, where, reports, budget=budget, only=only, on=on)
    hung = [] if outcome.passed else hanging(reports / f"{name.replace(' ', '-')}.xml")
    if not hung:
        return [outcome]
    print(f"The browser hung, which is run once more: {' '.join(hung)}", flush=True)
    return [suite(f"{name}, what hung", hung, reports, on=on)]


def hanging(report: Path) -> list[str]:
    """The tests of a report that were ended for taking too long; none when another one failed."""
    if not report.exists():
        return []
    ended: list[str] = []
    for case in ElementTree.parse(report).iter("testcase"):
        trouble = [*case.iter("failure"), *case.iter("error")]
        if any("from pytest-timeout" not in found.get("message", "") for found in trouble):
            return []
        if trouble:
            ended.append(f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}")
    return list(dict.fromkeys(ended))


def print_slowest(reports: Path, count: int = 10) -> None:
    """The slowest tests of all suites, by the suites' own reports."""
    timed = [
        (float(case.get("time", "0")), report.stem, f"{case.get('classname')}.{case.get('name')}")
        for report in sorted(reports.glob("*.xml"))
        for case in ElementTree.parse(report).iter("testcase")
    ]
    print(f"\nThe {count} slowest of {len(timed)} tests:")
    for seconds, name, test in sorted(timed, reverse=True)[:count]:
        print(f"  {seconds:7.2f} s  {name}: {test}")


if __name__ == "__main__":
    main()
