"""Lines that say no more than whom, what and since when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from office.today import Line
from office.waiting import lines, making
from participants.models import Participant
from tests.courts.cases import program, received
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtPaperFactory, FlagFactory
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.participants import (
    AppointmentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    ParticipantFactory,
)
from tests.factories.programs import EnrollmentFactory
from tests.office.desk import Desk, text

TODAY = date(2026, 3, 3)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def found(kind: str) -> list[Line]:
    return [line for line in lines(now=NOW, today=TODAY) if line.key.startswith(f"{kind}:")]


def whats(kind: str) -> list[str]:
    return [line.what for line in found(kind)]


def test_a_value_that_couldnt_be_read_until_it_is_settled(desk: Desk) -> None:
    flag = FlagFactory(field="date_of_birth", reason="This is no date.")
    (line,) = found("flag")

    assert (line.what, line.button, line.key) == ("Ask: date of birth", "Settle it", f"flag:courts.Flag:{flag.pk}")
    assert line.why.startswith("This is no date. ")
    assert line.whom == flag.referral.participant.legal_name
    said = desk.notice(desk.press(flag, "settle", answer="Asked the clerk."))
    assert said == "Settled. What you wrote stands in his history."
    assert found("flag") == []
    assert Event.objects.get(verb="flag.settled").reveal() == {"answer": "Asked the clerk."}
    assert desk.press(flag, "settle", answer="Again.").status_code == 409


def test_what_the_court_says_by_now_is_written_from_there(desk: Desk) -> None:
    flag = FlagFactory(field="date_of_birth", raw="31/31/80")
    answer = desk.press(flag, "settle", value="1980-03-31", answer="Asked the clerk.")

    assert desk.notice(answer) == "Settled, and the date of birth is written. What you wrote stands in his history."
    assert Participant.objects.get().date_of_birth == date(1980, 3, 31)
    assert found("flag") == []


@pytest.mark.parametrize(("field", "asked"), [("referral_kind", True), ("received_on", False), ("", False)])
def test_where_nothing_is_written_by_itself_the_form_says_so(desk: Desk, field: str, asked: bool) -> None:
    shown = text(desk.get(desk.button(FlagFactory(field=field), "settle")))

    assert ("It is written where it belongs" in shown) is asked
    assert ("Only this is kept: correct the value itself where it stands." in shown) is not asked


def test_an_intake_opens_its_sheet(desk: Desk) -> None:
    due = AppointmentFactory(starts_at=NOW - timedelta(minutes=10), kind="intake")
    talk = AppointmentFactory(starts_at=NOW - timedelta(minutes=20), kind="individual")

    assert {(line.button, line.url) for line in found("appointment")} == {
        ("Came or not", desk.button(talk, "settle")),
        ("Open the intake", f"/office/intake/{due.pk}/"),
    }
    assert desk.get(f"/office/intake/{due.pk}/").status_code == 200


def test_a_paper_that_nobody_has_read() -> None:
    referral = received(program=program())
    CourtPaperFactory(referral=referral)
    CourtPaperFactory(referral=referral, read_at=NOW, read_by=UserFactory())
    CourtPaperFactory(submission__sent=False)

    assert [(line.what, line.button, line.whom) for line in found("paper")] == [
        ("Order to read", "Read it", referral.participant.legal_name)
    ]


@pytest.mark.parametrize(
    ("state", "reason", "what"),
    [
        ("failed", "SMTPException", "Message failed"),
        ("failed", "gives something away", "Message held back"),
        ("unknown", "no answer", "Text may not have gone"),
        ("missed", "quiet hours", "Not told in time"),
    ],
)
def test_a_message_that_broke_until_somebody_tried_to_reach_him(state: str, reason: str, what: str) -> None:
    man = ParticipantFactory()
    MessageFactory(participant=man, user=None, channel="text", state=state, reason=reason, due_at=NOW)
    MessageFactory(participant=man, user=None, channel="text", state=state, reason=reason, due_at=NOW - timedelta(8))
    MessageFactory(participant=man, user=None, channel="text", state="skipped", reason="not wanted", due_at=NOW)

    assert [(line.what, line.whom, line.broken) for line in found("message")] == [(what, man.legal_name, True)]
    ContactAttemptFactory(participant=man, at=NOW)
    assert found("message") == []


def test_a_letter_until_it_went_to_the_post() -> None:
    man = ParticipantFactory()
    said = {"participant": man, "user": None, "channel": "letter", "kind": "please_call"}
    MessageFactory(**said, due_at=NOW)
    MessageFactory(**said, due_at=NOW, printed_at=NOW, printed_by=UserFactory())
    MessageFactory(**said, due_at=NOW + timedelta(days=1))
    MessageFactory(**said, sent=True, printed_at=NOW, printed_by=UserFactory())
    MessageFactory(**said, state="missed", reason="nobody printed it", due_at=NOW)

    assert [(line.what, line.whom, line.why, line.button, line.url) for line in found("letter")] == [
        (what, man.legal_name, "Please call. Nothing else reaches him.", "Open letters", "/office/print/letters/")
        for what in ("Letter to print", "Letter to post")
    ]


def test_what_fell_into_the_night_and_was_said_before_is_no_line() -> None:
    man = ParticipantFactory()
    said = {"participant": man, "user": None, "channel": "text", "about": "x:1", "kind": "session_reminder"}
    MessageFactory(**said, state="missed", reason="quiet hours", due_at=NOW)
    MessageFactory(**said | {"kind": "session_canceled"}, state="missed", reason="quiet hours", due_at=NOW)
    MessageFactory(**said, state="missed", due_at=NOW)
    assert [line.why.partition(".")[0] for line in found("message")] == ["Session reminder"]

    MessageFactory(**said, sent=True)
    assert found("message") == []


@pytest.mark.parametrize(
    ("meaning", "what"),
    [
        ("stop", "He wrote STOP"),
        ("start", "He wrote START"),
        ("help", "He wrote HELP"),
        ("other", "A text came in"),
    ],
)
def test_a_text_that_came_in(meaning: str, what: str) -> None:
    point = ContactPointFactory()
    InboundTextFactory(meaning=meaning, contact_point=point)
    InboundTextFactory(meaning=meaning, contact_point=point, seen_at=NOW, seen_by=UserFactory())

    assert [(line.what, line.whom) for line in found("text")] == [(what, point.participant.legal_name)]


def test_of_a_number_that_is_nobodys() -> None:
    InboundTextFactory(contact_point=None)

    assert [line.whom for line in found("text")] == ["A number that is nobody's here"]


def test_where_nothing_arrives() -> None:
    point = ContactPointFactory(safe=True, unreachable_at=NOW, unreachable_why="landline")
    ContactPointFactory(unreachable_at=NOW, unreachable_why="bounced", ended_at=NOW)

    (line,) = found("point")
    assert (line.what, line.why, line.whom, line.broken) == (
        "Can't be reached there",
        "Phone: A landline takes no texts. Ask him for another.",
        point.participant.legal_name,
        True,
    )


@pytest.mark.parametrize(
    ("state", "point", "stands"),
    [
        ("waiting", None, True),
        ("waiting", {}, True),
        ("waiting", {"safe": True}, False),
        ("waiting", {"safe": True, "ended_at": NOW}, True),
        ("waiting", {"unreachable_at": NOW, "unreachable_why": "bounced"}, False),
        ("seated", None, True),
        ("intake", None, False),
    ],
    ids=["none", "unsafe", "safe", "no longer in use", "has a line of its own", "seated", "before his intake"],
)
def test_who_has_no_safe_way_to_be_reached(state: str, point: dict[str, Any] | None, stands: bool) -> None:
    enrollment = EnrollmentFactory(state=state)
    if point is not None:
        ContactPointFactory(participant=enrollment.participant, **point)

    assert whats("unsafe") == ["No safe way to reach him"] * stands


@pytest.mark.parametrize(
    ("days", "tried", "what"),
    [(6, False, "No contact yet"), (6, True, "No intake planned"), (1, False, "No intake planned")],
)
def test_after_three_working_days_without_a_try_he_comes_first(days: int, tried: bool, what: str) -> None:
    enrollment = EnrollmentFactory(state="intake", opened_at=NOW - timedelta(days=days))
    if tried:
        ContactAttemptFactory(participant=enrollment.participant, at=NOW - timedelta(days=1))

    (line,) = found("intake")
    assert (line.what, line.broken) == (what, what == "No contact yet")
    assert line.button == ("Log a contact" if line.broken else "Open the case")


def test_a_try_in_the_file_that_was_left_aside_for_his_counts() -> None:
    enrollment = EnrollmentFactory(state="intake", opened_at=NOW - timedelta(days=6))
    man = enrollment.participant
    MessageFactory(participant=man, user=None, state="failed", reason="Bounced", due_at=NOW - timedelta(days=2))
    ContactAttemptFactory(participant__merged_into=man, at=NOW - timedelta(days=1))

    assert (whats("intake"), whats("message")) == (["No intake planned"], [])


def test_what_doesnt_fit_is_counted_and_leads_to_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (making, __import__("office.waiting.notices", fromlist=["notices"])):
        monkeypatch.setattr(module, "AT_MOST", 2)
    one = program()
    for _ in range(3):
        referral = received(program=one)
        FlagFactory(referral=referral)
    last = [line for line in lines(now=NOW, today=TODAY) if line.key.endswith(":all")]

    assert [(line.what, line.whom, line.button, line.url) for line in last] == [
        ("Referrals to decide", "3 of them", "See all", "/office/courts/referral/?state__exact=received"),
        ("Values to ask about", "3 of them", "See all", "/office/courts/flag/"),
    ]
    assert len(found("flag")) == 3


def test_however_many_there_are_it_asks_at_most_twenty_times(desk: Desk) -> None:
    with CaptureQueriesContext(connection) as none:
        desk.get("/office/")
    for _ in range(2):
        FlagFactory()
        CourtPaperFactory(referral=received(program=program()))
        MessageFactory(participant=ParticipantFactory(), user=None, state="failed", reason="x", due_at=NOW)
        InboundTextFactory(contact_point=ContactPointFactory())
    with CaptureQueriesContext(connection) as some:
        desk.get("/office/")

    assert len(none) == len(some) <= 20
