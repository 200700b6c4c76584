"""A cohort and its evenings."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.actions import record
from core.refusal import Refusal
from messaging.guarding import refuse_telling
from programs import schedule
from programs.actions.schedules.days import in_future, leaders_free, off_from, on_a_free_day
from programs.actions.schedules.locks import planned
from programs.actions.standing import reassess_all
from programs.kinds import Standing
from programs.models import Cohort, Curriculum, Enrollment, Module, Policy, Session, SessionLeader
from programs.progress import Week, unmeetable


class PolicyUnmeetable(Refusal):
    pass


class NoPlace(Refusal):
    pass


class MarksMissing(Refusal):
    pass


class NotYetHeld(Refusal):
    pass


class TooShort(Refusal):
    pass


class TooFew(Refusal):
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
    anyway: bool = False,
    by: User,
    now: datetime,
    **others: object,
) -> Cohort:
    """A cohort with one session a week, the state's holidays and the program's days off skipped.

    `others`: further fields of Cohort, such as capacity. `anyway`: also while a leader leads another at that time.
    Raises NoPlace, GivesAway, PolicyUnmeetable, schedule.NoPossibleDay, LeaderElsewhere; nothing is written then.
    """
    if not (others.get("place") or others.get("link")):
        raise NoPlace("A cohort meets somewhere. Give its place, or the link to its video call.")
    refuse_telling(str(others.get("place") or ""), str(others.get("link") or ""))
    program = curriculum.program
    modules = list(curriculum.modules.all())
    weeks = [Week(module.pk, module.week) for module in modules]
    if unmeetable(policy.rules, weeks):
        raise PolicyUnmeetable(
            f"The policy asks for {policy.sessions_required} sessions, the curriculum has {len(modules)}. "
            "Choose another version of one of them."
        )
    days = schedule.dates(first_on, first_on.weekday(), len(modules), off_from(program, first_on, len(modules)))
    cohort = Cohort.objects.create(
        program=program,
        curriculum=curriculum,
        policy=policy,
        name=name,
        weekday=first_on.weekday(),
        starts_at=starts_at,
        **others,
    )
    laid = _lay_sessions(cohort, modules, schedule.starts(days, starts_at, program.zone), leaders)
    if not anyway:
        leaders_free([(session, session.starts_at) for session in laid])
    record(
        by=by,
        now=now,
        verb="cohort.generated",
        on=cohort,
        facts={"first_on": first_on, "sessions": len(days)},
    )
    return cohort


def _lay_sessions(
    cohort: Cohort, modules: Iterable[Module], starts: Iterable[datetime], leaders: Sequence[User]
) -> list[Session]:
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
    return sessions


@transaction.atomic
def add_makeup_session(
    *,
    module: Module,
    starts_at: datetime,
    minutes: int,
    place: str,
    link: str = "",
    capacity: int,
    language: str,
    leaders: Sequence[User],
    anyway: bool = False,
    by: User,
    now: datetime,
) -> Session:
    """A session of no cohort, for those who missed that week.

    `anyway`: on a day kept free, or while a leader leads another. Raises NoPlace, GivesAway, IntoThePast,
    NotOnADayOff, LeaderElsewhere.
    """
    if not (place or link):
        raise NoPlace("A session is held somewhere. Give its place, or the link to its video call.")
    refuse_telling(place, link)
    in_future(starts_at, now)
    if not anyway:
        on_a_free_day(module.curriculum.program, starts_at)
    session = Session.objects.create(
        program=module.curriculum.program,
        module=module,
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        link=link,
        capacity=capacity,
        language=language,
    )
    SessionLeader.objects.bulk_create(SessionLeader(session=session, user=leader) for leader in leaders)
    if not anyway:
        leaders_free([(session, starts_at)])
    record(by=by, now=now, verb="session.added", on=session, facts={"module": module.pk, "starts_at": starts_at})
    reassess_all(_in_need(session), by=by, now=now)
    return session


def _in_need(makeup: Session) -> QuerySet[Enrollment]:
    """Who might come there to be through in time; of all others the night will do."""
    late = Enrollment.objects.open().filter(standing__in=(Standing.NEEDS_MAKEUPS, Standing.CANNOT_FINISH))
    seated = late.filter(program=makeup.program, seats__to_on=None, seats__cohort__language=makeup.language)
    return seated.select_related("participant__key", "program").distinct()


@transaction.atomic
def name_substitute(*, session: Session, user: User, anyway: bool = False, by: User, now: datetime) -> None:
    """Raises LeaderElsewhere while he leads another at that time, unless `anyway`."""
    if not anyway:
        leaders_free([(session, session.starts_at)], [user.pk])
    SessionLeader.objects.get_or_create(session=session, user=user, defaults={"role": SessionLeader.Role.SUBSTITUTE})
    record(by=by, now=now, verb="session.substitute_named", on=session, facts={"user": user.pk})


@transaction.atomic
def close_session(*, session: Session, taught: Module, minutes_held: int, by: User, now: datetime) -> None:
    """Confirm what was taught and for how long. Credit goes to the week really taught.

    Raises SessionOver, NotYetHeld, MarksMissing, TooFew, TooShort.
    """
    session = planned(session)
    if now < session.starts_at:
        raise NotYetHeld(_("This session hasn't begun. Close it when it is over."))
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
        sentence = ngettext(
            "One person still has no mark. Mark everyone, then close the session.",
            "%(number)d people still have no mark. Mark everyone, then close the session.",
            without,
        )
        raise MarksMissing(sentence % {"number": without})
    return sum(kind in ("present", "late", "left_early") for kind in kinds.values())


def _long_enough(session: Session, present: int, minutes_held: int) -> None:
    if not present:
        return
    # A make-up session has no cohort whose policy it began with; it may well be for one man.
    policy = session.cohort.policy if session.cohort else _newest_policy(session)
    if session.cohort and present < policy.least_present:
        raise TooFew(
            _(
                "With %(present)d present it doesn't count as held: the policy asks for %(least)d. "
                "Cancel the session; it is nobody's absence."
            )
            % {"present": present, "least": policy.least_present}
        )
    least = policy.least_minutes_for_few if present <= policy.few else policy.least_minutes
    if minutes_held < least:
        sentence = _("With %(present)d present a session lasts at least %(least)d minutes. Check the minutes held.")
        raise TooShort(sentence % {"present": present, "least": least})


def _newest_policy(session: Session) -> Policy:
    return Policy.objects.filter(program=session.program_id).latest("version")
