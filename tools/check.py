"""`make check`: style, types of both languages, import contracts, migrations, licences, in seconds to a minute."""

import sys

from steps import BIN, ROOT, Outcome, conclude, step

PYTHON_ROOMS = [name for name in ("src", "tests", "tools", "bench") if (ROOT / name).exists()]


def outcomes() -> list[Outcome]:
    """Every check, run to the end whatever the others said."""
    manage = [sys.executable, "-m", "django"]
    settings = {"DJANGO_SETTINGS_MODULE": "concours.site.settings"}
    return [
        step("ruff", [BIN / "ruff", "check", "--quiet", *PYTHON_ROOMS]),
        step("ruff format", [BIN / "ruff", "format", "--check", "--quiet", *PYTHON_ROOMS]),
        step("tsc --checkJs", [sys.executable, "tools/front_end_types.py"], quiet=True),
        step("import contracts", [BIN / "lint-imports"], quiet=True),
        step("mypy --strict", [BIN / "mypy", "src", "tests"], quiet=True),
        step(
            "migrations complete",
            [*manage, "makemigrations", "--check", "--dry-run"],
            surroundings=settings,
            quiet=True,
        ),
        step("Django's system checks", [*manage, "check"], surroundings=settings, quiet=True),
        step("licences", [sys.executable, "tools/licences.py"], quiet=True),
    ]


if __name__ == "__main__":
    conclude(outcomes())
