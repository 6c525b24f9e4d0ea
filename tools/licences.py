"""Read the licence of everything pinned; refuse GPL and AGPL, and what nobody has read.

    python tools/licences.py

A package passes when its metadata names only licences from the list below. One that
offers several, or names none, passes by a line in licences.toml that says which was
chosen and why. Packages pinned but not installed here are named, not guessed.
"""

import importlib.metadata
import json
import re
import sys
import tomllib
from importlib.metadata import PackageMetadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FREE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|ISCL|PSF|Python Software Foundation|MPL|Mozilla Public|Zlib|CC0|0BSD|OFL|"
    r"LGPL|Lesser General Public|HPND)\b",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"\bA?GPL|(?<!Lesser )General Public License|\bGNU Affero|Proprietary|SSPL|BUSL", re.IGNORECASE
)


def main() -> None:
    """Print one line for each problem; exit 1 when there is one."""
    chosen = tomllib.loads((ROOT / "tools" / "licences.toml").read_text(encoding="utf-8"))
    pinned = pins()
    problems = [
        f"{name}: {wrong}"
        for name in sorted(pinned)
        if name not in chosen and (wrong := judge(name, pinned[name]))
    ]
    problems += [
        f"{name}: in licences.toml, but no longer pinned" for name in set(chosen) - pinned.keys()
    ]
    problems += [
        f"{name}: the chosen licence {line['licence']!r} is not one we may use"
        for name, line in chosen.items()
        if REFUSED.search(line["licence"])
    ]
    problems += npm_problems()
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(f"licences: {len(pinned)} Python packages and those of package-lock.json may be used")


def pins() -> dict[str, str]:
    """Name and version of every pinned Python package."""
    found = {}
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            pin = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)
            if pin:
                found[pin[1].lower()] = pin[2]
    return found


def judge(name: str, version: str) -> str:
    """What is wrong with the package's licence; empty when nothing is."""
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "pinned but not installed here, so its licence cannot be read"
    if about["Version"] != version:
        return f"version {about['Version']} is installed, {version} is pinned"
    return wrong_with(said(about))


def said(about: PackageMetadata) -> str:
    """What the metadata says: the expression, else the classifiers, else the free field's head."""
    if "License-Expression" in about:
        return about["License-Expression"]
    kinds = [kind.split(" :: ")[-1] for kind in about.get_all("Classifier") or []
             if kind.startswith("License ::")]  # fmt: skip
    named = [kind for kind in kinds if kind not in {"OSI Approved", "DFSG approved"}]
    free = (about["License"] or "").strip().splitlines()
    return "; ".join(named) or (free[0] if free else "")


def wrong_with(words: str) -> str:
    """Why a package with these words on its licence may not be used yet; empty when it may."""
    if all(REFUSED.search(part) for part in re.split(r"\bOR\b|;", words)):
        return f"{words!r} is not a licence we may use"
    if REFUSED.search(words):
        return f"{words!r}: choose one and record it in tools/licences.toml"
    if not FREE.search(words):
        return f"{words or 'no licence named'}: read it and record it in tools/licences.toml"
    return ""


def npm_problems() -> list[str]:
    """The same for the front-end packages, by what the lock file says."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return [
        f"{place}: {about.get('license')!r} is not a licence we may use"
        for place, about in lock["packages"].items()
        if REFUSED.search(about.get("license", "")) or not FREE.search(about.get("license", ""))
    ]


if __name__ == "__main__":
    main()
