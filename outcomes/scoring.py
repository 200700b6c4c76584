"""From answers to scores: the mean of the items that were answered, those that are reversed turned round. No Django."""

from collections.abc import Mapping
from statistics import fmean

from outcomes.instruments import Document, Item

# None: he would rather not say. An item that isn't there has not been asked yet.
Answers = Mapping[str, int | None]
WHOLE = ""


class OutOfRange(ValueError):
    """Of no choice that he had."""


def check(document: Document, answers: Answers) -> None:
    """Raises OutOfRange, also for an item that the instrument hasn't."""
    items = {item.code: item for item in document.items}
    for code, value in answers.items():
        if code not in items or (value is not None and not document.low <= value <= document.high(items[code])):
            raise OutOfRange(code)


def scores(document: Document, answers: Answers) -> dict[str, float | None]:
    """By subscale, and by "" their mean. None: fewer than `least` of its items were answered.

    Of one man, in plain words: the numbers of a year are made by `columns`, and the tests hold those against this.

    The whole is the mean of its parts, not of all items: else a part with more items would weigh more in one man's
    score than in another's, who left some out.
    """
    check(document, answers)
    parts = {one.code: _score(document, document.of(one.code), answers) for one in document.subscales}
    if not parts:
        return {WHOLE: _score(document, list(document.items), answers)}
    known = [part for part in parts.values() if part is not None]
    return {WHOLE: fmean(known) if len(known) == len(parts) else None} | parts


def _score(document: Document, items: list[Item], answers: Answers) -> float | None:
    given = [_counted(document, item, value) for item in items if (value := answers.get(item.code)) is not None]
    return fmean(given) if len(given) >= document.least else None


def _counted(document: Document, item: Item, value: int) -> int:
    return document.low + document.high(item) - value if item.reversed else value
