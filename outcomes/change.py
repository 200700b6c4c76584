"""What changed between two moments: statistics of matched pairs, column by column. No Django.

Each man is compared with himself. From `Moments` everything else is worked out, and those of several years can be put
together without anybody's score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Scores = NDArray[np.float64]
CONFIDENCE = 0.95
# Below it they all said the same: what is left is how numbers are stored.
SAME = 1e-9
_SPREADS = ("before", "after", "change")


@dataclass(frozen=True, slots=True)
class Spread:
    """By column the mean, and the sum of squared distances from it."""

    means: tuple[float, ...]
    squares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """Of `n` pairs, by column."""

    n: int
    before: Spread
    after: Spread
    change: Spread


@dataclass(frozen=True, slots=True)
class Change:
    """Of one column. `change`: after less before; `low` to `high`: its 95 % confidence interval by Student's t.

    `effect`: the paired effect size d_z, the mean change in standard deviations of the change. None: fewer than two
    pairs, of means fewer than one; of `effect` also where all changed alike.
    """

    n: int
    before: float | None = None
    after: float | None = None
    before_sd: float | None = None
    after_sd: float | None = None
    change: float | None = None
    change_sd: float | None = None
    low: float | None = None
    high: float | None = None
    effect: float | None = None


# --- From scores


def moments(before: Scores, after: Scores) -> Moments:
    """A row for each pair, a column for each score. Nobody without a score is in it."""
    return Moments(len(before), _spread(before), _spread(after), _spread(after - before))


def _spread(scores: Scores) -> Spread:
    if not len(scores):
        none = (0.0,) * scores.shape[1]
        return Spread(none, none)
    means = scores.mean(axis=0)
    # In two passes: the difference of two large sums would lose what is small.
    return Spread(tuple(means.tolist()), tuple(((scores - means) ** 2).sum(axis=0).tolist()))


# --- Several years together


def pooled(parts: Sequence[Moments]) -> Moments:
    """Of pairs of which none stands in two of the parts. Raises ValueError where there is no part."""
    if not parts:
        raise ValueError("Nothing to put together.")
    n = sum(one.n for one in parts)
    counts = [one.n for one in parts]
    return Moments(n, *(_together(counts, [getattr(one, name) for one in parts], n) for name in _SPREADS))


def _together(counts: Sequence[int], spreads: Sequence[Spread], n: int) -> Spread:
    if not n:
        return spreads[0]
    weights = np.array(counts, dtype=float)[:, np.newaxis]
    means = np.array([one.means for one in spreads])
    mean = (weights * means).sum(axis=0) / n
    squares = np.array([one.squares for one in spreads]).sum(axis=0) + (weights * (means - mean) ** 2).sum(axis=0)
    return Spread(tuple(mean.tolist()), tuple(squares.tolist()))


# --- What is told


def changes(many: Sequence[Moments]) -> list[tuple[Change, ...]]:
    """Of each its columns. All quantiles in one call: that is what takes long."""
    if not many:
        return []
    counts = np.array([one.n for one in many])
    quantiles = student.ppf((1 + CONFIDENCE) / 2, np.maximum(counts - 1, 1))
    return [_columns(one, float(quantile)) for one, quantile in zip(many, quantiles, strict=True)]


def _columns(of: Moments, quantile: float) -> tuple[Change, ...]:
    return tuple(_column(of, place, quantile) for place in range(len(of.change.means)))


def _column(of: Moments, place: int, quantile: float) -> Change:
    if not of.n:
        return Change(0)
    before, after, change = of.before.means[place], of.after.means[place], of.change.means[place]
    if of.n == 1:
        return Change(1, before=before, after=after, change=change)
    before_sd, after_sd, change_sd = (_sd(spread.squares[place], of.n) for spread in (of.before, of.after, of.change))
    margin = float(quantile * change_sd / np.sqrt(of.n))
    return Change(
        of.n, before, after, before_sd, after_sd, change, change_sd, change - margin, change + margin,
        change / change_sd if change_sd else None,
    )  # fmt: skip


def _sd(squares: float, n: int) -> float:
    """Over n - 1."""
    found = float(np.sqrt(squares / (n - 1)))
    return found if found > SAME else 0.0


def is_alike(of: Moments) -> bool:
    """Whether at one of the moments all had the same score in a column: then the mean tells what each one's was."""
    if not of.n:
        return False
    return any(np.sqrt(squares / of.n) <= SAME for one in (of.before, of.after, of.change) for squares in one.squares)


# --- As it is kept


def kept(of: Moments) -> dict[str, Any]:
    spreads = {name: getattr(of, name) for name in _SPREADS}
    return {"n": of.n} | {name: [list(one.means), list(one.squares)] for name, one in spreads.items()}


def moments_of(said: Mapping[str, Any]) -> Moments:
    return Moments(said["n"], *(Spread(*(tuple(one) for one in said[name])) for name in _SPREADS))
