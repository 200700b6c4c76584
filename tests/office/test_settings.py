"""The settings: what one wants to do, how it stands, and what each change asks."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from courts.models import Closure, Court
from office.handover import left_behind
from office.history import changes
from participants.models import Participant
from programs.models import Curriculum, DayOff, EligibilityItem, Program, Signer
from tests.courts import pdf
from tests.courts.cases import program
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import CourtFactory, NumberLedgerFactory
from tests.factories.participants import AppointmentFactory, ParticipantFactory
from tests.factories.programs import (
    EligibilityItemFactory,
    ProgramFactory,
    SessionFactory,
    SessionLeaderFactory,
    SignerFactory,
)
from tests.office.desk import Desk, refusals, text
from tests.refusals import nothing_written

URL = "/office/settings/"


@pytest.fixture
def of(desk: Desk) -> Program:
    return program(name="Harbor")


@pytest.fixture
def administrator(db: None, now: Any) -> Desk:
    return Desk(Role.ADMINISTRATOR)


def entries(desk: Desk) -> dict[str, str]:
    return {entry.name: entry.state for section in desk.get(URL).context["sections"] for entry in section.entries}


def test_by_what_one_wants_to_do_with_how_it_stands(desk: Desk, of: Program) -> None:
    SignerFactory(program=of, user__name="Denise Kowalski")
    EligibilityItemFactory(program=of)
    said = entries(desk)

    assert (said["Curriculum"], said["Policy"], said["Checklist"]) == ("3 weeks, version 1", "version 1", "1 questions")
    assert (said["Signers"], said["Days off"]) == ("Denise Kowalski", "0")
    assert [section.title for section in desk.get(URL).context["sections"]] == [
        "Harbor",
        "Courts",
        "What is asked",
        "What is sent",
    ]


def test_who_works_here_is_the_administrators(administrator: Desk) -> None:
    program()
    assert [section.title for section in administrator.get(URL).context["sections"]][-1] == "Who works here"
    assert entries(administrator)["People and their roles"] == "1 may sign in"


def test_every_entry_leads_somewhere(administrator: Desk) -> None:
    program()
    sections = administrator.get(URL).context["sections"]
    urls = [entry.url for section in sections for entry in section.entries]
    begun = [url for section in sections for _, url in section.begin]

    assert {url: administrator.get(url).status_code for url in urls + begun} == dict.fromkeys(urls + begun, 200)


def test_before_there_is_a_program(desk: Desk) -> None:
    assert [section.title for section in desk.get(URL).context["sections"]] == [
        "Courts",
        "What is asked",
        "What is sent",
    ]


def queries(desk: Desk) -> int:
    with CaptureQueriesContext(connection) as asked:
        desk.get(URL)
    return len(asked)


def test_as_many_queries_for_three_programs_as_for_one(desk: Desk, of: Program) -> None:
    SignerFactory(program=of)
    one = queries(desk)
    SignerFactory(program=program())
    SignerFactory(program=program())

    assert queries(desk) == one


# --- the program

SHOWS = {
    "name": "Harbor",
    "letterhead": "Harbor Education\r\n 9 Pier Street ",
    "neutral_sender": "Pier Street Office",
    "callback_number": "206-555-0100",
    "time_zone": "America/Los_Angeles",
    "state": "WA",
    "number_prefix": "H",
}


def test_a_new_letterhead(desk: Desk, of: Program) -> None:
    answer = desk.press(of, "change", **SHOWS, as_it_was=desk.get(desk.button(of, "change")).context["as_it_was"])

    assert desk.notice(answer) == "Changed. What was issued stays as it was printed."
    of.refresh_from_db()
    assert of.letterhead == "Harbor Education\n9 Pier Street"
    (change,) = changes(of)
    assert (change.who, change.what) == (desk.user.name, "Program changed")
    assert (
        "Letterhead: Harbor Program, 12 Pier Street, Seattle, WA 98101 → Harbor Education, 9 Pier Street" in change.said
    )
    assert f"{change.who} Program changed" in text(desk.get(f"/office/programs/program/{of.pk}/"))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("callback_number", "12", "There is no such phone number. Ask for the right one."),
        ("letterhead", "x\n" * 9, "At most 8 lines of 80 letters stand there. Write it shorter."),
        ("letterhead", "港", "A line of the letterhead has the letter “港” (U+6E2F, CJK UNIFIED IDEOGRAPH-6E2F), "
         "which the document's typeface doesn't have. Write it in Latin letters, as it stands in the court's papers."),
    ],
)  # fmt: skip
def test_what_can_not_stand_there(desk: Desk, of: Program, field: str, typed: str, sentence: str) -> None:
    with nothing_written():
        answer = desk.press(of, "change", **SHOWS | {field: typed})
    assert answer.context["form"].errors[field] == [sentence]


def test_a_sender_that_gives_it_away(desk: Desk, of: Program) -> None:
    was = desk.get(desk.button(of, "change")).context["as_it_was"]
    answer = desk.press(of, "change", **SHOWS | {"neutral_sender": "The Program"}, as_it_was=was)
    assert refusals(answer) == [
        "Whoever sees his phone would read “program”. Choose a sender that says nothing, such as Appointments."
    ]


def test_a_letterhead_is_seen_before_it_is_saved(desk: Desk, of: Program) -> None:
    url = f"/office/settings/programs/{of.pk}/printed/"
    with nothing_written():
        stands, typed = desk.get(url), desk.client.post(url, SHOWS)

    assert (stands["Content-Type"], typed["Content-Type"]) == ("application/pdf", "application/pdf")
    assert "12 Pier Street" in pdf.text_of(stands.content)
    assert "9 Pier Street" in pdf.text_of(typed.content)


def test_what_can_not_be_printed_says_why(desk: Desk, of: Program) -> None:
    answer = desk.client.post(f"/office/settings/programs/{of.pk}/printed/", SHOWS | {"callback_number": "12"})
    assert "It can't be printed like this Call-back number: There is no such phone number." in text(answer)


def test_a_longer_curriculum_is_looked_at_first(desk: Desk, of: Program) -> None:
    said = {"name": "Four", "themes": "One\n\nTwo\nThree\nFour", "after": "1"}
    with nothing_written():
        shown = desk.press(of, "curriculum", **said)
    assert shown.context["ahead"] == ["Week 1: One", "Week 2: Two", "Week 3: Three", "Week 4: Four"]
    answer = desk.press(of, "curriculum", **said, seen=shown.context["seen"])

    assert desk.notice(answer) == "Version 2 has 4 weeks. Cohorts that run keep theirs."
    assert Curriculum.objects.latest("version").modules.count() == 4


def test_a_version_from_its_own_page(desk: Desk, of: Program) -> None:
    form = desk.get(desk.button(of.curricula.get(), "version")).context["form"]
    assert form["themes"].value().splitlines() == [one.theme for one in of.curricula.get().modules.all()]


def test_signers_questions_and_free_days(desk: Desk, of: Program) -> None:
    signer = UserFactory(name="Denise Kowalski", roles=[Role.COORDINATOR])
    desk.press(of, "signer", user=signer.pk, title="Program coordinator")
    desk.press(of, "question", question="Is he 18?", must_be="True")
    desk.press(of, "day-off", on="2026-07-03", reason="Inventory")
    item = EligibilityItem.objects.get()
    was = desk.get(desk.button(item, "change")).context["as_it_was"]
    changed = desk.press(item, "change", question="Is he 18?", must_be="False", as_it_was=was)

    assert desk.notice(changed) == "Changed. Answers that were given stay."
    item.refresh_from_db()
    assert (item.must_be, DayOff.objects.get().on) == (False, date(2026, 7, 3))
    for record, name in ((Signer.objects.get(), "end"), (item, "drop"), (DayOff.objects.get(), "back")):
        assert desk.press(record, name).status_code == 302
    assert (Signer.objects.filter(ended_at=None).count(), EligibilityItem.objects.count()) == (0, 0)
    assert len(changes(of)) == 7


# --- courts

COURT = {
    "name": "Kent Municipal Court", "city": "Kent", "state": "wa", "kind": "municipal", "caption": "IN THE COURT",
    "time_zone": "America/Los_Angeles", "number_label": "cause", "acknowledges": "reply",
    "progress_wanted": "before_hearing", "wants_stamp_space": "on",
}  # fmt: skip


def test_a_court_is_added_and_changed(desk: Desk, of: Program) -> None:
    desk.press(of, "court", **COURT)
    court = Court.objects.get()
    assert (court.state, court.number_label, court.wants_stamp_space) == ("WA", "cause", True)
    was = desk.get(desk.button(court, "change")).context["as_it_was"]
    answer = desk.press(court, "change", **COURT | {"acknowledges": "never"}, as_it_was=was)

    assert desk.notice(answer) == "Changed. Reports that were issued stay as they are."
    assert changes(court)[0].said == "Acknowledges: reply → never"


def test_what_a_court_wants_is_seen_as_it_prints(desk: Desk, of: Program) -> None:
    court = CourtFactory(caption="IN THE DISTRICT COURT\nOF PINEWATER")
    answer = desk.client.post(f"/office/settings/courts/{court.pk}/printed/", COURT | {"wants_clerk_action_line": "on"})
    printed = pdf.text_of(answer.content)

    assert "CLERK'S ACTION REQUIRED" in printed.replace("’", "'")
    assert "IN THE COURT" in printed


def test_closed_on_a_day(desk: Desk) -> None:
    court = CourtFactory(state="WA")
    desk.press(court, "closure", on="2026-11-27", name="Day after", everywhere="on")
    closure = Closure.objects.get()

    assert (closure.court, closure.state) == (None, "WA")
    assert "Day after" in text(desk.get(f"/office/courts/court/{court.pk}/"))
    assert desk.press(closure, "back").status_code == 302


def test_a_whole_states_courts_are_closed_from_the_settings(desk: Desk, of: Program) -> None:
    begun = [label for section in desk.get(URL).context["sections"] for label, _ in section.begin]
    assert "Courts of its state closed on a day" in begun
    said = desk.notice(desk.press(of, "closure", on="2026-11-27", name="Day after"))
    closure = Closure.objects.get()

    assert said == "Every court of WA is closed on Fri, Nov 27: no business day."
    assert (closure.court, closure.state) == (None, "WA")
    assert "Closure added" in text(desk.get(f"/office/courts/closure/{closure.pk}/"))


# --- who works here


def test_roles_are_changed(administrator: Desk) -> None:
    user: User = UserFactory.create(name="Marcus Bell", roles=[Role.FACILITATOR])
    was = administrator.get(administrator.button(user, "roles")).context["as_it_was"]
    answer = administrator.press(user, "roles", roles=["coordinator"], as_it_was=was)

    assert administrator.notice(answer) == "Marcus Bell is coordinator from now on."
    assert changes(user)[0].said == "Roles: facilitator → coordinator"


def test_a_coordinator_changes_nobodys(desk: Desk) -> None:
    user = UserFactory(roles=[Role.FACILITATOR])
    assert [desk.press(user, name).status_code for name in ("roles", "end", "again")] == [404, 404, 404]


def test_what_somebody_leaves_behind_is_said_first(administrator: Desk) -> None:
    user: User = UserFactory.create(name="Marcus Bell", roles=[Role.FACILITATOR])
    SessionLeaderFactory(session=SessionFactory(starts_at=NOW + timedelta(days=1)), user=user)
    AppointmentFactory.create_batch(2, with_whom=user)
    SignerFactory(user=user, program=ProgramFactory(name="Harbor"))
    shown = administrator.press(user, "end")

    assert shown.context["ahead"] == left_behind(user, now=NOW)
    assert shown.context["ahead"] == [
        "One planned session is led by Marcus Bell: name a substitute.",
        "2 appointments with Marcus Bell ahead: move or cancel.",
        "Marcus Bell signs for Harbor: name another signer, and end this one.",
    ]
    answer = administrator.press(user, "end", seen=shown.context["seen"])
    assert administrator.notice(answer) == "Marcus Bell signs in no more, and is signed out everywhere."


# --- the history


def test_a_look_is_no_change_and_names_stand_nowhere(desk: Desk) -> None:
    man: Participant = ParticipantFactory.create(first_name="Marek", last_name="Brzezik")
    desk.get(f"/office/people/{man.pk}/")
    assert changes(man) == []
    was = desk.get(desk.button(man, "correct")).context["as_it_was"]
    desk.press(
        man, "correct", first_name="Marek", last_name="Oyelaran", language="en", as_it_was=was,
        date_of_birth=man.date_of_birth or "",
    )  # fmt: skip

    assert [one.said for one in changes(man)] == ["Last name changed"]


# --- a program more

BEGUN = SHOWS | {"name": "Bay", "number_prefix": "b2"}
NEW = "/office/settings/programs/new/"


@pytest.mark.parametrize("prefix", ['K"', "K\r\nX", "K;a", "Ж", "1K", "../K", "K K"])
def test_a_number_begins_with_letters_and_digits_alone(administrator: Desk, prefix: str) -> None:
    """It stands in the names of files."""
    form = administrator.client.post(NEW, BEGUN | {"number_prefix": prefix}).context["form"]

    assert list(form.errors) == ["number_prefix"]


def test_an_empty_office_begins_its_first_program(administrator: Desk) -> None:
    (begin,) = [one.begin for one in administrator.get(URL).context["sections"] if one.title == "Programs"]
    assert begin == [("Begin the first program", NEW)]
    assert administrator.get(NEW).status_code == 200
    said = administrator.notice(administrator.client.post(NEW, BEGUN))

    assert said == "Begun. Write its weeks and its policy next, and name who signs."
    made = Program.objects.get()
    assert (made.name, made.number_prefix, made.state) == ("Bay", "B2", "WA")
    assert [one.what for one in changes(made)] == ["Program added"]
    for name in ("curriculum", "policy", "signer"):
        assert administrator.get(administrator.button(made, name)).status_code == 200


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "Harbor"}, "Another program has this name. Choose one that tells them apart."),
        ({"number_prefix": "h"}, "Another program's numbers begin like this. Choose what tells them apart."),
        ({"number_prefix": "4"}, "A letter, then letters or digits: it is read out on the phone."),
        ({"neutral_sender": "The Program"}, "Whoever sees his phone would read “program”. Choose a sender that says "
         "nothing, such as Appointments."),
        ({"state": "ZZ"}, "Select a valid choice. ZZ is not one of the available choices."),
    ],
)  # fmt: skip
def test_how_a_program_does_not_begin(administrator: Desk, said: dict[str, str], sentence: str) -> None:
    ProgramFactory(name="Harbor", number_prefix="H")
    with nothing_written():
        answer = administrator.client.post(NEW, BEGUN | said)
    assert [one for errors in answer.context["form"].errors.values() for one in errors] == [sentence]


def test_a_prefix_stays_once_courts_hold_numbers(desk: Desk, of: Program) -> None:
    assert desk.press(of, "change", **SHOWS).status_code == 302
    of.refresh_from_db()
    assert of.number_prefix == "H"
    NumberLedgerFactory(report__referral__program=of)
    form = desk.get(desk.button(of, "change")).context["form"]
    assert form.fields["number_prefix"].help_text == "It stays: numbers that courts hold begin with it."
    desk.press(of, "change", **SHOWS | {"number_prefix": "Q", "name": "Haven"})
    of.refresh_from_db()
    assert (of.name, of.number_prefix) == ("Haven", "H")
