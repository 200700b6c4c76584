"""Who has taken which line of Today, which of them sleep, and when the jobs behind it all last came through."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, Value
from django.db.models.functions import Cast

from core.models import Heartbeat
from office.models import Assignment, Snooze
from office.today import Line

ASSIGNED, ASLEEP, JOB = "assigned", "asleep", "job"


@dataclass(frozen=True, slots=True)
class Sleep:
    pk: int
    until: date
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    came_through_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How a line stood on somebody's page: who had it (id) and which sleep it had. None: nobody; none."""

    to: int | None = None
    sleep: int | None = None

    @classmethod
    def read(cls, sent: str) -> "Seen":
        """What a page says of itself; from anything else: as if nobody had it and it was awake."""
        to, _, sleep = sent.partition(".")
        return cls(*(int(one) if one.isascii() and one.isdigit() else None for one in (to, sleep)))

    def __str__(self) -> str:
        return f"{self.to or ''}.{self.sleep or ''}"


def seen_now(key: str) -> Seen:
    """As it stands in the database this moment."""
    to = Assignment.objects.filter(line=key, ended_at=None).values_list("to", flat=True).first()
    return Seen(to, Snooze.objects.filter(line=key, ended_at=None).values_list("pk", flat=True).first())


@dataclass(frozen=True, slots=True)
class Handed:
    """By a line's key: who took it (id and name), and how it sleeps. And the jobs."""

    to: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    asleep: Mapping[str, Sleep] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)

    def whose(self, line: Line) -> int | None:
        """Who took it; else whose it is by its nature. None: anybody's."""
        return self.to[line.key][0] if line.key in self.to else line.of

    def seen(self, key: str) -> Seen:
        to, sleep = self.to.get(key), self.asleep.get(key)
        return Seen(to[0] if to else None, sleep.pk if sleep else None)

    def awake(self, lines: Iterable[Line], today: date) -> list[Line]:
        """A line that is due, or whose day has come, is awake whatever was said before."""
        return [line for line in lines if not self.sleeps(line, today)]

    def sleeps(self, line: Line, today: date) -> bool:
        sleep = self.asleep.get(line.key)
        if sleep is None or sleep.until <= today:
            return False
        return line.due_on is None or line.due_on >= sleep.until


def handed() -> Handed:
    """Of all that is open, in one question."""
    found = list(_assigned().union(_asleep(), _jobs(), all=True))
    to, asleep, jobs = {}, {}, []
    for what, key, pk, text, name, at, until in found:
        if what == ASSIGNED:
            to[key] = (pk, name)
        elif what == ASLEEP:
            asleep[key] = Sleep(pk, until, text, name)
        else:
            jobs.append(Job(key, at, text))
    return Handed(to, asleep, sorted(jobs, key=lambda job: job.name))


def _row(what: str, **columns: Any) -> dict[str, Any]:
    said = {"what": Value(what, output_field=CharField()), **columns}
    return {f"row_{name}": column for name, column in said.items()}


def _assigned() -> Any:
    row = _row(
        ASSIGNED, key=F("line"), pk=F("to_id"), text=Value("", output_field=CharField()), name=F("to__name"),
        at=F("at"), until=Cast(Value(None), DateField()),
    )  # fmt: skip
    return Assignment.objects.filter(ended_at=None).annotate(**row).values_list(*row)


def _asleep() -> Any:
    row = _row(ASLEEP, key=F("line"), pk=F("pk"), text=F("why"), name=F("by__name"), at=F("at"), until=F("until"))
    return Snooze.objects.filter(ended_at=None).annotate(**row).values_list(*row)


def _jobs() -> Any:
    nothing = Value("", output_field=CharField())
    row = _row(
        JOB, key=F("job"), pk=Value(0), text=F("failure"), name=nothing,
        at=Cast(F("came_through_at"), DateTimeField()), until=Cast(Value(None), DateField()),
    )  # fmt: skip
    return Heartbeat.objects.annotate(**row).values_list(*row)
