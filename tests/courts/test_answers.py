"""Whoever asked is told by a neutral mail that there is an answer; nobody else is."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from courts.actions import corrections, reports, states
from courts.actions.answers import DESK_ANSWER
from courts.actions.desks import Desk
from courts.models import Clerkship, Referral
from messaging.actions import send_due
from messaging.models import Message
from messaging.registry import kind
from tests.courts.cases import AFTER, Case, completed, delivered, program, received
from tests.courts.deskside import clerk_of, laid_for_agency
from tests.courts.referring import UNFILED, clerk, partner, sent
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from vault.models import Key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_program() -> None:
    program()


def told() -> list[str]:
    """To whom an answer is on its way."""
    planned = Message.objects.filter(kind=DESK_ANSWER).select_related("user").order_by("pk")
    return [one.user.email for one in planned if one.user]


def accept(referral: Referral) -> None:
    states.accept(referral=referral, answers={}, by=UserFactory.create(), now=NOW)


def decline(referral: Referral) -> None:
    states.decline(referral=referral, why="SECRET no common language", by=UserFactory.create(), now=NOW)


def reason() -> str | None:
    message = Message.objects.filter(kind=DESK_ANSWER).latest("pk")
    return kind(DESK_ANSWER).still_wanted(message, NOW)


@pytest.mark.parametrize("decide", [accept, decline])
class TestOfAReferral:
    def test_goes_to_the_colleague_who_sent_it(self, decide: object) -> None:
        by, desk = clerk()
        clerk(desk.court)
        decide(sent(by, desk))  # type: ignore[operator]
        assert told() == [by.email]

    def test_goes_to_each_who_works_there_once_he_has_left(self, decide: object) -> None:
        by, desk = clerk()
        first, second = clerk(desk.court)[0], clerk(desk.court)[0]
        clerk()
        referral = sent(by, desk)
        Clerkship.objects.filter(user=by).update(ended_at=NOW)
        decide(referral)  # type: ignore[operator]
        assert told() == [first.email, second.email]

    def test_an_unfiled_one_is_told_to_the_prosecutor_alone(self, decide: object) -> None:
        by, desk = partner()
        clerk()
        decide(sent(by, desk, **UNFILED))  # type: ignore[operator]
        assert told() == [by.email]

    def test_of_a_list_nobody_is_told(self, decide: object) -> None:
        referral = received(program=program())
        clerk_of(referral.court)
        decide(referral)  # type: ignore[operator]
        assert told() == []


class TestOfACorrection:
    def asked(self) -> tuple[Case, User, User]:
        case = delivered()
        asking, other = clerk_of(case.referral.court), clerk_of(case.referral.court)
        corrections.ask(report=case.referral.reports.get(), text="SECRET", by=asking, now=AFTER)
        return case, asking, other

    def test_goes_to_the_clerk_who_asked(self) -> None:
        case, asking, _ = self.asked()
        corrections.stand(report=case.referral.reports.get(), answer="SECRET", by=case.by, now=AFTER)
        assert told() == [asking.email]

    def test_asked_by_telephone_it_goes_to_each_clerk(self) -> None:
        case = delivered()
        report = case.referral.reports.get()
        corrections.ask(report=report, text="On the phone", by=case.by, now=AFTER)
        corrections.stand(report=report, answer="It is right.", by=case.by, now=AFTER)
        clerks = Clerkship.objects.filter(court=case.referral.court).order_by("pk")
        assert told() == [one.user.email for one in clerks]

    def test_asked_again_and_answered_again_it_goes_again(self) -> None:
        case, asking, _ = self.asked()
        report = case.referral.reports.get()
        corrections.stand(report=report, answer="Right.", by=case.by, now=AFTER)
        corrections.ask(report=report, text="No.", by=asking, now=AFTER)
        assert reason() == "asked again"
        corrections.stand(report=report, answer="Yes.", by=case.by, now=AFTER)
        assert told() == [asking.email, asking.email]


class TestOfAWithdrawal:
    def test_goes_to_everybody_on_whose_pages_it_lies(self) -> None:
        case, report, _ = laid_for_agency()
        reports.withdraw(report=report, why="SECRET", by=case.by, now=AFTER)
        clerks = Desk(court=case.referral.court).people()
        members = Desk(agency=case.referral.agency).people()
        assert told() == [User.objects.get(pk=one).email for one in (*clerks, *members)]

    def test_of_one_in_review_goes_to_nobody(self) -> None:
        case = completed()
        reports.withdraw(report=case.in_review(), why="SECRET", by=case.by, now=AFTER)
        assert told() == []


class TestTheMail:
    @pytest.fixture
    def answered(self) -> tuple[User, Desk, Referral]:
        by, desk = clerk()
        referral = sent(by, desk)
        decline(referral)
        return by, desk, referral

    def test_says_nothing(self, answered: tuple[User, Desk, Referral]) -> None:
        by, desk, referral = answered
        send_due(now=NOW)
        (mailed,) = mail.outbox
        assert mailed.to == [by.email]
        assert "/court/refer/" in mailed.body
        said = f"{mailed.subject} {mailed.body} {mailed.from_email}"
        secrets = ("SECRET", referral.name_as_charged, referral.number, desk.label, referral.submission.reference)
        assert [one for one in secrets if one in said] == []

    def test_is_not_sent_to_one_who_left_meanwhile(self, answered: tuple[User, Desk, Referral]) -> None:
        assert reason() is None
        Clerkship.objects.update(ended_at=NOW)
        assert reason() == "no longer serves there"

    def test_is_not_sent_of_what_was_opened_again(self, answered: tuple[User, Desk, Referral]) -> None:
        states.reopen(referral=answered[2], why="too soon", by=UserFactory.create(), now=NOW + timedelta(hours=1))
        assert reason() == "opened again"

    def test_is_not_sent_of_what_had_to_be_forgotten(self, answered: tuple[User, Desk, Referral]) -> None:
        Key.objects.filter(referral=answered[2]).destroy(now=NOW)
        assert reason() == "forgotten"
