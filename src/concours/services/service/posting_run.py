"""The worker's part of first postings: the solver's answer, kept with the job."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from concours.kernel.errors import Refusal
from concours.planning.postings import Officer, Post, assign_postings
from concours.services.jobs import Running, handler
from concours.services.service.postings import PROPOSE, inputs_of


@handler(PROPOSE)
def propose(arguments: Mapping[str, Any], running: Running) -> None:
    """Propose a post for every trained officer of a class; a refusal is kept as the result."""
    inputs = inputs_of(str(arguments["class"]))
    try:
        posted = assign_postings(
            officers=[Officer(**officer) for officer in inputs.officers],
            posts=[Post(**post) for post in inputs.posts],
        )
    except Refusal as refusal:
        running.save({"refused": refusal.code, "remedy": refusal.remedy, "run": inputs.run})
        return
    running.save({"run": inputs.run, "posted": [asdict(one) for one in posted]})
