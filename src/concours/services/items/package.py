"""Content packages (zip): opened with limits, so that no archive fills memory or leaves its folder."""

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass

from concours.kernel.errors import BadInput

MOST_PACKAGE = 50_000_000
MOST_FILES = 3_000
MOST_FILE = 6_000_000
MOST_TOTAL = 120_000_000
MOST_RATIO = 200
SMALL = 100_000
"""Files below this may shrink as far as they like."""
STAMP = (1980, 1, 1, 0, 0, 0)
"""Every file's date in a package we write: the same content gives the same bytes."""


@dataclass(slots=True)
class Package:
    """An opened archive: names of its files, and their bytes on demand, all within limits."""

    archive: zipfile.ZipFile
    names: frozenset[str]
    read_so_far: int = 0

    def read(self, name: str) -> bytes:
        """One file. Raises BadInput where it is not there or larger than it may be."""
        if name not in self.names:
            raise _bad("file_missing", f"The package has no file {name}.")
        try:
            with self.archive.open(name) as found:
                data = found.read(MOST_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError) as error:
            raise _bad("package_damaged", f"{name} cannot be unpacked.") from error
        self.read_so_far += len(data)
        if len(data) > MOST_FILE or self.read_so_far > MOST_TOTAL:
            raise _bad("package_too_large", f"{name} is larger than a package's file may be.")
        return data

    def beside(self, name: str, href: str) -> str:
        """The name of the file a link in another one points to; "" for one outside the package."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), href.split("#")[0]))
        return target if target in self.names else ""


def open_package(data: bytes) -> Package:
    """Open a package. Raises BadInput for what is no zip, has too much in it, or points outside itself."""
    if len(data) > MOST_PACKAGE:
        raise _bad("package_too_large", f"A package may have {MOST_PACKAGE} bytes.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _bad("not_a_package", "The file is not a zip package.") from error
    if len(entries) > MOST_FILES:
        raise _bad("package_too_large", f"A package may hold {MOST_FILES} files.")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise _bad("package_damaged", "The package holds two files of one name.")
    for entry in entries:
        _require_sound(entry)
    if sum(entry.file_size for entry in entries) > MOST_TOTAL:
        raise _bad("package_too_large", f"A package may unpack to {MOST_TOTAL} bytes.")
    return Package(archive, frozenset(names))


def packed(files: dict[str, bytes]) -> bytes:
    """A package of these files in order of name; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return out.getvalue()


def _require_sound(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ".." in parts or ":" in parts[0] or "\0" in name:
        raise _bad("package_points_outside", f"{name[:80]} points outside the package.")
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise _bad("package_points_outside", f"{name[:80]} is a link.")
    if entry.flag_bits & 0x1:
        raise _bad("package_encrypted", "Take the password off the package.")
    shrunk = max(1, entry.compress_size)
    if entry.file_size > MOST_FILE or (
        entry.file_size > SMALL and entry.file_size / shrunk > MOST_RATIO
    ):
        raise _bad("package_too_large", f"{name[:80]} unpacks to more than a file may.")


def _bad(code: str, remedy: str) -> BadInput:
    return BadInput(code, remedy=remedy, field="file")
