"""A number that had to be forgotten stays out, whoever brings it; nobody is told more than that."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from courts.actions import changes, disposed, filing, submissions
from courts.actions.disposed import StaysOut, mac, macs
from courts.kinds import ReferralKind
from courts.models import Court, DisposedNumber, Referral
from tests.courts.referring import CASE, UNFILED, clerk, draft, partner, sent
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, ReferralFactory
from tests.factories.programs import ProgramFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


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
    disposed.refuse(1, "")


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
