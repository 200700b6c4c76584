"""A man's case file."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from courts.models import Recipient
from office.casefile import CaseFile
from participants.models import Participant
from programs.kinds import MarkKind
from tests.courts.cases import AFTER, accepted, copy_to, delivered, issued, program, received, seated
from tests.courts.stations import on_hold
from tests.factories.clock import NOW
from tests.factories.courts import (
    ChargeFactory,
    CourtPaperFactory,
    DeadlineFactory,
    FlagFactory,
    ProposalFactory,
    RecipientFactory,
)
from tests.factories.messaging import InboundTextFactory, MessageFactory
from tests.factories.participants import (
    AppointmentFactory,
    ConsentFactory,
    ContactAttemptFactory,
    ContactPointFactory,
    NonAssociationFactory,
    NoteFactory,
    OtherNameFactory,
    ParticipantFactory,
)
from tests.factories.programs import BookingFactory, SessionFactory, SessionNoteFactory
from tests.office.desk import Desk, buttons, text


def file_of(man: Participant) -> str:
    """With all its tabs."""
    return f"/office/people/{man.pk}/?tab=whole"


def test_of_a_man_of_whom_nothing_is_known_yet(desk: Desk) -> None:
    shown = text(desk.get(file_of(ParticipantFactory(first_name="Marek", last_name="Brzezik", date_of_birth=None))))

    assert "Marek Brzezik" in shown
    for empty in (
        "No phone or address yet. Add one, then ask him whether it is safe.",
        "A court's list brings referrals in. Without one nothing binds him.",
        "No appointment is planned. Plan his intake once a referral is accepted.",
        "Nobody has called him or written a note yet.",
        "None yet. Reminders are planned by themselves once he has a session or an appointment.",
    ):
        assert empty in shown


def test_opening_it_is_an_event_and_stands_in_it(desk: Desk) -> None:
    man = ParticipantFactory()
    answer = desk.get(file_of(man))

    assert list(Event.objects.values_list("verb", "record", "actor", "at")) == [
        ("person.looked_at", f"participants.Participant:{man.pk}", f"user:{desk.user.pk}", NOW)
    ]
    assert [(one.what, one.who) for one in answer.context["file"].history] == [("Person looked at", desk.user.name)]


def test_who_he_is(desk: Desk) -> None:
    man = ParticipantFactory(
        preferred_name="Rick", date_of_birth=date(1984, 7, 19), language="es", needs_interpreter=True
    )
    OtherNameFactory(participant=man, name="Ricardo Brzezik")
    other = ParticipantFactory()
    NonAssociationFactory(one=man, other=other)
    shown = text(desk.get(file_of(man)))

    assert "called Rick · alias Ricardo Brzezik · born Jul 19, 1984 · speaks Spanish · needs an interpreter" in shown
    assert f"Never in one group with {other.legal_name}" in shown
    assert f"Never in one group with {man.legal_name}" in text(desk.get(file_of(other)))


# --- how to reach him


def test_what_is_safe_and_what_he_agreed_to(desk: Desk) -> None:
    man = ParticipantFactory()
    phone = ContactPointFactory(participant=man, value="+12065550142", safe=True)
    ConsentFactory(contact_point=phone, given=True, at=NOW - timedelta(days=2))
    ConsentFactory(contact_point=phone, given=False, how="oral", at=NOW)
    ContactPointFactory(participant=man, kind="email", value="a@example.org", source="the court's list")
    ContactPointFactory(participant=man, value="+12065550199", ended_at=NOW)
    reach = CaseFile(man).reach

    assert [(one.point.value, one.word, one.consent) for one in reach] == [
        ("+12065550142", "Safe", "said no on Tue, Mar 3, oral"),
        ("a@example.org", "Not marked safe: nothing goes there", "nothing said yet"),
    ]


def test_the_newest_word_counts_whenever_it_was_written_down(desk: Desk) -> None:
    phone = ContactPointFactory(safe=True)
    ConsentFactory(contact_point=phone, given=False, at=NOW - timedelta(days=2))
    ConsentFactory(contact_point=phone, given=True, how="written", at=NOW)

    assert CaseFile(phone.participant).reach[0].consent == "agreed on Tue, Mar 3, written"


# --- his referrals


def test_each_referral_with_its_dates_and_deadlines(desk: Desk) -> None:
    case = accepted(
        court__name="Kent Municipal Court",
        case_number="26-0413",
        complete_by=date(2026, 9, 1),
        proof_due_by=date(2026, 9, 8),
    )
    ChargeFactory(referral=case.referral, text="Patronizing a prostitute")
    DeadlineFactory(referral=case.referral, due_on=date(2026, 3, 1))
    again = received(program=case.referral.program, participant=case.referral.participant, case_number="26-0500")
    answer = desk.get(file_of(case.referral.participant))
    shown = text(answer)

    assert "Kent Municipal Court · 26-0413" in shown
    assert "Patronizing a prostitute" in shown
    assert "Tue, Sep 1 Complete by Tue, Sep 8 Proof due" in shown
    assert "Today is between received and complete by." in shown
    assert "Complete by Sun, Mar 1 2 days late Extend" in shown
    assert [one.referral for one in answer.context["file"].cases] == [again, case.referral]


def test_on_hold_it_says_until_when(desk: Desk) -> None:
    case = on_hold()

    assert "look again on Fri, Apr 3" in text(desk.get(file_of(case.referral.participant)))


def test_who_is_told_and_who_is_not_yet(desk: Desk) -> None:
    case = accepted()
    RecipientFactory(
        referral=case.referral, role="prosecutor", channel="email", address="pa@example.org", confirmed_at=None
    )
    copy_to(case, Recipient.Role.DEFENSE, Recipient.Channel.EMAIL, address="d@example.org")
    shown = text(desk.get(file_of(case.referral.participant)))

    assert "pa@example.org Not confirmed: nothing goes there Confirm by call-back" in shown
    assert "d@example.org · confirmed" in shown


def test_an_extension_by_word_only(desk: Desk) -> None:
    case = accepted()
    deadline = DeadlineFactory(referral=case.referral, due_on=date(2026, 9, 1))
    desk.press(deadline, "extend", due_on="2026-11-02", basis="oral", told_by="the clerk", told_on="2026-03-03")

    assert "Extended by word only Mon, Nov 2 Not confirmed by an order yet Confirm by an order" in text(
        desk.get(file_of(case.referral.participant))
    )


def test_reports_and_copies_on_their_way(desk: Desk) -> None:
    case, document = issued()
    with time_machine.travel(AFTER, tick=False):
        shown = text(Desk().get(file_of(case.referral.participant)))

    assert f"Completion report Issued {document.number.text}" in shown
    assert "Copy to Clerk of the court Queued" in shown


def test_proposals(desk: Desk) -> None:
    case = accepted()
    ProposalFactory(referral=case.referral, kind="warn")

    assert "Proposed: warn him" in text(desk.get(file_of(case.referral.participant)))


# --- his weeks


def test_weeks_as_squares_with_their_words(desk: Desk) -> None:
    case = seated().attend(1).attend(2, kind=MarkKind.ABSENT)
    answer = desk.get(file_of(case.referral.participant))
    (course,) = answer.context["file"].courses

    assert [(one.week, one.shape, one.word) for one in course.squares] == [
        (1, "filled", "credited"),
        (2, "crossed", "absent"),
        (3, "hollow", "not yet"),
    ]
    assert "Week 1: credited Week 2: absent Week 3: not yet" in text(answer)


def test_standing_as_a_sentence(desk: Desk) -> None:
    case = seated()
    shown = text(desk.get(file_of(case.referral.participant)))

    assert "On track. Can finish on March 24, 2026 with the sessions he already has." in shown
    assert "The exit interview has not been done." in shown


def test_before_a_seat_the_newest_curriculum_says_his_weeks(desk: Desk) -> None:
    case = accepted()
    (course,) = CaseFile(case.referral.participant).courses

    assert [square.shape for square in course.squares] == ["hollow"] * 3
    assert (course.cohort, course.standing, course.sentences) == (None, "Not assessed yet", [])


def test_a_booked_makeup(desk: Desk) -> None:
    case = seated()
    BookingFactory(
        enrollment=case.enrollment, session=SessionFactory(cohort=None, program=case.referral.program, module__week=2)
    )

    assert "Make-up of week 2: Tue, Mar 10, 5:00 am" in text(desk.get(file_of(case.referral.participant)))


# --- the rest


def test_appointments_contacts_notes_and_messages(desk: Desk) -> None:
    man = ParticipantFactory()
    AppointmentFactory(participant=man, starts_at=NOW, place="Room 2", with_whom__name="Dana Kessler")
    ContactAttemptFactory(participant=man, note="Rang twice.")
    NoteFactory(participant=man, text="He asks for Tuesdays.")
    MessageFactory(participant=man, user=None, kind="session_reminder", channel="text", sent=True)
    shown = text(desk.get(file_of(man)))

    for said in (
        "Intake Tue, Mar 3, 12:00 pm planned · with Dana Kessler · Room 2",
        "Phone: no answer",
        "Rang twice.",
        "He asks for Tuesdays.",
        "Session reminder Tue, Mar 3, 12:00 pm Text · Sent",
    ):
        assert said in shown


def test_incidents_without_their_words_and_no_private_note(desk: Desk) -> None:
    case = seated(program=program())
    session = case.cohort.sessions.earliest("starts_at")
    about = {"session": session, "enrollment": case.enrollment, "by__name": "Marcus Bell", "at": NOW}
    incident = SessionNoteFactory(kind="incident", text="He struck the door.", **about)
    SessionNoteFactory(kind="private", text="A long evening.", **about)
    SessionNoteFactory(kind="incident", session=session, at=NOW)

    shown = desk.get(f"/office/people/{case.referral.participant_id}/?tab=notes")

    assert text(shown).count("Incident note") == 1
    assert "Incident note · Marcus Bell · not seen yet" in text(shown)
    assert f'href="/office/incidents/{incident.pk}/"' in shown.content.decode()
    assert "struck" not in text(shown)
    assert "long evening" not in text(shown)


def test_nothing_of_another_man(desk: Desk) -> None:
    # A name that no factory gives.
    other = delivered(case_number="OTHER-77", participant__last_name="Abenov").referral
    assert other.court is not None
    NoteFactory(participant=other.participant, text="Not his.")
    MessageFactory(participant=other.participant, user=None, kind="not_his")
    shown = text(desk.get(file_of(seated().referral.participant)))

    his = ("OTHER-77", "Abenov", "Not his.", "Not his", other.court.name)
    assert [said for said in his if said in shown] == []


def test_history_names_people_and_tasks_and_keeps_personal_words_closed(desk: Desk) -> None:
    case = delivered()
    file = CaseFile(case.referral.participant)
    said = {(one.what, one.who) for one in file.history}

    assert ("Referral accepted", case.by.name) in said
    assert ("Report issued", case.by.name) in said
    assert len(file.history) <= 50


def test_history_is_the_newest_fifty(desk: Desk) -> None:
    man = ParticipantFactory()
    for _ in range(52):
        desk.get(file_of(man))

    assert len(CaseFile(man).history) == 50
    assert len(CaseFile(man, whole=True).history) == 52


def fill(man: Participant) -> None:
    """One more of everything."""
    case = seated(participant=man, program=program())
    phone = ContactPointFactory(participant=man, safe=True)
    ConsentFactory(contact_point=phone)
    DeadlineFactory(referral=case.referral)
    RecipientFactory(referral=case.referral)
    ProposalFactory(referral=case.referral)
    BookingFactory(enrollment=case.enrollment, session=SessionFactory(cohort=None, program=case.referral.program))
    AppointmentFactory(participant=man)
    ContactAttemptFactory(participant=man)
    NoteFactory(participant=man)
    SessionNoteFactory(kind="incident", enrollment=case.enrollment, session=case.cohort.sessions.first())
    MessageFactory(participant=man, user=None)
    NonAssociationFactory(one=man, other=ParticipantFactory())


@pytest.mark.parametrize("more", [1, 2])
def test_more_of_everything_asks_no_more(desk: Desk, more: int) -> None:
    man = ParticipantFactory()
    fill(man)
    with CaptureQueriesContext(connection) as one:
        desk.get(file_of(man))
    for _ in range(more):
        fill(man)
    with CaptureQueriesContext(connection) as several:
        desk.get(file_of(man))

    assert len(several) == len(one) <= 50


def test_buttons_stand_where_the_eye_is(desk: Desk) -> None:
    case = seated()
    found = buttons(desk.get(file_of(case.referral.participant)))

    about_him = ["contact", "appointment", "note", "reach", "apart"]
    assert [one for one in found if one in about_him][:5] == about_him
    assert [one for one in ("makeup", "transfer", "wait", "hold", "close") if one not in found] == []


# --- its tabs

SAID = {
    "timeline": "Nobody has called him or written a note yet.",
    "reports": "Without a referral there is nobody to report to.",
    "messages": "None yet. Reminders are planned by themselves",
    "notes": "No notes yet.",
    "documents": "None yet. Issued reports, and what the courts send along, stand here.",
    "history": "What happened, and who looked",
}


@pytest.mark.parametrize("tab", SAID)
def test_a_tab_shows_its_own_part_alone(desk: Desk, tab: str) -> None:
    shown = text(desk.get(f"/office/people/{ParticipantFactory().pk}/?tab={tab}"))

    assert [name for name, said in SAID.items() if said in shown] == [tab]


@pytest.mark.parametrize("query", ["", "?tab=", "?tab=nothing"])
def test_without_a_tab_it_is_the_timeline(desk: Desk, query: str) -> None:
    shown = text(desk.get(f"/office/people/{ParticipantFactory().pk}/{query}"))

    assert [name for name, said in SAID.items() if said in shown] == ["timeline"]


def test_the_whole_file_is_there_to_be_printed(desk: Desk) -> None:
    shown = text(desk.get(file_of(ParticipantFactory())))

    assert [name for name, said in SAID.items() if said in shown] == list(SAID)


def test_what_passed_stands_in_one_stream_the_newest_first(desk: Desk) -> None:
    man = ParticipantFactory()
    ContactAttemptFactory(participant=man, at=NOW - timedelta(days=3))
    NoteFactory(participant=man, at=NOW - timedelta(days=1))
    MessageFactory(participant=man, user=None, kind="session_reminder", sent=True)
    phone = ContactPointFactory(participant=man)
    InboundTextFactory(contact_point=phone, came_at=NOW - timedelta(days=2))
    AppointmentFactory(
        participant=man, starts_at=NOW - timedelta(days=9), state="kept", settled_at=NOW, settled_by=desk.user
    )
    AppointmentFactory(participant=man)

    assert [one.kind for one in CaseFile(man).stream] == ["message", "note", "text", "attempt", "appointment"]
    assert len(CaseFile(man).planned) == 1


def test_a_value_to_ask_about_stands_by_its_referral_with_its_button(desk: Desk) -> None:
    flag = FlagFactory(field="date_of_birth", raw="31/31/80", reason="This is no date.")
    FlagFactory(referral=flag.referral, field="judge", settled_at=NOW, settled_by=desk.user)
    answer = desk.get(file_of(flag.referral.participant))

    assert "Ask: date of birth 31/31/80 This is no date. Settle it" in text(answer)
    assert "Ask: judge" not in text(answer)


def test_documents_are_what_was_issued_and_what_came(desk: Desk) -> None:
    case, document = issued()
    CourtPaperFactory(referral=case.referral)
    with time_machine.travel(AFTER, tick=False):
        shown = text(Desk().get(f"/office/people/{case.referral.participant_id}/?tab=documents"))

    assert f"{document.number.text} · issued Open the PDF" in shown
    assert "Order" in shown
    assert "not read yet" in shown


def test_where_nothing_arrives_is_not_called_safe(desk: Desk) -> None:
    point = ContactPointFactory(safe=True, unreachable_at=NOW, unreachable_why="bounced")

    assert CaseFile(point.participant).reach[0].word == "Can't be reached there: bounced"
