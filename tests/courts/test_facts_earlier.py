"""A court is told of no day before its own order, whatever the kind, unless it accepts them and he signed a release."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from courts.actions import recipients
from courts.actions.facts.base import BeforeItsOrder, ReleaseMissing
from courts.actions.facts.beginning import HasBegun
from courts.document import render
from courts.models import Court, Proposal, Referral, Report
from courts.steps import OtherProposal, ReportKind
from participants.kinds import AppointmentKind, AppointmentState
from programs.kinds import MarkKind
from tests.courts.cases import Case, seated
from tests.courts.each_kind import facts_for, original, report_of
from tests.courts.pdf import bare, text_of
from tests.factories.clock import NOW
from tests.factories.courts import ProposalFactory, RecipientFactory
from tests.factories.participants import AppointmentFactory
from tests.factories.programs import CurriculumFactory, PolicyFactory, ProgramFactory

pytestmark = pytest.mark.django_db

ORDERED = date(2026, 3, 20)
WEEKS = 6  # March 10, 17 | 24, 31, April 7, 14
LATER = datetime(2026, 4, 16, 17, tzinfo=UTC)
CERTIFYING = (ReportKind.COMPLETION, ReportKind.DUPLICATE_CERTIFICATE)
OTHERS = [kind for kind in ReportKind if kind not in CERTIFYING]
MONTHS = ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")  # fmt: skip
NEVER_CAME = (ReportKind.NOT_ACCEPTED, ReportKind.DID_NOT_BEGIN)


def case_of(kind: ReportKind, *, accepts: bool = False) -> Case:
    """He was there before it ordered him to be: intake, a missed one, sessions, absences and a warning."""
    of = ProgramFactory.create()
    CurriculumFactory(program=of, version=1, weeks=WEEKS)
    PolicyFactory(program=of, version=1, sessions_required=WEEKS, requires=["intake"])
    case = seated(program=of, ordered_on=ORDERED, received_on=date(2026, 3, 2), court__accepts_earlier_credit=accepts)
    RecipientFactory.create(referral=case.referral)
    for day in (6, 28):
        missed_intake(case, datetime(2026, 3, day, 17, tzinfo=UTC))
        warned(case, datetime(2026, 3, day, 18, tzinfo=UTC))
    if kind in CERTIFYING:
        case.attend(1, 2, 3, 4, 5, 6)
    else:
        case.attend(1).attend(2, 3, 4, kind=MarkKind.ABSENT)
        case.attend(5, 6, kind=MarkKind.ABSENT if kind in NEVER_CAME else MarkKind.PRESENT)
    return case


def missed_intake(case: Case, at: datetime) -> None:
    AppointmentFactory(
        participant=case.referral.participant,
        kind=AppointmentKind.INTAKE,
        state=AppointmentState.MISSED,
        starts_at=at,
        settled_at=at,
        settled_by=case.by,
    )


def warned(case: Case, at: datetime) -> None:
    taken = {"state": Proposal.State.TAKEN, "settled_at": at, "settled_by": case.by}
    ProposalFactory(referral=case.referral, kind=OtherProposal.WARN, **taken)


def release(case: Case) -> None:
    for one in case.referral.recipients.all():
        recipients.record_release(recipient=one, begins_on=date(2026, 3, 21), ends_on=None, by=case.by, now=NOW)


def days_told(facts: Any) -> set[date]:
    return {date.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", str(facts))}


def days_printed(kind: ReportKind, facts: Any) -> set[date]:
    words = re.findall(r"([A-Z][a-z]+)(\d{1,2}),(\d{4})", bare(text_of(render(kind, facts))))
    return {date(int(year), MONTHS.index(month) + 1, int(day)) for month, day, year in words}


@pytest.mark.parametrize("accepts", [False, True], ids=["counts none of it", "no release"])
@pytest.mark.parametrize("kind", OTHERS)
def test_nothing_is_dated_before_its_order(kind: ReportKind, accepts: bool) -> None:
    case = case_of(kind, accepts=accepts)
    facts = facts_for(report_of(case, kind), case, LATER)
    days = days_told(facts)
    assert days_printed(kind, facts) == days
    assert min(days) == ORDERED


@pytest.mark.parametrize("kind", [kind for kind in OTHERS if kind != ReportKind.MORE_TIME])
def test_with_a_release_the_same_man_has_earlier_days(kind: ReportKind) -> None:
    """Else the test above could not fail."""
    case = case_of(kind, accepts=True)
    release(case)
    if kind in NEVER_CAME:
        with pytest.raises(HasBegun):
            facts_for(report_of(case, kind), case, LATER)
        return
    assert min(days_told(facts_for(report_of(case, kind), case, LATER))) < ORDERED


def test_counts_and_standing_rest_on_what_it_may_know() -> None:
    case = case_of(ReportKind.PROGRESS)
    facts = facts_for(report_of(case, ReportKind.PROGRESS), case, LATER)
    assert facts["counted"] == {"credited": 2, "made_up": 0, "excused": 0, "unexcused": 2, "without_credit": 0}
    assert facts["compliance"] == "Out of compliance"
    assert facts["period"]["from_on"] == "2026-03-20"


def test_absences_before_it_make_no_noncompliance() -> None:
    case = case_of(ReportKind.PROGRESS)
    Referral.objects.update(ordered_on=date(2026, 3, 26))
    facts = facts_for(report_of(case, ReportKind.PROGRESS), case, LATER)
    assert (facts["counted"]["unexcused"], facts["compliance"]) == (1, "At risk")


def test_a_plan_that_counts_what_it_does_not_is_no_day_for_it() -> None:
    case = case_of(ReportKind.MORE_TIME)
    facts = facts_for(report_of(case, ReportKind.MORE_TIME), case, LATER)
    assert (facts["completed"]["sessions"], facts["can_finish_on"]) == (2, None)


@pytest.mark.parametrize("kind", CERTIFYING)
def test_a_certificate_can_not_be_told_in_part(kind: ReportKind) -> None:
    case = case_of(kind)
    if kind == ReportKind.DUPLICATE_CERTIFICATE:
        Referral.objects.update(ordered_on=date(2026, 3, 2))
        original(case)
        Referral.objects.update(ordered_on=ORDERED)
    report = report_of(case, kind)
    with pytest.raises(BeforeItsOrder):
        facts_for(report, case, LATER)

    Court.objects.update(accepts_earlier_credit=True)
    with pytest.raises(ReleaseMissing):
        facts_for(Report.objects.get(pk=report.pk), case, LATER)

    release(case)
    assert facts_for(Report.objects.get(pk=report.pk), case, LATER)["completed"]["first_on"] == "2026-03-10"
