"""Make `.venv` and what stands in it. Standard library only: it runs before anything is installed.

    python3 tools/setup.py run     what `make run` needs
    python3 tools/setup.py test    that, and what checking and testing need

Every part is skipped when it already stands for the present lock files, and made
again when an earlier attempt broke off. Packages of the system are never installed
without root; what is missing is named in one command.
"""

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
ENTRY = """#!{python}
from concours.cli.main import main

main()
"""
PANGO = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


def main() -> None:
    """Bring the machine to where the named purpose can begin."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in {"run", "test"} or len(sys.argv) > 2:
        sys.exit("usage: python3 tools/setup.py run|test")
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs under whatever Python is there
        sys.exit(f"Concours needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    supply(missing(purpose))
    make_venv()
    install("run" if purpose == "run" else "test")
    assets()
    if purpose == "test":
        front_end_types()


def missing(purpose: str) -> list[str]:
    """The Debian packages that are not there, the indispensable first."""
    lacks = []
    if not venv_stands() and not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        lacks.append("python3-venv")
    if not all(map(ctypes.util.find_library, PANGO)):
        lacks += ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
    if purpose == "test":
        if not postgresql():
            lacks.append("postgresql")
        if not shutil.which("chromium"):
            lacks.append("chromium")
    return lacks


def postgresql() -> Path | None:
    """The folder of the newest PostgreSQL's programs, 15 or later."""
    found = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit()
        and int(folder.parent.name) >= 15
        and (folder / "initdb").exists()
    ]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def supply(lacks: list[str]) -> None:
    """Install missing packages when root; otherwise name the one command and go on where one can."""
    if not lacks:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *lacks]
    words = " ".join(command)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"Missing packages of the system. As root:\n\n    {words}\n")
    else:
        say(f"Installing packages of the system: {words}")
        no_cluster()
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        update = subprocess.run(["apt-get", "update", "-q"], env=quiet, stdout=subprocess.DEVNULL)
        done = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL)
        if update.returncode or done.returncode:
            say(f"That failed. The command to repeat:\n\n    {words}\n")
    if "python3-venv" in lacks and not importlib.util.find_spec("ensurepip"):
        sys.exit("Without python3-venv nothing can be set up.")
    if "libpango-1.0-0" in lacks and not all(map(ctypes.util.find_library, PANGO)):
        say("Without Pango everything works but PDF letters; their links say so.")


def no_cluster() -> None:
    """Ask Debian not to make and start a default database server: tests bring their own."""
    file = Path("/etc/postgresql-common/createcluster.conf")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("create_main_cluster = false\n", encoding="utf-8")


def venv_stands() -> bool:
    """Whether the environment's Python runs and has pip: a half-made one has neither."""
    if not PYTHON.exists():
        return False
    return not subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode


def make_venv() -> None:
    """Make the environment, from nothing when an earlier attempt left half of it."""
    if not stamped("run") and not venv_stands():
        say("Making .venv")
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(name: str) -> None:
    """Install the pinned packages, checked against their hashes, and the command `concours`."""
    if stamped(name) or (name == "run" and stamped("test")):
        return
    say(f"Installing requirements/{name}.txt")
    pip(name)
    packages = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    Path(packages, "concours.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = VENV / "bin" / "concours"
    command.write_text(ENTRY.format(python=PYTHON), encoding="utf-8")
    command.chmod(0o755)
    stamp(name).write_text(wanted(name), encoding="utf-8")


def pip(name: str) -> None:
    """Run pip over one lock file; what it says is shown only when it fails."""
    command = [
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-input", "--require-hashes", "--only-binary", ":all:", "-r", f"{name}.txt",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=REQUIREMENTS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        say("\n".join(done.stdout.splitlines()[-20:]))
        sys.exit(f"requirements/{name}.txt could not be installed; run the same command again.")


def assets() -> None:
    """Install the front-end packages, with Node from a Python package where the machine has none."""
    command = [PYTHON, "-m", "concours.cli.assets"]
    if subprocess.run([*command, "--standing"], capture_output=True).returncode:
        node()
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The front-end packages could not be installed; run the same command again.")


def node() -> None:
    """Node from a Python package, where the machine has none and it is not there yet."""
    if not (shutil.which("npm") and shutil.which("node")) and not stamped("node"):
        say("No npm on this machine: installing requirements/node.txt")
        pip("node")
        stamp("node").write_text(wanted("node"), encoding="utf-8")


def front_end_types() -> None:
    """Install TypeScript, which checks the front end's modules and runs on no page."""
    node()
    if subprocess.run([PYTHON, "tools/front_end_types.py", "--install"], cwd=ROOT).returncode:
        sys.exit("TypeScript could not be installed; run the same command again.")


def stamp(name: str) -> Path:
    """The file that says for which lock file the environment stands."""
    return VENV / f"concours-{name}.sha256"


def stamped(name: str) -> bool:
    """Whether the lock file is installed as it stands now, in this place."""
    return stamp(name).exists() and stamp(name).read_text(encoding="utf-8") == wanted(name)


def wanted(name: str) -> str:
    """Digest of the lock file and of the place: an environment cannot be moved."""
    lock = (REQUIREMENTS / f"{name}.txt").read_bytes()
    return hashlib.sha256(lock + str(ROOT).encode()).hexdigest()


def say(words: str) -> None:
    """A line for the person at the terminal."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
