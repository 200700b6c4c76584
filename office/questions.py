"""What the office sees of the questions that he is asked: done or not done, and never an answer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from messaging.addresses import reachable_by
from office import words
from office.doing import Deed, find
from outcomes.actions.asking import Facts, facts, may_hand, may_send
from outcomes.kinds import MOMENT_LABELS, Moment, Purpose, State
from outcomes.models import Agreement, Asking, FollowUpDue
from programs.models import Enrollment

SAID = {
    State.PLANNED: "Not asked yet",
    State.DONE: "Done",
    State.DECLINED: "He said no",
    State.MISSED: "Not answered in time",
}


@dataclass(frozen=True, slots=True)
class Questions:
    """`lines`: moment and state in words. `deeds`: what can be done now, with its address."""

    lines: list[tuple[str, str]]
    deeds: list[tuple[Deed, str]]


def questions(enrollments: Collection[Enrollment], *, now: datetime) -> dict[int, Questions]:
    """By enrollment, in three questions to the database; and who can be reached, where a link could be sent again."""
    ids = [one.pk for one in enrollments]
    askings: dict[int, dict[str, Asking]] = defaultdict(dict)
    for asking in Asking.objects.filter(enrollment__in=ids):
        askings[asking.enrollment_id][asking.moment] = asking
    said: dict[int, dict[str, bool]] = defaultdict(dict)
    for agreement in Agreement.objects.filter(enrollment__in=ids).order_by("pk"):
        said[agreement.enrollment_id][agreement.purpose] = agreement.given
    due = Exists(FollowUpDue.objects.open(words.local_day(now)).filter(enrollment=OuterRef("pk")))
    found: Any = Enrollment.objects.filter(pk__in=ids).annotate(due=due, **facts(now=now))
    known = {one.pk: (Facts(one.begun, one.leads, one.leaves), one.due) for one in found}
    send = [one for one in enrollments if may_send(one, askings[one.pk], said[one.pk], known[one.pk][0], now=now)]
    reached = reachable_by([one.participant_id for one in send]) if send else {}
    link = {one.pk for one in send if one.participant_id in reached}
    return {
        one.pk: _questions(one, askings[one.pk], said[one.pk], *known[one.pk], link=one.pk in link, now=now)
        for one in enrollments
    }


def _questions(
    enrollment: Enrollment,
    askings: dict[str, Asking],
    said: dict[str, bool],
    known: Facts,
    due: bool,
    *,
    link: bool,
    now: datetime,
) -> Questions:
    hand = may_hand(enrollment, askings, said, known, now=now)
    names = [
        *(("tablet", "paper") if hand else ()),
        *(("new-link",) if link else ()),
        *(("arrest",) if due else ()),
        *(("says-no",) if said.get(Purpose.STATISTICS, bool(hand)) else ()),
    ]
    lines = [
        (MOMENT_LABELS[moment], _state(askings.get(moment))) for moment in Moment if moment in askings or moment in hand
    ]
    return Questions(lines, [(deed, deed.url(enrollment)) for deed in map(_deed, names)])


def _state(asking: Asking | None) -> str:
    if asking is None:
        return SAID[State.PLANNED]
    if asking.state == State.HANDED:
        return f"Not done; out since {words.day(asking.due_on)}"
    return SAID[State(asking.state)]


def _deed(name: str) -> Deed:
    deed = find(str(Enrollment._meta.model_name), name)
    assert deed is not None, "office.deeds.questions declares it"
    return deed
