"""The package's door: complete, documented, and light until used."""

import os
import subprocess
import sys

import concours.psychometrics as door


def test_every_public_name_is_there_and_documented() -> None:
    for name in door.SURFACE:
        found = getattr(door, name)
        assert (found.__doc__ or "").strip(), name
        assert found.__module__ == f"concours.psychometrics.{door.SURFACE[name]}"
    assert dir(door) == sorted(door.SURFACE)
    assert list(door.SURFACE) == sorted(door.SURFACE)


def test_no_public_name_hides_a_module() -> None:
    modules = set(door.SURFACE.values())
    assert modules.isdisjoint(door.SURFACE)


def test_looking_at_the_door_loads_nothing_heavy() -> None:
    program = (
        "import sys, concours.psychometrics; "
        "print({'numpy', 'scipy', 'numba', 'django'} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
