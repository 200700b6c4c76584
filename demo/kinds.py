"""Reports of every kind but completion, each once: what a program tells its courts in ten weeks."""

from collections.abc import Callable

from courts.actions import corrections, deliveries, reports, states
from courts.models import Proposal, Referral, Report
from courts.moves import Closing, State
from courts.steps import ReportKind, Step
from demo import ending
from demo.intake import MISSES_HIS_INTAKE
from demo.stage import Stage
from programs.models import Enrollment

# True: it is told; False: its time hasn't come yet.
Telling = Callable[[Stage], bool]
THERE = (Step.DELIVERED, Step.ACKNOWLEDGED)


def mornings() -> Callable[[Stage], None]:
    """What the office does each morning, and the reports that are told once."""
    waiting = list(PLAN)

    def morning(stage: Stage) -> None:
        ending.morning(stage)
        for number, telling in list(waiting):
            if stage.dates.day(number) <= stage.today and telling(stage):
                waiting.remove((number, telling))
        deliveries.deliver_queued(now=stage.now)

    return morning


def _issue(stage: Stage, report: Report) -> bool:
    """By the administrator: the coordinator has recorded what some of them rest on."""
    document = ending.read_and_issue(stage, report, by=stage.administrator)
    kind = report.kind.replace("_", " ")
    stage.say(f"Report {document.number.text}, {kind}, for {report.referral.name_as_charged} is issued.")
    return True


def _begin(stage: Stage, referral: Referral, kind: ReportKind) -> bool:
    return _issue(stage, reports.begin(referral=referral, kind=kind, by=stage.coordinator, now=stage.now))


def _proposed(stage: Stage, kind: ReportKind) -> bool:
    """The first of that kind that the program has proposed by itself."""
    proposal = Proposal.objects.open().filter(kind=kind).order_by("id").first()
    if proposal is None:
        return False
    return _issue(stage, reports.open_review(proposal=proposal, by=stage.coordinator, now=stage.now))


def not_accepted(stage: Stage) -> bool:
    return _proposed(stage, ReportKind.NOT_ACCEPTED)


def did_not_begin(stage: Stage) -> bool:
    """He missed his intake; a second one is still to come."""
    man = Referral.objects.open().get(participant__last_name=MISSES_HIS_INTAKE)
    return _begin(stage, man, ReportKind.DID_NOT_BEGIN)


def enrollment(stage: Stage) -> bool:
    return _begin(stage, _seated(stage, "A", 1), ReportKind.ENROLLMENT)


def without_fault(stage: Stage) -> bool:
    """Of those whom a court sent and who wait for a seat, the last one."""
    man = Enrollment.objects.waiting().filter(referrals__court__isnull=False).last()
    assert man is not None, "more men are referred than there are seats"
    return _begin(stage, man.referrals.get(), ReportKind.WITHOUT_FAULT)


def without_fault_closed(stage: Stage) -> bool:
    return _closed(stage, ReportKind.WITHOUT_FAULT, Closing.WITHOUT_FAULT)


def progress(stage: Stage) -> bool:
    return _begin(stage, _seated(stage, "A", 1), ReportKind.PROGRESS)


def progress_corrected(stage: Stage) -> bool:
    old = Report.objects.in_state(*THERE).filter(kind=ReportKind.PROGRESS).first()
    if old is None:
        return False
    what_changed = "Week 2 was attended; it began at 7:00 p.m., not at 7:10 p.m. All other facts are unchanged."
    return _issue(
        stage, corrections.correct(report=old, what_changed=what_changed, by=stage.coordinator, now=stage.now)
    )


def more_time(stage: Stage) -> bool:
    return _proposed(stage, ReportKind.MORE_TIME)


def noncompliance(stage: Stage) -> bool:
    return _proposed(stage, ReportKind.NONCOMPLIANCE)


def discharge(stage: Stage) -> bool:
    """Two weeks after the notice reached the court, the same man."""
    notified = Report.objects.in_state(*THERE).filter(kind=ReportKind.NONCOMPLIANCE).select_related("referral").first()
    if notified is None or (stage.now - notified.document.issued_at).days < 14:
        return False
    return _begin(stage, notified.referral, ReportKind.DISCHARGE)


def discharge_closed(stage: Stage) -> bool:
    return _closed(stage, ReportKind.DISCHARGE, Closing.DISCHARGED)


def duplicate(stage: Stage) -> bool:
    """The first man to be through has lost his certificate."""
    through = Referral.objects.filter(state=State.CLOSED, closing=Closing.COMPLETED).exclude(kind="self").first()
    if through is None or through.closing_report is None:
        return False
    return _issue(stage, reports.duplicate(report=through.closing_report, by=stage.coordinator, now=stage.now))


def _closed(stage: Stage, kind: ReportKind, closing: Closing) -> bool:
    report = Report.objects.in_state(*THERE).filter(kind=kind).select_related("referral").first()
    if report is None:
        return False
    states.close(referral=report.referral, closing=closing, by=stage.coordinator, now=stage.now)
    stage.say(f"{report.referral.name_as_charged}: closed, {closing.replace('_', ' ')}.")
    return True


def _seated(stage: Stage, cohort: str, place: int) -> Referral:
    """The man in that seat of the cohort, and the first referral that he fulfils by it."""
    seats = stage.cohorts[cohort].seats.select_related("enrollment").order_by("id")
    referral = Referral.objects.fulfilled_by(seats[place - 1].enrollment).order_by("id").first()
    assert referral is not None, "he has not completed yet"
    return referral


# From which day on; the first day of the play is 0.
PLAN: tuple[tuple[int, Telling], ...] = (
    (7, not_accepted),
    (7, did_not_begin),
    (8, enrollment),
    (9, without_fault),
    (10, without_fault_closed),
    (14, more_time),
    (21, noncompliance),
    (29, progress),
    (31, progress_corrected),
    (35, discharge),
    (35, discharge_closed),
    (70, duplicate),
)
