"""The demonstration: the story as far as now, and what the office finds on its desk today."""

from collections.abc import Callable
from datetime import datetime, timedelta

from courts import lists
from courts.actions import deadlines, reports, states
from courts.actions.imports import import_list
from courts.deadlines import DeadlineKind
from courts.models import Deadline, Extension, Proposal, Referral
from courts.moves import State
from courts.steps import ReportKind
from demo import before_and_after, courtside, desk, ending, intake, weeks
from demo.dates import STORY, ZONE, around, shifted
from demo.stage import Curtain, Stage, set_stage
from demo.story import first_week
from participants import actions as participants
from participants.kinds import AppointmentKind


def play(*, now: datetime, tell: Callable[[str], None]) -> Stage:
    """In an empty database; at the end nothing waits that should have happened before `now`."""
    stage = set_stage(tell, around(now))
    try:
        first_week(stage)
        ask_for_time(stage)
        stage.morning = ending.morning
        weeks.hold_all_sessions(stage)
        stage.go_to(now)
    except Curtain:
        pass
    take_in_newcomers(stage)
    open_a_review(stage)
    courtside.work_at_the_desks(stage)
    desk.lay_out(stage)
    before_and_after.lay_out(stage)
    stage.tick()
    return stage


def ask_for_time(stage: Stage) -> None:
    """For whom no seat was left, by when he must begin; today one of these dates is just over, the others come."""
    assert stage.dates.until is not None, "a demonstration breaks off"
    binding = Deadline.objects.open().filter(kind__in=(DeadlineKind.ENROLL_BY, DeadlineKind.START_BY))
    waiting = binding.filter(referral__state=State.ACCEPTED).select_related("referral")
    today = stage.dates.until.astimezone(ZONE).date()
    for number, deadline in enumerate(waiting.order_by("referral_id", "id")):
        deadlines.extend(
            deadline=deadline,
            due_on=today + timedelta(days=2 * (number // 2) - 1),
            basis=Extension.Basis.MINUTE_ENTRY,
            by=stage.coordinator,
            now=stage.now,
        )


def take_in_newcomers(stage: Stage) -> None:
    """Three referrals of this week: two wait for a decision, one man has his intake today."""
    weeks_on = (stage.today - STORY.begins).days // 7
    rows = lists.joined(row for row in intake.rows(stage) if row.last_name in stage.dates.held_back)
    import_list(
        rows=(lists.Joined(shifted(one.row, by=_until_this_week(stage)), one.charges) for one in rows),
        program=stage.program,
        default_court=None,
        sha256=f"demo {weeks_on}",
        refuse=lambda row, reason: None,
        by=stage.coordinator,
        now=stage.now,
    )
    newest = Referral.objects.awaiting_decision().select_related("participant").order_by("-id").first()
    if newest:
        accept_and_invite(stage, newest)


def _until_this_week(stage: Stage) -> timedelta:
    return timedelta(weeks=(stage.today - stage.dates.begins).days // 7)


def accept_and_invite(stage: Stage, referral: Referral) -> None:
    answers = {"adult": True, "statute": True, "language": True, "minor": False}
    states.accept(referral=referral, answers=answers, by=stage.coordinator, now=stage.now)
    participants.plan_appointment(
        participant=referral.participant,
        kind=AppointmentKind.INTAKE,
        starts_at=_later_today(stage.now),
        with_whom=stage.coordinator,
        place="Room 2",
        minutes=25,
        by=stage.coordinator,
        now=stage.now,
    )


def _later_today(now: datetime) -> datetime:
    """Half past four, or half an hour from now, but before midnight."""
    local = now.astimezone(ZONE)
    half_past_four = local.replace(hour=16, minute=30, second=0, microsecond=0)
    last = local.replace(hour=23, minute=59, second=0, microsecond=0)
    return max(min(max(half_past_four, local + timedelta(minutes=30)), last), local + timedelta(minutes=1))


def open_a_review(stage: Stage) -> None:
    """Of the completions that nobody has looked at, the first."""
    proposal = Proposal.objects.open().filter(kind=ReportKind.COMPLETION).order_by("id").first()
    if proposal:
        reports.open_review(proposal=proposal, by=stage.coordinator, now=stage.now)
