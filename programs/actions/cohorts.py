"""A cohort and its evenings."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from programs import schedule
from programs.actions.standing import reassess_all
from programs.models import Cohort, Curriculum, Enrollment, Module, Policy, Program, Session, SessionLeader
from programs.progress import Week, unmeetable


class PolicyUnmeetable(Refusal):
    pass


class NoPlace(Refusal):
    pass


class SessionOver(Refusal):
    pass


class MarksMissing(Refusal):
    pass


class NotYetHeld(Refusal):
    pass


class TooShort(Refusal):
    pass


@transaction.atomic
def generate_cohort(
    *,
    curriculum: Curriculum,
    policy: Policy,
    name: str,
    first_on: date,
    starts_at: time,
    leaders: Sequence[User],
    by: User,
    now: datetime,
    **others: object,
) -> Cohort:
    """A cohort with one session a week, the state's holidays and the program's days off skipped.

    `others`: further fields of Cohort, such as capacity. Raises NoPlace, PolicyUnmeetable,
    schedule.NoPossibleDay.
    """
    if not (others.get("place") or others.get("link")):
        raise NoPlace("A cohort meets somewhere. Give its place, or the link to its video call.")
    program = curriculum.program
    modules = list(curriculum.modules.all())
    weeks = [Week(module.pk, module.week) for module in modules]
    if unmeetable(policy.rules, weeks):
        raise PolicyUnmeetable(
            f"The policy asks for {policy.sessions_required} sessions, the curriculum has {len(modules)}. "
            "Choose another version of one of them."
        )
    days = schedule.dates(first_on, first_on.weekday(), len(modules), _days_off(program, first_on, len(modules)))
    cohort = Cohort.objects.create(
        program=program,
        curriculum=curriculum,
        policy=policy,
        name=name,
        weekday=first_on.weekday(),
        starts_at=starts_at,
        **others,
    )
    _lay_sessions(cohort, modules, schedule.starts(days, starts_at, program.zone), leaders)
    record(
        by=by,
        now=now,
        verb="cohort.generated",
        on=cohort,
        facts={"first_on": first_on, "sessions": len(days)},
    )
    return cohort


def _days_off(program: Program, first_on: date, weeks: int) -> set[date]:
    last_year = (first_on + timedelta(weeks=2 * weeks)).year
    holidays = schedule.state_holidays(program.state, range(first_on.year, last_year + 1))
    return {*holidays, *program.days_off.values_list("on", flat=True)}


def _lay_sessions(
    cohort: Cohort, modules: Iterable[Module], starts: Iterable[datetime], leaders: Sequence[User]
) -> None:
    sessions = Session.objects.bulk_create(
        Session(
            program=cohort.program,
            cohort=cohort,
            module=module,
            starts_at=start,
            minutes=cohort.minutes,
            language=cohort.language,
            place=cohort.place,
            link=cohort.link,
            capacity=cohort.capacity,
        )
        for module, start in zip(modules, starts, strict=True)
    )
    SessionLeader.objects.bulk_create(
        SessionLeader(session=session, user=leader) for session in sessions for leader in leaders
    )


@transaction.atomic
def add_makeup_session(
    *,
    module: Module,
    starts_at: datetime,
    minutes: int,
    place: str,
    capacity: int,
    language: str,
    leaders: Sequence[User],
    by: User,
    now: datetime,
) -> Session:
    """A session of no cohort, for those who missed that week."""
    session = Session.objects.create(
        program=module.curriculum.program,
        module=module,
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        capacity=capacity,
        language=language,
    )
    SessionLeader.objects.bulk_create(SessionLeader(session=session, user=leader) for leader in leaders)
    record(by=by, now=now, verb="session.added", on=session, facts={"module": module.pk, "starts_at": starts_at})
    return session


@transaction.atomic
def name_substitute(*, session: Session, user: User, by: User, now: datetime) -> None:
    SessionLeader.objects.get_or_create(session=session, user=user, defaults={"role": SessionLeader.Role.SUBSTITUTE})
    record(by=by, now=now, verb="session.substitute_named", on=session, facts={"user": user.pk})


@transaction.atomic
def cancel_session(
    *, session: Session, why: Session.Canceled, replaced_at: datetime | None = None, by: User, now: datetime
) -> Session | None:
    """It did not, or will not, take place: nobody's absence. Returns the session that replaces it, if `replaced_at`.

    Raises SessionOver when it was held, or canceled before.
    """
    session = _planned(session)
    concerned = list(Enrollment.objects.on_roster(session).open())
    session.bookings.standing().update(canceled_at=now, canceled_by=by)
    session.state, session.canceled_why = Session.State.CANCELED, why
    session.save(update_fields=["state", "canceled_why"])
    replacement = _replace(session, replaced_at) if replaced_at else None
    record(
        by=by,
        now=now,
        verb="session.canceled",
        on=session,
        facts={"why": why, "replaced_by": replacement and replacement.pk},
    )
    reassess_all(concerned, by=by, now=now)
    return replacement


def _planned(session: Session) -> Session:
    """It is locked, and before it those who are expected there: whoever locks both begins with the man."""
    expected = Enrollment.objects.on_roster(session).values("pk")
    list(Enrollment.objects.select_for_update().filter(pk__in=expected).order_by("pk").values_list("pk"))
    locked = Session.objects.select_for_update(of=("self",)).select_related("program", "cohort").get(pk=session.pk)
    if locked.state != Session.State.PLANNED:
        raise SessionOver(f"This session has already been {locked.state}. Look at it again.")
    return locked


def _replace(canceled: Session, starts_at: datetime) -> Session:
    leaders = list(canceled.led.all())
    replacement = Session.objects.create(
        program=canceled.program,
        cohort=canceled.cohort,
        module=canceled.module,
        starts_at=starts_at,
        minutes=canceled.minutes,
        language=canceled.language,
        place=canceled.place,
        link=canceled.link,
        capacity=canceled.capacity,
    )
    SessionLeader.objects.bulk_create(
        SessionLeader(session=replacement, user_id=one.user_id, role=one.role) for one in leaders
    )
    return replacement


@transaction.atomic
def close_session(*, session: Session, taught: Module, minutes_held: int, by: User, now: datetime) -> None:
    """Confirm what was taught and for how long. Credit goes to the week really taught.

    Raises SessionOver, NotYetHeld, MarksMissing, TooShort.
    """
    session = _planned(session)
    if now < session.starts_at:
        raise NotYetHeld("This session hasn't begun. Close it when it is over.")
    roster = list(Enrollment.objects.on_roster(session))
    present = _all_marked(session, roster)
    _long_enough(session, present, minutes_held)
    session.state, session.taught, session.minutes_held = Session.State.HELD, taught, minutes_held
    session.closed_at, session.closed_by = now, by
    session.save(update_fields=["state", "taught", "minutes_held", "closed_at", "closed_by"])
    record(
        by=by,
        now=now,
        verb="session.closed",
        on=session,
        facts={"taught": taught.pk, "minutes": minutes_held},
    )
    reassess_all(roster, by=by, now=now)


def _all_marked(session: Session, roster: Sequence[Enrollment]) -> int:
    """How many were there; raises MarksMissing."""
    kinds = dict(session.marks.current().values_list("enrollment_id", "kind"))
    without = sum(enrollment.pk not in kinds for enrollment in roster)
    if without:
        people = "One person still has" if without == 1 else f"{without} people still have"
        raise MarksMissing(f"{people} no mark. Mark everyone, then close the session.")
    return sum(kind in ("present", "late", "left_early") for kind in kinds.values())


def _long_enough(session: Session, present: int, minutes_held: int) -> None:
    policy = session.cohort.policy if session.cohort else None
    if policy is None or not present:
        return
    least = policy.least_minutes_for_few if present <= policy.few else policy.least_minutes
    if minutes_held < least:
        raise TooShort(f"With {present} present a session lasts at least {least} minutes. Check the minutes held.")
