"""A list leaves the house: after the second factor, with a reason; kept in the trail, told of where it is unusual."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.roles import Role
from audit.models import Event
from messaging.actions import send_due
from messaging.models import Message
from office import alerting, exports
from office.admin import office
from office.alerting import EXPORT_ALERT, unusual
from office.exports import columns_of
from tests.access.people import signed_in, with_authenticator
from tests.factories.accounts import UserFactory
from tests.factories.courts import ReferralFactory
from tests.factories.participants import NoteFactory
from tests.factories.registry import by_model
from tests.office.desk import Desk, text

pytestmark = pytest.mark.django_db
URL = "/office/lists/courts.referral/export/"
WHY = "The court's yearly count"
NOUNS = [model for model, _ in office.nouns()]


@pytest.fixture
def desk(now: datetime) -> Desk:
    """Who has just shown the second factor again."""
    made = Desk(Role.COORDINATOR)
    made.client = signed_in(made.user, again=True)
    return made


def body(answer: Any) -> bytes:
    chunks: Iterable[bytes] = answer.streaming_content
    return b"".join(chunks)


def lines(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))


def export(desk: Desk, url: str = URL, **said: Any) -> Any:
    return desk.client.post(url, {"columns": ["0", "1", "3"], "kind": "csv", "why": WHY} | said)


@pytest.mark.parametrize(
    ("rows", "earlier", "told"), [(500, 0, False), (501, 0, True), (1, 2, False), (1, 3, True), (0, 0, False)]
)
def test_unusual(rows: int, earlier: int, *, told: bool) -> None:
    assert unusual(rows, earlier) is told


def test_the_second_factor_is_asked_for_again() -> None:
    desk = Desk()
    with_authenticator(desk.user)

    answers = [desk.get(URL), export(desk)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [answer["Location"].partition("?")[0].endswith("/again/") for answer in answers] == [True, True]
    assert Event.objects.filter(verb="list.exported").count() == 0


def test_csv_of_the_list_as_it_is_filtered(desk: Desk) -> None:
    one = ReferralFactory(case_number="=26-1", closed=True)
    ReferralFactory(case_number="26-2")
    answer = export(desk, f"{URL}?state__exact=closed")

    assert lines(answer) == [["Case", "Who", "State"], ["'=26-1", one.participant.legal_name, "Closed"]]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="referral-')


def test_xlsx(desk: Desk) -> None:
    ReferralFactory(case_number="26-1")
    sheet = load_workbook(io.BytesIO(body(export(desk, kind="xlsx", columns=["0", "4"])))).active

    assert sheet is not None
    assert [next(cell.value for cell in row) for row in sheet.iter_rows()] == ["Case", "26-1"]
    assert sheet["B2"].number_format == "m/d/yyyy"


def test_the_trail_knows_how_many_which_and_what_for_and_no_value(desk: Desk) -> None:
    ReferralFactory(case_number="26-1", closed=True)
    export(desk, f"{URL}?state__exact=closed&p=0")
    event = Event.objects.get(verb="list.exported")

    assert event.facts == {
        "list": "courts.referral", "rows": 1, "query": "state__exact=closed", "kind": "csv", "why": WHY,
        "columns": ["Case", "Who", "State"],
    }  # fmt: skip
    assert (event.record, event.personal) == (f"accounts.User:{desk.user.pk}", None)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"why": ""}, ["why"]),
        ({"why": "x"}, ["why"]),
        ({"columns": []}, ["columns"]),
        ({"columns": ["999"]}, ["columns"]),
        ({"columns": ["x"]}, ["columns"]),
        ({"kind": "pdf"}, ["kind"]),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_leaves(desk: Desk, said: dict[str, Any], wrong: list[str]) -> None:
    answer = export(desk, **said)

    assert list(answer.context["form"].errors) == wrong
    assert Event.objects.filter(verb="list.exported").count() == 0


def test_a_spreadsheet_takes_so_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    ReferralFactory.create_batch(2)

    assert "XLSX takes up to 1 rows. Choose CSV, or filter the list first." in text(export(desk, kind="xlsx"))
    assert len(lines(export(desk))) == 3


@pytest.mark.parametrize("query", ["court=abc", "nothing=1", "participant__folded_name__startswith=h"])
def test_hostile_filters_export_nothing(desk: Desk, query: str) -> None:
    ReferralFactory()
    answer = export(desk, f"{URL}?{query}")

    assert (answer.status_code, answer["Location"]) == (302, "/office/courts/referral/?e=1")
    assert Event.objects.filter(verb="list.exported").count() == 0


def test_administrators_are_told_of_many_at_once(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(alerting, "UNUSUAL_ROWS", 2)
    boss = UserFactory(roles=[Role.ADMINISTRATOR])
    UserFactory(roles=[Role.COORDINATOR])
    ReferralFactory.create_batch(3)
    export(desk)
    send_due(now=now)
    event = Event.objects.get(verb="list.exported")

    assert [message.to for message in mail.outbox] == [[boss.email]]
    assert mail.outbox[0].subject == "A list of 3 rows was exported"
    assert f"User {desk.user.pk} exported a list of 3 rows" in mail.outbox[0].body
    assert f"/office/audit/event/{event.pk}/" in mail.outbox[0].body


def test_the_fourth_of_a_day_is_told_of(desk: Desk) -> None:
    UserFactory(roles=[Role.ADMINISTRATOR])
    ReferralFactory()
    told = []
    for _ in range(4):
        export(desk)
        told.append(Message.objects.filter(kind=EXPORT_ALERT).count())

    assert told == [0, 0, 0, 1]


def test_who_is_no_administrator_any_more_is_not_told(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "UNUSUAL_ROWS", 0)
    boss = UserFactory(roles=[Role.ADMINISTRATOR])
    ReferralFactory()
    export(desk)
    boss.grants.update(ended_at=now)
    send_due(now=now)

    assert mail.outbox == []
    assert Message.objects.get(kind=EXPORT_ALERT).reason == "no longer an administrator"


def test_what_is_encrypted_leaves_on_no_list(desk: Desk) -> None:
    closed = [head for model, admin in office.nouns() for head in admin.facts if getattr(head, "closed", False)]
    NoteFactory(text="He asks for the Tuesday group.")
    answer = export(desk, "/office/lists/participants.note/export/", columns=["0", "1", "2"])

    assert closed != []
    assert [one for model, admin in office.nouns() for one in columns_of(admin) if one in closed] == []
    assert b"Tuesday group" not in body(answer)


@pytest.mark.parametrize("model", NOUNS, ids=lambda model: model._meta.label)
def test_one_and_three_ask_the_same_with_every_column(model: Any, now: datetime) -> None:
    boss = Desk(Role.ADMINISTRATOR)
    boss.client = signed_in(boss.user, again=True)
    url = f"/office/lists/{model._meta.label_lower}/export/"
    columns = [str(place) for place in range(len(columns_of(dict(office.nouns())[model])))]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert lines(export(boss, url, columns=columns)) != []
        return len(queries)

    make = by_model()[model]
    make()
    one = asked()
    make()
    make()
    assert asked() == one


def test_nothing_of_a_list_that_is_not_his(desk: Desk) -> None:
    assert desk.get("/office/lists/courts.nothing/export/").status_code == 404
    assert desk.get("/office/lists/accounts.invitation/export/").status_code == 404
