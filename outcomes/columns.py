"""Scores of many at once: as `scoring.scores` gives them one by one, as columns. No Django."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments import Document
from outcomes.scoring import WHOLE, Answers, OutOfRange

Scores = NDArray[np.float64]


def codes(document: Document) -> list[str]:
    """What the columns are: the whole first, then its parts."""
    return [WHOLE, *(one.code for one in document.subscales)]


def scored(document: Document, sheets: Sequence[Answers]) -> Scores:
    """A row for each sheet; NaN: no score. Raises OutOfRange."""
    items = [item.code for item in document.items]
    # Of None it makes NaN.
    said = np.array([[sheet.get(code) for code in items] for sheet in sheets], dtype=float).reshape(-1, len(items))
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
