"""What is told of groups, against attackers who try everything."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes import withholding
from outcomes.withholding import Groups, merged, shown, told_count

LEAST = 3
PEOPLE = 9

people = st.integers(1, 2**PEOPLE - 1)
some = st.lists(people, min_size=1, max_size=7)


def groups(masks, told=0, alike=(), keep=None, people=PEOPLE):
    """Each group as a number, a bit for each person; the first `told` of them left in earlier years."""
    members = np.array([[bool(mask >> one & 1) for one in range(people)] for mask in masks], dtype=bool)
    places = np.arange(len(masks))
    return Groups(
        members.reshape(len(masks), people), places < told, np.isin(places, alike), np.array(keep or [0] * len(masks))
    )


def told(masks, **more):
    return [mask for mask, open_ in zip(masks, shown(groups(masks, **more), LEAST), strict=True) if open_]


def closed(masks):
    """All groups whose sums come out by taking one from another that holds it, and adding those without anybody in
    common, again and again."""
    known, new = set(), set(masks)
    while new:
        one = new.pop()
        known.add(one)
        for other in list(known):
            found = [one | other] if not one & other else []
            found += [one & ~other] if one & other == other else []
            found += [other & ~one] if one & other == one else []
            new |= {mask for mask in found if mask and mask not in known}
    return known


def adds_up(masks, least=LEAST):
    """Whether any sum, with any signs and factors, tells of fewer than `least` people: by trying all of those."""
    rows = groups(masks).members.astype(float) if masks else np.zeros((0, PEOPLE))
    whole = np.linalg.matrix_rank(rows) if masks else 0
    for few in combinations(range(PEOPLE), least - 1):
        if masks and np.linalg.matrix_rank(np.delete(rows, few, axis=1)) < whole:
            return True
    return False


@settings(max_examples=150)
@given(some)
def test_nobody_is_told_of_whatever_is_taken_from_whatever(masks):
    left = told(masks)
    assert not [mask for mask in closed(left) if mask.bit_count() < LEAST]
    assert not adds_up(left)


@settings(max_examples=60)
@given(some)
def test_and_no_more_is_withheld_than_must_be(masks):
    left = shown(groups(masks), LEAST)
    for place in np.flatnonzero(~left):
        more = left.copy()
        more[place] = True
        assert adds_up([mask for mask, open_ in zip(masks, more, strict=True) if open_]), "it could have been told"


@settings(max_examples=80)
@given(some, some)
def test_what_left_earlier_stays_and_counts(before, masks):
    earlier = told(before)
    left = told(earlier + masks, told=len(earlier))
    assert left[: len(earlier)] == earlier
    assert not adds_up(left)


@settings(max_examples=60)
@given(some, st.integers(0, 6))
def test_a_group_in_which_all_said_the_same_cannot_be_added_up(masks, place):
    alike = masks[place % len(masks)]
    left = told(masks, alike=[place for place, mask in enumerate(masks) if mask == alike])
    if alike.bit_count() >= LEAST:
        assert alike not in closed(left)
        rows = groups([*left, alike]).members
        assert np.linalg.matrix_rank(rows) == np.linalg.matrix_rank(rows[:-1]) + 1 if left else True


# --- The cases one thinks of


def bits(*names):
    return sum(1 << one for one in names)


ALL = bits(*range(9))


def test_a_total_less_those_who_said_the_same_would_tell_what_they_said():
    masks = [bits(*range(8)), bits(0, 1, 2), bits(3, 4, 5, 6, 7)]
    assert told(masks) == masks
    assert told(masks, alike=[1]) == [bits(*range(8))]


def test_without_anybody_in_danger_all_is_told():
    masks = [ALL, bits(0, 1, 2, 3), bits(4, 5, 6, 7, 8)]
    assert told(masks) == masks


def test_of_nothing_nothing():
    assert told([]) == []
    assert not shown(groups([0]), LEAST).any()


def test_a_total_and_all_but_two_of_it():
    assert told([ALL, bits(*range(7))]) == [ALL]


def test_the_last_group_of_a_total_takes_another_one_with_it():
    masks = [ALL, bits(0, 1, 2), bits(3, 4, 5, 6), bits(7, 8)]
    # 7 and 8 alone are too few; the smaller of the others hides them.
    assert told(masks) == [ALL, bits(3, 4, 5, 6)]


def test_two_groups_that_differ_by_two():
    assert told([bits(0, 1, 2, 3), bits(1, 2, 3, 4, 5)]) == [bits(0, 1, 2, 3), bits(1, 2, 3, 4, 5)]
    assert told([bits(0, 1, 2, 3), bits(1, 2, 3, 4)]) == [bits(1, 2, 3, 4)]


def test_what_is_to_be_kept_goes_last():
    small, large = bits(0, 1, 2), bits(0, 1, 2, 3)
    assert told([small, large]) == [large]
    assert told([small, large], keep=[1, 0]) == [small]


def test_the_year_before_and_this_one_share_all_but_one():
    assert told([bits(0, 1, 2, 3), bits(0, 1, 2, 3, 4)], told=1) == [bits(0, 1, 2, 3)]


def test_the_same_group_twice_tells_no_more():
    assert told([ALL, ALL]) == [ALL, ALL]


def test_if_it_was_given_away_before_nothing_new_is_told():
    assert told([bits(0), bits(3, 4, 5, 6)], told=1) == [bits(0)]


def test_a_search_that_takes_too_long_withholds(monkeypatch):
    masks = [bits(0, 1, 2), bits(2, 3, 4)]
    assert told(masks) == masks
    monkeypatch.setattr(withholding, "STEPS", 1)
    assert told(masks) == [bits(2, 3, 4)]


def test_with_ten_and_many():
    of = np.random.default_rng(12)
    total = np.ones(2_000, dtype=bool)
    group = of.integers(0, 4, 2_000)
    rows = [total, *(group == one for one in range(4))]
    nine = np.arange(2_000) < 9
    made = Groups(np.array([*rows, total & ~nine]), np.zeros(6, bool), np.zeros(6, bool), np.array([2, 1, 1, 1, 1, 0]))
    assert shown(made).tolist() == [True, True, True, True, True, False]


# --- Counts


@pytest.mark.parametrize(
    ("count", "said"),
    [
        pytest.param(0, 0, id="nobody"),
        pytest.param(1, None, id="one"),
        pytest.param(9, None, id="nine"),
        pytest.param(10, 10, id="ten"),
    ],
)
def test_a_count_of_few_is_not_told(count, said):
    assert told_count(count) == said


@pytest.mark.parametrize(
    ("counts", "piles"),
    [
        pytest.param([12, 10, 30], [(0, 0), (1, 1), (2, 2)], id="each has enough"),
        pytest.param([3, 8, 30], [(0, 1), (2, 2)], id="the first two together"),
        pytest.param([12, 30, 0, 4], [(0, 0), (1, 3)], id="the last join the one before"),
        pytest.param([12, 4], [], id="they make up no two"),
        pytest.param([0, 0], [], id="nobody"),
        pytest.param([0, 0, 12, 10], [(0, 2), (3, 3)], id="nobody is told with others"),
    ],
)
def test_neighbors_are_put_together(counts, piles):
    assert merged(counts) == piles


@given(st.lists(st.integers(0, 15), max_size=12))
def test_each_pile_has_enough_and_none_is_left_out(counts):
    piles = merged(counts)
    assert all(sum(counts[first : last + 1]) >= 10 for first, last in piles)
    assert [place for first, last in piles for place in range(first, last + 1)] == list(
        range(len(counts) if piles else 0)
    )
