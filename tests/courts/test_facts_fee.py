"""How it stands with the program's fee, as a court is told: in words, where completion asks for it, and no dollar."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from courts.actions.facts.completion import NotCompleted
from courts.steps import ReportKind
from programs.actions import money
from programs.kinds import PaidBy
from programs.models import FeeEntry, Program
from tests.courts.cases import AFTER, WEEKS, Case, completed
from tests.courts.each_kind import told
from tests.factories.accounts import UserFactory
from tests.factories.lists import ImposedFactory
from tests.factories.programs import CurriculumFactory, PolicyFactory, ProgramFactory

pytestmark = pytest.mark.django_db
DAY, NEXT = date(2026, 3, 25), date(2026, 4, 24)
ASKS = ["intake", "exit_interview", "fee"]


def charging(requires: list[str]) -> Program:
    program: Program = ProgramFactory.create()
    CurriculumFactory(program=program, version=1, weeks=WEEKS)
    PolicyFactory(program=program, version=1, sessions_required=WEEKS, requires=requires)
    money.new_schedule(
        program=program,
        begins_on=date(2026, 1, 1),
        steps=[(None, Decimal(917))],
        shares=[("Education", Decimal(100))],
        by=UserFactory(),
        now=AFTER,
    )
    return program


@pytest.fixture
def case() -> Case:
    """He has all but the fee, which completion asks for."""
    return completed(program=charging(ASKS))


def assess(case: Case) -> FeeEntry:
    return money.assess(enrollment=case.enrollment, income=None, dependents=0, key=uuid4(), by=case.leader, now=AFTER)


def pay(case: Case, amount: int, now: datetime = AFTER) -> FeeEntry:
    said = {"paid_by": PaidBy.CASH, "key": uuid4(), "by": case.leader, "now": now}
    return money.pay(enrollment=case.enrollment, amount=Decimal(amount), on=DAY, **said)  # type: ignore[arg-type]


def waive(case: Case, amount: int) -> None:
    asked = money.ask_to_waive(
        enrollment=case.enrollment, amount=Decimal(amount), why="Out of work.", by=case.leader, now=AFTER
    )
    money.decide_waiver(request=asked, granted=True, by=UserFactory(roles=[Role.ADMINISTRATOR]), now=AFTER)


def plan(case: Case) -> None:
    money.plan_payments(enrollment=case.enrollment, installments=[(NEXT, Decimal(917))], by=case.leader, now=AFTER)


@pytest.mark.parametrize(
    ("how", "standing"), [("paid", "Paid in full"), ("waived", "Waived"), ("some of both", "Settled")]
)
def test_a_completion_tells_how_it_was_settled(case: Case, how: str, standing: str) -> None:
    assess(case)
    if how == "paid":
        pay(case, 917)
    elif how == "waived":
        waive(case, 917)
    else:
        pay(case, 17)
        waive(case, 900)

    facts = told(case, ReportKind.COMPLETION)

    assert facts["fee_standing"] == standing
    assert facts["requirements"][-1] == {
        "label": "Fee settled, waived or on a plan",
        "met_on": "2026-03-25",
        "met": True,
    }


def test_whoever_is_on_a_plan_completes_also_when_he_fell_behind(case: Case) -> None:
    assess(case)
    plan(case)
    late = AFTER + timedelta(days=31)

    facts = [told(case, ReportKind.COMPLETION, now)["fee_standing"] for now in (AFTER, late)]

    assert facts == ["On a payment plan, current", "On a payment plan, behind"]


def test_an_open_fee_keeps_him_and_progress_says_so(case: Case) -> None:
    assess(case)

    assert told(case, ReportKind.PROGRESS)["fee_standing"] == "Not paid yet"
    with pytest.raises(NotCompleted):
        told(case, ReportKind.COMPLETION)


def test_what_nobody_assessed_yet_is_not_told(case: Case) -> None:
    assert told(case, ReportKind.PROGRESS)["fee_standing"] is None


def test_where_completion_does_not_ask_for_it_no_court_is_told() -> None:
    case = completed(program=charging(ASKS[:-1]))
    assess(case)

    told_of = [told(case, kind)["fee_standing"] for kind in (ReportKind.PROGRESS, ReportKind.COMPLETION)]

    assert told_of == [None, None]


@pytest.mark.parametrize("kind", [ReportKind.PROGRESS, ReportKind.COMPLETION])
def test_no_amount_reaches_a_court_neither_ours_nor_its_own(case: Case, kind: ReportKind) -> None:
    ImposedFactory(referral=case.referral, amount=Decimal("1537.00"), note="MARKERMEMO")
    assess(case)
    pay(case, 431)
    waive(case, 486)

    facts = told(case, kind)

    assert facts["fee_standing"] == "Settled"
    said = json.dumps(facts)
    assert [word for word in ("1537", "MARKERMEMO", "917", "431", "486", "RCW") if word in said] == []
