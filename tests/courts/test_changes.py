"""What a list says otherwise of a referral we know: shown once, and written when a person takes it over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import Event
from courts.actions import deadlines, proposals
from courts.actions.changes import ChangedSince, NotAChange, NumberTaken, take_over
from courts.actions.proposals import NoLongerOpen
from courts.models import Court, NumberToken, Proposal, Referral
from participants.models import NameToken, Participant
from programs.models import Enrollment
from tests.courts.listed import Cells, TakeIn, importer
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ProposalFactory
from tests.factories.programs import CurriculumFactory, EnrollmentFactory, PolicyFactory, ProgramFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
FULL = {
    "middle_name": "Lee",
    "name_as_charged": "DORIAN HALLOWAY",
    "plaintiff": "City of Kent",
    "incident_number": "K-1",
    "date_of_birth": "3/14/1979",
    "language": "English",
    "phone": "206-555-0103",
    "email": "d@example.net",
    "address": "12 Main St",
    "aliases": "Dory",
    "judge": "Hon. A. Brandvold",
    "ordered_on": "12/3/2025",
    "enroll_by": "3/10/2026",
    "start_by": "3/20/2026",
    "complete_by": "5/29/2026",
    "proof_due_by": "6/3/2026",
    "hearing_at": "6/10/2026 9:00 AM",
    "charge": "Count 1",
    "referrer": "court",
    "attorney": "N. Voss",
    "attorney_email": "v@example.org",
    "prosecutor_email": "p@example.org",
    "probation_officer": "B. Ames",
}
NINE, NEXT_DAY = "2026-06-10T09:00:00-07:00", "2026-06-11T13:30:00-07:00"
# Column: what the list says the next week, and what is shown of it.
OTHERWISE: dict[str, tuple[str, str, list[object]]] = {
    "middle_name": ("Luis", "middle_name", ["Lee", "Luis"]),
    "name_as_charged": ("D. HALLOWAY", "name_as_charged", ["DORIAN HALLOWAY", "D. HALLOWAY"]),
    "plaintiff": ("State", "plaintiff", ["City of Kent", "State"]),
    "incident_number": ("K-2", "incident_number", ["K-1", "K-2"]),
    "date_of_birth": ("3/15/1979", "date_of_birth", ["1979-03-14", "1979-03-15"]),
    "language": ("Spanish", "language", ["en", "es"]),
    "interpreter": ("yes", "interpreter", [False, True]),
    "phone": ("206-555-0104", "phone", [["+12065550103"], ["+12065550104"]]),
    "email": ("e@example.net", "email", [["d@example.net"], ["e@example.net"]]),
    "address": ("9 Elm St", "address", [["12 Main St"], ["9 Elm St"]]),
    "aliases": ("Dory; Halo", "aliases", [["Dory"], ["Halo"]]),
    "judge": ("Hon. J. Whitlatch", "judge", ["Hon. A. Brandvold", "Hon. J. Whitlatch"]),
    "ordered_on": ("12/4/2025", "ordered_on", ["2025-12-03", "2025-12-04"]),
    "enroll_by": ("3/11/2026", "enroll_by", ["2026-03-10", "2026-03-11"]),
    "start_by": ("3/21/2026", "start_by", ["2026-03-20", "2026-03-21"]),
    "complete_by": ("6/1/2026", "complete_by", ["2026-05-29", "2026-06-01"]),
    "proof_due_by": ("6/4/2026", "proof_due_by", ["2026-06-03", "2026-06-04"]),
    "hearing_at": ("6/11/2026 1:30 PM", "hearing_at", [[NINE], [NEXT_DAY]]),
    "charge": ("Count 2", "charges", [[["", "Count 1"]], [["", "Count 2"]]]),
    "referral_kind": ("SOC", "referral_kind", ["pretrial_diversion", "continuance"]),
    "referrer": ("prosecutor", "referrer", ["court", "prosecutor"]),
    "attorney": ("P. Quist", "defense", [[["N. Voss", "v@example.org"]], [["P. Quist", "v@example.org"]]]),
    "attorney_email": ("q@example.org", "defense", [[["N. Voss", "v@example.org"]], [["N. Voss", "q@example.org"]]]),
    "prosecutor_email": ("r@example.org", "prosecutor", [[["", "p@example.org"]], [["", "r@example.org"]]]),
    "probation_officer": ("C. Lund", "probation", [[["B. Ames", ""]], [["C. Lund", ""]]]),
}


@pytest.fixture
def court() -> Court:
    return CourtFactory()


@pytest.fixture
def take(tmp_path, court) -> TakeIn:
    return importer(tmp_path, ProgramFactory(), court)


@pytest.fixture
def said(take):
    """The full row comes, then once more with these cells a week later."""

    def twice(**cells: str):
        take(FULL)
        return take(FULL | cells, now=NOW + WEEK)

    return twice


def shown() -> object:
    return Proposal.objects.get(state="open").facts


def take_it_over(now: datetime = NOW + WEEK) -> Referral:
    proposal = Proposal.objects.get(state="open")
    take_over(proposal=proposal, by=UserFactory(), now=now)
    return Referral.objects.get(pk=proposal.referral_id)


# --- what is shown ---


@pytest.mark.parametrize("column", OTHERWISE)
def test_what_the_list_says_otherwise_is_one_proposal_with_old_and_new(said, column):
    cell, name, facts = OTHERWISE[column]
    assert said(**{column: cell}).counts == (0, 0, 1, 0)
    assert Proposal.objects.get().kind == "changed_data"
    assert shown() == {name: facts}


@pytest.mark.parametrize("column", OTHERWISE)
def test_until_a_person_agrees_nothing_is_written(said, column):
    before = (Referral.objects.values().get, Participant.objects.values().get)
    said()
    stands = [read() for read in before]
    cell, *_ = OTHERWISE[column]
    said(**{column: cell})
    assert [read() for read in before] == stands


@pytest.mark.parametrize("column", OTHERWISE)
def test_taken_over_the_list_has_nothing_more_to_say(take, said, column):
    cell, *_ = OTHERWISE[column]
    said(**{column: cell})
    take_it_over()
    assert take(FULL | {column: cell}, now=NOW + 2 * WEEK).counts == (0, 1, 0, 0)
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("column", [column for column in FULL if column not in ("case_number", "incident_number")])
def test_what_the_list_leaves_out_changes_nothing(said, column):
    assert said(**{column: ""}).counts == (0, 1, 0, 0)


@pytest.mark.parametrize(
    "cells",
    [
        {"complete_by": "31/31/2026"},
        {"case_number": "26 001"},
        {"phone": "12"},
        {"referral_kind": "who knows"},
        {"hearing_at": "6/10/2026"},
        {"attorney": "N. Voss", "attorney_email": ""},
        {"received_on": "3/1/2026"},
    ],
    ids=[
        "no date",
        "a number without its hyphen",
        "no phone",
        "no kind",
        "the day without the time",
        "no e-mail",
        "another list's day",
    ],
)
def test_what_says_nothing_new_is_known(said, cells):
    assert said(**cells).counts == (0, 1, 0, 0)


def test_the_same_change_is_shown_once_week_after_week(take, said):
    said(judge="Hon. J. Whitlatch")
    for week in (2, 3):
        assert take(FULL | {"judge": "Hon. J. Whitlatch"}, now=NOW + week * WEEK).counts == (0, 1, 0, 0)
    assert Proposal.objects.count() == 1


def test_a_dismissed_change_is_not_shown_again(take, said):
    said(judge="Hon. J. Whitlatch")
    proposals.dismiss(proposal=Proposal.objects.get(), by=UserFactory(), now=NOW + WEEK)
    assert take(FULL | {"judge": "Hon. J. Whitlatch"}, now=NOW + 2 * WEEK).counts == (0, 1, 0, 0)


def test_a_further_change_takes_the_place_of_the_open_one_and_shows_both(take, said):
    said(judge="Hon. J. Whitlatch")
    again = {"judge": "Hon. J. Whitlatch", "plaintiff": "State"}
    assert take(FULL | again, now=NOW + 2 * WEEK).counts == (0, 0, 1, 0)
    assert shown() == {
        "judge": ["Hon. A. Brandvold", "Hon. J. Whitlatch"],
        "plaintiff": ["City of Kent", "State"],
    }
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_a_hearing_that_is_moved_back_is_shown_again(take, said):
    said(hearing_at="6/11/2026 1:30 PM")
    take(FULL | {"hearing_at": "6/12/2026 1:30 PM"}, now=NOW + 2 * WEEK)
    take(FULL | {"hearing_at": "6/11/2026 1:30 PM"}, now=NOW + 3 * WEEK)
    assert shown() == {"hearing_at": [[NINE], [NEXT_DAY]]}


def test_a_new_charge_of_a_known_case_is_shown_with_the_ones_it_has(take):
    take(FULL)
    filler = [{"case_number": f"X{n}", "last_name": f"F{n}"} for n in range(520)]
    charges: list[Cells] = [FULL | {"charge": f"Count {n}"} for n in (2, 3)]
    take(charges[0], *filler, charges[1], now=NOW + WEEK)
    assert shown() == {"charges": [[["", "Count 1"]], [["", "Count 2"], ["", "Count 3"]]]}


# --- taking it over ---


def test_the_new_dates_are_written_and_the_deadlines_laid_anew(said):
    said(complete_by="6/1/2026", hearing_at="6/11/2026 1:30 PM", start_by="")
    referral = take_it_over()
    assert referral.complete_by == date(2026, 6, 1)
    assert set(referral.deadlines.values_list("kind", "due_on", "state")) == {
        ("enroll_by", date(2026, 3, 10), "open"),
        ("start_by", date(2026, 3, 20), "open"),
        ("complete_by", date(2026, 5, 29), "waived"),
        ("complete_by", date(2026, 6, 1), "open"),
        ("proof_due_by", date(2026, 6, 3), "open"),
        ("hearing", date(2026, 6, 10), "waived"),
        ("hearing", date(2026, 6, 11), "open"),
    }
    assert [(h.at, h.time_known, h.canceled_at) for h in referral.hearings.order_by("at")] == [
        (datetime(2026, 6, 10, 16, tzinfo=UTC), True, NOW + WEEK),
        (datetime(2026, 6, 11, 20, 30, tzinfo=UTC), True, None),
    ]


def accepted(referral: Referral) -> Enrollment:
    program = referral.program
    CurriculumFactory(program=program)
    PolicyFactory(program=program)
    enrollment = EnrollmentFactory(participant=referral.participant, program=program)
    Referral.objects.update(state="accepted", enrollment=enrollment)
    return enrollment


def test_his_enrollment_learns_the_date_by_which_he_must_finish(said):
    said(complete_by="6/1/2026", proof_due_by="6/2/2026")
    referral = Referral.objects.get()
    enrollment = accepted(referral)
    take_it_over()
    enrollment.refresh_from_db()
    assert enrollment.finish_by == date(2026, 6, 1)


def test_while_a_court_holds_the_case_its_new_deadlines_are_silent(said):
    said(complete_by="6/1/2026")
    referral = Referral.objects.get()
    accepted(referral)
    Referral.objects.update(state="on_hold")
    deadlines.silence(referral, by=UserFactory(), now=NOW)
    take_it_over()
    assert set(referral.deadlines.values_list("next_alert_on", flat=True)) == {None}


def test_the_court_takes_its_own_calendar_for_a_day_without_a_time(said):
    said(hearing_at="6/11/2026")
    assert shown() == {"hearing_at": [[NINE], ["2026-06-11"]]}
    hearing = take_it_over().hearings.get(canceled_at=None)
    assert (hearing.at, hearing.time_known) == (datetime(2026, 6, 11, 7, tzinfo=UTC), False)


def test_a_hearing_that_is_over_stays_when_the_next_one_is_set(said):
    said(hearing_at="6/11/2026 1:30 PM")
    referral = take_it_over(now=datetime(2026, 6, 10, 20, tzinfo=UTC))
    assert list(referral.hearings.values_list("canceled_at", flat=True)) == [None, None]


def test_a_new_attorney_takes_the_old_ones_place_and_is_to_be_confirmed(said):
    said(attorney="P. Quist", attorney_email="q@example.org")
    referral = take_it_over()
    assert list(referral.recipients.in_use().filter(role="defense").values_list("name", "address", "confirmed_at")) == [
        ("P. Quist", "q@example.org", None)
    ]
    assert referral.recipients.in_use().count() == 4


def test_a_new_phone_is_added_and_not_safe(said):
    said(phone="206-555-0104")
    points = take_it_over().participant.contact_points.filter(kind="phone")
    assert set(points.values_list("value", "safe_at")) == {("+12065550103", None), ("+12065550104", None)}


def test_the_trail_tells_old_and_new_under_the_referrals_key(said):
    said(judge="Hon. J. Whitlatch")
    event = Event.objects.on(take_it_over()).get(verb="referral.changed")
    assert event.reveal() == {"judge": ["Hon. A. Brandvold", "Hon. J. Whitlatch"]}
    assert Proposal.objects.get().state == "taken"


@pytest.mark.parametrize("column", ["case_number", "ordered_on", "date_of_birth"])
def test_a_referral_that_is_over_is_known_by_what_was_taken_over(take, column):
    changed = {"ordered_on": "12/4/2025", "date_of_birth": "3/15/1979", "case_number": "26-777"}[column]
    take(FULL | ({"case_number": ""} if column == "case_number" else {}))
    take(FULL | {column: changed}, now=NOW + WEEK)
    take_it_over()
    Referral.objects.update(state="closed", closing="recalled", closed_at=NOW + WEEK)
    assert take(FULL | {column: changed}, now=NOW + 2 * WEEK).counts == (0, 1, 0, 0)


# --- refusals ---


def test_a_proposal_that_changes_no_data_is_not_taken_over():
    proposal = ProposalFactory()
    with pytest.raises(NotAChange):
        take_over(proposal=proposal, by=UserFactory(), now=NOW)
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_it_is_taken_over_once(said):
    said(judge="Hon. J. Whitlatch")
    proposal = Proposal.objects.get()
    take_over(proposal=proposal, by=UserFactory(), now=NOW + WEEK)
    Referral.objects.update(judge="Hon. A. Brandvold")
    with pytest.raises(NoLongerOpen):
        take_over(proposal=proposal, by=UserFactory(), now=NOW + WEEK)
    assert Referral.objects.get().judge == "Hon. A. Brandvold"


def test_a_number_under_which_he_is_here_already_is_refused_in_a_sentence(take):
    take(FULL | {"case_number": ""})
    take(FULL | {"incident_number": ""})
    take(FULL | {"ordered_on": "12/4/2025"})
    with pytest.raises(NumberTaken):
        take_it_over()
    assert Proposal.objects.get().state == "open"


def test_names_and_numbers_taken_over_are_found_by(said) -> None:
    said(middle_name="Luis", aliases="Dory; Halo", incident_number="K-2")
    assert NumberToken.objects.filter(token="k1").exists()
    take_it_over()

    names = NameToken.objects.values_list("token", flat=True)
    assert sorted(names) == ["dorian", "dory", "halloway", "halo", "luis"]
    assert {"k2", "26001"} <= set(NumberToken.objects.values_list("token", flat=True))
    assert not NumberToken.objects.filter(token="k1").exists()


def test_what_somebody_changed_since_is_not_undone_unseen(said):
    """Two coordinators: one extends a date and corrects his birthday, the other takes an older list over."""
    said(complete_by="6/1/2026", date_of_birth="3/15/1979", judge="Hon. J. Whitlatch")
    Referral.objects.update(complete_by=date(2026, 8, 1))
    Participant.objects.update(date_of_birth=date(1979, 4, 1))
    with pytest.raises(ChangedSince) as refused:
        take_it_over()
    assert str(refused.value) == (
        "The file was changed since this list came: complete by, date of birth. Look at what it says now. "
        "Dismiss this where that is right; else correct the file."
    )
    assert (Proposal.objects.get().state, Referral.objects.get().complete_by) == ("open", date(2026, 8, 1))
    assert Participant.objects.get().date_of_birth == date(1979, 4, 1)


def test_what_somebody_changed_to_the_same_is_no_hindrance(said):
    said(complete_by="6/1/2026", judge="Hon. J. Whitlatch")
    Referral.objects.update(complete_by=date(2026, 6, 1))
    assert take_it_over().judge == "Hon. J. Whitlatch"
