"""The dates that press: those of the next week, and those that have passed."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F
from django.urls import reverse

from courts.deadlines import DeadlineKind
from courts.models import Deadline
from courts.moves import State
from office import words
from office.subjects import case, home, rows
from office.today import Line
from office.waiting.making import AT_MOST, about, how_many, rest

AHEAD = timedelta(days=7)


@dataclass
class Due:
    """What is due, by referral and kind, until a line of another kind takes its own date out."""

    dates: dict[tuple[int, str], Deadline] = field(default_factory=dict)
    of: int = 0

    def take(self, referral: int, *kinds: str) -> date | None:
        found = [self.dates.pop((referral, kind)) for kind in kinds if (referral, kind) in self.dates]
        return min((one.due_on for one in found), default=None)

    def take_of_enrollment(self, enrollment: int, *kinds: str) -> date | None:
        """Of any of the referrals that it fulfills."""
        his = {one.referral_id for one in self.dates.values() if one.referral.enrollment_id == enrollment}
        return min((on for referral in his if (on := self.take(referral, *kinds))), default=None)

    def lines(self) -> list[Line]:
        url = reverse("office:courts_deadline_changelist") + "?state__exact=open"
        return [*map(_line, self.dates.values()), *rest(self.of, "due", "Dates that are near or late", url)]


def due_soon(today: date) -> Due:
    soon = rows(Deadline).filter(state=Deadline.State.OPEN, due_on__lte=today + AHEAD)
    loud = soon.exclude(referral__state=State.ON_HOLD).exclude(kind=DeadlineKind.HEARING, due_on__lt=today)
    found = list(loud.annotate(of_due=how_many(loud)).order_by("due_on", F("id"))[:AT_MOST])
    return Due({(one.referral_id, one.kind): one for one in found}, found[0].of_due if found else 0)


def _line(one: Deadline) -> Line:
    return about(
        "due",
        one,
        what=DeadlineKind(one.kind).label,
        why=f"{words.day(one.due_on)} · {case(one.referral)}",
        due_on=one.due_on,
        button="Open the case",
        url=home(one),
    )
