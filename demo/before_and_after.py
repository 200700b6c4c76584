"""What men of last year answered, each under a code alone, so that the numbers of a year can be looked at."""

import random
from datetime import date, datetime

from demo.dates import ZONE
from demo.stage import Stage
from outcomes import shipped
from outcomes.actions.instruments import ensure_shipped
from outcomes.actions.years import close_years
from outcomes.instruments import Document
from outcomes.kinds import Arrest, Moment
from outcomes.models import FollowUp, Instrument, Sheet, Subject
from vault.models import Key

MEN = 72
# How strongly men hold what a part is about, before and after: invented, and no finding.
BEFORE, AFTER = 3.3, 2.7
SEED = 12


def lay_out(stage: Stage) -> None:
    ensure_shipped(stage.program, now=stage.now)
    # Invented answers, and the same ones each time.
    chance = random.Random(SEED)  # noqa: S311
    year = stage.today.year - 1
    instruments = {one.code: one for one in Instrument.objects.filter(program=stage.program)}
    for number in range(MEN):
        _answered(stage, instruments, date(year, 1 + number % 9, 1), chance)
    close_years(now=stage.now)


def _answered(stage: Stage, instruments: dict[str, Instrument], month: date, chance: random.Random) -> None:
    key = Key.new(Key.Kind.SUBJECT, now=datetime(month.year, month.month, 1, tzinfo=ZONE))
    key.save()
    language = "es" if chance.random() < 0.3 else "en"
    subject = Subject.objects.create(program=stage.program, key=key, language=language)
    beliefs, frequency = instruments[shipped.BELIEFS], instruments[shipped.FREQUENCY]
    leaning = chance.gauss(0, 0.5)

    def sheet(moment: Moment, instrument: Instrument, on: date, answers: dict[str, int | None]) -> None:
        Sheet.objects.create(
            subject=subject, instrument=instrument, moment=moment, month=on, answers=answers, is_done=True
        )

    sheet(Moment.INTAKE, beliefs, month, _said(beliefs.document, BEFORE + leaning, chance))
    sheet(Moment.INTAKE, frequency, month, _some(frequency.document, chance))
    after = month.replace(month=month.month + 3)
    sheet(Moment.AFTER, beliefs, after, _said(beliefs.document, AFTER + leaning + chance.gauss(0, 0.3), chance))
    if chance.random() < 0.6:
        known = chance.choices(list(Arrest), weights=(1, 12, 5))[0]
        FollowUp.objects.create(subject=subject, moment=Moment.SIX, month=after, known=known)


def _said(document: Document, leaning: float, chance: random.Random) -> dict[str, int | None]:
    """Now and then he would rather not say."""
    said: dict[str, int | None] = {}
    for item in document.items:
        value = min(max(round(chance.gauss(leaning, 0.9)), document.low), document.high(item))
        turned = document.low + document.high(item) - value if item.reversed else value
        said[item.code] = None if chance.random() < 0.02 else turned
    return said


def _some(document: Document, chance: random.Random) -> dict[str, int | None]:
    return {item.code: chance.randrange(document.low, document.high(item) + 1) for item in document.items}
