"""What stands under Today, and why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courts.actions import corrections, deliveries
from courts.deadlines import DeadlineKind
from courts.models import Clerkship, Recipient, Report
from office.subjects import subject
from office.today import Line
from office.waiting import lines
from participants.models import NonAssociation, Participant
from programs.actions.changes import tell
from programs.kinds import Change, MarkKind
from programs.models import Seat
from tests.courts.cases import AFTER, accepted, completed, copy_to, delivered, issued, program, received, seated
from tests.courts.stations import REVIEW, on_hold, resume
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ClerkshipFactory, DeadlineFactory, ExtensionFactory, HoldFactory, ProposalFactory
from tests.factories.participants import AppointmentFactory, ContactAttemptFactory, NonAssociationFactory
from tests.factories.programs import EnrollmentFactory, SeatFactory, SessionFactory
from tests.office.desk import Desk, text

TODAY = date(2026, 3, 3)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def found(what: str = "", *, now: datetime = NOW, today: date = TODAY) -> list[Line]:
    """Without those who have no phone, as most men here: tests/office/test_waiting_notices.py has them."""
    found = (line for line in lines(now=now, today=today) if not line.key.startswith("unsafe:"))
    return [line for line in found if line.what.startswith(what)]


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
        ("Intake 12:00 pm", "Open the intake", date(2026, 3, 1)),
        ("Intake 2:00 pm", "Open the intake", TODAY),
    ]
    assert found()[0].why == "With Dana, Room 2"


def test_who_waits_for_a_seat_with_the_day_by_which_the_court_wants_him_seated() -> None:
    first = EnrollmentFactory(state="waiting", finish_by=date(2026, 9, 1))
    EnrollmentFactory(state="waiting")
    referral = received(program=first.program, participant=first.participant, state="accepted", enrollment=first)
    for kind, on in ((DeadlineKind.ENROLL_BY, date(2026, 3, 5)), (DeadlineKind.START_BY, date(2026, 3, 9))):
        DeadlineFactory(referral=referral, kind=kind, due_on=on)

    assert [(line.what, line.why, line.due_on, line.button) for line in found()] == [
        ("Needs a seat", "To finish by Tue, Sep 1.", date(2026, 3, 5), "Place him"),
        ("Needs a seat", "No date binds him.", None, "Place him"),
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


def test_a_session_that_is_not_closed_two_days_after_its_end() -> None:
    two_hours, two_days = timedelta(hours=2), timedelta(days=2)
    over = SessionFactory(starts_at=NOW - two_days - two_hours, minutes=120)
    SessionFactory(starts_at=NOW - two_days - two_hours + timedelta(minutes=1), minutes=120)
    SessionFactory(starts_at=NOW - two_days - two_hours, state="canceled", canceled_why="weather")

    (line,) = found()
    assert (line.what, line.button, line.url) == (
        "Session not closed",
        "Open the session",
        f"/office/programs/session/{over.pk}/",
    )
    assert line.when(TODAY) == "2 days late"


@pytest.mark.parametrize(
    ("state", "people", "what"),
    [("planned", 1, "Call 1 person: session changed"), ("canceled", 2, "Call 2 people: session canceled")],
)
def test_whom_no_message_reaches_about_a_session(state: str, people: int, what: str) -> None:
    why = "weather" if state == "canceled" else ""
    changed = SessionFactory(starts_at=NOW + timedelta(days=1), state=state, canceled_why=why)
    seats = [SeatFactory(cohort=changed.cohort, enrollment__state="seated") for _ in range(people)]
    kind = Change.CANCELED if why else Change.MOVED
    tell(session=changed, enrollments=[seat.enrollment for seat in seats], what=kind, now=NOW)

    (line,) = found("Call")
    assert (line.what, line.button, line.url) == (what, "Open the session", f"/sessions/{changed.pk}/")
    assert line.why == ", ".join(seat.enrollment.participant.called for seat in seats)
    ContactAttemptFactory(participant=seats[0].enrollment.participant, at=NOW)
    assert [each.what for each in found("Call")] == ["Call 1 person: session canceled"] * (people - 1)


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
        ("Deliver a copy", "Print", False),
        ("Delivery failed", "Print", True),
    ]


# Delivered on Wednesday, March 25, to a court in Washington.
@pytest.mark.parametrize(
    ("on", "gone"),
    [
        pytest.param(date(2026, 3, 27), None, id="two working days"),
        pytest.param(date(2026, 3, 29), None, id="a weekend adds none"),
        pytest.param(date(2026, 3, 30), (3, False), id="three"),
        pytest.param(date(2026, 4, 2), (6, False), id="six"),
        pytest.param(date(2026, 4, 3), (7, True), id="seven"),
        pytest.param(date(2026, 4, 14), (14, True), id="fourteen"),
    ],
)
@pytest.mark.parametrize("acknowledges", ["portal", "reply"])
def test_a_report_that_its_court_does_not_acknowledge(
    on: date, gone: tuple[int, bool] | None, acknowledges: str
) -> None:
    case = delivered(court__acknowledges=acknowledges)
    now = datetime(on.year, on.month, on.day, 20, tzinfo=UTC)
    lined = found("Not acknowledged", now=now, today=on)
    if gone is None:
        assert lined == []
        return
    (line,) = lined
    assert (line.why.partition(":")[0], line.broken) == (f"The court has had it for {gone[0]} working days", gone[1])
    assert line.since == date(2026, 3, 25)
    assert line.button == ("Remind the clerk" if acknowledges == "portal" else "The court has acknowledged")
    assert case.referral.reports.count() == 1


def test_a_court_that_never_acknowledges_is_not_asked() -> None:
    delivered(court__acknowledges="never")
    assert found("Not acknowledged", now=AFTER + timedelta(days=30), today=date(2026, 4, 24)) == []


def test_holidays_of_the_court_are_no_working_days() -> None:
    delivered(court__state="CA")
    # March 31 is a holiday in California.
    (line,) = found("Not acknowledged", now=datetime(2026, 4, 3, 20, tzinfo=UTC), today=date(2026, 4, 3))
    assert line.why.startswith("The court has had it for 6 working days")


def test_one_that_stands_waits_from_its_answer_on() -> None:
    case = delivered(court__acknowledges="reply")
    report, answered = case.referral.reports.get(), AFTER + timedelta(days=14)
    corrections.ask(report=report, text="The date of week 3.", by=case.by, now=answered)
    corrections.stand(report=report, answer="It was March 3.", by=case.by, now=answered)
    two_weeks_later = answered + timedelta(days=14)
    (line,) = found("Not acknowledged", now=two_weeks_later, today=two_weeks_later.date())
    assert (line.since, line.button) == (answered.date(), "The court has acknowledged")
    deliveries.acknowledge_for(report=report, by=case.by, now=two_weeks_later)
    assert found("Not acknowledged", now=two_weeks_later, today=two_weeks_later.date()) == []


def test_an_acknowledged_one_is_no_line() -> None:
    case = delivered(court__acknowledges="reply")
    deliveries.acknowledge_for(report=case.referral.reports.get(), by=case.by, now=AFTER)
    assert found("Not acknowledged", now=AFTER + timedelta(days=30), today=date(2026, 4, 24)) == []


def test_a_correction_that_was_asked_for_stands_there_until_it_is_answered() -> None:
    case = delivered()
    report = case.referral.reports.get()
    corrections.ask(report=report, text="Minutes?", by=case.by, now=AFTER)
    (line,) = found("Correction asked", now=AFTER, today=date(2026, 3, 25))
    assert (line.what, line.button, line.broken) == ("Correction asked: completion report", "Answer it", True)
    assert line.url == f"/office/courts/report/{report.pk}/"
    corrections.stand(report=report, answer="Right.", by=case.by, now=AFTER)
    assert found("Correction asked", now=AFTER, today=date(2026, 3, 25)) == []


def test_copies_of_a_superseded_report_are_no_lines() -> None:
    case = completed()
    copy_to(case, Recipient.Role.PROSECUTOR, Recipient.Channel.PAPER)
    old = case.issue(case.in_review()).report
    made = corrections.correct(report=old, what_changed="Week 2.", by=case.by, now=AFTER)
    case.issue(Report.objects.get(pk=made.pk))
    assert len(found("Deliver a copy", now=AFTER, today=date(2026, 3, 25))) == 1


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
    SessionFactory(starts_at=NOW - timedelta(days=3))
    unreached = SeatFactory(cohort=SessionFactory(starts_at=NOW + timedelta(days=1)).cohort, enrollment__state="seated")
    coming = unreached.cohort.sessions.get()
    tell(session=coming, enrollments=[unreached.enrollment], what=Change.MOVED, now=NOW)
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

    # Session, user, roles and time zone are four; some kinds ask only once there is one.
    assert queries() == one <= 20


def test_the_page_shows_them_by_urgency_with_their_buttons() -> None:
    man = Participant.objects.get(pk=received(program=program()).participant_id)
    DeadlineFactory(referral__enrolled=True, due_on=TODAY - timedelta(days=2))
    shown = text(Desk().get("/office/"))

    assert "3 things need you" in shown
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
