"""A number that had to be forgotten stays out, whoever brings it; nobody is told more than that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from courts.actions import changes, disposed, filing, submissions
from courts.actions.disposed import Asked, NotNamed, NotYours, StaysOut, WhyIn, let_in, mac, macs
from courts.kinds import ReferralKind
from courts.models import Court, DisposedNumber, Referral
from tests.courts.referring import CASE, UNFILED, clerk, draft, partner, sent
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.programs import ProgramFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def program() -> Any:
    return ProgramFactory.create()


@pytest.fixture
def by() -> User:
    return UserFactory.create(roles=[Role.COORDINATOR])


def kept_out(court: Court, number: str) -> None:
    gone = ReferralFactory.create(court=court, case_number=number, incident_number="")
    disposed.keep_out(gone, now=NOW)
    Referral.objects.filter(pk=gone.pk).update(case_number="gone", normalized_case_number="gone")


# --- The print


def test_it_is_of_the_court_and_the_number_however_it_is_written() -> None:
    assert mac(1, "26-0413 KPD") == mac(1, "260413kpd")
    assert len({mac(1, "26-0413"), mac(2, "26-0413"), mac(None, "26-0413"), mac(1, "26-0414")}) == 4


def test_nobody_makes_it_without_the_key(settings: Any) -> None:
    before = mac(1, "26-0413")
    settings.FINGERPRINT_KEY = "another key of the house"
    assert mac(1, "26-0413") != before


def test_no_number_has_no_print() -> None:
    assert macs(1, "", " - ") == set()
    disposed.refuse(Asked(1, ("", " - "), "Marco", "Diaz"))


def test_both_numbers_stay_out_and_twice_is_once() -> None:
    case = ReferralFactory(case_number="26-0413", incident_number="K-77")
    disposed.keep_out(case, now=NOW)
    disposed.keep_out(case, now=NOW)

    assert set(DisposedNumber.objects.values_list("mac", flat=True)) == macs(case.court_id, "26-0413", "K-77")


# --- Whoever brings it


def test_a_clerk_is_told_to_ask_and_keeps_the_draft() -> None:
    by, desk = clerk()
    assert desk.court is not None
    kept_out(desk.court, CASE["case_number"])
    made = draft(by, desk)

    said = refuses(StaysOut, submissions.send, submission=made, by=by, now=NOW)
    assert str(said) == "This number can't be taken in. Ask the program's administrator about it before you try again."
    made.refresh_from_db()
    assert (made.discarded_at, made.answers["case_number"]) == (None, CASE["case_number"])


def test_another_courts_clerk_sends_it() -> None:
    by, desk = clerk()
    kept_out(CourtFactory(), CASE["case_number"])

    assert submissions.send(submission=draft(by, desk), by=by, now=NOW).case_number == CASE["case_number"]


def test_nothing_is_filed_under_it(by: User) -> None:
    court = CourtFactory.create()
    kept_out(court, "26-CR-0777")
    who, desk = partner()
    unfiled = sent(who, desk, **UNFILED)
    said: dict[str, Any] = {"kind": ReferralKind.PRETRIAL_DIVERSION, "case_number": "26-cr-0777"}

    refuses(StaysOut, filing.file, referral=unfiled, court=court, by=by, now=NOW, **said)


def test_no_case_is_given_it(by: User) -> None:
    case = ReferralFactory.create()
    assert case.court is not None
    kept_out(case.court, "26-0413")
    check: Callable[..., object] = changes.refuse_a_number_taken

    refuses(StaysOut, check, referral=case, case_number="26 0413")
    check(referral=case, case_number="26 0414")


# --- Another man of the same number


@pytest.fixture
def administrator() -> User:
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def lets(court: Court, by: User, now: datetime = LATER, **said: Any) -> None:
    named: dict[str, Any] = {"number": "26-0413", "first_name": "Marco", "last_name": "Diaz", "why": WhyIn.SAME_CASE}
    let_in(court=court, by=by, now=now, **named | said)


def stays_out(court: Court, first_name: str, last_name: str, number: str = "26-0413") -> bool:
    return any(disposed.staying_out([Asked(court.pk, (number,), first_name, last_name)]))


def test_whom_an_administrator_lets_in_comes_in_and_nobody_else(administrator: User) -> None:
    court = CourtFactory.create()
    kept_out(court, "26-0413")
    lets(court, administrator, first_name="Marco Antonio", last_name="Díaz-Rey")

    assert not stays_out(court, "MARCO", "DIAZ REY", "260413")
    assert stays_out(court, "Daniel", "Oakes")
    assert stays_out(court, "Marco", "Diaz")


def test_under_each_number_that_stays_out_he_needs_to_be_let_in(administrator: User) -> None:
    court = CourtFactory.create()
    for number in ("26-0413", "K-77"):
        kept_out(court, number)
    lets(court, administrator)
    asked = Asked(court.pk, ("26-0413", "K-77"), "Marco", "Diaz")
    refuses(StaysOut, disposed.refuse, asked=asked)
    lets(court, administrator, number="K77")
    disposed.refuse(asked)


def test_a_later_order_about_the_number_shuts_him_out_again(administrator: User) -> None:
    """It may have been about him, who was let in."""
    court = CourtFactory.create()
    kept_out(court, "26-0413")
    lets(court, administrator)
    disposed.keep_out(ReferralFactory(court=court, case_number="26-0413", incident_number=""), now=LATER)
    assert stays_out(court, "Marco", "Diaz")
    lets(court, administrator, LATER + timedelta(days=1))
    assert not stays_out(court, "Marco", "Diaz")


def test_it_is_the_same_of_a_number_that_nobody_had(administrator: User) -> None:
    """Whether a case had to be forgotten isn't told by it, and neither name nor number is kept."""
    court = CourtFactory.create()
    lets(court, administrator)
    event = Event.objects.get(verb="number.let_in")
    assert (event.record, event.facts["why"]) == (f"courts.Court:{court.pk}", "same_case")
    kept = DisposedNumber.objects.get().mac
    assert event.facts["print"] == kept
    assert not {"26-0413", "Marco", "Diaz"} & set(str(event.facts).split("'"))


@pytest.mark.parametrize("lacks", ["number", "first_name", "last_name"])
def test_it_needs_a_number_and_both_names(administrator: User, lacks: str) -> None:
    refuses(NotNamed, lets, court=CourtFactory.create(), by=administrator, **{lacks: " - "})


def test_a_coordinator_lets_nobody_in(by: User) -> None:
    refuses(NotYours, lets, court=CourtFactory.create(), by=by)


def test_his_referral_comes_in_from_the_clerk_whose_it_is(administrator: User) -> None:
    by, desk = clerk()
    assert desk.court is not None
    kept_out(desk.court, CASE["case_number"])
    made = draft(by, desk)
    answers = made.answers
    said = {"number": CASE["case_number"], "first_name": answers["first_name"], "last_name": answers["last_name"]}
    lets(desk.court, administrator, **said)

    assert submissions.send(submission=made, by=by, now=LATER).case_number == CASE["case_number"]
