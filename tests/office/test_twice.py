"""Two files side by side: one man or two."""

from datetime import date
from typing import Any

import pytest

from audit.models import Event
from office.today import Line
from office.waiting import lines
from participants.actions import add_participant
from participants.models import Likeness, Merge, Participant
from participants.twice import compare_newcomers
from tests.courts.cases import accepted
from tests.factories.accounts import UserFactory
from tests.factories.clock import NOW
from tests.factories.courts import ReferralFactory
from tests.factories.participants import (
    ContactAttemptFactory,
    ContactPointFactory,
    NoteFactory,
    RestrictionFactory,
)
from tests.factories.programs import EnrollmentFactory, SeatFactory
from tests.office.desk import Desk, refusals, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
BORN = date(1980, 2, 7)


@pytest.fixture
def men(db: None) -> list[Participant]:
    by = UserFactory.create()
    said: dict[str, Any] = {"date_of_birth": BORN, "time_zone": "America/Los_Angeles", "by": by, "now": NOW}
    return [
        add_participant(first_name="Marek", last_name="Brzezik", **said),
        add_participant(first_name="Mark", last_name="Brzezik", language="pl", **said),
    ]


def url(men: list[Participant]) -> str:
    return f"/office/people/{men[0].pk}/beside/{men[1].pk}/"


def seen(desk: Desk, men: list[Participant]) -> str:
    return str(desk.get(url(men)).context["seen"])


def together(desk: Desk, men: list[Participant], **said: Any) -> Any:
    answers = {"kept": men[0].pk, "name": men[0].pk, "language": men[1].pk, "seen": seen(desk, men), "do": "together"}
    return desk.client.post(url(men), answers | said)


def found() -> list[Line]:
    return [line for line in lines(now=NOW, today=date(2026, 3, 3)) if line.key.startswith("alike:")]


def test_today_asks_and_leads_there(desk: Desk, men: list[Participant]) -> None:
    compare_newcomers(now=NOW)
    (line,) = found()
    pair = Likeness.objects.get()
    assert (line.what, line.whom, line.button) == ("May be the same person", "Marek Brzezik", "Compare")
    assert (line.why, line.url) == ("Like Mark Brzezik, in another file. Compare them.", url(men))
    assert line.key == f"alike:participants.Likeness:{pair.pk}"


def test_field_by_field_with_a_word_for_what_differs(desk: Desk, men: list[Participant]) -> None:
    compare_newcomers(now=NOW)
    ContactPointFactory(participant=men[1], value="+12065550100")
    ReferralFactory(participant=men[1])
    page = desk.get(url(men))
    marks = {row.label: row.mark for row in page.context["rows"]}
    assert marks == {
        "Legal name": "Different", "Called": "", "Born": "Same", "Language": "Different", "Interpreter": "Same",
        "Other names": "", "Reached at": "In one only", "Referrals": "In one only", "Program": "",
    }  # fmt: skip
    shown = text(page)
    assert "They have almost the same name, the same birth date." in shown
    assert f"File {men[0].pk}: nothing but his names. File {men[1].pk}: 1 referral, 1 phone number." in shown
    looks = Event.objects.filter(verb="person.looked_at", record=f"participants.Participant:{men[1].pk}")
    assert looks.count() == 1


def test_put_together_and_taken_apart(desk: Desk, men: list[Participant]) -> None:
    compare_newcomers(now=NOW)
    NoteFactory(participant=men[1], text="Asks for Tuesdays.")
    ContactAttemptFactory(participant=men[1], note="Left word.")
    answer = together(desk, men)
    assert answer["Location"] == f"/office/people/{men[0].pk}/"
    assert desk.notice(answer) == (
        f"Put together. File {men[1].pk} is part of this one; you can take them apart again below."
    )
    assert found() == []
    file = text(desk.get(f"/office/people/{men[0].pk}/?tab=whole"))
    assert "Asks for Tuesdays." in file
    assert "Left word." in file
    assert "speaks Polish" in file
    merge = Merge.objects.get()
    assert f"Put together with file {men[1].pk}, Mark Brzezik" in file
    # In no list and in no search any more; his address leads to the one who goes on.
    people = text(desk.get("/office/participants/participant/"))
    assert ("Marek Brzezik" in people, "Mark Brzezik" in people) == (True, False)
    results = desk.client.post("/office/search/", {"q": "Mark Brzezik"}).context["found"]
    assert [man.pk for man in results.people] == [men[0].pk]
    assert desk.get(f"/office/people/{men[1].pk}/")["Location"] == f"/office/people/{men[0].pk}/"
    assert desk.get(url(men))["Location"] == f"/office/people/{men[0].pk}/"
    notes = desk.get("/office/participants/note/").content.decode()
    assert f'/office/people/{men[0].pk}/">Marek Brzezik' in notes

    said = desk.notice(desk.press(merge, "undo"))
    assert said == f"Taken apart. File {men[1].pk} stands for itself again."
    assert desk.get(f"/office/people/{men[1].pk}/").status_code == 200
    assert "Put together with" not in text(desk.get(f"/office/people/{men[0].pk}/"))
    assert desk.press(merge, "undo").status_code == 409


def test_two_men(desk: Desk, men: list[Participant]) -> None:
    compare_newcomers(now=NOW)
    said = desk.notice(desk.client.post(url(men), {"do": "apart"}))
    assert said == "Noted: these are two men. You won't be asked about them again."
    assert found() == []
    assert Participant.objects.themselves().count() == 2


def test_what_changed_meanwhile_is_looked_at_again(desk: Desk, men: list[Participant]) -> None:
    before = seen(desk, men)
    ContactPointFactory(participant=men[1])
    answer = together(desk, men, seen=before)
    assert answer.status_code == 409
    assert "Something in these two files changed since you opened this page." in text(answer)
    assert Merge.objects.count() == 0


def test_other_birth_dates_are_confirmed(desk: Desk, men: list[Participant]) -> None:
    Participant.objects.filter(pk=men[1].pk).update(date_of_birth=date(1980, 7, 2))
    answer = together(desk, men, date_of_birth=men[1].pk)
    assert refusals(answer) == ["Their birth dates differ. Look which one is right, and confirm that he is one man."]
    together(desk, men, date_of_birth=men[1].pk, sure="on")
    assert Participant.objects.get(pk=men[0].pk).date_of_birth == date(1980, 7, 2)


def test_what_stands_in_the_way_is_said_with_its_button(desk: Desk, men: list[Participant]) -> None:
    mine = ReferralFactory(participant=men[0], case_number="26-0413")
    other = ReferralFactory(participant=men[1], court=mine.court, case_number="26-0413")
    page = desk.get(url(men))
    (stop,) = page.context["stops"]
    assert stop.url == f"/office/courts/referral/{other.pk}/"
    assert stop.sentence == (
        f"Case 26-0413 at {mine.court.name} is open in both files. Close one of the two as entered by mistake first."
    )
    assert "Put together" not in text(page)


def test_a_case_that_is_enrolled_by_it_is_named_before(desk: Desk, men: list[Participant]) -> None:
    assert "No court is told, and nothing that a court sees changes." in text(desk.get(url(men)))
    waits = accepted(participant=men[1]).referral
    SeatFactory(enrollment=EnrollmentFactory(participant=men[0], program=waits.program, state="seated"))
    assert waits.court is not None
    assert desk.get(url(men)).context["enrolled"] == [f"{waits.court.name} · {waits.case_number}"]
    together(desk, men)
    waits.refresh_from_db()
    assert waits.state == "enrolled"


def test_who_may_not_open_one_learns_nothing_of_it(desk: Desk, men: list[Participant]) -> None:
    compare_newcomers(now=NOW)
    other = UserFactory.create(roles=["administrator"])
    shut = RestrictionFactory(participant=men[1])
    shut.names.create(user=other, named_at=NOW, named_by=other)
    assert desk.get(url(men)).status_code == 404
    assert desk.client.post(url(men), {"do": "apart"}).status_code == 404
    there = desk.get("/office/").content.decode()
    assert "May be the same person" not in there


def test_what_stays_in_the_other_file_is_shut_with_it(desk: Desk, men: list[Participant]) -> None:
    note = NoteFactory(participant=men[1])
    together(desk, men)
    assert desk.get(f"/office/participants/note/{note.pk}/").status_code == 200
    other = UserFactory.create(roles=["administrator"])
    shut = RestrictionFactory(participant=men[0])
    shut.names.create(user=other, named_at=NOW, named_by=other)
    for page in (f"participants/note/{note.pk}/", f"people/{men[0].pk}/", f"people/{men[1].pk}/"):
        assert desk.get(f"/office/{page}").status_code == 404


def test_nobody_beside_himself(desk: Desk, men: list[Participant]) -> None:
    assert desk.get(url([men[0], men[0]])).status_code == 404
