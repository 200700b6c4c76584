"""What the office does about the questions: hands them out, types in paper, and sees done or not done."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from audit.models import Event
from office.waiting import lines
from outcomes.actions import jobs
from outcomes.actions.asking import to_hand
from outcomes.actions.codes import destroy_link, new_code
from outcomes.actions.tickets import token_of
from outcomes.kinds import Arrest, Purpose, Way
from outcomes.models import Agreement, Asking, FollowUp, FollowUpDue, Sheet, Subject, Ticket
from outcomes.paper import spelled
from programs.models import Enrollment
from records.models import OwnFile
from tests.courts.pdf import bare, text_of
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.outcomes import AskingFactory, InstrumentFactory
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import MarkFactory
from tests.factories.records import OwnFileFactory
from tests.office.desk import Desk, buttons, text
from tests.outcomes.him import ALL, Him
from tests.outcomes.people import answered, enrolled, ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
TODAY = date(2026, 3, 3)


@pytest.fixture
def desk() -> Desk:
    return Desk(Role.COORDINATOR)


def file_of(enrollment: Enrollment) -> str:
    return f"/office/people/{enrollment.participant_id}/"


# --- The tablet


def test_the_tablet_goes_into_his_hands_and_the_session_ends(desk: Desk) -> None:
    enrollment = enrolled()
    assert "You are signed out on this device" in text(desk.get(desk.button(enrollment, "tablet")))

    handed = desk.press(enrollment, "tablet", moment="intake")

    token = token_of(Ticket.objects.get())
    assert handed["Location"] == f"/q/{token}/"
    ended = {name: cookie["max-age"] for name, cookie in handed.cookies.items()}
    assert {name: ended[name] for name in ("__Host-session", "__Host-csrf")} == {"__Host-session": 0, "__Host-csrf": 0}
    assert desk.get(file_of(enrollment)).status_code == 302
    assert desk.get(file_of(enrollment))["Location"].startswith("/account/sign-in/")
    assert Him(token, desk.client).begin().status_code == 302
    assert Event.objects.filter(verb="asking.handed").get().actor == f"user:{desk.user.pk}"


def test_nothing_to_ask_and_nobody_is_signed_out(desk: Desk) -> None:
    enrollment = enrolled()
    answered(enrollment)

    answer = desk.press(enrollment, "tablet", moment="intake")

    assert answer.status_code == 200
    assert desk.get(file_of(enrollment)).status_code == 200


def test_what_was_out_before_opens_nothing_any_more(desk: Desk) -> None:
    enrollment = enrolled()
    first = token_of(ticket(enrollment, now=NOW))
    desk.press(enrollment, "tablet", moment="intake")
    assert Him(first).get().status_code == 404


# --- The case file


def test_done_or_not_done_is_all_that_his_file_says(desk: Desk) -> None:
    enrollment = enrolled()
    assert "At intake Not asked yet" in text(desk.get(file_of(enrollment)))

    ticket(enrollment, now=NOW)
    assert "At intake Not done; out since Tue, Mar 3" in text(desk.get(file_of(enrollment)))

    answered(enrollment)
    page = desk.get(file_of(enrollment))
    assert "At intake Done" in text(page)
    assert "tablet" not in buttons(page)
    assert "says-no" in buttons(page)


def test_he_says_no_at_the_desk(desk: Desk) -> None:
    enrollment = enrolled()
    answered(enrollment)

    said = desk.notice(desk.press(enrollment, "says-no", purpose=Purpose.STATISTICS))

    assert said == "Noted. What he answered is destroyed; the program goes on just the same."
    assert (Subject.objects.count(), Agreement.objects.order_by("-pk")[0].recorded_by) == (0, desk.user)
    assert {"tablet", "paper", "says-no"} & set(buttons(desk.get(file_of(enrollment)))) == set()


def test_it_is_not_said_that_answers_went_where_nothing_leads_to_them(desk: Desk) -> None:
    enrollment = enrolled()
    answered(enrollment)
    destroy_link(enrollment, now=NOW)

    said = desk.notice(desk.press(enrollment, "says-no", purpose=Purpose.STATISTICS))

    assert said == "Noted. Nothing leads from him to any answers; the program goes on just the same."
    assert Subject.objects.count() == 1


def test_he_is_not_asked_again(desk: Desk) -> None:
    enrollment = enrolled()
    answered(enrollment)
    desk.press(enrollment, "says-no", purpose=Purpose.FOLLOW_UP)
    assert Sheet.objects.filter(is_done=True).count() == 2


# --- On paper


def printed(desk: Desk, enrollment: Enrollment) -> tuple[Ticket, str]:
    desk.press(enrollment, "paper", moment="intake")
    made = Ticket.objects.get()
    page = desk.get(f"/office/questions/paper/{made.pk}/")
    assert "Print the sheet (PDF)" in text(page)
    pdf = desk.get(f"/office/questions/paper/{made.pk}/pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    return made, bare(text_of(pdf.content))


def test_a_sheet_says_neither_who_nor_what_for(desk: Desk) -> None:
    enrollment = enrolled()
    made, whole = printed(desk, enrollment)

    assert spelled(token_of(made)) in whole
    for said in ("A few questions", "19. How did you most often find it?", "May your answers be counted?"):
        assert bare(said) in whole
    man, program = enrollment.participant, enrollment.program
    assert [word for word in (man.first_name, man.last_name, program.name, "Onus") if bare(word) in whole] == []


def test_a_sheet_in_spanish(desk: Desk) -> None:
    _, whole = printed(desk, enrolled(participant__language="es"))
    assert (bare("Algunas preguntas") in whole, bare("Prefiero no decirlo") in whole, bare("rather not") in whole) == (
        True,
        True,
        False,
    )


def typed(desk: Desk, code: str, **said: Any) -> Any:
    page = desk.client.post("/office/questions/paper/", {"code": code})
    asked = page.context["form"].print
    choices = {f"q{place}": "1" for place in range(ALL)} | {"statistics": "yes", "follow_up": "no"}
    return desk.client.post("/office/questions/paper/", {"code": code, "asked": asked} | choices | said)


def test_a_colleague_types_it_in(desk: Desk) -> None:
    enrollment = enrolled()
    made, _ = printed(desk, enrollment)
    colleague = Desk()
    code = spelled(token_of(made))

    page = colleague.client.post("/office/questions/paper/", {"code": code.lower()})
    assert enrollment.participant.last_name not in page.content.decode()
    answer = typed(colleague, code, q3="none")

    assert answer.status_code == 302
    assert (Asking.objects.get().state, Agreement.objects.filter(recorded_by=colleague.user).count()) == ("done", 2)
    again = colleague.client.post("/office/questions/paper/", {"code": code})
    assert "This has been answered already." in text(again)


def test_a_sheet_that_says_no_needs_no_answers() -> None:
    made = ticket(enrolled(), way=Way.PAPER, now=NOW)
    colleague = Desk()
    code = spelled(token_of(made))
    page = colleague.client.post("/office/questions/paper/", {"code": code})
    said = {"code": code, "asked": page.context["form"].print, "statistics": "no"}

    assert colleague.client.post("/office/questions/paper/", said).status_code == 302
    assert (Asking.objects.get().state, Subject.objects.count()) == ("declined", 0)


def test_a_row_that_is_left_out_loses_nothing() -> None:
    made = ticket(enrolled(), way=Way.PAPER, now=NOW)
    answer = typed(Desk(), spelled(token_of(made)), q5="", q6="9")

    assert answer.status_code == 200
    assert answer.content.decode().count(" checked") == ALL - 2 + 2
    assert (Asking.objects.get().state, Agreement.objects.count()) == ("handed", 0)


def test_whatever_is_left_out_of_a_sheet_is_named_at_once() -> None:
    made = ticket(enrolled(), way=Way.PAPER, now=NOW)
    page = typed(Desk(), spelled(token_of(made)), statistics="", q5="", q6="").content.decode()
    assert re.findall(r'<a href="#(div_id_\w+)"', page) == ["div_id_statistics", "div_id_q5", "div_id_q6"]


def test_who_handed_it_out_does_not_type_it_in(desk: Desk) -> None:
    made, _ = printed(desk, enrolled())

    answer = desk.client.post("/office/questions/paper/", {"code": spelled(token_of(made))})

    assert "Give the sheet to somebody who doesn't, still folded." in text(answer)
    unknown = desk.client.post("/office/questions/paper/", {"code": "ABCD-EFGH-IJKL"})
    assert "No sheet of paper has this code." in text(unknown)


# --- A new arrest


def at_six_months(enrollment: Enrollment) -> FollowUpDue:
    answered(enrollment)
    Enrollment.objects.filter(pk=enrollment.pk).update(
        state="finished", closed_at=NOW - timedelta(days=184), opened_at=NOW - timedelta(days=300)
    )
    jobs.ask_next(now=NOW)
    return FollowUpDue.objects.get(enrollment=enrollment)


def test_whether_a_new_arrest_is_known_is_said_once_and_shown_nowhere(desk: Desk) -> None:
    enrollment = enrolled()
    due = at_six_months(enrollment)
    assert "arrest" in buttons(desk.get(file_of(enrollment)))

    said = desk.notice(desk.press(enrollment, "arrest", due=str(due.pk), known=Arrest.YES))

    assert said == "Noted, under his code. It is shown nowhere with his name."
    assert FollowUp.objects.get().known == "yes"
    assert "arrest" not in buttons(desk.get(file_of(enrollment)))
    assert desk.press(enrollment, "arrest", due=str(due.pk), known=Arrest.NO).status_code == 200
    assert FollowUp.objects.get().known == "yes"


# --- Today


def today() -> list[tuple[str, str]]:
    wanted = ("Ask him the questions", "New arrest known?")
    return [(one.what, one.url) for one in lines(now=NOW, today=TODAY) if one.what in wanted]


def test_today_says_whom_to_ask_where_the_program_asks_at_all(desk: Desk) -> None:
    enrollment = enrolled()
    kept = {"state": "kept", "settled_at": NOW, "settled_by": desk.user}
    Enrollment.objects.filter(pk=enrollment.pk).update(opened_at=NOW - timedelta(days=20))
    AppointmentFactory(participant=enrollment.participant, starts_at=NOW - timedelta(days=3), **kept)
    assert today() == []

    InstrumentFactory(program=enrollment.program)
    assert today() == [("Ask him the questions", file_of(enrollment))]
    answered(enrollment)
    assert today() == []


@pytest.mark.parametrize(("kind", "lines"), [("present", 0), ("left_early", 0), ("absent", 1)])
def test_who_was_at_a_session_is_not_asked_about_before(desk: Desk, kind: str, lines: int) -> None:
    minutes = 20 if kind == "left_early" else None
    enrollment = MarkFactory.create(kind=kind, minutes=minutes, by=desk.user).enrollment
    Enrollment.objects.filter(pk=enrollment.pk).update(opened_at=NOW - timedelta(days=20))
    InstrumentFactory(program=enrollment.program)
    kept = {"state": "kept", "settled_at": NOW, "settled_by": desk.user}
    AppointmentFactory(participant=enrollment.participant, starts_at=NOW - timedelta(days=3), **kept)

    assert len(today()) == lines
    assert len(to_hand(enrollment, now=NOW)) == lines
    assert buttons(desk.get(file_of(enrollment))).count("tablet") == lines


def test_who_said_no_does_not_stand_there(desk: Desk) -> None:
    enrollment = enrolled()
    Enrollment.objects.filter(pk=enrollment.pk).update(opened_at=NOW - timedelta(days=20))
    InstrumentFactory(program=enrollment.program)
    kept = {"state": "kept", "settled_at": NOW, "settled_by": desk.user}
    AppointmentFactory(participant=enrollment.participant, starts_at=NOW - timedelta(days=3), **kept)
    assert len(today()) == 1

    desk.press(enrollment, "says-no", purpose=Purpose.STATISTICS)
    assert today() == []


def test_two_weeks_after_the_intake_it_is_quiet(desk: Desk) -> None:
    enrollment = enrolled()
    Enrollment.objects.filter(pk=enrollment.pk).update(opened_at=NOW - timedelta(days=30))
    InstrumentFactory(program=enrollment.program)
    kept = {"state": "kept", "settled_at": NOW, "settled_by": desk.user}
    AppointmentFactory(participant=enrollment.participant, starts_at=NOW - timedelta(days=15), **kept)
    assert today() == []


def test_on_the_day_of_the_exit_interview(desk: Desk) -> None:
    enrollment = enrolled(state="seated")
    Enrollment.objects.filter(pk=enrollment.pk).update(opened_at=NOW - timedelta(days=90))
    InstrumentFactory(program=enrollment.program)
    AppointmentFactory(participant=enrollment.participant, kind="exit_interview", starts_at=NOW)
    assert today() == [], "without his answers at intake there is nothing to compare"
    AskingFactory(enrollment=enrollment, state="done")
    assert today() == [], "and without a code of his there is nothing to compare it with, either"
    new_code(enrollment, now=NOW)
    assert today() == [("Ask him the questions", file_of(enrollment))]
    AppointmentFactory(participant=enrolled(state="seated", program=enrollment.program).participant)
    assert len(today()) == 1


def test_today_asks_whether_a_new_arrest_is_known() -> None:
    enrollment = enrolled()
    at_six_months(enrollment)
    assert today() == [("New arrest known?", f"/office/do/enrollment/{enrollment.pk}/arrest/")]


# --- His own answers, for himself


def let_out(enrollment: Enrollment) -> OwnFile:
    by, other = UserFactory.create_batch(2)
    looked = {"identified_at": NOW, "identified_by": by, "shown_by": "photo_id"}
    approved = {"approved_at": NOW, "approved_by": other}
    return OwnFileFactory.create(participant=enrollment.participant, **looked, **approved)


def test_his_own_answers_on_the_tablet_once() -> None:
    enrollment = enrolled()
    answered(enrollment, value=4)
    one = let_out(enrollment)
    administrator = Desk(Role.ADMINISTRATOR)

    handed = administrator.press(one, "show-answers")

    assert handed["Location"] == "/q/own/"
    assert administrator.get("/office/").status_code == 302
    assert "Most women" not in text(administrator.get("/q/own/"))
    shown = administrator.client.post("/q/own/")
    assert "Most women who sell sex like what they do. Agree" in text(shown)
    assert shown["Refresh"] == "600; url=/q/own/"
    # Once; and by nobody who has only the session, or only the cookie.
    assert administrator.client.post("/q/own/").status_code == 410
    assert administrator.get("/q/own/").status_code == 410
    assert Event.objects.filter(verb="outcomes.shown_to_himself").count() == 1


def test_the_session_alone_does_not_open_them() -> None:
    enrollment = enrolled()
    answered(enrollment)
    administrator = Desk(Role.ADMINISTRATOR)
    administrator.press(let_out(enrollment), "show-answers")
    session = administrator.client.session
    assert "agree" not in str(dict(session.items()))

    other = Client()
    other.cookies["__Host-session"] = session.session_key or ""
    assert other.post("/q/own/").status_code == 410


def test_until_two_looked_who_he_is_nothing_is_shown() -> None:
    administrator = Desk(Role.ADMINISTRATOR)
    one = OwnFileFactory(participant=enrolled().participant)
    assert administrator.press(one, "show-answers").status_code == 409
    assert administrator.get("/office/").status_code == 200
