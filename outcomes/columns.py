"""Scores of many at once: as `scoring.scores` gives them one by one, as columns. No Django."""

from array import array
from math import nan

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments import Document
from outcomes.scoring import WHOLE, Answers, OutOfRange

Scores = NDArray[np.float64]


class Said:
    """What many answered to one instrument, one sheet after the other; as bare numbers, for they are tens of
    thousands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._items = [item.code for item in document.items]
        self._numbers = array("d")

    def add(self, answers: Answers) -> None:
        self._numbers.extend([nan if (value := answers.get(code)) is None else value for code in self._items])

    def scores(self) -> Scores:
        """A row for each sheet, a column for each of `codes`; NaN: no score. Raises OutOfRange."""
        return scored(self.document, np.array(self._numbers).reshape(-1, len(self._items)))


def codes(document: Document) -> list[str]:
    """What the columns are: the whole first, then its parts."""
    return [WHOLE, *(one.code for one in document.subscales)]


def scored(document: Document, said: Scores) -> Scores:
    """Of answers, a column for each item; NaN: he'd rather not say. Raises OutOfRange."""
    high = np.array([document.high(item) for item in document.items])
    if (said < document.low).any() or (said > high).any():
        raise OutOfRange("An answer of no choice that he had.")
    turned = np.array([item.reversed for item in document.items])
    counted = np.where(turned, document.low + high - said, said)
    if not document.subscales:
        return _mean(counted, document.least)[:, np.newaxis]
    places = {one.code: [n for n, item in enumerate(document.items) if item.subscale == one.code]
              for one in document.subscales}  # fmt: skip
    parts = [_mean(counted[:, places[one.code]], document.least) for one in document.subscales]
    return np.column_stack([sum(parts) / len(parts), *parts])


def _mean(said: Scores, least: int) -> Scores:
    given = ~np.isnan(said)
    count = given.sum(axis=1)
    return np.where(count >= least, np.where(given, said, 0).sum(axis=1) / np.maximum(count, 1), np.nan)
