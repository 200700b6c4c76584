from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courts.deadlines import (
    CourtDates,
    DeadlineKind,
    Due,
    ProgressWanted,
    Source,
    add_business_days,
    binding_dates,
    business_day_by,
    cannot_wait,
    completion_report_due,
    finish_by,
    is_business_day,
    next_alert,
    no_show_due,
    noncompliance_due,
    previous_business_day,
    progress_due,
)

# Thanksgiving and the day after, in Washington.
HOLIDAYS = frozenset({date(2025, 11, 27), date(2025, 11, 28), date(2025, 12, 25), date(2026, 1, 1)})
MONDAY = date(2025, 11, 3)
FRIDAY = date(2025, 11, 7)
SATURDAY = date(2025, 11, 8)
BEFORE_THANKSGIVING = date(2025, 11, 26)  # a Wednesday

days = st.dates(date(2025, 1, 1), date(2030, 12, 31))
calendars: st.SearchStrategy[frozenset[date]] = st.builds(
    frozenset,
    st.lists(st.integers(0, 40), max_size=12).map(lambda offsets: [MONDAY + timedelta(o) for o in offsets]),
)
near = st.integers(-10, 60).map(lambda offset: MONDAY + timedelta(offset))


# -- business days -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        pytest.param(MONDAY, 1, date(2025, 11, 4), id="tomorrow"),
        pytest.param(MONDAY, 5, date(2025, 11, 10), id="a week"),
        pytest.param(FRIDAY, 1, date(2025, 11, 10), id="over the weekend"),
        pytest.param(SATURDAY, 1, date(2025, 11, 10), id="from a Saturday"),
        pytest.param(BEFORE_THANKSGIVING, 1, date(2025, 12, 1), id="over two holidays"),
        pytest.param(MONDAY, 0, MONDAY, id="of none: the day"),
        pytest.param(SATURDAY, 0, date(2025, 11, 10), id="of none, on a Saturday: the next"),
    ],
)
def test_add_business_days(day, number, expected):
    assert add_business_days(day, number, HOLIDAYS) == expected


def test_business_days_are_not_counted_backward():
    with pytest.raises(ValueError, match="counted forward"):
        add_business_days(MONDAY, -1, HOLIDAYS)


def test_previous_business_day():
    assert previous_business_day(MONDAY, HOLIDAYS) == date(2025, 10, 31)
    assert previous_business_day(date(2025, 12, 1), HOLIDAYS) == BEFORE_THANKSGIVING
    assert business_day_by(MONDAY, HOLIDAYS) == MONDAY
    assert business_day_by(SATURDAY, HOLIDAYS) == FRIDAY


@given(near, st.integers(1, 15), calendars)
def test_so_many_business_days_lie_between(day, number, holidays):
    found = add_business_days(day, number, holidays)

    passed = [day + timedelta(offset) for offset in range(1, (found - day).days + 1)]
    assert sum(is_business_day(one, holidays) for one in passed) == number
    assert is_business_day(found, holidays)


@given(near, calendars)
def test_nothing_lies_between_a_day_and_its_previous_business_day(day, holidays):
    found = previous_business_day(day, holidays)

    assert found < day
    assert is_business_day(found, holidays)
    assert not any(is_business_day(found + timedelta(o), holidays) for o in range(1, (day - found).days))


# -- the court's dates -------------------------------------------------------------------------------------
def test_binding_dates_are_the_courts_soonest_first():
    dates = CourtDates(
        enroll_by=MONDAY,
        start_by=FRIDAY,
        complete_by=date(2026, 2, 1),
        proof_due_by=date(2026, 1, 20),
        hearings=(date(2025, 10, 1), date(2026, 2, 1), date(2026, 2, 1)),
        next_progress_on=date(2025, 12, 10),
        jurisdiction_ends=date(2027, 1, 1),
    )

    found = binding_dates(dates, today=MONDAY)

    assert found == [
        Due(DeadlineKind.ENROLL_BY, MONDAY, Source.COURT),
        Due(DeadlineKind.START_BY, FRIDAY, Source.COURT),
        Due(DeadlineKind.PROGRESS_REPORT, date(2025, 12, 10), Source.COURT),
        Due(DeadlineKind.PROOF_DUE_BY, date(2026, 1, 20), Source.COURT),
        Due(DeadlineKind.COMPLETE_BY, date(2026, 2, 1), Source.COURT),
        Due(DeadlineKind.HEARING, date(2026, 2, 1), Source.COURT),
        Due(DeadlineKind.JURISDICTION_ENDS, date(2027, 1, 1), Source.COURT),
    ]


def test_a_date_gone_by_still_binds_but_a_hearing_that_is_over_does_not():
    dates = CourtDates(complete_by=date(2025, 1, 1), hearings=(date(2025, 1, 2),))

    assert binding_dates(dates, today=MONDAY) == [Due(DeadlineKind.COMPLETE_BY, date(2025, 1, 1), Source.COURT)]


def test_nothing_binds_a_self_referral():
    assert binding_dates(CourtDates(), today=MONDAY) == []
    assert finish_by([CourtDates()]) is None
    assert finish_by([]) is None


def test_he_must_finish_by_the_soonest_of_all_his_referrals():
    first = CourtDates(complete_by=date(2026, 3, 1), proof_due_by=date(2026, 2, 20))
    second = CourtDates(jurisdiction_ends=date(2026, 2, 25), enroll_by=MONDAY, hearings=(MONDAY,))

    assert finish_by([first, second]) == date(2026, 2, 20)
    assert finish_by([second]) == date(2026, 2, 25)


# -- reports -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("completed", "proof", "due"),
    [
        pytest.param(MONDAY, None, date(2025, 11, 10), id="5 business days"),
        pytest.param(BEFORE_THANKSGIVING, None, date(2025, 12, 5), id="over a holiday"),
        pytest.param(MONDAY, date(2025, 12, 1), date(2025, 11, 10), id="proof is due later"),
        pytest.param(MONDAY, date(2025, 11, 5), date(2025, 11, 5), id="proof is due sooner"),
        pytest.param(MONDAY, SATURDAY, FRIDAY, id="proof is due on a Saturday"),
        pytest.param(date(2025, 11, 25), date(2025, 11, 28), BEFORE_THANKSGIVING, id="proof is due on a holiday"),
        pytest.param(MONDAY, date(2025, 10, 20), date(2025, 10, 20), id="late from the start"),
    ],
)
def test_completion_report(completed, proof, due):
    assert completion_report_due(completed, proof, HOLIDAYS) == due


@pytest.mark.parametrize(
    ("on", "court", "due"),
    [
        pytest.param(MONDAY, None, date(2025, 11, 10), id="5 business days, 7 calendar days"),
        pytest.param(BEFORE_THANKSGIVING, None, date(2025, 12, 3), id="7 calendar days are fewer"),
        pytest.param(date(2025, 12, 18), None, date(2025, 12, 24), id="the 7th day is a holiday"),
        pytest.param(SATURDAY, None, date(2025, 11, 14), id="from a Saturday"),
        pytest.param(MONDAY, FRIDAY, FRIDAY, id="the court wants it sooner"),
        pytest.param(MONDAY, date(2025, 12, 1), date(2025, 11, 10), id="the court allows longer"),
    ],
)
def test_noncompliance(on, court, due):
    assert noncompliance_due(on, court, HOLIDAYS) == due


@pytest.mark.parametrize(
    ("on", "court", "due"),
    [
        pytest.param(MONDAY, None, date(2025, 11, 4), id="the next day"),
        pytest.param(FRIDAY, None, date(2025, 11, 10), id="over the weekend"),
        pytest.param(BEFORE_THANKSGIVING, None, date(2025, 12, 1), id="over a holiday"),
        pytest.param(FRIDAY, SATURDAY, FRIDAY, id="the court wants it sooner"),
    ],
)
def test_no_show(on, court, due):
    assert no_show_due(on, HOLIDAYS, court) == due


@pytest.mark.parametrize(
    ("wanted", "hearing", "court", "due"),
    [
        pytest.param(ProgressWanted.MONTHLY, None, None, date(2025, 12, 10), id="the 10th"),
        pytest.param(ProgressWanted.MONTHLY, date(2025, 12, 1), None, date(2025, 12, 10), id="hearing or not"),
        pytest.param(ProgressWanted.MONTHLY, None, date(2025, 12, 5), date(2025, 12, 5), id="court sooner"),
        pytest.param(
            ProgressWanted.BEFORE_HEARING,
            date(2025, 12, 1),
            None,
            BEFORE_THANKSGIVING,
            id="before the hearing",
        ),
        pytest.param(
            ProgressWanted.BEFORE_HEARING,
            date(2025, 12, 9),
            FRIDAY,
            FRIDAY,
            id="court sooner than the hearing",
        ),
        pytest.param(ProgressWanted.BEFORE_HEARING, None, None, None, id="no hearing set"),
        pytest.param(ProgressWanted.BEFORE_HEARING, None, SATURDAY, FRIDAY, id="no hearing, but a date"),
    ],
)
def test_progress(wanted, hearing, court, due):
    found = progress_due(wanted, period_end=date(2025, 11, 30), hearing=hearing, court_date=court, holidays=HOLIDAYS)

    assert found == due


@pytest.mark.parametrize(
    ("period_end", "due"),
    [
        (date(2025, 12, 31), date(2026, 1, 9)),  # the 10th is a Saturday
        (date(2026, 1, 31), date(2026, 2, 10)),
        (date(2026, 4, 30), date(2026, 5, 8)),  # a Sunday
        (date(2028, 2, 29), date(2028, 3, 10)),
    ],
)
def test_the_10th_over_month_ends(period_end, due):
    found = progress_due(
        ProgressWanted.MONTHLY, period_end=period_end, hearing=None, court_date=None, holidays=HOLIDAYS
    )

    assert found == due


@given(near, near | st.none(), calendars)
def test_every_report_is_due_on_a_business_day_and_never_after_the_courts(on, court, holidays):
    monthly = progress_due(ProgressWanted.MONTHLY, period_end=on, hearing=None, court_date=court, holidays=holidays)
    before = progress_due(ProgressWanted.BEFORE_HEARING, period_end=on, hearing=on, court_date=court, holidays=holidays)
    assert before is not None
    assert monthly is not None
    found = [
        completion_report_due(on, court, holidays),
        noncompliance_due(on, court, holidays),
        no_show_due(on, holidays, court),
        monthly,
        before,
    ]

    assert all(is_business_day(day, holidays) for day in found)
    assert court is None or max(found) <= court
    assert noncompliance_due(on, court, holidays) <= on + timedelta(7)
    assert before < on


# -- alerts ------------------------------------------------------------------------------------------------
DUE = date(2025, 11, 21)  # a Friday; the Thursday and Friday after it are holidays


def alerts(due: date, opened: date, until: date, holidays, asleep=()) -> list[date]:
    """Every day somebody looks, but for those asleep, and sends what is due."""
    sent: list[date] = []
    day = opened
    while day <= until:
        if day not in asleep and next_alert(due, sent[-1] if sent else None, day, holidays) <= day:
            sent.append(day)
        day += timedelta(days=1)
    return sent


def test_the_whole_ladder():
    assert alerts(DUE, DUE - timedelta(30), date(2025, 12, 5), HOLIDAYS) == [
        date(2025, 11, 7),
        date(2025, 11, 14),
        date(2025, 11, 18),
        date(2025, 11, 20),
        DUE,
        date(2025, 11, 25),
        date(2025, 12, 1),  # two business days on, over Thanksgiving
        date(2025, 12, 3),
        date(2025, 12, 5),
    ]


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        pytest.param(None, DUE - timedelta(30), DUE - timedelta(14), id="long before"),
        pytest.param(None, DUE - timedelta(10), DUE - timedelta(10), id="opened late: at once"),
        pytest.param(None, DUE + timedelta(30), DUE + timedelta(30), id="a date gone by: at once"),
        pytest.param(DUE - timedelta(14), DUE - timedelta(14), DUE - timedelta(7), id="never twice a day"),
        pytest.param(DUE - timedelta(14), DUE - timedelta(2), DUE - timedelta(2), id="one for two rungs missed"),
        pytest.param(DUE - timedelta(2), DUE - timedelta(2), DUE - timedelta(1), id="and then the next rung"),
        pytest.param(DUE - timedelta(1), DUE + timedelta(1), DUE + timedelta(1), id="the due day missed"),
        pytest.param(DUE, DUE, date(2025, 11, 25), id="every second business day"),
        pytest.param(DUE, date(2025, 12, 6), date(2025, 12, 8), id="overdue, and asleep into a weekend"),
        pytest.param(DUE - timedelta(20), DUE - timedelta(20), DUE - timedelta(14), id="extended since"),
    ],
)
def test_next_alert(last, today, expected):
    assert next_alert(DUE, last, today, HOLIDAYS) == expected


@given(days, st.integers(-40, 30), st.frozensets(st.integers(-40, 30)), calendars)
def test_alerts_never_come_twice_a_day_and_one_comes_by_the_due_date(due, opened, asleep, holidays):
    start = due + timedelta(opened)
    nights = {due + timedelta(offset) for offset in asleep}

    sent = alerts(due, start, due + timedelta(45), holidays, nights)

    assert len(sent) == len(set(sent))
    awake = [day for day in (start + timedelta(o) for o in range(46 - opened)) if day not in nights]
    in_time = [day for day in awake if due - timedelta(14) <= day <= due]
    if in_time:
        assert sent[0] <= due
        assert max(day for day in sent if day <= due) >= min(in_time)
    if due in awake:
        assert due in sent
    assert sent[-1] > due


@given(days, near | st.none(), near, calendars)
def test_the_next_alert_is_never_past_and_always_after_the_last(due, last, today, holidays):
    if last is not None and last > today:
        last = today
    found = next_alert(due, last, today, holidays)

    assert found >= today
    assert last is None or found > last


@pytest.mark.parametrize(
    ("due_on", "today", "waits"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), False),
        (date(2026, 3, 2), date(2026, 3, 3), False),
        (date(2026, 3, 4), date(2026, 3, 3), True),
        # Friday: there is Monday's digest, on the day itself it goes at once.
        (date(2026, 3, 9), date(2026, 3, 6), True),
        (date(2026, 3, 9), date(2026, 3, 7), False),
        (date(2026, 3, 10), date(2026, 3, 7), True),
        (date(2026, 3, 10), date(2026, 3, 9), False),  # a Monday on which nobody works
    ],
)
def test_what_can_wait_for_the_next_digest(due_on: date, today: date, waits: bool):
    assert cannot_wait(due_on, today, {date(2026, 3, 9)} if today == date(2026, 3, 9) else ()) is not waits


@pytest.mark.parametrize(
    ("due_on", "today", "waits"),
    [
        (date(2026, 3, 4), date(2026, 3, 3), False),
        (date(2026, 3, 5), date(2026, 3, 3), True),
        (date(2026, 3, 9), date(2026, 3, 6), False),  # Friday: the next digest comes on Monday
        (date(2026, 3, 10), date(2026, 3, 6), True),
    ],
)
def test_once_todays_digest_is_out_the_next_ones_day_counts(due_on: date, today: date, waits: bool):
    assert cannot_wait(due_on, today, (), digest_is_out=True) is not waits
