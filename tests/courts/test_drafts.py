"""What a row becomes before the database is asked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from courts.actions import calendars
from courts.actions.drafts import Draft, draft, hearings_named, people_named, recipients
from courts.actions.likeness import coming, fingerprint
from courts.kinds import ReferralKind
from courts.lists import Flag, Joined, Row
from programs.models import Program
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory

ROW = Row(line=2, raw={}, last_name="Halloway", first_name="Dorian", case_number="26-001")
HEARING = datetime(2026, 6, 10, 9)  # noqa: DTZ001  by the court's clock
MORNING = datetime(2026, 6, 10, 16, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 10, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def closures():
    """At hand, as while a list comes in; none."""
    token = calendars._at_hand.set({})
    yield
    calendars._at_hand.reset(token)


@pytest.fixture
def court():
    return CourtFactory.build(pk=7)


@pytest.fixture
def drafted(court):
    program: Program = ProgramFactory.build(pk=3)

    def make(row: Row = ROW, *also: Row) -> Draft:
        said = Joined(row, tuple((one.statute, one.charge) for one in (row, *also)), also)
        return draft(coming(said, court), program=program, known=None, list_import=None, now=NOW)

    return make


def timed(row: Row, at: datetime, has_time: bool = True) -> Row:
    return replace(row, hearing_at=at, hearing_has_time=has_time)


def test_nothing_is_asked_of_the_database(drafted):
    """pytest-django would refuse it: this test doesn't ask for one."""
    made = drafted(timed(ROW, HEARING))
    assert (made.referral.participant, made.referral.pk) == (made.participant, None)
    assert [(one.kind, one.due_on.isoformat()) for one in made.deadlines] == [("hearing", "2026-06-10")]


def test_each_referral_and_each_man_has_a_key_of_his_own(drafted):
    one, other = drafted(), drafted()
    keys = {made.key.pk for made in (one.referral, one.participant, other.referral, other.participant)}
    assert len(keys) == 4
    assert (one.referral.key.kind, one.participant.key.kind) == ("referral", "person")


def test_a_referral_that_says_no_day_was_received_today_by_the_courts_calendar(drafted, court):
    court.time_zone = "Pacific/Kiritimati"
    assert drafted().referral.received_on.isoformat() == "2026-03-04"


def test_an_unread_value_is_encrypted_under_the_referrals_key(drafted):
    made = drafted(replace(ROW, flags=(Flag("phone", "12", "This is no phone number."),)))
    (flag,) = made.flags
    token = flag._meta.get_field("raw").pre_save(flag, add=True)
    assert made.referral.key.decrypt(bytes(token)) == b"12"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([ROW], []),
        ([timed(ROW, HEARING)], [(MORNING, True)]),
        ([timed(ROW, HEARING.replace(hour=0), False)], [(MIDNIGHT, False)]),
        ([timed(ROW, HEARING), timed(ROW, HEARING)], [(MORNING, True)]),
        ([timed(ROW, HEARING.replace(hour=0), False), timed(ROW, HEARING)], [(MORNING, True)]),
    ],
    ids=["none", "with a time", "a day", "twice", "a day, then its time"],
)
def test_hearings(court, rows, found):
    assert hearings_named(Joined(rows[0], (), tuple(rows[1:])), court.zone) == found


NIGHT = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001  comes twice: clocks go back


def test_a_time_that_the_clocks_skip_and_the_one_it_becomes_are_one_hearing(court):
    skipped, shown = datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 3, 0)  # noqa: DTZ001
    said = Joined(timed(ROW, skipped), (), (timed(ROW, shown),))
    assert hearings_named(said, court.zone) == [(datetime(2026, 3, 8, 10, tzinfo=UTC), True)]
    assert len(hearings_named(Joined(timed(ROW, NIGHT)), court.zone)) == 1


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW, ["clerk"]),
        (replace(ROW, referral_kind=ReferralKind.PREFILING_DIVERSION), []),
        (replace(ROW, attorney="N. Voss"), ["clerk", "defense"]),
        (replace(ROW, probation_email="b@example.org"), ["clerk", "probation"]),
    ],
    ids=["the court", "uncharged", "an attorney by name", "probation by e-mail"],
)
def test_who_gets_reports(drafted, row, expected):
    referral = drafted(row).referral
    assert [one.role for one in recipients(referral, Joined(row))] == expected


def test_two_attorneys_on_paper_are_one_place_for_paper(drafted):
    """The database tells recipients apart by their address; the second is put before a person."""
    made = drafted(replace(ROW, attorney="N. Voss"), replace(ROW, attorney="P. Quist"))
    assert people_named(made.said) == {"defense": [("N. Voss", ""), ("P. Quist", "")]}
    assert [(one.role, one.name) for one in made.recipients] == [("clerk", ""), ("defense", "N. Voss")]


SAME = [
    {"case_number": "26 001"},
    {"first_name": "DORIÁN"},
    {"middle_name": "Lee"},
    {"incident_number": "K-1"},
    {"phone": "+12065550103"},
]
OTHER = [
    {"case_number": "26-002"},
    {"last_name": "Penhale"},
    {"suffix": "Jr."},
    {"date_of_birth": NOW.date()},
    {"ordered_on": NOW.date()},
]


@pytest.mark.parametrize("cells", SAME, ids=lambda cells: next(iter(cells)))
def test_a_fingerprint_stays_when_the_same_row_is_written_otherwise(cells):
    assert fingerprint(replace(ROW, **cells), 7) == fingerprint(ROW, 7)


@pytest.mark.parametrize("cells", OTHER, ids=lambda cells: next(iter(cells)))
def test_a_fingerprint_is_of_court_number_name_birth_date_and_order_date(cells):
    assert fingerprint(replace(ROW, **cells), 7) != fingerprint(ROW, 7)
    assert fingerprint(ROW, 8) != fingerprint(ROW, 7)


def test_a_fingerprint_is_keyed(settings):
    before = fingerprint(ROW, 7)
    settings.FINGERPRINT_KEY = "another key"
    assert fingerprint(ROW, 7) != before


def test_without_number_and_birth_date_a_phone_tells_two_men_apart():
    bare = replace(ROW, case_number="")
    assert fingerprint(replace(bare, phone="+12065550103"), None) != fingerprint(bare, None)
