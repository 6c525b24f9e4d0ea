"""`concours verify --all`: check the whole ledger in the database: chains, bodies, log, signatures."""

from concours.cli.lines import end, line, progress
from concours.services.ledger.verifying import (
    awaiting,
    count_files,
    count_leaves,
    destroyed_bodies,
    faulty_files,
    faulty_log,
    missing_triggers,
)


def audit() -> None:
    """Name every entry, head or checkpoint that is not what it was; exit code 3 when one is."""
    wrong = files = leaves = 0
    for name in missing_triggers():
        wrong += 1
        line({"part": "guard", "why": f"the trigger {name} is missing"})
    with progress("files", count_files()) as advance:
        for done, faults in faulty_files():
            advance(done)
            files += done
            wrong += len(faults)
            for fault in faults:
                line(fault)
    with progress("log", count_leaves()) as advance:
        for done, faults in faulty_log():
            advance(done - leaves)
            leaves = done
            wrong += len(faults)
            for fault in faults:
                line(fault)
    line(
        {
            "files": files,
            "leaves": leaves,
            "awaiting": awaiting(),
            "destroyed_bodies": destroyed_bodies(),
            "faults": wrong,
            "sound": not wrong,
        }
    )
    end(wrong)
