"""A man in the program: taken in, seated, moved, let go."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.actors import Actor, has_role
from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from core.refusal import Refusal
from participants.models import Appointment, NonAssociation, Participant
from programs.actions.money.settling import settle
from programs.actions.placement import check_he_may_join
from programs.actions.standing import reassess
from programs.fees import is_assessed
from programs.kinds import RequirementKind
from programs.models import BreakApproval, Cohort, Enrollment, FeeEntry, Program, Requirement, Seat


class AlreadyEnrolled(Refusal):
    pass


class NotWaiting(Refusal):
    pass


class NotSeated(Refusal):
    pass


class CohortFull(Refusal):
    pass


class CohortClosed(Refusal):
    pass


class MustNotShareAGroup(Refusal):
    pass


class AlreadyOver(Refusal):
    pass


class NotYoursToApprove(Refusal):
    pass


class NotAhead(Refusal):
    pass


class LedgerSays(Refusal):
    pass


@transaction.atomic
def enroll(*, participant: Participant, program: Program, by: User, now: datetime) -> Enrollment:
    """A new enrollment, at intake. Raises AlreadyEnrolled while one is open."""
    # The person's row is the lock: two at once would else both find none open.
    Participant.objects.select_for_update().get(pk=participant.pk)
    if participant.enrollments.open().filter(program=program).exists():
        raise AlreadyEnrolled("He is already enrolled in this program. Use that enrollment.")
    enrollment = Enrollment.objects.create(participant=participant, program=program, opened_at=now)
    record(by=by, now=now, verb="enrollment.opened", on=enrollment, facts={"participant": participant.pk})
    return enrollment


@transaction.atomic
def bind_to_date(*, enrollment: Enrollment, finish_by: date | None, by: Actor, now: datetime) -> None:
    """Set the day by which he must be through; None: no date binds."""
    if enrollment.finish_by == finish_by:
        return
    old, enrollment.finish_by = enrollment.finish_by, finish_by
    enrollment.save(update_fields=["finish_by"])
    record(by=by, now=now, verb="enrollment.bound_to_date", on=enrollment, facts={"old": old, "new": finish_by})
    reassess(enrollment=enrollment, by=by, now=now)


@transaction.atomic
def silence(*, enrollment: Enrollment, silent: bool, by: User, now: datetime) -> None:
    """While silent he gets no reminders."""
    if enrollment.silent != silent:
        enrollment.silent = silent
        enrollment.save(update_fields=["silent"])
        record(by=by, now=now, verb="enrollment.silenced" if silent else "enrollment.heard_again", on=enrollment)


@transaction.atomic
def meet_requirement(
    *,
    enrollment: Enrollment,
    kind: RequirementKind,
    on: date,
    appointment: Appointment | None = None,
    by: User,
    now: datetime,
) -> Requirement:
    """Note that he met it; with the intake done he waits for a seat. One already met stays as it was.

    Raises AlreadyOver, LedgerSays; nothing is written then.
    """
    enrollment = _open(enrollment)
    if kind is RequirementKind.FEE and not enrollment.requirements.filter(kind=kind).exists():
        _owes_nothing_open(enrollment)
    met, new = Requirement.objects.get_or_create(
        enrollment=enrollment,
        kind=kind,
        defaults={"met_on": on, "recorded_at": now, "recorded_by": by, "appointment": appointment},
    )
    if not new:
        return met
    if kind is RequirementKind.INTAKE and enrollment.state == Enrollment.State.INTAKE:
        _to_state(enrollment, Enrollment.State.WAITING)
    record(by=by, now=now, verb="requirement.met", on=met, facts={"kind": kind, "on": on})
    reassess(enrollment=enrollment, by=by, now=now)
    return met


def _owes_nothing_open(enrollment: Enrollment) -> None:
    """An assessed fee is met by its ledger, never by a word beside it."""
    if is_assessed(FeeEntry.objects.of(enrollment).lines()):
        raise LedgerSays("His ledger says whether the fee is settled. Enter a payment, a waiver or a plan under Money.")


@transaction.atomic
def approve_break(*, enrollment: Enrollment, until: date, why: str, by: User, now: datetime) -> BreakApproval:
    """He may be away for longer than the policy's longest break, until that day.

    Raises NotYoursToApprove, NotAhead, AlreadyOver; nothing is written then.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotYoursToApprove("Only an administrator approves a longer break. Ask one.")
    enrollment = _open(enrollment)
    if until <= now.astimezone(enrollment.program.zone).date():
        raise NotAhead("This day has passed. Choose the day until which he may be away.")
    approval = BreakApproval.objects.create(
        enrollment=enrollment, until=until, why=why, approved_at=now, approved_by=by
    )
    record(by=by, now=now, verb="enrollment.break_approved", on=enrollment, facts={"until": until})
    reassess(enrollment=enrollment, by=by, now=now)
    return approval


@transaction.atomic
def seat(*, enrollment: Enrollment, cohort: Cohort, anyway: bool = False, by: User, now: datetime) -> Seat:
    """Give him a place in a cohort from today on.

    `anyway`: a coordinator lets him join one in another language than his, or after the last week to join.

    Raises NotWaiting, CohortClosed, CohortFull, MustNotShareAGroup, and without `anyway` of `placement` OtherLanguage
    and TooLateToJoin; nothing is written then.
    """
    enrollment = _open(enrollment)
    if enrollment.state != Enrollment.State.WAITING:
        raise NotWaiting("He isn't waiting for a seat. Finish the intake first, or transfer him.")
    taken = _take_seat(enrollment, cohort, by, now, anyway=anyway)
    _to_state(enrollment, Enrollment.State.SEATED)
    facts = {"cohort": cohort.pk, "seat": taken.pk, **({"anyway": True} if anyway else {})}
    record(by=by, now=now, verb="enrollment.seated", on=enrollment, facts=facts)
    reassess(enrollment=enrollment, by=by, now=now)
    return taken


@transaction.atomic
def transfer(*, enrollment: Enrollment, cohort: Cohort, anyway: bool = False, by: User, now: datetime) -> Seat:
    """Close his seat and open another; marks, agreement and referrals stay. Raises NotSeated and what `seat` raises."""
    enrollment = _open(enrollment)
    old = _close_seat(enrollment, by, now)
    taken = _take_seat(enrollment, cohort, by, now, anyway=anyway)
    facts = {"from": old.cohort_id, "to": cohort.pk, **({"anyway": True} if anyway else {})}
    record(by=by, now=now, verb="enrollment.transferred", on=enrollment, facts=facts)
    reassess(enrollment=enrollment, by=by, now=now)
    return taken


@transaction.atomic
def wait_list(*, enrollment: Enrollment, by: User, now: datetime) -> None:
    """Give up his seat; he waits for another. Raises NotSeated."""
    enrollment = _open(enrollment)
    _close_seat(enrollment, by, now)
    _to_state(enrollment, Enrollment.State.WAITING)
    record(by=by, now=now, verb="enrollment.wait_listed", on=enrollment)
    reassess(enrollment=enrollment, by=by, now=now)


@transaction.atomic
def finish(*, enrollment: Enrollment, by: User, now: datetime) -> None:
    """He completed. Raises AlreadyOver."""
    _end(enrollment, Enrollment.State.FINISHED, "", by, now)


@transaction.atomic
def end(*, enrollment: Enrollment, why: Enrollment.Ended, by: User, now: datetime) -> None:
    """It ends unfinished. Raises AlreadyOver."""
    _end(enrollment, Enrollment.State.ENDED, why, by, now)


@transaction.atomic
def reopen(*, enrollment: Enrollment, by: User, now: datetime) -> None:
    """A closed enrollment goes on, waiting for a seat. Raises AlreadyEnrolled when another is open by now."""
    Participant.objects.select_for_update().get(pk=enrollment.participant_id)
    if enrollment.participant.enrollments.open().filter(program=enrollment.program_id).exists():
        raise AlreadyEnrolled("He is enrolled again already. Use that enrollment.")
    enrollment.closed_at, enrollment.ended_why = None, ""
    has_intake = enrollment.requirements.filter(kind=RequirementKind.INTAKE).exists()
    enrollment.state = Enrollment.State.WAITING if has_intake else Enrollment.State.INTAKE
    enrollment.save(update_fields=["closed_at", "ended_why", "state"])
    record(by=by, now=now, verb="enrollment.reopened", on=enrollment)
    # What was paid, waived or taken back while it was over.
    settle(enrollment=enrollment, by=by, now=now)
    reassess(enrollment=enrollment, by=by, now=now)


def _open(enrollment: Enrollment) -> Enrollment:
    locked = (
        Enrollment.objects.select_for_update(of=("self",))
        .select_related("participant__key", "program")
        .get(pk=enrollment.pk)
    )
    if locked.closed_at is not None:
        raise AlreadyOver("This enrollment is over. Reopen it first.")
    return locked


def _to_state(enrollment: Enrollment, state: Enrollment.State) -> None:
    enrollment.state = state
    enrollment.save(update_fields=["state"])


def _take_seat(enrollment: Enrollment, cohort: Cohort, by: User, now: datetime, *, anyway: bool) -> Seat:
    # The cohort's row is the lock under which its free seats are counted.
    held = Cohort.objects.select_for_update(of=("self",)).select_related("program", "policy", "curriculum")
    cohort = held.get(pk=cohort.pk)
    if cohort.closed_at is not None:
        raise CohortClosed(f"{cohort.name} is over. Choose another cohort.")
    if not anyway:
        check_he_may_join(enrollment, cohort, now=now)
    taken = cohort.seats.taken()
    if taken.count() >= cohort.capacity:
        raise CohortFull(f"{cohort.name} has no free seat. Choose another cohort, or leave him on the wait list.")
    apart = NonAssociation.objects.kept_apart_from(enrollment.participant)
    if apart and taken.filter(enrollment__participant__in=apart).exists():
        raise MustNotShareAGroup(f"Someone he must be kept apart from sits in {cohort.name}. Choose another cohort.")
    _has_room_beside_the_booked(enrollment, cohort, apart, now)
    today = now.astimezone(cohort.program.zone).date()
    return Seat.objects.create(enrollment=enrollment, cohort=cohort, from_on=today, opened_at=now, opened_by=by)


def _has_room_beside_the_booked(enrollment: Enrollment, cohort: Cohort, apart: set[int], now: datetime) -> None:
    """Others may be booked into its coming sessions. Raises CohortFull, MustNotShareAGroup."""
    # Locked as a booking locks the one it is for: neither counts while the other writes.
    coming = cohort.sessions.from_now(now).select_for_update(of=("self",)).select_related("program")
    for session in coming.order_by("id"):
        others = Enrollment.objects.on_roster(session).exclude(pk=enrollment.pk)
        people = set(others.values_list("participant", flat=True))
        if people & apart:
            raise MustNotShareAGroup(
                f"Someone he must be kept apart from makes up a session with {cohort.name}. Choose another cohort."
            )
        if len(people) >= session.capacity:
            raise CohortFull(
                f"{cohort.name} has no free seat on {session.on:%B} {session.on.day}, for make-ups are booked there. "
                "Choose another cohort, or leave him on the wait list."
            )


def _close_seat(enrollment: Enrollment, by: User, now: datetime) -> Seat:
    taken = enrollment.seats.taken().first()
    if taken is None:
        raise NotSeated("He has no seat to give up.")
    today = now.astimezone(enrollment.program.zone).date()
    # Tonight counts only if he has been there already: else he'd be expected in two groups at once.
    tonight = enrollment.marks.filter(session__cohort=taken.cohort_id).select_related("session__program")
    last_day = today if any(mark.session.on == today for mark in tonight) else today - timedelta(days=1)
    taken.to_on, taken.closed_at, taken.closed_by = max(last_day, taken.from_on), now, by
    taken.save(update_fields=["to_on", "closed_at", "closed_by"])
    return taken


def _end(enrollment: Enrollment, state: Enrollment.State, why: str, by: User, now: datetime) -> None:
    locked = _open(enrollment)
    if locked.seats.taken().exists():
        _close_seat(locked, by, now)
    locked.bookings.standing().filter(session__starts_at__gt=now).update(canceled_at=now, canceled_by=by)
    for one in (locked, enrollment):
        one.state, one.ended_why, one.closed_at = state, why, now
    locked.save(update_fields=["state", "ended_why", "closed_at"])
    record(by=by, now=now, verb=f"enrollment.{state}", on=locked, facts={"why": why})
