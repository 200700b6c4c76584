"""What has changed since a proposal's facts were frozen, in sentences, for the person who decides on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courts.actions.proposals import holds
from courts.models import Proposal
from courts.proposing import BY_ITSELF, Facts
from office import words
from programs.kinds import Standing
from programs.models import StandingChange
from programs.reasons import Reason
from programs.wording import sentence


@dataclass(frozen=True, slots=True)
class Since:
    """`on`: when that was found."""

    on: date
    holds: bool
    changes: list[str]


def since(proposal: Proposal, *, now: datetime) -> Since | None:
    """None: nothing has changed, or it is settled, or rests on no assessment."""
    if proposal.kind not in BY_ITSELF or proposal.state not in (Proposal.State.OPEN, Proposal.State.WITHDRAWN):
        return None
    changes = StandingChange.objects.filter(enrollment=proposal.referral.enrollment_id)
    newest = changes.order_by("-id").first()
    if newest is None or newest.pk == proposal.from_change_id:
        return None
    said = list(changed(proposal.facts, newest.facts))
    return Since(words.local_day(newest.at), holds(proposal, newest.facts, now=now), said) if said else None


def changed(then: Facts, now: Facts) -> Iterator[str]:
    """The differences, a sentence each."""
    if then["standing"] != now["standing"]:
        old, new = (Standing(facts["standing"]).label for facts in (then, now))
        yield f"Then: {old.lower()}. Now: {new.lower()}."
    for reason in _only_in(now, then, "reasons"):
        yield f"New: {_said(reason)}"
    for reason in _only_in(then, now, "reasons"):
        yield f"No longer: {_said(reason)}"
    yield from _weeks(_only_in(now, then, "credited"), "credit now")
    yield from _weeks(_only_in(then, now, "credited"), "no credit any more")
    for kind in ("unexcused", "excused"):
        for day in _only_in(now, then, kind):
            yield f"{_day(day)} counts as an {kind} absence now."
        for day in _only_in(then, now, kind):
            yield f"{_day(day)} no longer counts as an {kind} absence."


def _only_in(these: Facts, those: Facts, name: str) -> list[Any]:
    return [one for one in these[name] if one not in those[name]]


def _said(reason: Any) -> str:
    return sentence(Reason.from_facts(reason), "en")


def _day(iso: str) -> str:
    return words.day(date.fromisoformat(iso))


def _weeks(weeks: Iterable[int], what: str) -> Iterator[str]:
    for week in weeks:
        yield f"Week {week} has {what}."
