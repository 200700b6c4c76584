"""The office's Money: a man's file, who owes, the months and the year, what leaves as CSV, receipts."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from audit.models import Event
from courts.actions import memos
from courts.models import Imposed
from office.ledger import Account, account
from participants.models import Participant
from programs.actions import money as actions
from programs.models import Enrollment, FeeEntry
from tests.access.people import signed_in, with_authenticator
from tests.factories.accounts import UserFactory
from tests.factories.courts import ReferralFactory
from tests.factories.participants import RestrictionNameFactory
from tests.office.desk import Desk, buttons, text
from tests.programs.treasury import Treasury, noon

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 3), date(2026, 3, 3)
TODAY = date(2026, 4, 10)


@pytest.fixture(autouse=True)
def today() -> Iterable[None]:
    with time_machine.travel(noon(TODAY), tick=False):
        yield


@pytest.fixture
def treasury() -> Treasury:
    return Treasury()


@pytest.fixture
def desk(treasury: Treasury) -> Desk:
    return Desk(Role.COORDINATOR)


def of(his: Enrollment) -> Account:
    return account(Enrollment.objects.get(pk=his.pk))


def tab(his: Enrollment) -> str:
    return f"/office/people/{his.participant_id}/?tab=money"


def close(treasury: Treasury, *months: date) -> None:
    for month in months:
        actions.close_books(program=treasury.program, month=month, by=treasury.by, now=noon(TODAY))


def shut(man: Participant) -> None:
    RestrictionNameFactory(restriction__participant=man, user=UserFactory(roles=[Role.ADMINISTRATOR]))


# --- One man's


def test_what_he_owes_in_one_sentence(treasury: Treasury) -> None:
    his = treasury.running.waiting()
    said = [of(his).sentence]
    entry = treasury.assess(his, MARCH)
    said.append(of(his).sentence)
    treasury.pay(his, 300, MARCH)
    treasury.plan(his, MARCH, (date(2026, 4, 7), 150), (date(2026, 5, 7), 450))
    said.append(of(his).sentence)
    treasury.pay(his, 150, TODAY)
    said.append(of(his).sentence)
    waived = treasury.waive(his, 450, TODAY)
    said.append(of(his).sentence)
    treasury.reverse(waived, TODAY)
    treasury.reverse(entry, TODAY)
    said.append(of(his).sentence)

    assert said == [
        "Nothing is assessed yet.",
        "He owes $900.00, without a plan.",
        "He owes $600.00, on a plan, and is behind by $150.00 since Tue, Apr 7.",
        "He owes $450.00, on a plan; next $450.00 by Thu, May 7.",
        "He owes nothing: $450.00 paid and $450.00 waived.",
        "The program owes him $450.00.",
    ]


def test_what_the_scale_asks_nothing_for(treasury: Treasury) -> None:
    assert of(treasury.owing(MARCH, income=500)).sentence == "He owes nothing."


def test_his_ledger_with_what_he_owed_then(treasury: Treasury) -> None:
    his = treasury.owing(FEBRUARY)
    paid = treasury.pay(his, "100.01", FEBRUARY)
    treasury.reverse(paid, MARCH)

    stands = of(his)
    assert [(row.what, row.effect, row.owes, row.receipt, row.is_taken_back) for row in stands.rows] == [
        ("Paid, taken back", Decimal("100.01"), Decimal("900.00"), "", False),
        ("Paid", Decimal("-100.01"), Decimal("799.99"), "2026-00001", True),
        ("Assessed", Decimal("900.00"), Decimal("900.00"), "", False),
    ]


def test_a_plan_is_filled_from_its_oldest_day_on(treasury: Treasury) -> None:
    his = treasury.owing(FEBRUARY)
    treasury.plan(his, FEBRUARY, (date(2026, 3, 7), 300), (date(2026, 4, 7), 300), (date(2026, 5, 7), 300))
    treasury.pay(his, 400, MARCH)

    assert [(part.on.month, part.word, part.tone) for part in of(his).parts] == [
        (3, "Filled", "good"),
        (4, "$200.00 of it open, 3 days late", "late"),
        (5, "Open", "muted"),
    ]


def test_what_can_be_done_follows_what_stands(treasury: Treasury) -> None:
    his = treasury.running.waiting()
    offered = [of(his).deeds]
    treasury.assess(his, MARCH)
    offered.append(of(his).deeds)
    treasury.pay(his, 900, MARCH)
    offered.append(of(his).deeds)

    assert offered == [["assess"], ["pay", "plan", "waive"], ["refund"]]


def test_the_tab_of_his_file(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(MARCH)
    treasury.pay(his, 150, MARCH)
    answer = desk.get(tab(his))
    shown = text(answer)

    assert "He owes $750.00, without a plan." in shown
    assert "Tue, Mar 3 Paid, cash -$150.00 $750.00 2026-00001 as PDF" in shown
    assert [one for one in buttons(answer) if one in ("pay", "assess", "plan", "waive", "refund")] == [
        "pay",
        "plan",
        "waive",
        "refund",
    ]
    assert buttons(answer).count("take-back") == 2


def test_its_buttons_stand_under_money_alone(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(MARCH)

    assert "pay" not in buttons(desk.get(f"/office/people/{his.participant_id}/"))


def test_three_lines_ask_as_much_as_one(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    treasury.pay(his, 100, FEBRUARY)
    treasury.plan(his, FEBRUARY, (date(2026, 5, 7), 800))
    asked = [_queries(desk, tab(his))]
    for _ in range(2):
        treasury.pay(his, 100, MARCH)
    asked.append(_queries(desk, tab(his)))

    assert asked == [asked[0]] * 2


def _queries(desk: Desk, url: str) -> int:
    with CaptureQueriesContext(connection) as told:
        assert desk.get(url).status_code == 200
    return len(told)


# --- What a court imposed


def test_no_sum_has_what_a_court_imposed(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(MARCH)
    treasury.pay(his, 150, MARCH)
    urls = [
        "/office/money/",
        f"/office/money/{treasury.program.pk}/2026/",
        f"/office/money/{treasury.program.pk}/2026/3/",
    ]
    before = [text(desk.get(url)) for url in urls]
    referral = ReferralFactory(participant=his.participant, program=treasury.program, enrollment=his)
    memos.note_imposed(
        referral=referral, kind=Imposed.Kind.FINE, amount=Decimal("2501.00"), by=desk.user, now=noon(TODAY)
    )

    shown = text(desk.get(tab(his)))
    assert [text(desk.get(url)) for url in urls] == before
    assert shown.count("2,501.00") == 1
    assert "He owes $750.00, without a plan." in shown
    assert shown.index("What courts imposed") < shown.index("2,501.00")


# --- Money, at a glance


def test_this_month_and_who_owes(treasury: Treasury, desk: Desk) -> None:
    late, planned, settled = (treasury.owing(FEBRUARY) for _ in range(3))
    treasury.plan(planned, FEBRUARY, (date(2026, 5, 7), 900))
    treasury.pay(settled, 900, TODAY)
    treasury.pay(late, "100.50", TODAY)
    said = desk.get("/office/money/").context

    assert (said["books"].assessed, said["books"].collected) == (0, Decimal("1000.50"))
    assert [(one.enrollment, one.aging.owed, one.oldest_due_on) for one in said["page"]] == [
        (late, Decimal("799.50"), date(2026, 3, 5)),
        (planned, Decimal(900), date(2026, 5, 7)),
    ]
    assert tuple(said["sums"]) == (Decimal(900), 0, Decimal("799.50"), 0, 0)


def test_a_program_without_any_fee(desk: Desk) -> None:
    assert "Nobody owes anything" in text(desk.get("/office/money/"))


def test_an_office_without_a_program(db: None) -> None:
    assert "No program yet" in text(Desk().get("/office/money/"))


def test_three_who_owe_ask_as_much_as_one(treasury: Treasury, desk: Desk) -> None:
    treasury.plan(treasury.owing(FEBRUARY), FEBRUARY, (date(2026, 5, 7), 900))
    one = _queries(desk, "/office/money/")
    for _ in range(2):
        treasury.plan(treasury.owing(FEBRUARY), FEBRUARY, (date(2026, 5, 7), 900))

    assert _queries(desk, "/office/money/") == one == 16


def test_fifty_a_page(treasury: Treasury, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.money.A_PAGE", 2)
    for _ in range(3):
        treasury.owing(FEBRUARY)

    first, second = (desk.get(f"/office/money/?page={page}").context for page in (1, 2))
    assert (len(first["page"]), len(second["page"])) == (2, 1)
    assert (first["sums"].owed, second["sums"].owed) == (Decimal(2700), Decimal(2700))


@pytest.mark.parametrize(("role", "offered"), [(Role.ADMINISTRATOR, ["approve", "refuse"]), (Role.COORDINATOR, [])])
def test_waivers_are_decided_by_administrators(treasury: Treasury, role: Role, offered: list[str]) -> None:
    his = treasury.owing(MARCH)
    actions.ask_to_waive(enrollment=his, amount=Decimal(50), why="Out of work.", by=treasury.by, now=noon(MARCH))
    answer = Desk(role).get("/office/money/")

    assert "Out of work." in text(answer)
    assert buttons(answer) == offered


# --- A month and a year


def test_a_months_sums_funds_and_lines(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(MARCH)
    treasury.pay(his, "100.01", MARCH)
    said = desk.get(f"/office/money/{treasury.program.pk}/2026/3/").context

    assert dict(said["books"].by_fund) == {
        "Education": Decimal("20.00"),
        "Enforcement": Decimal("40.00"),
        "Survivor services": Decimal("40.01"),
    }
    assert [(row["what"], row["receipt"], row["effect"], row["collected"]) for row in said["rows"]] == [
        ("Assessed", "", Decimal(900), 0),
        ("Paid", "2026-00001", Decimal("-100.01"), Decimal("100.01")),
    ]
    assert said["can_close"] is True


def test_months_that_are_over_are_closed_in_order(treasury: Treasury, desk: Desk) -> None:
    treasury.owing(FEBRUARY)
    month = f"/office/money/{treasury.program.pk}/2026/{{}}/"

    assert [desk.get(month.format(one)).context["can_close"] for one in (2, 3, 4)] == [True, False, False]
    close(treasury, FEBRUARY)
    assert [desk.get(month.format(one)).context["can_close"] for one in (2, 3, 4)] == [False, True, False]


def test_a_closed_month_that_says_something_else_is_told_of(treasury: Treasury, desk: Desk) -> None:
    treasury.owing(FEBRUARY)
    close(treasury, FEBRUARY)
    url = f"/office/money/{treasury.program.pk}/2026/2/"
    before = text(desk.get(url))
    entry = FeeEntry.objects.get()
    # As nobody can in the office: straight into the table.
    entry.pk, entry.idempotency_key = None, treasury.key()
    entry.save(force_insert=True)

    words = "These sums aren’t those with which the month was closed."
    assert (words in before, words in text(desk.get(url))) == (False, True)


def test_a_year(treasury: Treasury, desk: Desk) -> None:
    his = treasury.owing(FEBRUARY)
    treasury.pay(his, 200, MARCH)
    close(treasury, FEBRUARY)
    said = desk.get(f"/office/money/{treasury.program.pk}/2026/").context

    assert [one.word for one, *_ in said["rows"]][:6] == [
        "Before the first line",
        "Closed",
        "Over, not closed",
        "Open",
        "To come",
        "To come",
    ]
    assert (said["whole"].assessed, said["whole"].collected, said["is_closed"]) == (Decimal(900), Decimal(200), False)
    assert said["left"] == 10


@pytest.mark.parametrize("path", ["0/", "9999/", "2026/0/", "2026/13/", "0/3/"])
def test_no_such_month(treasury: Treasury, desk: Desk, path: str) -> None:
    assert desk.get(f"/office/money/{treasury.program.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["2026/", "2026/3/"])
def test_more_lines_ask_no_more(treasury: Treasury, desk: Desk, path: str) -> None:
    his, url = treasury.owing(MARCH), f"/office/money/{treasury.program.pk}/{path}"
    one = _queries(desk, url)
    for _ in range(3):
        treasury.pay(his, 10, MARCH)

    assert _queries(desk, url) == one


# --- As CSV


@pytest.fixture
def leaving(desk: Desk) -> Desk:
    """Who has just shown the second factor again."""
    desk.client = signed_in(desk.user, again=True)
    return desk


def export(desk: Desk, treasury: Treasury, **said: str) -> Any:
    url = f"/office/money/{treasury.program.pk}/2026/3/lines/"
    return desk.client.post(url, {"why": "For the bookkeeper"} | said)


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_the_lines_of_a_month_without_a_name(treasury: Treasury, leaving: Desk) -> None:
    his = treasury.owing(MARCH)
    paid = treasury.pay(his, "100.01", MARCH)
    treasury.reverse(paid, date(2026, 3, 20))
    found = table(export(leaving, treasury))

    assert found == [
        ["Day", "Receipt", "What", "How", "Amount", "Collected", "Education", "Enforcement", "Survivor services",
         "Enrollment"],
        ["3/3/2026", "", "Assessed", "", "900.00", "0.00", "0.00", "0.00", "0.00", str(his.pk)],
        ["3/3/2026", "2026-00001", "Paid", "Cash", "-100.01", "100.01", "20.00", "40.00", "40.01", str(his.pk)],
        ["3/20/2026", "", "Paid, taken back", "", "100.01", "-100.01", "-20.00", "-40.00", "-40.01", str(his.pk)],
    ]  # fmt: skip
    assert his.participant.last_name not in str(found)


def test_that_it_left_is_an_event(treasury: Treasury, leaving: Desk) -> None:
    treasury.owing(MARCH)
    answer = export(leaving, treasury)
    event = Event.objects.get(verb="list.exported")

    assert answer["Content-Disposition"] == 'attachment; filename="books-2026-03.csv"'
    assert (event.facts["rows"], event.facts["why"], event.facts["query"]) == (1, "For the bookkeeper", "month=2026-03")


def test_a_fund_that_looks_like_a_formula(leaving: Desk) -> None:
    treasury = Treasury(begins_on=date(2026, 2, 1))
    treasury.set_fees(date(2026, 3, 1), shares=[("=1+1", Decimal(100))])
    treasury.pay(treasury.owing(MARCH), 10, MARCH)

    assert table(export(leaving, treasury))[0][6] == "'=1+1"


def test_without_a_reason_it_stays(treasury: Treasury, leaving: Desk) -> None:
    assert "Look at these again" in text(export(leaving, treasury, why=""))


def test_the_second_factor_is_asked_for_again(treasury: Treasury, desk: Desk) -> None:
    with_authenticator(desk.user)
    answer = export(desk, treasury)

    assert (answer.status_code, answer["Location"].partition("?")[0].endswith("/again/")) == (302, True)


# --- A receipt


def test_a_receipt_says_nothing_of_what_this_is(treasury: Treasury, desk: Desk) -> None:
    paid = treasury.pay(treasury.owing(MARCH), 150, MARCH)
    answer = desk.get(f"/office/money/receipts/{paid.pk}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'inline; filename="receipt-2026-00001.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.on(paid).values_list("verb", "actor").latest("id") == (
        "receipt.given",
        f"user:{desk.user.pk}",
    )


def test_what_moved_no_money_has_none(treasury: Treasury, desk: Desk) -> None:
    entry = treasury.owing(MARCH).fee_entries.get()

    assert desk.get(f"/office/money/receipts/{entry.pk}/").status_code == 404


# --- A file that is shut


def test_he_stands_nowhere_and_is_counted(treasury: Treasury, leaving: Desk) -> None:
    his, other = treasury.owing(MARCH), treasury.owing(MARCH)
    paid = treasury.pay(his, 100, MARCH)
    shut(his.participant)
    month = f"/office/money/{treasury.program.pk}/2026/3/"
    money, books = leaving.get("/office/money/"), leaving.get(month)

    assert [one.enrollment for one in money.context["page"]] == [other]
    assert money.context["sums"].owed == Decimal(1700)
    assert his.participant.legal_name not in text(money)
    assert books.context["books"].assessed == Decimal(1800)
    assert sorted(row["url"] for row in books.context["rows"]) == ["", "", f"/office/programs/enrollment/{other.pk}/"]
    assert sorted(row[-1] for row in table(export(leaving, treasury))[1:]) == [str(other.pk), "not shown", "not shown"]
    assert leaving.get(f"/office/money/receipts/{paid.pk}/").status_code == 404
    assert leaving.get(tab(his)).status_code == 404
