"""When a man said that he can come: from his newest finished intake."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from office.forms.placing import WEEKDAYS
from participants.models import IntakeSheet


@dataclass(frozen=True, slots=True)
class Availability:
    """`weekdays` empty: on any day. Times as he said them, by the clock on the wall."""

    weekdays: frozenset[int]
    not_before: str = ""
    not_after: str = ""

    def __str__(self) -> str:
        names = dict(WEEKDAYS)
        days = ", ".join(names[day][:3] for day in sorted(self.weekdays)) or "any day"
        hours = [f"from {self.not_before}"] if self.not_before else []
        return " ".join([days, *hours, *([f"until {self.not_after}"] if self.not_after else [])])


def availability_of(people: Collection[int]) -> dict[int, Availability]:
    """By participant; whoever said nothing isn't among them."""
    sheets = IntakeSheet.objects.filter(appointment__participant__in=people, finished_at__isnull=False)
    found: dict[int, Availability] = {}
    for sheet in sheets.select_related("appointment__participant__key").order_by("finished_at", "id"):
        if said := _read(sheet.answers):
            found[sheet.appointment.participant_id] = said
    return found


def _read(answers: Any) -> Availability | None:
    """None: nothing was said of it, or it is forgotten."""
    if not isinstance(answers, dict):
        return None
    days = frozenset(int(day) for day in answers.get("weekdays") or () if str(day).isdigit() and int(day) < 7)
    hours = [_hour(str(answers.get(name) or "")) for name in ("from_time", "until_time")]
    return Availability(days, *hours) if days or any(hours) else None


def _hour(said: str) -> str:
    hour, _, minutes = said.partition(":")
    if not hour.isdigit():
        return ""
    return f"{int(hour) % 12 or 12}:{minutes[:2]} {'am' if int(hour) < 12 else 'pm'}"
