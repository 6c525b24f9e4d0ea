"""What a candidate would notice between two editions of one process, in words."""

from dataclasses import dataclass

from concours.kernel.errors import BadInput
from concours.policy.edition import Edition, Rule
from concours.policy.wording import lines, sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. ``what`` is new, gone, changed, opened or steps; sentences say the rest."""

    what: str
    rule: str
    question: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def _only(rule: Rule, other: Rule) -> tuple[str, ...]:
    """What this rule says that the other doesn't; all of it when its shape differs."""
    if rule.kind != other.kind:
        return sentences(rule)
    theirs = set(sentences(other))
    return tuple(s for s in sentences(rule) if s not in theirs) or sentences(rule)


def _compare(old: Rule, new: Rule) -> Change | None:
    if old.value is not None and new.value is None:
        return Change(
            what="opened",
            rule=new.id,
            question=new.question,
            before=sentences(old),
            after=(f"No source settles this: {new.open}",),
        )
    if lines(old) == lines(new) and old.question == new.question:
        return None
    return Change(
        what="changed",
        rule=new.id,
        question=new.question,
        before=_only(old, new),
        after=_only(new, old),
    )


def difference(old: Edition, new: Edition) -> tuple[Change, ...]:
    """Every change from ``old`` to ``new``, steps first, then rules by id.

    A rule whose words did not change is left out even where its source did.
    Raises BadInput when the editions are of different processes.
    """
    if old.process != new.process:
        raise BadInput(
            "different_processes",
            remedy=f"{old.process} and {new.process} are different processes; compare editions of one.",
        )
    changes = []
    before, after = tuple(s.title for s in old.steps), tuple(s.title for s in new.steps)
    if before != after:
        changes.append(
            Change(
                what="steps", rule="", question="The steps, in order", before=before, after=after
            )
        )
    for rule_id in sorted({*old.rules, *new.rules}):
        was, now = old.rules.get(rule_id), new.rules.get(rule_id)
        if was is None and now is not None:
            found = Change(
                what="new", rule=rule_id, question=now.question, before=(), after=sentences(now)
            )
        elif now is None and was is not None:
            found = Change(
                what="gone", rule=rule_id, question=was.question, before=sentences(was), after=()
            )
        elif was is not None and now is not None:
            changed = _compare(was, now)
            if changed is None:
                continue
            found = changed
        changes.append(found)
    return tuple(changes)
