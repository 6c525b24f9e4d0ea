"""What the kill test of answers compares: it must see a missing, a changed, a doubled, an unsent one."""

from concours.cli.soak_answers import Found, Sent, compare


def sent() -> Sent:
    """Two answers acknowledged, one on its way when the load ended."""
    return Sent(acknowledged={(1, 1): "AA", (1, 2): "BB"}, waiting={(1, 3)})


def test_everything_acknowledged_is_there_and_one_on_its_way_may_be() -> None:
    held = {(1, 1, "AA"): 1, (1, 2, "BB"): 1}
    assert compare(sent(), held) == Found(0, 0, 0, 0)
    assert compare(sent(), {**held, (1, 3, "CC"): 1}).sound


def test_each_kind_of_fault_is_seen_by_itself() -> None:
    held = {(1, 1, "AA"): 1, (1, 2, "BB"): 1}
    assert compare(sent(), {(1, 1, "AA"): 1}) == Found(1, 0, 0, 0)
    assert compare(sent(), {**held, (1, 2, "BB"): 2}) == Found(0, 0, 1, 0)
    assert compare(sent(), {(1, 1, "AA"): 1, (1, 2, "XX"): 1}) == Found(0, 1, 0, 0)
    assert compare(sent(), {**held, (2, 1, "DD"): 1}) == Found(0, 0, 0, 1)
