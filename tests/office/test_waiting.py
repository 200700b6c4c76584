"""What stands under Today, and why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courts.deadlines import DeadlineKind
from courts.models import Clerkship, Recipient
from office.subjects import subject
from office.today import Line
from office.waiting import lines
from participants.models import NonAssociation, Participant
from programs.kinds import MarkKind
from programs.models import Seat
from tests.courts.cases import AFTER, accepted, completed, copy_to, delivered, issued, program, received, seated
from tests.courts.stations import REVIEW, on_hold, resume
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, DeadlineFactory, ExtensionFactory, HoldFactory, ProposalFactory
from tests.factories.participants import AppointmentFactory, NonAssociationFactory
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionFactory
from tests.office.desk import Desk, text

TODAY = date(2026, 3, 3)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def found(what: str = "", *, now: datetime = NOW, today: date = TODAY) -> list[Line]:
    return [line for line in lines(now=now, today=today) if line.what.startswith(what)]


def whats(**at: Any) -> list[str]:
    return [line.what for line in found(**at)]


def test_nothing() -> None:
    assert found() == []
    assert "Nothing needs you now" in text(Desk().get("/office/"))


def test_a_referral_to_decide() -> None:
    referral = received(program=program(), received_on=date(2026, 3, 1))

    (line,) = found()
    assert (line.what, line.button, line.url) == (
        "Referral to decide",
        "Accept",
        f"/office/do/referral/{referral.pk}/accept/",
    )
    assert (line.since, line.whom) == (date(2026, 3, 1), referral.participant.legal_name)
    assert line.why == f"{referral.court.name} · {referral.case_number}"  # type: ignore[union-attr]


def test_an_accepted_man_without_an_intake() -> None:
    case = accepted()

    assert whats() == ["No intake planned"]
    AppointmentFactory(participant=case.referral.participant, starts_at=NOW + timedelta(days=3))
    assert whats() == []


def test_todays_intake_and_one_of_which_nobody_said_what_became_of_it() -> None:
    man = accepted().referral.participant
    AppointmentFactory(participant=man, starts_at=NOW - timedelta(days=2), with_whom__name="Dana", place="Room 2")
    AppointmentFactory(participant=man, starts_at=NOW + timedelta(hours=2))

    assert [(line.what, line.button, line.due_on) for line in found()] == [
        ("Intake 12:00 pm", "Came or not", date(2026, 3, 1)),
        ("Intake 2:00 pm", "Open", TODAY),
    ]
    assert found()[0].why == "With Dana, Room 2"


def test_who_waits_for_a_seat_with_the_day_by_which_the_court_wants_him_seated() -> None:
    first = EnrollmentFactory(state="waiting", finish_by=date(2026, 9, 1))
    EnrollmentFactory(state="waiting")
    referral = received(program=first.program, participant=first.participant, state="accepted", enrollment=first)
    for kind, on in ((DeadlineKind.ENROLL_BY, date(2026, 3, 5)), (DeadlineKind.START_BY, date(2026, 3, 9))):
        DeadlineFactory(referral=referral, kind=kind, due_on=on)

    assert [(line.what, line.why, line.due_on, line.button) for line in found()] == [
        ("Needs a seat", "To finish by Tue, Sep 1.", date(2026, 3, 5), "Give him a seat"),
        ("Needs a seat", "No date binds him.", None, "Give him a seat"),
    ]


def test_while_a_court_holds_his_case_nobody_is_called_on() -> None:
    case = on_hold(accepted)
    DeadlineFactory(referral=case.referral, due_on=date(2026, 3, 1))

    assert found() == []


@pytest.mark.parametrize(("days", "stands"), [(-1, False), (0, True), (9, True)], ids=["before", "the day", "after"])
def test_a_hold_is_looked_at_again_from_its_day_on(days: int, stands: bool) -> None:
    case = on_hold()
    lined = found("On hold", today=REVIEW + timedelta(days=days))

    assert [(line.button, line.url, line.due_on, line.why) for line in lined] == [
        ("Take up again", f"/office/do/referral/{case.referral.pk}/resume/", REVIEW, subject(case.referral).what)
    ] * stands


def test_a_hold_that_has_ended_is_no_work() -> None:
    resume(on_hold())

    assert found("On hold", today=REVIEW) == []


def test_an_oral_extension_until_it_is_confirmed() -> None:
    oral = {"basis": "oral", "told_by": "the clerk", "told_on": TODAY, "old__referral__enrolled": True}
    extension = ExtensionFactory(**oral)
    ExtensionFactory(old__referral__enrolled=True)
    ExtensionFactory(**oral, confirmed_at=NOW, confirmed_by=extension.made_by)
    ExtensionFactory(**oral | {"old__referral__enrolled": False, "old__referral__closed": True})

    (line,) = found("Oral")
    assert (line.what, line.button, line.url) == (
        "Oral extension to confirm",
        "Confirm by an order",
        f"/office/do/extension/{extension.pk}/confirm/",
    )
    assert (line.since, line.due_on, line.why) == (TODAY, None, subject(extension).what)
    assert line.whom == extension.old.referral.participant.legal_name


def test_a_session_that_is_over_and_not_closed() -> None:
    over = SessionFactory(starts_at=NOW - timedelta(hours=3))
    SessionFactory(starts_at=NOW - timedelta(hours=1))  # it still runs
    SessionFactory(starts_at=NOW - timedelta(days=1), state="canceled", canceled_why="weather")

    (line,) = found()
    assert (line.what, line.button, line.url) == (
        "Session not closed",
        "Open the session",
        f"/office/programs/session/{over.pk}/",
    )


def test_a_proposal_says_why_and_takes_its_own_date() -> None:
    case = completed()
    proposal = case.proposed()
    today = date(2026, 3, 25)

    (line,) = found(now=AFTER, today=today)
    assert (line.what, line.button, line.url) == (
        "Completion report",
        "Look",
        f"/office/courts/proposal/{proposal.pk}/",
    )
    assert line.due_on == case.referral.deadlines.open().get(kind=DeadlineKind.COMPLETION_REPORT).due_on
    assert line.why.startswith("Completed on March 25, 2026. ")


def test_a_warning_says_what_he_missed() -> None:
    case = seated().attend(1, kind=MarkKind.ABSENT)
    case.proposed("warn")

    assert found("Warn him")[0].why.startswith("Missed week 1 unexcused; the policy allows 1: warn him.")


def test_who_has_no_seat_is_not_asked_to_make_up() -> None:
    waiting = EnrollmentFactory(state="waiting")
    ProposalFactory(kind="make_up", referral__enrollment=waiting, referral__participant=waiting.participant)
    ProposalFactory(kind="make_up", facts={"reasons": []})

    assert whats() == ["Book a make-up", "Needs a seat"]


def test_a_lists_changed_data() -> None:
    ProposalFactory(kind="changed_data", facts={"judge": ["A", "B"]})

    assert whats() == ["The list says otherwise"]


def test_a_report_in_review() -> None:
    report = completed().in_review()

    (line,) = found(now=AFTER, today=date(2026, 3, 25))
    assert (line.what, line.button, line.url) == (
        "In review: completion report",
        "Go on with it",
        f"/office/courts/report/{report.pk}/",
    )
    assert line.due_on is not None


def test_copies_to_deliver_and_those_that_failed() -> None:
    case = completed()
    for role, channel in (("prosecutor", "paper"), ("defense", "fax")):
        copy_to(case, Recipient.Role(role), Recipient.Channel(channel))
    document = case.issue(case.in_review())
    failed = document.deliveries.get(channel="fax")
    with time_machine.travel(AFTER, tick=False):
        Desk().press(failed, "failed", state="failed", reason="no answer")
    lined = found("Deliver", now=AFTER, today=date(2026, 3, 25))

    assert [(line.what, line.button, line.broken) for line in lined] == [
        ("Deliver a copy", "Mark as delivered", False),
        ("Delivery failed", "Mark as delivered", True),
    ]


def test_the_courts_own_pages_are_a_tasks_work() -> None:
    issued()

    assert found("Deliver", now=AFTER, today=date(2026, 3, 25)) == []


def test_a_report_waits_for_its_courts_clerk() -> None:
    case, _ = issued()
    Clerkship.objects.update(ended_at=NOW)

    (line,) = found("Waits for a clerk", now=AFTER, today=date(2026, 3, 25))
    assert (line.button, line.broken, line.since) == ("Open the case", False, date(2026, 3, 25))
    assert line.why.startswith("Nobody at this court can sign in yet: invite its clerk. ")

    ClerkshipFactory(court=case.referral.court)
    assert found("Waits for a clerk", now=AFTER, today=date(2026, 3, 25)) == []


def test_what_was_called_back_is_not_sent() -> None:
    case = completed()
    copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
    report = case.in_review()
    case.issue(report)
    with time_machine.travel(AFTER, tick=False):
        Desk().press(report, "withdraw", why="a mark was wrong")

    assert found("Deliver", now=AFTER, today=date(2026, 3, 25)) == []


@pytest.mark.parametrize(("days", "stands"), [(-30, True), (-1, True), (0, True), (7, True), (8, False)], ids=str)
def test_dates_of_the_next_seven_days_and_late_ones(days: int, stands: bool) -> None:
    DeadlineFactory(referral__enrolled=True, due_on=TODAY + timedelta(days=days))

    assert whats() == (["Complete by"] if stands else [])


def test_a_hearing_that_is_over_binds_nobody() -> None:
    for on in (TODAY - timedelta(days=1), TODAY):
        DeadlineFactory(referral__enrolled=True, kind=DeadlineKind.HEARING, due_on=on)

    assert [(line.what, line.due_on) for line in found()] == [("Hearing", TODAY)]


def test_what_is_met_is_no_work() -> None:
    DeadlineFactory(due_on=TODAY, state="met", settled_at=NOW, next_alert_on=None)
    delivered()

    assert found("Complete by") == []


def kept_apart(*, together: bool = True, **fields: Any) -> NonAssociation:
    """Of two who sit in one cohort, or each in his own."""
    pair: NonAssociation = NonAssociationFactory(**fields)
    first = SeatFactory(enrollment__participant=pair.one, enrollment__state="seated")
    where = {"cohort": first.cohort} if together else {}
    SeatFactory(enrollment__participant=pair.other, enrollment__state="seated", **where)
    return pair


def test_two_who_must_not_share_a_group_and_do() -> None:
    pair = kept_apart()
    kept_apart(together=False)
    kept_apart(ended_at=NOW)

    (line,) = found("Must not")
    group = Seat.objects.get(enrollment__participant=pair.one).cohort.name
    assert (line.what, line.why) == (
        "Must not share a group",
        f"Both sit in {group}. Move one of them to another cohort.",
    )
    assert line.whom == f"{pair.one.legal_name}, {pair.other.legal_name}"
    assert (line.button, line.url, line.broken) == ("Open the case", f"/office/people/{pair.one.pk}/", True)


def test_once_one_of_them_gave_up_his_seat_they_share_none() -> None:
    pair = kept_apart()
    Seat.objects.filter(enrollment__participant=pair.other).update(
        to_on=date(2026, 3, 3), closed_at=NOW, closed_by=UserFactory()
    )

    assert found("Must not") == []


def fill() -> None:
    """One of each line."""
    kept_apart()
    received(program=program())
    accepted()
    AppointmentFactory(starts_at=NOW)
    EnrollmentFactory(state="waiting")
    SessionFactory(starts_at=NOW - timedelta(hours=3))
    DeadlineFactory(due_on=TODAY)
    ProposalFactory(kind="call", facts={"reasons": []})
    HoldFactory(review_on=TODAY)
    ExtensionFactory(basis="oral", told_by="the clerk", told_on=TODAY)
    case = completed()
    copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
    case.issue(case.in_review())
    completed().in_review()


def queries() -> int:
    desk = Desk()
    with CaptureQueriesContext(connection) as asked:
        assert desk.get("/office/").status_code == 200
    return len(asked)


def test_however_much_there_is_the_page_asks_the_same() -> None:
    fill()
    one = queries()
    fill()
    fill()

    # Session, user, roles and time zone are four; what waits asks twelve.
    assert queries() == one <= 16


def test_the_page_shows_them_by_urgency_with_their_buttons() -> None:
    man = Participant.objects.get(pk=received(program=program()).participant_id)
    DeadlineFactory(referral__enrolled=True, due_on=TODAY - timedelta(days=2))
    shown = text(Desk().get("/office/"))

    assert "2 things need you" in shown
    assert shown.index("2 days late") < shown.index(f"Referral to decide {man.legal_name}")
    assert f"Accept : {man.legal_name}" in shown


def test_its_buttons_come_back_to_it() -> None:
    received(program=program())

    assert "/accept/?back=%2Foffice%2F" in Desk().get("/office/").content.decode()


def test_days_are_the_programs() -> None:
    """At four in the morning UTC it is still the evening before in Seattle."""
    program()
    with time_machine.travel(datetime(2026, 3, 4, 4, tzinfo=UTC), tick=False):
        assert "Tue, Mar 3" in text(Desk().get("/office/"))
