"""Who changed what since a page was made."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from core.prints import compared, plain, prints, read, written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a\r\nb ", "a\nb", id="line ends and white space at the end"),
        pytest.param(None, "", id="nothing and an empty field"),
        pytest.param([], "", id="nothing chosen and an empty field"),
        pytest.param(["b", "a"], ("a", "b"), id="another order"),
        pytest.param([1, 2], ["2", "1"], id="numbers as a browser sends them"),
        pytest.param(date(2026, 3, 3), "2026-03-03", id="a day as a browser sends it"),
        pytest.param(Role.CLERK, "clerk", id="a word of ours"),
        pytest.param(True, "True", id="yes"),
    ],
)
def test_what_is_the_same(one: Any, other: Any) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"), [("a", "b"), ("a", ""), (True, False), ([1], [2]), (time(9), time(10)), (0, None)]
)
def test_what_is_not(one: Any, other: Any) -> None:
    assert plain(one) != plain(other)


WAS = prints({"name": "Oyo", "phone": "1"})


@pytest.mark.parametrize(
    ("now", "typed", "theirs", "both"),
    [
        pytest.param("Oyo", "Oyo", set(), set(), id="nobody changed it"),
        pytest.param("Oyo", "Mine", set(), set(), id="I changed it"),
        pytest.param("Theirs", "Oyo", {"name"}, set(), id="they changed it"),
        pytest.param("Same", "Same", set(), set(), id="both to the same"),
        pytest.param("Theirs", "Mine", set(), {"name"}, id="each to something else"),
        pytest.param("Theirs", "", set(), {"name"}, id="they changed what I took out"),
    ],
)
def test_who_changed_it(now: str, typed: str, theirs: set[str], both: set[str]) -> None:
    found = compared(WAS, {"name": now, "phone": "1"}, {"name": typed, "phone": "1"})

    assert (set(found.theirs), set(found.both), found.changed) == (theirs, both, bool(theirs or both))


def test_of_a_page_without_prints_all_that_differs_is_shown() -> None:
    found = compared({}, {"name": "Theirs", "phone": "1"}, {"name": "Mine", "phone": "1"})

    assert (set(found.theirs), set(found.both)) == (set(), {"name"})


def test_what_a_page_carries_is_read_back() -> None:
    assert read(written({"name": "Oyo", "days": [3, 1]})) == prints({"name": "Oyo", "days": [1, 3]})


@pytest.mark.parametrize("sent", ["", "x", "[]", "null", "1"])
def test_what_no_page_of_ours_carries_is_nothing(sent: str) -> None:
    assert read(sent) is None


TEXT = st.dictionaries(st.sampled_from("abc"), st.text(max_size=3), min_size=3, max_size=3)


@given(was=TEXT, now=TEXT, typed=TEXT)
def test_what_only_one_of_two_changed_is_never_asked(was: Any, now: Any, typed: Any) -> None:
    found = compared(prints(was), now, typed)

    assert not found.theirs & found.both
    for name in now:
        mine, others = plain(typed[name]) != plain(was[name]), plain(now[name]) != plain(was[name])
        same = plain(typed[name]) == plain(now[name])
        assert (name in found.both) == (mine and others and not same)
        assert (name in found.theirs) == (others and not mine)
