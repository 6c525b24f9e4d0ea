"""What ships beside the rules: the default process, its rehearsal, its languages."""

import pytest

from concours.kernel.errors import BadInput
from concours.policy import shipped
from concours.policy.edition import shipped_editions
from concours.policy.tracks import Tracks, track_ids


def test_the_default_edition_is_one_that_ships() -> None:
    found = shipped.default()
    assert (found.process, found.edition) in shipped_editions()
    assert shipped.default_zone() == shipped.default_edition().zone


def test_the_rehearsal_shares_its_people_among_the_tracks_of_the_default_edition() -> None:
    rehearsal = shipped.rehearsal_of(shipped.default().process)
    rules = shipped.default_edition().rules.values()
    tracks = next(rule.value for rule in rules if isinstance(rule.value, Tracks))
    assert tuple(rehearsal.tracks) == track_ids(tracks)
    assert sum(rehearsal.tracks.values()) == pytest.approx(1)


def test_a_process_without_a_rehearsal_says_which_file_is_missing() -> None:
    with pytest.raises(BadInput) as refused:
        shipped.rehearsal_of("no_such_process")
    assert refused.value.remedy == "no_such_process/rehearsal.toml is missing."
