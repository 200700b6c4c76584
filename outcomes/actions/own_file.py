"""What he answered, for himself alone: on the tablet, in his hand, after two looked who he is. No page of the office
shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from audit.actions import record
from outcomes.actions.codes import subject_of
from outcomes.actions.sheets import revealed
from outcomes.kinds import Moment
from outcomes.models import Sheet
from programs.models import Enrollment


@dataclass(frozen=True, slots=True)
class Answered:
    """`said`: question and answer, None where he'd rather not say."""

    moment: Moment
    month: date
    title: str
    said: tuple[tuple[str, str | None], ...]


@transaction.atomic
def answers_of(*, enrollment: Enrollment, by: User, now: datetime) -> list[Answered]:
    """Empty: he was never asked, or nothing leads to his answers any more. Raises vault.models.KeyLost."""
    subject = subject_of(enrollment)
    record(by=by, now=now, verb="outcomes.shown_to_himself", on=enrollment)
    if subject is None:
        return []
    sheets = Sheet.objects.filter(subject=subject).select_related("instrument", "subject__key")
    order = list(Moment)
    found = sorted(sheets.order_by("instrument"), key=lambda sheet: order.index(Moment(sheet.moment)))
    return [_answered(sheet, said, subject.language) for sheet in found if (said := revealed(sheet))]


def _answered(sheet: Sheet, answers: Mapping[str, int | None], language: str) -> Answered:
    document = sheet.instrument.document
    language = document.language(language)
    said = []
    for item in document.items:
        if item.code in answers:
            words = dict(document.choices(item, language))
            value = answers[item.code]
            said.append((item.texts[language], None if value is None else words[value]))
    return Answered(Moment(sheet.moment), sheet.month, document.titles[language], tuple(said))
