"""Which groups may be told of, so that nothing about fewer than ten people can be worked out. No Django.

Whoever has the sums of some groups has each sum that can be added up from them, with any sign and any factor: a total
less its parts, what two groups don't have in common, a year and a comparison that share most of their men. So a group
is withheld

1. when it has fewer than ten people;
2. when all in it said the same: then the mean is each one's answer;
3. when, with the others that are told, it adds up to something about fewer than ten people, or to a group of 2.

Whoever works in the office knows who was asked when; it is taken for granted that an attacker knows who is in which
group. What was told in earlier years stays told, and counts.

People who stand in the same groups are one atom. What can be worked out is a vector of the span of the groups over the
atoms: told is told of whoever has another number than 0 in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from outcomes.kinds import LEAST

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
# We count in the field of this prime: exactly, and in 64 bits. No whole number that comes up here is a multiple of it.
PRIME = 2**31 - 1
# So many steps a search may take. A group for which it takes more is withheld, as if it told too much.
STEPS = 4_000


@dataclass(frozen=True, slots=True)
class Groups:
    """A row for each, a column for each person.

    `told`: left in an earlier year; `alike`: all in it said the same; `keep`: the higher, the later it is withheld.
    """

    members: Mask
    told: Mask
    alike: Mask
    keep: Numbers


def shown(groups: Groups, least: int = LEAST) -> Mask:
    """Which of them may be told, those of earlier years among them.

    What costs least is withheld until nothing is given away; then as much as can be is put back.
    """
    sizes = groups.members.sum(axis=1)
    atoms, weights = _atoms(groups.members, np.ones(groups.members.shape[1], dtype=np.int64))
    may = groups.told | (sizes >= least) & ~groups.alike
    hidden = atoms[groups.alike & ~groups.told & (sizes >= least)]
    cost = np.lexsort((sizes, groups.keep)).argsort()
    open_: Mask = may.copy()
    while (too_much := _given_away(atoms[open_], hidden, weights, least)) is not None:
        ours = ~groups.told & open_
        blamed = ours.copy()
        blamed[open_] &= too_much
        choice = np.flatnonzero(blamed if blamed.any() else ours)
        if not len(choice):
            break  # it was given away before
        open_[min(choice, key=lambda place: cost[place])] = False
    for place in sorted(np.flatnonzero(may & ~open_), key=lambda place: -cost[place]):
        open_[place] = True
        open_[place] = _given_away(atoms[open_], hidden, weights, least) is None
    return open_


def _atoms(members: Mask, weights: Numbers) -> tuple[Mask, Numbers]:
    """A column for all who stand in the same groups, and how many they are."""
    inside = members.any(axis=0)
    members, weights = members[:, inside], weights[inside]
    packed = np.ascontiguousarray(np.packbits(members, axis=0).T)
    _, first, atom = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return members[:, first], np.bincount(atom.ravel(), weights, len(first)).astype(np.int64)


def _given_away(members: Mask, hidden: Mask, weights: Numbers, least: int) -> Mask | None:
    """The groups that together tell too much; None: none do."""
    for one in hidden:
        if (makes_up := _made_up(members, one)) is not None:
            return makes_up
    atoms, counts = _atoms(members, weights)
    few = counts < least
    return _lightest(_within(atoms.astype(np.int64), few), counts[few], least)


def _made_up(members: Mask, one: Mask) -> Mask | None:
    """The groups of which this one can be added up."""
    together = np.vstack([one, members]).astype(np.int64)
    for factors in _annihilators(together):
        if factors[0]:
            return np.asarray(factors[1:] != 0)
    return None


# --- In the field of PRIME


def _within(atoms: Numbers, few: Mask) -> Numbers:
    """All that can be worked out about the atoms of few people alone: a basis, and beside it the factors by which
    each of its rows comes from the groups."""
    factors = _annihilators(atoms[:, ~few])
    sums = factors @ atoms[:, few] % PRIME
    rows, rank = _reduced(np.hstack([sums, factors]), int(few.sum()))
    return rows[:rank]


def _annihilators(rows: Numbers) -> Numbers:
    """All ways to add up these rows to nothing: a basis of their factors."""
    count, wide = rows.shape
    reduced, rank = _reduced(np.hstack([rows, np.eye(count, dtype=np.int64)]), wide)
    return reduced[rank:, wide:]


def _reduced(rows: Numbers, wide: int) -> tuple[Numbers, int]:
    """By Gauss and Jordan over the first `wide` columns; and their rank."""
    rows, rank = rows % PRIME, 0
    for column in range(wide):
        below = np.flatnonzero(rows[rank:, column])
        if not len(below):
            continue
        rows[[rank, rank + below[0]]] = rows[[rank + below[0], rank]]
        rows[rank] = rows[rank] * pow(int(rows[rank, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != rank]
        rows[others] = (rows[others] - rows[others, column, np.newaxis] * rows[rank] % PRIME) % PRIME
        rank += 1
        if rank == len(rows):
            break
    return rows, rank


# --- Something about fewer than ten


def _lightest(space: Numbers, weights: Numbers, least: int) -> Mask | None:
    """The groups of which something about fewer than `least` people can be added up; None: it can't.

    Years that have nobody in common are searched one by one: what is lightest lies in one of them.
    """
    wide = len(weights)
    if not len(space):
        return None
    inside = space[:, :wide] != 0
    _, part = connected_components(inside.astype(np.int64) @ inside.T.astype(np.int64), directed=False)
    for one in range(part.max() + 1):
        if (found := _branched(space[part == one], weights, least)) is not None:
            return found
    return None


def _branched(space: Numbers, weights: Numbers, least: int) -> Mask | None:
    """An atom is either left out of it, which takes a dimension, or in it, which takes its people."""
    wide = len(weights)
    # The heaviest first: few of those have room.
    order = np.argsort(-weights, kind="stable")
    stack = [(space, np.zeros(wide, dtype=bool), 0)]
    for _ in range(STEPS):
        if not stack:
            return None
        rows, inside, people = stack.pop()
        free = order[rows[:, order].any(axis=0) & ~inside[order]]
        if not len(free):
            return np.asarray(rows[0, wide:] != 0)
        atom = int(free[0])
        if people + weights[atom] < least:
            more = inside.copy()
            more[atom] = True
            stack.append((rows, more, people + int(weights[atom])))
        if len(rows) > 1:
            stack.append((_without(rows, atom), inside, people))
    return np.asarray(space[:, wide:].any(axis=0))


def _without(rows: Numbers, atom: int) -> Numbers:
    """Those of the space that don't tell of this atom."""
    pivot = int(np.flatnonzero(rows[:, atom])[0])
    scaled = rows[pivot] * pow(int(rows[pivot, atom]), -1, PRIME) % PRIME
    left = np.delete(rows, pivot, axis=0)
    return np.asarray((left - left[:, atom, np.newaxis] * scaled % PRIME) % PRIME)


# --- Counts beside them


def told_count(count: int, least: int = LEAST) -> int | None:
    """How many are missing for a reason; None: one to nine, which isn't told."""
    return None if 0 < count < least else count


def merged(counts: list[int], least: int = LEAST) -> list[tuple[int, int]]:
    """Neighbors put together until each has at least `least` people: the first and the last place of each.

    Empty: they can't make up two.
    """
    found = list(_piles(counts, least))
    return found if len(found) > 1 else []


def _piles(counts: list[int], least: int) -> Iterator[tuple[int, int]]:
    first, have, left = 0, 0, sum(counts)
    for place, count in enumerate(counts):
        have += count
        left -= count
        # What is left must make up one, too.
        if have >= least and (left >= least or place == len(counts) - 1):
            yield first, place
            first, have = place + 1, 0
