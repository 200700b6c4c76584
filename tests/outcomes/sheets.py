"""Men who answered, without the pages on which they did."""

from datetime import date

from outcomes.kinds import Moment
from outcomes.shipped import BAND_ITEM, beliefs
from tests.factories.outcomes import InstrumentFactory, SheetFactory, SubjectFactory

ITEMS = beliefs().items
TOLD = 2025


class Answering:
    """A program that asks: `.man(...)` answers by its measure and its questionnaire."""

    def __init__(self, program):
        self.program = program
        self.measure = InstrumentFactory(program=program, version=1)
        self.questionnaire = InstrumentFactory(program=program, version=1, questionnaire=True)

    def man(self, before=4, after=2, *, later=Moment.AFTER, month=date(TOLD, 6, 1), band=2, language="en", **more):
        """`before`, `after`: what he answers to all, 1 to 5 (None: that sheet isn't there); `band`: None: no answer."""
        subject = SubjectFactory(program=self.program, language=language)
        said = {"subject": subject, "is_done": True, "instrument": self.measure} | more
        if before is not None:
            SheetFactory(**said | {"instrument": self.measure}, month=date(TOLD, 1, 1), answers=alike(before))
        if band is not None:
            asked = {"instrument": self.questionnaire, "answers": {BAND_ITEM: band}}
            SheetFactory(**said | asked, month=date(TOLD, 1, 1))
        if after is not None:
            SheetFactory(**said, moment=later, month=month, answers=alike(after))
        return subject

    def men(self, count, **more):
        """With scores that differ, or nothing could be told of them."""
        return [self.man(before=3 + place % 3, after=1 + place % 4, **more) for place in range(count)]


def alike(value):
    """So that each part, and the whole, has this score."""
    return {item.code: 6 - value if item.reversed else value for item in ITEMS}
