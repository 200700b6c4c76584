"""Which rows are one case, and which referrals one man."""

from datetime import UTC, datetime

import pytest

from courts.lists import WINDOW
from courts.models import Court, Flag, Proposal, Referral
from participants.models import ContactPoint, Participant
from programs.models import Program
from tests.courts.listed import BORN, TakeIn, charge, filler, importer
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory
from tests.factories.programs import ProgramFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return ProgramFactory()


@pytest.fixture
def court() -> Court:
    return CourtFactory(name="Kent Municipal Court", city="Kent")


@pytest.fixture
def take(tmp_path, program, court) -> TakeIn:
    return importer(tmp_path, program, court)


def facts() -> list[object]:
    return [proposal.facts for proposal in Proposal.objects.order_by("id")]


# --- one case ---


@pytest.mark.parametrize("between", [0, WINDOW + 20], ids=["beside each other", "too far apart to be joined"])
def test_the_charges_of_one_case_join(take, between):
    taken = take(charge(1), *filler(between), charge(2), charge(1), charge(3))
    referral = Referral.objects.get(normalized_case_number="26001")
    assert sorted(referral.charges.values_list("text", flat=True)) == ["Count 1", "Count 2", "Count 3"]
    assert taken.outcome.added == 1 + between
    assert Proposal.objects.count() == 0


def test_a_row_far_down_is_asked_about_where_it_can_not_be_read(take):
    take(charge(1), *filler(WINDOW + 20), charge(2) | {"start_by": "soon"})
    assert [(flag.referral.case_number, flag.raw) for flag in Flag.objects.all()] == [("26-001", "soon")]


def test_rows_of_one_case_repeat_what_can_not_be_read_and_it_is_asked_about_once(take):
    take(charge(1) | {"start_by": "soon"}, charge(2) | {"start_by": "soon"})
    assert Flag.objects.count() == 1


def test_what_the_first_row_leaves_out_the_next_one_gives(take):
    take(charge(1), charge(2) | {"judge": "Hon. A. Brandvold", "phone": "206-555-0103", "interpreter": "yes"})
    referral = Referral.objects.get()
    assert (referral.judge, referral.participant.needs_interpreter) == ("Hon. A. Brandvold", True)
    assert (referral.participant.contact_points.count(), Proposal.objects.count()) == (1, 0)


def test_rows_of_one_case_that_disagree_are_put_before_a_person(take):
    taken = take(charge(1) | {"judge": "Hon. A. Brandvold"}, charge(2) | {"judge": "Hon. J. Whitlatch"})
    assert (taken.counts, facts()) == (
        (1, 0, 1, 0),
        [{"judge": ["Hon. A. Brandvold", "Hon. J. Whitlatch"]}],
    )


def test_a_bare_day_says_no_more_than_the_same_day_with_a_time(take):
    take(charge(1) | {"hearing_at": "6/10/2026"}, charge(2) | {"hearing_at": "6/10/2026 9:00 AM"})
    assert [(h.at, h.time_known) for h in Referral.objects.get().hearings.all()] == [
        (datetime(2026, 6, 10, 16, tzinfo=UTC), True)
    ]


def test_co_defendants_under_one_number_are_two(take):
    taken = take(BORN, {"last_name": "Penhale", "phone": "206-555-0103"}, {"last_name": "Okonjo"})
    assert (taken.counts, Participant.objects.count()) == ((3, 0, 0, 0), 3)


def test_father_and_son_under_one_number_are_two(take):
    taken = take({"suffix": "Sr."}, {"suffix": "Jr."})
    assert (taken.counts, Participant.objects.count()) == ((2, 0, 0, 0), 2)


def test_a_suffix_left_out_one_week_is_the_same_man(take):
    take(BORN | {"suffix": "Jr."})
    assert take(BORN).counts == (0, 1, 0, 0)


def test_two_men_who_share_a_phone_both_keep_it(take):
    take({"phone": "206-555-0103"}, {"last_name": "Penhale", "phone": "206-555-0103"})
    assert ContactPoint.objects.count() == 2


def test_one_incident_that_became_two_cases_is_two_referrals(take):
    taken = take(BORN | {"incident_number": "K-1"}, BORN | {"incident_number": "K-1", "case_number": "26-002"})
    assert (taken.counts, Participant.objects.count()) == ((2, 0, 0, 0), 1)


def test_an_incident_that_became_a_case_is_a_change(take):
    take(BORN | {"incident_number": "K-1", "case_number": ""})
    assert take(BORN | {"incident_number": "K-1"}).counts == (0, 0, 1, 0)
    assert facts() == [{"case_number": ["", "26-001"]}]


# --- one man ---


def test_a_man_known_by_name_and_birth_date_is_one_at_a_second_court(take):
    CourtFactory(name="Renton Municipal Court")
    renton = {"court": "Renton Municipal Court", "first_name": "DORIAN", "phone": "206-555-0103"}
    take(BORN | {"phone": "206-555-0103"})
    assert take(BORN | renton).counts == (1, 0, 0, 0)
    man = Participant.objects.get()
    assert set(man.referrals.values_list("court__name", flat=True)) == {
        "Kent Municipal Court",
        "Renton Municipal Court",
    }
    assert man.contact_points.count() == 1


def test_a_man_referred_by_two_courts_in_one_list_is_one(take):
    CourtFactory(name="Renton Municipal Court")
    take(BORN, BORN | {"court": "Renton Municipal Court"})
    assert (Participant.objects.count(), Referral.objects.count()) == (1, 2)


def test_what_a_second_court_says_otherwise_of_him_is_put_before_a_person(take):
    CourtFactory(name="Renton Municipal Court")
    renton = BORN | {"court": "Renton Municipal Court", "middle_name": "Luis"}
    take(BORN | {"middle_name": "Lee"})
    assert (take(renton).counts, facts()) == ((1, 0, 1, 0), [{"middle_name": ["Lee", "Luis"]}])
    assert take(renton).counts == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"case_number": "1"}, {"case_number": "2"}),
        (
            {"case_number": "", "referral_kind": "self", "phone": "206-555-0103"},
            {"case_number": "", "referral_kind": "self", "phone": "206-555-0104"},
        ),
        ({"case_number": "1"} | BORN, {"case_number": "2", "date_of_birth": "3/14/1980"}),
    ],
    ids=["without birth date", "self-referred, another phone", "another birth date"],
)
def test_two_men_of_one_name_stay_two(take, one, other):
    assert take(one, other).outcome.added == 2
    assert take(one, other).outcome.added == 0
    assert Participant.objects.count() == 2


def close(referral: Referral) -> None:
    Referral.objects.filter(pk=referral.pk).update(state="closed", closing="recalled", closed_at=NOW)


@pytest.mark.parametrize("born", [BORN, {}], ids=["birth date", "no birth date"])
def test_a_man_referred_again_under_the_same_number_names_the_earlier_referral(take, born):
    take(born | {"ordered_on": "12/3/2025"})
    first = Referral.objects.get()
    close(first)
    assert take(born | {"ordered_on": "2/27/2026"}).counts == (1, 0, 0, 0)
    second = Referral.objects.exclude(pk=first.pk).get()
    assert (second.again_after, second.participant) == (first, first.participant)


def test_a_man_referred_again_under_another_number_names_the_earlier_one_of_that_court_only(take):
    CourtFactory(name="Renton Municipal Court")
    take(BORN, BORN | {"court": "Renton Municipal Court"})
    for referral in Referral.objects.all():
        close(referral)
    take(BORN | {"case_number": "26-777"})
    earlier = Referral.objects.filter(case_number="26-777").values_list("again_after__court__name", flat=True)
    assert earlier.get() == "Kent Municipal Court"


def test_a_referral_that_is_over_comes_again_and_nothing_follows(take):
    take(BORN)
    close(Referral.objects.get())
    assert take(BORN | {"complete_by": "5/29/2026"}).counts == (0, 1, 0, 0)
    assert Proposal.objects.count() == 0
