"""Many at once: first whom, then each on its own, and what came of it line by line."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from courts.actions import proposals
from courts.models import Proposal
from office import bulk
from participants.models import Appointment, ContactAttempt
from tests.factories.courts import ProposalFactory
from tests.factories.participants import AppointmentFactory, ParticipantFactory
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
PROPOSALS = "/office/lists/courts.proposal/bulk/"
LIST = "/office/courts/proposal/"


def three(**fields: Any) -> list[Proposal]:
    return [ProposalFactory(kind="warn", **fields) for _ in range(3)]


def send(desk: Desk, chosen: list[Any], name: str = "dismiss", url: str = PROPOSALS, **said: Any) -> Any:
    return desk.client.post(url, {"name": name, "pk": [one.pk for one in chosen], **said})


def once() -> dict[str, str]:
    return {"once": str(uuid.uuid4())}


def test_first_it_says_how_many_and_whom_and_does_nothing(desk: Desk) -> None:
    chosen = three()
    page = send(desk, chosen)
    shown = text(page)

    assert "For 3 records. Nothing is done yet." in shown
    assert [one.referral.participant.legal_name in shown for one in chosen] == [True] * 3
    assert set(Proposal.objects.values_list("state", flat=True)) == {"open"}


def test_confirmed_each_is_done_on_its_own(desk: Desk) -> None:
    chosen = three()
    page = send(desk, chosen, **once())

    assert "Done for 3 of 3." in text(page)
    assert set(Proposal.objects.values_list("state", flat=True)) == {"dismissed"}
    assert Event.objects.filter(verb="proposal.dismissed", actor=f"user:{desk.user.pk}").count() == 3


def test_what_was_done_meanwhile_is_told_line_by_line_and_the_rest_is_done(desk: Desk) -> None:
    chosen = three()
    proposals.dismiss(proposal=chosen[1], by=desk.user, now=chosen[1].made_at)
    page = send(desk, chosen, **once())

    assert [line.done for line in page.context["lines"]] == [True, False, True]
    assert "Done for 2 of 3." in text(page)
    assert text(page).count("Not done It can't be done here: somebody has gone on with it.") == 1


def test_a_refusal_is_its_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = three()
    real = proposals.dismiss

    def faster(*, proposal: Proposal, **said: Any) -> None:
        if proposal == chosen[0]:
            raise proposals.NoLongerOpen("Somebody was faster.")
        real(proposal=proposal, **said)

    monkeypatch.setattr(proposals, "dismiss", faster)
    page = send(desk, chosen, **once())

    assert next((line.done, line.said) for line in page.context["lines"]) == (False, "Somebody was faster.")
    assert Proposal.objects.filter(state="dismissed").count() == 2


def test_what_breaks_at_one_takes_nothing_back_of_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = three()
    real = proposals.dismiss

    def breaks(*, proposal: Proposal, **said: Any) -> None:
        real(proposal=proposal, **said)
        if proposal == chosen[1]:
            raise RuntimeError("a disk that is full")

    monkeypatch.setattr(proposals, "dismiss", breaks)
    page = send(desk, chosen, **once())

    assert [line.done for line in page.context["lines"]] == [True, False, True]
    assert text(page).count(bulk.WENT_WRONG) == 1
    chosen[1].refresh_from_db()
    assert chosen[1].state == "open"


def test_sent_twice_it_is_done_once(desk: Desk) -> None:
    men = [ParticipantFactory() for _ in range(2)]
    url, said = "/office/lists/participants.participant/bulk/", {"channel": "phone", "result": "no_answer", "note": ""}
    sent = once()
    first = send(desk, men, "contact", url, **said, **sent)
    again = desk.client.post(url, {"name": "contact", "pk": [one.pk for one in men], **said, **sent}, follow=True)

    assert "Done for 2 of 2." in text(first)
    assert text(again).count(bulk.TWICE) == 1
    assert ContactAttempt.objects.count() == 2


def test_the_way_back_leads_to_the_list_as_it_was_filtered(desk: Desk) -> None:
    chosen, kept = three(), "state__exact=open"
    ProposalFactory(kind="warn")
    shown = desk.client.get(LIST, {"state__exact": "open", "p": "1"})
    asked = send(desk, chosen, kept=kept)
    answer = send(desk, chosen, kept=kept, **once())
    none = send(desk, [], kept=kept)

    hidden = f'<input type="hidden" name="kept" value="{kept}">'
    assert [page.content.decode().count(hidden) for page in (shown, asked)] == [1, 1]
    assert [page.content.decode().count(f'href="{LIST}?{kept}"') for page in (asked, answer)] == [1, 1]
    assert none.headers["Location"] == f"{LIST}?{kept}"


def test_the_way_back_leads_nowhere_else(desk: Desk) -> None:
    answer = send(desk, [], kept="//elsewhere.example/?p=3&q=Halloway&state__exact=open")

    assert answer.headers["Location"].startswith(f"{LIST}?")
    assert "Halloway" not in answer.headers["Location"]


def test_a_form_that_is_not_filled_in_asks_again(desk: Desk) -> None:
    men = [ParticipantFactory()]
    page = send(desk, men, "contact", "/office/lists/participants.participant/bulk/", **once())

    assert sorted(page.context["form"].errors) == ["channel", "result"]
    assert ContactAttempt.objects.count() == 0


def test_those_it_cannot_be_done_to_are_named_and_left_out(desk: Desk) -> None:
    planned, kept = AppointmentFactory(), AppointmentFactory()
    Appointment.objects.filter(pk=kept.pk).update(state="canceled", settled_at=kept.starts_at, settled_by=desk.user)
    page = send(desk, [planned, kept], "cancel", "/office/lists/participants.appointment/bulk/")

    assert [len(page.context[name]) for name in ("chosen", "left_out")] == [1, 1]


def test_of_none_it_can_be_done_to_there_is_no_button(desk: Desk) -> None:
    chosen = three(state="withdrawn", settled_at=ProposalFactory().made_at)
    page = send(desk, chosen)

    assert "This can be done to none of those you chose." in text(page)
    assert b'<button class="btn btn-primary"' not in page.content


@pytest.mark.parametrize(
    ("pks", "sentence"),
    [
        ([], "Choose some first."),
        (["x", "-1", "9" * 40, "\u0663", ""], "Choose some first."),
        ([str(2**62)], "Choose some first."),
    ],
)
def test_nothing_that_is_there(desk: Desk, pks: list[str], sentence: str) -> None:
    page = desk.client.post(PROPOSALS, {"name": "dismiss", "pk": pks}, follow=True)

    assert text(page).count(sentence) == 1


def test_too_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_MOST", 2)
    page = desk.client.post(PROPOSALS, {"name": "dismiss", "pk": [one.pk for one in three()]}, follow=True)

    assert text(page).count("Choose up to 2 at a time.") == 1


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (PROPOSALS, "review"),  # a deed that isn't for many
        (PROPOSALS, "nothing"),
        ("/office/lists/courts.nothing/bulk/", "dismiss"),
    ],
)
def test_what_is_not_offered_for_many_is_not_there(desk: Desk, url: str, name: str) -> None:
    assert send(desk, three(), name, url).status_code == 404


def test_a_page_without_its_mark_is_too_old(desk: Desk) -> None:
    assert send(desk, three(), once="nonsense").status_code == 404


def test_the_list_has_a_box_for_each_row_and_the_buttons(desk: Desk) -> None:
    chosen = three()
    page = desk.get(LIST).content.decode()

    found = re.findall(r'name="pk" value="(\d+)" form="bulk" aria-label="Choose ([^"]+)"', page)
    assert sorted(int(pk) for pk, _ in found) == sorted(one.pk for one in chosen)
    assert re.findall(r'name="name" value="([a-z-]+)"', page) == ["dismiss", "done", "see"]


def test_asks_no_more_to_say_whom_for_more(desk: Desk) -> None:
    asked = []
    for _ in range(2):
        chosen = list(Proposal.objects.all()) + three()
        with CaptureQueriesContext(connection) as queries:
            send(desk, chosen)
        asked.append(len(queries))

    assert asked[0] == asked[1]
