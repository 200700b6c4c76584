from datetime import date

import pytest

from courts.deadlines import DeadlineKind
from courts.models import Extension, Referral
from courts.moves import State
from tests.courts.cases import accepted, program, received, seated
from tests.courts.stations import close, declined, on_hold
from tests.factories.clock import NOW
from tests.factories.courts import DeadlineFactory, ExtensionFactory, RecipientFactory, ReferralFactory
from tests.factories.programs import EligibilityItemFactory
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written


def fresh(referral: Referral) -> Referral:
    referral.refresh_from_db()
    return referral


@pytest.fixture
def new(desk: Desk) -> Referral:
    """With a checklist of two questions."""
    referral = received(program=program())
    EligibilityItemFactory(program=referral.program, code="adult", question="Is he eighteen or older?", must_be=True)
    EligibilityItemFactory(program=referral.program, code="minor", question="Is a minor concerned?", must_be=False)
    return referral


def test_accepted_by_the_checklist(desk: Desk, new: Referral) -> None:
    answer = desk.press(new, "accept", adult="yes", minor="no")

    assert desk.notice(answer) == "Accepted. Plan his intake."
    assert fresh(new).state == State.ACCEPTED
    assert new.moves.get(new=State.ACCEPTED).facts == {"answers": {"adult": True, "minor": False}}


def test_not_accepted_against_the_checklist(desk: Desk, new: Referral) -> None:
    with nothing_written():
        answer = desk.press(new, "accept", adult="yes", minor="yes")

    assert refusals(answer) == [
        "By the checklist he can't be accepted: Is a minor concerned? Decline the referral instead."
    ]


def test_each_question_is_asked(desk: Desk, new: Referral) -> None:
    with nothing_written():
        answer = desk.press(new, "accept", adult="yes")

    assert "Is a minor concerned?: This field is required." in text(answer)


def test_declined_with_a_reason(desk: Desk, new: Referral) -> None:
    assert desk.notice(desk.press(new, "decline", why="no common language")) == "Declined. Tell the court by a report."
    assert fresh(new).state == State.DECLINED


def test_a_seated_man_is_not_declined(desk: Desk) -> None:
    case = seated()
    with nothing_written():
        assert desk.press(case.referral, "decline", why="x").status_code == 409


def test_on_hold_until_a_day(desk: Desk) -> None:
    case = seated()
    answer = desk.press(case.referral, "hold", reason="competency evaluation", review_on="2026-04-03", keeps_seat="on")

    assert desk.notice(answer) == "On hold: no reminders, deadlines silent. Look again on Fri, Apr 3."
    assert (case.state(), case.enrollment.silent, case.enrollment.state) == (State.ON_HOLD, True, "seated")


def test_the_day_to_look_again_is_to_come(desk: Desk) -> None:
    case = seated()
    with nothing_written():
        answer = desk.press(case.referral, "hold", reason="competency evaluation", review_on="2026-03-03")

    assert refusals(answer) == ["Choose a day to look again that is still to come."]


def test_taken_up_again(desk: Desk) -> None:
    case = on_hold()

    assert desk.notice(desk.press(case.referral, "resume")) == (
        "Taken up again. Deadlines count with their true number of days."
    )
    assert case.state() == State.ENROLLED


def test_what_runs_is_not_taken_up(desk: Desk) -> None:
    case = seated()
    with nothing_written():
        assert desk.press(case.referral, "resume").status_code == 409


def test_closed_where_nothing_is_owed(desk: Desk) -> None:
    case = seated()

    assert (
        desk.notice(desk.press(case.referral, "close", closing="dismissed"))
        == "Closed. Nothing more goes to the court."
    )
    assert (case.state(), case.referral.closing) == (State.CLOSED, "dismissed")


def test_not_closed_before_the_report(desk: Desk) -> None:
    case = seated()
    with nothing_written():
        answer = desk.press(case.referral, "close", closing="discharged")

    assert refusals(answer) == [
        "The discharge report hasn't been delivered to everyone who gets it. Deliver it, then close the referral."
    ]


def test_a_case_moves_to_another_court(desk: Desk) -> None:
    case = seated()
    there = received(program=case.referral.program, participant=case.referral.participant)
    desk.press(case.referral, "close", closing="moved", moved_to=there.pk)

    assert (case.state(), case.referral.moved_to) == (State.CLOSED, there)
    assert fresh(there).enrollment == case.enrollment


def test_only_his_own_referrals_are_offered(desk: Desk) -> None:
    case, elsewhere = seated(), ReferralFactory()
    with nothing_written():
        answer = desk.press(case.referral, "close", closing="moved", moved_to=elsewhere.pk)

    assert "The new court's referral: Select a valid choice." in text(answer)


def test_opened_again(desk: Desk) -> None:
    case = declined()

    assert desk.notice(desk.press(case.referral, "reopen", why="an interpreter was found")) == "Opened again."
    assert case.state() == State.RECEIVED


def test_not_beside_a_newer_referral(desk: Desk) -> None:
    case = accepted()
    close(case)
    same = {name: getattr(case.referral, name) for name in ("program", "participant", "court", "case_number")}
    received(**same)
    with nothing_written():
        answer = desk.press(case.referral, "reopen", why="closed too soon")

    assert refusals(answer) == ["He has been referred again under this number. Go on with that referral."]


# --- dates


def test_a_date_is_extended_by_an_order(desk: Desk) -> None:
    deadline = DeadlineFactory(kind=DeadlineKind.COMPLETE_BY, due_on=date(2026, 9, 1))
    answer = desk.press(deadline, "extend", due_on="2026-11-02", basis="order", judge="Hon. J. Whitlatch")

    assert desk.notice(answer) == "Extended to Mon, Nov 2."
    assert fresh(deadline.referral).complete_by == date(2026, 11, 2)


def test_an_oral_one_is_to_be_confirmed(desk: Desk) -> None:
    deadline = DeadlineFactory(kind=DeadlineKind.COMPLETE_BY, due_on=date(2026, 9, 1))
    said = {"told_by": "the clerk, by phone", "told_on": "2026-03-03"}
    answer = desk.press(deadline, "extend", due_on="2026-11-02", basis="oral", **said)

    assert desk.notice(answer) == "Extended to Mon, Nov 2. Confirm it when the order comes."
    confirmed = desk.press(Extension.objects.get(), "confirm")
    assert desk.notice(confirmed) == "Extension confirmed."
    with nothing_written():
        assert desk.press(Extension.objects.get(), "confirm").status_code == 409


def test_an_oral_one_names_who_told(desk: Desk) -> None:
    deadline = DeadlineFactory(kind=DeadlineKind.COMPLETE_BY)
    with nothing_written():
        answer = desk.press(deadline, "extend", due_on="2026-11-02", basis="oral")

    assert refusals(answer) == ["Say who told you of the extension, and on which day."]


def test_an_earlier_day_is_no_extension(desk: Desk) -> None:
    deadline = DeadlineFactory(kind=DeadlineKind.COMPLETE_BY, due_on=date(2026, 9, 1))
    with nothing_written():
        answer = desk.press(deadline, "extend", due_on="2026-08-02", basis="order")

    assert refusals(answer) == ["An extension ends after September 1, 2026. Choose a later day."]


@pytest.mark.parametrize(
    "fields",
    [{"kind": DeadlineKind.NO_SHOW_REPORT}, {"state": "met", "settled_at": NOW, "next_alert_on": None}],
    ids=["not the court's", "no longer open"],
)
def test_only_an_open_date_of_the_courts_is_extended(desk: Desk, fields: dict[str, object]) -> None:
    deadline = DeadlineFactory(**fields)
    with nothing_written():
        assert desk.press(deadline, "extend", due_on="2026-12-01", basis="order").status_code == 409


def test_an_order_needs_no_confirmation(desk: Desk) -> None:
    extension = ExtensionFactory()
    with nothing_written():
        assert desk.press(extension, "confirm").status_code == 409


# --- recipients


def test_an_address_is_confirmed_by_call_back(desk: Desk) -> None:
    recipient = RecipientFactory(role="prosecutor", channel="email", address="pa@example.org", confirmed_at=None)
    answer = desk.press(recipient, "confirm")

    assert desk.notice(answer) == "Confirmed. Reports may go there."
    recipient.refresh_from_db()
    assert recipient.confirmed_by == desk.user
    with nothing_written():
        assert desk.press(recipient, "confirm").status_code == 409


def test_the_courts_own_pages_need_no_call_back(desk: Desk) -> None:
    pages = RecipientFactory(channel="portal")
    with nothing_written():
        assert desk.press(pages, "confirm").status_code == 409


def test_one_that_no_longer_applies_is_ended(desk: Desk) -> None:
    recipient = RecipientFactory(role="defense", channel="email", address="d@example.org")
    assert desk.notice(desk.press(recipient, "end")) == "Ended. No more reports go there."
    recipient.refresh_from_db()
    assert recipient.ended_at is not None
    with nothing_written():
        assert desk.press(recipient, "end").status_code == 409


def test_a_release_is_recorded(desk: Desk) -> None:
    recipient = RecipientFactory()

    assert desk.notice(desk.press(recipient, "release", begins_on="2026-03-03")) == "Release recorded."
    recipient.refresh_from_db()
    assert (recipient.release_on, recipient.release_until) == (date(2026, 3, 3), None)


def test_a_release_does_not_end_before_it_begins(desk: Desk) -> None:
    recipient = RecipientFactory()
    with nothing_written():
        answer = desk.press(recipient, "release", begins_on="2026-03-03", ends_on="2026-03-01")

    assert refusals(answer) == ["A release ends on the day it begins, or later."]
