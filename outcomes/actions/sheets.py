"""What he is asked, one step after the other, and what he has answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from outcomes.actions.codes import month_of
from outcomes.actions.instruments import asked_at
from outcomes.instruments import Document, Item
from outcomes.kinds import Moment
from outcomes.models import Asking, Instrument, Sheet, SheetQuerySet, Subject
from outcomes.scoring import check
from vault.fields import Forgotten
from vault.models import KeyLost


@dataclass(frozen=True, slots=True)
class Step:
    instrument: Instrument
    document: Document
    item: Item


@dataclass(frozen=True, slots=True)
class Questions:
    """`answers`: by place; None is "prefer not to say", and a place that isn't there wasn't asked yet."""

    steps: tuple[Step, ...]
    answers: Mapping[int, int | None]

    @property
    def next(self) -> int:
        """The first place that has no answer; past the last one: all have."""
        return next((place for place in range(len(self.steps)) if place not in self.answers), len(self.steps))

    @property
    def is_whole(self) -> bool:
        return self.next == len(self.steps)


def revealed(sheet: Sheet) -> dict[str, int | None]:
    """By item what he answered. Raises vault.models.KeyLost."""
    answers: Any = sheet.answers
    if isinstance(answers, Forgotten):
        raise KeyLost("The key to what he answered is missing. Tell an administrator; nothing was changed.")
    return dict(answers)


def questions(asking: Asking, subject: Subject) -> Questions:
    """Raises vault.models.KeyLost."""
    moment = Moment(asking.moment)
    instruments = asked_at(moment, subject=subject, program=subject.program)
    documents = {one.pk: one.document for one in instruments}
    steps = tuple(Step(one, documents[one.pk], item) for one in instruments for item in documents[one.pk].items)
    given = {sheet.instrument_id: revealed(sheet) for sheet in _sheets(subject, moment)}
    answers = {
        place: given[step.instrument.pk][step.item.code]
        for place, step in enumerate(steps)
        if step.item.code in given.get(step.instrument.pk, {})
    }
    return Questions(steps, answers)


def keep(asked: Questions, given: Mapping[int, int | None], *, asking: Asking, subject: Subject, now: datetime) -> None:
    """Raises outcomes.scoring.OutOfRange, vault.models.KeyLost; nothing is kept then. The caller holds the ticket."""
    moment, month = Moment(asking.moment), month_of(asking.enrollment, now)
    for instrument in dict.fromkeys(asked.steps[place].instrument for place in given):
        new = {
            asked.steps[place].item.code: value
            for place, value in given.items()
            if asked.steps[place].instrument == instrument
        }
        check(instrument.document, new)
        sheet = _sheets(subject, moment).filter(instrument=instrument).first()
        sheet = sheet or Sheet(subject=subject, instrument=instrument, moment=moment, answers={})
        sheet.answers, sheet.month = revealed(sheet) | new, month
        sheet.save()


def pin(asking: Asking, subject: Subject, *, now: datetime) -> None:
    """To him these questions stay in the versions that are in use now. The caller holds the enrollment locked."""
    moment, month = Moment(asking.moment), month_of(asking.enrollment, now)
    for instrument in asked_at(moment, subject=subject, program=subject.program):
        if not _sheets(subject, moment).filter(instrument=instrument).exists():
            Sheet.objects.create(subject=subject, instrument=instrument, moment=moment, month=month, answers={})


def hand_in(asking: Asking, subject: Subject, *, now: datetime) -> None:
    """From now on it counts."""
    _sheets(subject, Moment(asking.moment)).update(is_done=True, month=month_of(asking.enrollment, now))


def _sheets(subject: Subject, moment: Moment) -> SheetQuerySet:
    return Sheet.objects.filter(subject=subject, moment=moment).select_related("subject__key")
