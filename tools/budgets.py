"""Report how large modules and functions are, against the aims of the house.

    python tools/budgets.py

A compass, not a fence: only the import contracts fail a build. What stands above a
hard limit is named, the worst first.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MODULE_LIMIT, FUNCTION_LIMIT, VIEWS_LIMIT, TEMPLATE_LIMIT = 400, 60, 250, 120


class Size(NamedTuple):
    """Lines of one thing, and where it stands."""

    lines: int
    place: str


def main() -> None:
    """Print medians, ninth deciles and everything above a limit."""
    source = ROOT / "src" / "concours"
    files = [file for file in sorted(source.rglob("*.py")) if "migrations" not in file.parts]
    modules = [
        Size(len(file.read_text(encoding="utf-8").splitlines()), _place(file)) for file in files
    ]
    inside = [
        size for file in files for size in functions(file.read_text(encoding="utf-8"), _place(file))
    ]
    pages = [
        Size(len(file.read_text(encoding="utf-8").splitlines()), _place(file))
        for file in sorted(source.rglob("*.html"))
    ]
    tests = sum(
        len(f.read_text(encoding="utf-8").splitlines()) for f in (ROOT / "tests").rglob("*.py")
    )
    report("modules", modules, MODULE_LIMIT)
    report("views", [size for size in modules if size.place.endswith("views.py")], VIEWS_LIMIT)
    report("functions", inside, FUNCTION_LIMIT)
    report("templates", pages, TEMPLATE_LIMIT)
    print(f"test lines per source line: {tests / max(1, sum(size.lines for size in modules)):.2f}")


def functions(code: str, place: str) -> Iterator[Size]:
    """Every function and method of a module with its length, decorators not counted."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Size((node.end_lineno or node.lineno) - node.lineno + 1, f"{place} {node.name}")


def report(name: str, sizes: Sequence[Size], limit: int) -> None:
    """One line of deciles, then what is above the limit."""
    if not sizes:
        return
    ordered = sorted(sizes)
    median, ninth = ordered[len(ordered) // 2].lines, ordered[len(ordered) * 9 // 10].lines
    print(f"{name}: {len(ordered)}, median {median}, p90 {ninth}, longest {ordered[-1].lines}")
    for size in reversed(ordered):
        if size.lines > limit:
            print(f"  above {limit}: {size.lines} {size.place}")


def _place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    main()
