"""The one way in which anything is done here, whatever it is."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core.refusal import Refusal
from courts.models import Referral
from courts.moves import State
from office import doing
from office.doing import Deed, Done
from office.forms.base import Confirm
from participants.models import Note, Participant
from tests.courts.cases import program, received
from tests.factories.clock import NOW
from tests.factories.participants import ContactPointFactory, ParticipantFactory
from tests.office.desk import Desk, buttons, refusals, text
from tests.refusals import everything, nothing_written, told

TEXT = "He asks for the Tuesday group."


@pytest.fixture
def man(desk: Desk) -> Participant:
    made: Participant = ParticipantFactory(first_name="Marek", last_name="Brzezik")
    return made


def test_the_page_repeats_whom_and_what(desk: Desk) -> None:
    referral = received(program=program(), participant__first_name="Marek", participant__last_name="Brzezik")
    shown = text(desk.get(desk.button(referral, "decline")))

    assert "Decline Marek Brzezik" in shown
    assert f"{referral.court.name} · {referral.case_number}" in shown  # type: ignore[union-attr]


def test_opening_it_does_nothing_but_say_who_looked(desk: Desk, man: Participant) -> None:
    button = desk.button(man, "note")
    before = everything()
    assert desk.get(button).status_code == 200

    after, looks = everything(), Event.objects.order_by("-pk")
    assert {label for label in after if after[label] != before[label]} == {"audit.Event"}
    assert len(after["audit.Event"]) == len(before["audit.Event"]) + 1
    assert looks.values_list("verb", "record")[0] == ("person.looked_at", f"participants.Participant:{man.pk}")


def test_sent_it_is_done_by_whoever_sent_it_and_now(desk: Desk, man: Participant) -> None:
    answer = desk.press(man, "note", text=TEXT)

    assert desk.notice(answer) == "Note kept."
    assert answer["Location"] == f"/office/people/{man.pk}/"
    assert list(Note.objects.values_list("participant", "by", "at")) == [(man.pk, desk.user.pk, NOW)]
    assert told()[0] == (f"user:{desk.user.pk}", "note.written", f"participants.Note:{Note.objects.get().pk}")


def test_a_field_left_out_is_named_at_the_top_and_nothing_is_done(desk: Desk, man: Participant) -> None:
    with nothing_written():
        answer = desk.press(man, "note")

    assert "Look at these again Note: This field is required." in text(answer)
    assert "autofocus" in answer.content.decode()


def test_a_refusal_is_a_sentence_on_the_form_and_what_was_typed_stays(desk: Desk) -> None:
    referral = received(program=program())
    with nothing_written():
        answer = desk.press(referral, "close", closing="completed", why="He is through.")

    assert refusals(answer) == [
        "The completion report hasn't been delivered to everyone who gets it. Deliver it, then close the referral."
    ]
    assert "He is through." in answer.content.decode()


def test_sent_twice_it_is_done_once(desk: Desk, man: Participant) -> None:
    once = str(uuid.uuid4())
    desk.press(man, "note", once=once, text=TEXT)
    with nothing_written():
        again = desk.press(man, "note", once=once, text=TEXT)

    assert refusals(again) == ["You have sent this already. It was done once."]


def test_after_a_refusal_the_same_form_may_be_sent_again(desk: Desk) -> None:
    once, referral = str(uuid.uuid4()), received(program=program())
    desk.press(referral, "close", once=once, closing="completed")

    assert desk.press(referral, "close", once=once, closing="recalled").status_code == 302


def test_each_page_carries_another_token(desk: Desk, man: Participant) -> None:
    tokens = {desk.get(desk.button(man, "note")).context["once"] for _ in range(3)}

    assert len(tokens) == 3


@pytest.mark.parametrize("once", ["", "1", "not-a-token"])
def test_without_a_token_nothing_is_done(desk: Desk, man: Participant, once: str) -> None:
    with nothing_written():
        answer = desk.client.post(desk.button(man, "note"), {"text": TEXT, "once": once})

    assert refusals(answer) == ["This page is too old. Load it again."]


def test_what_somebody_did_meanwhile_is_said_not_done_again(desk: Desk) -> None:
    referral = received(program=program())
    desk.press(referral, "decline", why="no common language")
    with nothing_written():
        answer = desk.press(referral, "decline", why="no common language")

    assert answer.status_code == 409
    assert "This can't be done any more: somebody has gone on with it since. Look at it again." in text(answer)


@pytest.mark.parametrize("path", ["referral/1/fly", "court/1/accept", "nothing/1/accept", "referral/0/accept"])
def test_what_there_is_not_is_not_there(desk: Desk, path: str) -> None:
    assert desk.get(f"/office/do/{path}/").status_code == 404


# --- where one goes on


def test_one_comes_back_to_where_the_button_was(desk: Desk, man: Participant) -> None:
    shown = desk.get(desk.button(man, "note") + "?back=/office/")
    answer = desk.press(man, "note", text=TEXT, back=shown.context["back"])

    assert answer["Location"] == "/office/"


@pytest.mark.parametrize(
    "back", ["https://evil.example/office/", "//evil.example/office/", "/court/", "javascript:alert(1)", ""]
)
def test_but_never_out_of_the_office(desk: Desk, man: Participant, back: str) -> None:
    assert desk.press(man, "note", text=TEXT, back=back)["Location"] == f"/office/people/{man.pk}/"


# --- the table


def test_a_deed_is_declared_once() -> None:
    deed = doing.TABLE["participant", "note"]
    with pytest.raises(AssertionError):
        doing.declare(deed)


def test_every_deed_has_a_label_and_a_page(desk: Desk) -> None:
    assert [deed.label for deed in doing.TABLE.values() if not deed.label[0].isupper()] == []
    assert [key for key, deed in doing.TABLE.items() if key != (deed.noun._meta.model_name, deed.name)] == []


def test_which_buttons_there_are_asks_no_database(desk: Desk) -> None:
    referral = Referral.objects.select_related("participant__key", "key").get(pk=received(program=program()).pk)
    with CaptureQueriesContext(connection) as asked:
        names = [deed.name for deed in doing.offered(referral)]

    assert names == ["accept", "decline", "close", "add-recipient", "legal-hold", "court-order"]
    assert len(asked) == 0


def test_the_record_says_which_buttons_are_offered(desk: Desk) -> None:
    referral = received(program=program())
    declined = received(program=program(), state=State.DECLINED)

    assert buttons(desk.get(f"/office/courts/referral/{referral.pk}/")) == [
        "accept",
        "decline",
        "close",
        "add-recipient",
    ]
    assert buttons(desk.get(f"/office/courts/referral/{declined.pk}/")) == ["begin-report", "close", "reopen"]


def test_what_is_seldom_needed_stands_on_its_own_page_only(desk: Desk) -> None:
    point = ContactPointFactory()
    rare = Deed(noun=type(point), name="rare", label="Rare", form=Confirm, do=lambda *a, **k: Done("x"), aside=True)
    doing.declare(rare)
    try:
        own = buttons(desk.get(f"/office/participants/contactpoint/{point.pk}/"))
        row = buttons(desk.get(f"/office/people/{point.participant_id}/"))
    finally:
        del doing.TABLE["contactpoint", "rare"]

    assert ("rare" in own, "rare" in row) == (True, False)


def test_a_fault_gives_the_token_back(desk: Desk, man: Participant) -> None:
    def breaks(*_: object, **__: object) -> Done:
        raise ZeroDivisionError

    doing.declare(Deed(noun=Participant, name="break", label="Break", do=breaks))
    once = str(uuid.uuid4())
    try:
        with pytest.raises(ZeroDivisionError):
            desk.press(man, "break", once=once)
        with pytest.raises(ZeroDivisionError):
            desk.press(man, "break", once=once)
    finally:
        del doing.TABLE["participant", "break"]


def test_refusals_are_sentences() -> None:
    from office import views

    assert all(said.endswith(".") for said in (views.GONE, views.TWICE))
    assert issubclass(views.SentTwice, Refusal)
