from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from courts.actions.desks import Desk
from courts.actions.searching import find_deliveries, find_referrals
from courts.models import Delivery, Referral
from courts.steps import ReportKind
from tests.courts.deskside import laid
from tests.factories.courts import CourtFactory, ReferralFactory

pytestmark = pytest.mark.django_db

SEATTLE = ZoneInfo("America/Los_Angeles")
NOTHING_ASKED = {"q": "", "kind": "", "since": None, "until": None}


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("26-0413", True),
        ("alvarez", True),
        ("ÁLVAREZ", False),
        ("rafael alv", True),
        ("alvarez\N{RIGHT-TO-LEFT MARK}", True),
        ("alvarez nguyen", False),
        ("%", False),
        ("_", False),
        ("<i>", False),
        ("!!!", False),
        ("9" * 200, False),
    ],
)
def test_finds_by_a_part_of_the_number_or_each_word_of_the_name(q: str, found: bool) -> None:
    court = CourtFactory()
    him = ReferralFactory(court=court, case_number="K 26-0413", normalized_case_number="k260413",
                          name_as_charged="RAFAEL ALVAREZ-RUIZ")  # fmt: skip
    ReferralFactory(court=court, case_number="B-7", name_as_charged="T. NGUYEN")

    assert list(find_referrals(Desk(court=court).referrals, q=q, over=None)) == ([him] if found else [])


def test_finds_what_is_over_and_what_is_not() -> None:
    court = CourtFactory()
    open_, over = ReferralFactory(court=court), ReferralFactory(court=court, closed=True)
    among = Desk(court=court).referrals

    assert [list(find_referrals(among, q="", over=asked)) for asked in (True, False)] == [[over], [open_]]
    assert set(find_referrals(among, q="", over=None)) == {open_, over}


def test_finds_reports_by_kind_and_by_their_own_number() -> None:
    case, report, _ = laid()
    among = Desk(court=case.referral.court).deliveries
    number = report.document.number.text.lower()

    def found(**asked: object) -> int:
        return find_deliveries(among, **{**NOTHING_ASKED, **asked}, zone=SEATTLE).count()  # type: ignore[arg-type]

    assert [found(kind=ReportKind.COMPLETION), found(kind=ReportKind.PROGRESS)] == [1, 0]
    assert [found(q=number), found(q=f"{number}9"), found(q=case.referral.case_number)] == [1, 0, 1]


def test_finds_by_the_days_of_the_courts_own_calendar() -> None:
    case, _, _ = laid()
    among = Desk(court=case.referral.court).deliveries
    # Half past eleven in the evening in Seattle: the next day already in UTC.
    Delivery.objects.update(sent_at=datetime(2026, 3, 26, 6, 30, tzinfo=UTC))
    that_day, next_day = date(2026, 3, 25), date(2026, 3, 26)

    def found(since: date | None, until: date | None) -> int:
        asked = {**NOTHING_ASKED, "since": since, "until": until}
        return find_deliveries(among, **asked, zone=SEATTLE).count()  # type: ignore[arg-type]

    assert [found(that_day, that_day), found(next_day, None), found(None, date(2026, 3, 24))] == [1, 0, 0]


def test_never_leaves_the_desk() -> None:
    ReferralFactory(name_as_charged="RAFAEL ALVAREZ")
    among = Desk(court=CourtFactory()).referrals

    assert Referral.objects.count() == 1
    assert list(find_referrals(among, q="Alvarez", over=None)) == []
