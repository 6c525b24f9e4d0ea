"""The rules of the house that imports can show."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ("kernel", "ledger", "policy", "psychometrics", "planning", "selection", "simulator")
HEAVY = {
    "numpy", "scipy", "numba", "polars", "pandas", "pyarrow", "highspy", "ortools", "statsmodels",
    "dask", "weasyprint",
}  # fmt: skip


def loaded_after(program: str, **surroundings: str) -> set[str]:
    """Top-level modules a fresh process has loaded after the program."""
    done = subprocess.run(
        [sys.executable, "-c", program + "\nimport sys\nprint('LOADED', *sys.modules)"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **surroundings},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.rpartition("LOADED ")[2].split()}


def modules(room: str) -> list[str]:
    """Every module of a room by its dotted name."""
    source = ROOT / "src"
    return [
        ".".join(file.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((source / "concours" / room).rglob("*.py"))
    ]


def test_every_import_contract_holds() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", CORE)
def test_the_core_loads_no_framework(room: str) -> None:
    loaded = loaded_after("\n".join(f"import {name}" for name in modules(room)))
    assert loaded & {"django", "asgiref", "uvicorn", "httpx", "requests"} == set()


def test_the_web_process_loads_no_heavy_numeric_library() -> None:
    loaded = loaded_after(
        "import django; django.setup()\nimport concours.site.urls",
        DJANGO_SETTINGS_MODULE="concours.site.settings",
    )
    assert loaded & HEAVY == set()


def test_migrations_hold_all_that_the_tables_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "concours.site.settings",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
