from datetime import date
from itertools import count, islice

import pytest

from courts.lists import Joined, Row, fingerprint_parts, joined

TODAY = date(2026, 1, 5)


def row_of(line: int, **values) -> Row:
    return Row(line, {}, **{"last_name": "Doe", "first_name": "Jo", "case_number": "5-1"} | values)


def test_charges_of_one_case_join():
    first, other, second = (
        row_of(2, statute="A", charge="a"),
        row_of(3, last_name="Roe", statute="A", charge="a"),
        row_of(4, case_number="51", last_name="DOE", statute="B", charge="b"),
    )
    assert list(joined([first, other, second])) == [
        Joined(first, (("A", "a"), ("B", "b")), (second,)),
        Joined(other, (("A", "a"),)),
    ]


def test_one_charge_twice_is_one():
    (one,) = joined([row_of(2, charge="a"), row_of(3, charge="a"), row_of(4)])
    assert one.charges == (("", "a"),)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"case_number": "5-2"}, id="another number"),
        pytest.param({"first_name": "Al"}, id="a co-defendant"),
        pytest.param({"suffix": "Jr."}, id="his son"),
        pytest.param({"court": "Kent"}, id="another court"),
        pytest.param({"date_of_birth": date(1990, 1, 1)}, id="another date of birth"),
        pytest.param({"ordered_on": date(2026, 1, 1)}, id="another order"),
    ],
)
def test_what_differs_stays_apart(other):
    assert len(list(joined([row_of(2), row_of(3, **other)]))) == 2


def test_a_name_alone_joins_nobody():
    assert len(list(joined([row_of(2, case_number=""), row_of(3, case_number="")]))) == 2


def test_refused_rows_pass_through():
    one, other = row_of(2, refused="No.", charge="a"), row_of(3, refused="No.", charge="a")
    assert list(joined([one, other])) == [Joined(one), Joined(other)]


def test_joining_holds_a_window_only():
    endless = (row_of(n, case_number=str(n)) for n in count())
    assert [one.row.line for one in islice(joined(endless), 1_000)] == list(range(1_000))
    same = joined(row_of(n) for n in count())
    assert len(next(same).also) == 99


def test_what_comes_too_late_comes_by_itself():
    rows = [row_of(0), *(row_of(n, case_number=f"6-{n}") for n in range(1, 501)), row_of(501)]
    assert [one.row.line for one in joined(rows)] == list(range(502))


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        pytest.param(row_of(2), ("7", "51", "doe jo", "", ""), id="case"),
        pytest.param(row_of(2, case_number="", incident_number="K-1"), ("7", "k1", "doe jo", "", ""), id="incident"),
        pytest.param(row_of(2, incident_number="K-1"), ("7", "51", "doe jo", "", ""), id="both"),
        pytest.param(
            row_of(2, last_name="O'Neil", suffix="Jr.", middle_name="X", date_of_birth=TODAY, ordered_on=TODAY),
            ("7", "51", "oneil jo jr", "2026-01-05", "2026-01-05"),
            id="all of it",
        ),
    ],
)
def test_fingerprint(row, parts):
    assert fingerprint_parts(row, 7) == parts
