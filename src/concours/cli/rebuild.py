"""`concours rebuild`: drop the standing rows, fold them anew, prove them equal."""

from concours.cli.lines import end, line, progress
from concours.services.ledger.rebuilding import rebuild as fold_anew
from concours.services.ledger.verifying import count_files


def rebuild() -> None:
    """Name every standing row the ledger did not come to; exit code 3 when there was one."""
    files = wrong = 0
    with progress("files", count_files()) as advance:
        for done, differences in fold_anew():
            advance(done)
            files += done
            wrong += len(differences)
            for difference in differences:
                line(difference)
    line({"files": files, "differences": wrong, "equal": not wrong})
    end(wrong)
