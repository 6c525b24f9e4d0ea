"""The rules of the house that reading the sources shows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools import budgets, suites

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "concours"
SHELL = ("cli", "site", "portal", "board", "examroom", "api", "pages")
ADDRESSES = re.compile(
    r"https?://[^\s\"'<>)]*(?:"
    + "|".join(("pypi", "pythonhosted", "npmjs", "registry"))
    + r")[^\s]*"
)


def kept() -> list[Path]:
    """Every file of the repository that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    """The file as text; nothing for a picture or a font."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def attributes(file: Path, name: str) -> Iterator[tuple[int, str]]:
    """Every dotted name the file reads that ends with ``name``, with its line."""
    text = text_of(file)
    for node in ast.walk(ast.parse(text)) if name in text else ():
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(name):
            yield node.lineno, ast.unparse(node)


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine() -> None:
    folders = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+)/")
    found = {
        file.relative_to(ROOT).as_posix()
        for file in kept()
        if ADDRESSES.search(text_of(file)) or folders.search(text_of(file))
    }
    assert found == set()


def test_lock_files_hold_versions_and_hashes_but_no_address() -> None:
    for name in ("run", "test", "node"):
        text = text_of(ROOT / "requirements" / f"{name}.txt")
        pins = re.findall(r"^[A-Za-z0-9._-]+==\S+ \\$", text, flags=re.MULTILINE)
        assert len(pins) > 0
        assert "://" not in text
        assert len(pins) == len(re.findall(r"^[A-Za-z0-9._-]+==", text, flags=re.MULTILINE))
    assert '"resolved"' not in text_of(ROOT / "package-lock.json")


def test_tests_are_installed_beside_the_very_versions_that_run() -> None:
    pins = {
        name: set(re.findall(r"^[A-Za-z0-9._-]+==[^ \\]+", text, flags=re.MULTILINE))
        for name in ("run", "test")
        if (text := text_of(ROOT / "requirements" / f"{name}.txt"))
    }
    assert pins["run"] - pins["test"] == set()


def test_only_records_and_services_ask_tables() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line} {name}"
        for room in SHELL
        for file in (SOURCE / room).rglob("*.py")
        for line, name in attributes(file, ".objects")
    ]
    assert found == []


def test_who_asks_is_read_from_a_request_in_one_function() -> None:
    found = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        for _ in attributes(file, "request.user")
    }
    assert found == {"pages/actor.py"}


AMERICAN = re.compile(
    r"united.states|american|foreign.service|washington|arlington|peace.corps|(?-i:\bUSA\b)"
    r"|(?-i:\bU\.S\.)|[\"']america/|embass(?!ies)|\bDiplomat|[\"']2016[\"']",
    re.IGNORECASE,
)


def test_nothing_outside_the_rulebooks_knows_that_the_default_process_is_american() -> None:
    """The style guide shows invented samples."""
    found = {
        f"{file.relative_to(SOURCE)}: {match[0]}"
        for kind in ("*.py", "*.html", "*.js", "*.toml", "*.po")
        for file in SOURCE.rglob(kind)
        if "rulebooks" not in file.parts and file.name != "style_guide.py"
        for match in AMERICAN.finditer(text_of(file))
    }
    assert found == set()


def test_no_page_export_or_error_shows_the_number_of_an_entry_in_its_file() -> None:
    """Faces never read ``seq``; nothing made for a page, a list or a refusal carries it."""
    faces = [
        f"{file.relative_to(SOURCE)}: {match[0]}"
        for room in SHELL[1:]
        for kind in ("*.py", "*.html", "*.mjs", "*.js")
        for file in (SOURCE / room).rglob(kind)
        if "vendor" not in file.parts
        for match in re.finditer(r"\bseq\b|_seq\b", text_of(file))
    ]
    shown = re.compile(r"\w(Page|Row|Line|Event|Chapter|Receipt|View|Message|Confirmation)$")
    carried = [
        f"{file.relative_to(SOURCE)}: {node.name}.{part.target.id}"
        for file in (SOURCE / "services").rglob("*.py")
        for node in ast.walk(ast.parse(text_of(file)))
        if isinstance(node, ast.ClassDef) and shown.search(node.name)
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        if re.search(r"(^|_)seq$", part.target.id)
    ]
    told = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(text_of(file)))
        if isinstance(node, ast.keyword)
        and node.arg in {"remedy", "numbers"}
        and re.search(r"\bseq\b", ast.unparse(node.value))
    ]
    assert (faces, carried, told) == ([], [], [])


def test_no_signal_can_veto_or_follow_a_decision() -> None:
    found = [
        f"{file.relative_to(ROOT)}"
        for file in SOURCE.rglob("*.py")
        if re.search(r"^\s*@receiver|django\.db\.models\.signals", text_of(file), re.MULTILINE)
    ]
    assert found == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    """What is drawn as PDF on the server (`*_print.html`) carries its own style."""
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*(?:src=|nonce=))[^>]*>|javascript:", re.I
    )
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in SOURCE.rglob("*.html")
        if not file.name.endswith("_print.html") and (match := inline.search(text_of(file)))
    ]
    assert found == []


def test_every_folder_of_tests_belongs_to_a_suite() -> None:
    known = {*suites.CORE, *suites.WEB, suites.BROWSER, suites.HOUSE, "golden", "__pycache__"}
    assert {
        folder.name for folder in (ROOT / "tests").iterdir() if folder.is_dir()
    } - known == set()


@pytest.mark.parametrize("word", ["skip", "skipif", "xfail"])
def test_no_test_is_skipped(word: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in (ROOT / "tests").rglob("*.py")
        for line, name in attributes(file, f".{word}")
        if name in {f"pytest.mark.{word}", f"pytest.{word}"}
    ]
    assert found == []


def test_budgets_count_a_function_from_its_name_to_its_last_line() -> None:
    code = "@wrap\ndef one():\n    x = 1\n\n    return x\n\n\nclass A:\n    def two(self): ...\n"
    assert sorted(budgets.functions(code, "a.py")) == [(1, "a.py two"), (4, "a.py one")]
