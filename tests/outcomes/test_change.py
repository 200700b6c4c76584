"""Statistics of matched pairs: beside published examples, beside SciPy's own test, and at the edges."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from outcomes.change import Change, Moments, changes, is_alike, kept, moments, moments_of, pooled

# Student (1908), "The probable error of a mean", Biometrika 6:1-25, after Cushny and Peebles (1905): hours of sleep
# gained by two drugs. R has them as datasets::sleep; t.test(extra[group == 1], extra[group == 2], paired = TRUE) gives
# t = -4.0621, df = 9, p-value = 0.002833, 95 percent confidence interval -2.4598858 -0.7001142, mean -1.58.
SLEEP_SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
SLEEP_FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
# "Paired samples t-test in R", http://www.sthda.com/english/wiki/paired-samples-t-test-in-r: weight of ten mice before
# and after a treatment. t = 20.883, df = 9, 95 percent confidence interval 173.4219 215.5581, mean 194.49.
MICE_BEFORE = [200.1, 190.9, 192.7, 213, 241.4, 196.9, 172.2, 185.5, 205.2, 193.7]
MICE_AFTER = [392.9, 393.2, 345.1, 393, 434, 427.9, 422, 383.9, 392.3, 352.2]

numbers = st.floats(1, 5).map(lambda value: round(value, 3))
rows = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=40)


def column(values):
    return np.array(values, dtype=float).reshape(-1, 1)


def of(before, after) -> Any:
    return changes([moments(column(before), column(after))])[0][0]


def test_students_sleep_as_published():
    found = of(SLEEP_SECOND, SLEEP_FIRST)
    assert found.n == 10
    assert found.change == pytest.approx(-1.58)
    assert (found.low, found.high) == (pytest.approx(-2.4598858, abs=5e-8), pytest.approx(-0.7001142, abs=5e-8))
    t = found.change / (found.change_sd / math.sqrt(10))
    assert t == pytest.approx(-4.0621, abs=5e-5)
    # Per pair, not per standard error: t over the root of n.
    assert found.effect == pytest.approx(-4.0621 / math.sqrt(10), abs=2e-5)


def test_the_mice_as_published():
    found = of(MICE_BEFORE, MICE_AFTER)
    assert found.change == pytest.approx(194.49)
    assert (found.low, found.high) == (pytest.approx(173.4219, abs=5e-5), pytest.approx(215.5581, abs=5e-5))
    assert found.effect == pytest.approx(20.883 / math.sqrt(10), abs=2e-4)


def test_the_standard_deviation_is_over_n_less_one():
    found = of([1, 2, 3, 4], [2, 2, 2, 2])
    assert (found.before, found.after) == (2.5, 2)
    assert found.before_sd == pytest.approx(math.sqrt(5 / 3))
    assert found.after_sd == 0


@given(rows)
def test_beside_scipys_own_paired_test(pairs):
    before, after = np.array(pairs).T
    found = of(before, after)
    assert found.before_sd == pytest.approx(np.std(before, ddof=1), abs=1e-9)
    assert found.after_sd == pytest.approx(np.std(after, ddof=1), abs=1e-9)
    if np.ptp(after - before) > 1e-6:
        theirs = stats.ttest_rel(after, before)
        low, high = theirs.confidence_interval(0.95)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
        assert found.effect * math.sqrt(found.n) == pytest.approx(theirs.statistic)


# --- The edges


def test_of_nobody_there_is_nothing():
    none = np.empty((0, 3))
    assert changes([moments(none, none)]) == [(Change(0),) * 3]


def test_of_one_there_is_no_spread():
    assert of([4.0], [2.5]) == Change(1, before=4.0, after=2.5, change=-1.5)


def test_where_all_changed_alike_there_is_no_effect_size():
    found = of([3.3, 4.3, 2.3], [2.3, 3.3, 1.3])
    assert found.change_sd == 0
    assert found.effect is None
    assert (found.low, found.high) == (pytest.approx(-1), pytest.approx(-1))


def test_nothing_at_all_has_no_statistics():
    assert changes([]) == []
    with pytest.raises(ValueError, match="Nothing to put together"):
        pooled([])


@given(st.lists(st.tuples(numbers, numbers), max_size=5))
def test_never_a_number_that_is_none(pairs):
    table = np.array(pairs, dtype=float).reshape(-1, 2)
    (found,) = changes([moments(table[:, :1], table[:, 1:])])[0]
    values = [getattr(found, name) for name in found.__dataclass_fields__]
    assert all(value is None or math.isfinite(value) for value in values)


# --- Columns, groups, years


def test_each_column_by_itself_and_each_group_with_its_own_quantile():
    before, after = np.array([[1.0, 5], [2, 4], [4, 1]]), np.array([[2.0, 5], [2, 5], [5, 1]])
    whole = moments(before, after)
    some = moments(before[:2], after[:2])
    together = changes([whole, some])
    assert together == [*changes([whole]), *changes([some])]
    assert together[0] == (of([1, 2, 4], [2, 2, 5]), of([5, 4, 1], [5, 5, 1]))


@given(rows, st.integers(1, 39))
def test_years_put_together_are_as_if_counted_at_once(pairs, cut):
    table = np.array(pairs)
    halves = [table[: cut % len(table)], table[cut % len(table) :]]
    parts = [moments(half[:, :1], half[:, 1:]) for half in halves]
    ours: Any
    theirs: Any
    (ours,), (theirs,) = changes([pooled(parts), moments(table[:, :1], table[:, 1:])])
    for name in Change.__dataclass_fields__:
        if name != "effect" or (theirs.change_sd or 0) > 1e-6:
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name), abs=1e-7), name


def test_of_years_without_anybody_nothing_comes():
    none = moments(np.empty((0, 2)), np.empty((0, 2)))
    assert pooled([none, none]) == none


def test_kept_and_read_again():
    made = moments(np.array([[1.0, 2.5], [4, 3.25]]), np.array([[1.5, 2], [3, 1]]))
    assert moments_of(json.loads(json.dumps(kept(made)))) == made


@pytest.mark.parametrize(
    ("before", "after", "alike"),
    [
        pytest.param([1, 2, 3], [2, 2, 5], False, id="they differ"),
        pytest.param([1, 2, 3], [1.1, 1.1, 1.1], True, id="all the same after"),
        pytest.param([1 / 3] * 3, [1, 2, 3], True, id="all the same before"),
        pytest.param([1, 2, 3], [2, 3, 4], True, id="all changed by the same"),
        pytest.param([], [], False, id="nobody"),
    ],
)
def test_where_all_had_the_same_score(before, after, alike):
    assert is_alike(moments(column(before), column(after))) is alike


def test_one_column_alike_is_enough():
    made: Moments = moments(np.array([[1.0, 2], [4, 2]]), np.array([[2.0, 1], [2.5, 3]]))
    assert is_alike(made)
