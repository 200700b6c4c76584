"""Rows for the dates that bind, made anew by whatever they follow from."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from audit.actions import event, record, record_all
from core.refusal import Refusal
from courts import deadlines as rules
from courts.deadlines import CourtDates, DeadlineKind
from courts.models import Deadline, Extension, Hearing, Referral
from courts.moves import State
from courts.steps import ReportKind
from programs import schedule
from programs.actions import enrollments
from programs.models import Enrollment

MET_BY_A_SEAT = (DeadlineKind.ENROLL_BY,)
MET_BY_A_FIRST_SESSION = (DeadlineKind.START_BY,)
MET_BY_COMPLETION = (DeadlineKind.COMPLETE_BY,)
MET_BY_REPORT: dict[str, tuple[DeadlineKind, ...]] = {
    ReportKind.COMPLETION: (DeadlineKind.COMPLETION_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.NONCOMPLIANCE: (DeadlineKind.NONCOMPLIANCE_REPORT,),
    ReportKind.DISCHARGE: (DeadlineKind.NONCOMPLIANCE_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.DID_NOT_BEGIN: (DeadlineKind.NO_SHOW_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.PROGRESS: (DeadlineKind.PROGRESS_REPORT,),
}
# Where an extended date stands on the referral itself.
FIELD = {
    DeadlineKind.ENROLL_BY: "enroll_by",
    DeadlineKind.START_BY: "start_by",
    DeadlineKind.COMPLETE_BY: "complete_by",
    DeadlineKind.PROOF_DUE_BY: "proof_due_by",
    DeadlineKind.JURISDICTION_ENDS: "jurisdiction_ends_on",
    DeadlineKind.PROGRESS_REPORT: "next_progress_on",
}


class NotOpen(Refusal):
    pass


class NotLater(Refusal):
    pass


class NotExtendable(Refusal):
    pass


class WhoToldMissing(Refusal):
    pass


class AlreadyConfirmed(Refusal):
    pass


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    return frozenset(schedule.state_holidays(state, (year, year + 1)))


def holidays_of(referral: Referral, today: date) -> frozenset[date]:
    """The days on which its court is closed, this year and the next."""
    return _holidays(referral.court.state if referral.court else referral.program.state, today.year)


def today_at(referral: Referral, now: datetime) -> date:
    return now.astimezone(referral.zone).date()


def dates_of(referral: Referral, hearings: Iterable[Hearing]) -> CourtDates:
    return CourtDates(
        enroll_by=referral.enroll_by,
        start_by=referral.start_by,
        complete_by=referral.complete_by,
        proof_due_by=referral.proof_due_by,
        hearings=tuple(h.at.astimezone(referral.zone).date() for h in hearings if h.canceled_at is None),
        next_progress_on=referral.next_progress_on,
        jurisdiction_ends=referral.jurisdiction_ends_on,
    )


def drafted(referral: Referral, hearings: Iterable[Hearing], now: datetime) -> list[Deadline]:
    """Rows, not yet saved, for the dates that the court set."""
    today = today_at(referral, now)
    holidays = holidays_of(referral, today)
    return [
        Deadline(
            referral=referral,
            kind=due.kind,
            due_on=due.due_on,
            made_at=now,
            next_alert_on=rules.next_alert(due.due_on, None, today, holidays),
        )
        for due in rules.binding_dates(dates_of(referral, hearings), today)
    ]


def lay(referral: Referral, *, now: datetime) -> None:
    """Make the open rows say what the court's dates say now: new ones added, those that no longer stand waived."""
    wanted = {(d.kind, d.due_on): d for d in drafted(referral, referral.hearings.all(), now)}
    settled = set(referral.deadlines.filter(state=Deadline.State.MET).values_list("kind", "due_on"))
    standing = {(d.kind, d.due_on): d for d in referral.deadlines.open() if d.kind in {*FIELD, DeadlineKind.HEARING}}
    gone = [deadline.pk for key, deadline in standing.items() if key not in wanted]
    Deadline.objects.filter(pk__in=gone).update(state=Deadline.State.WAIVED, settled_at=now, next_alert_on=None)
    Deadline.objects.bulk_create(d for key, d in wanted.items() if key not in standing and key not in settled)


def add(referral: Referral, kind: DeadlineKind, due_on: date, *, by: Actor, now: datetime) -> Deadline:
    """One more date that binds; the open row of that kind, if there is one, stays as it is."""
    standing = referral.deadlines.open().filter(kind=kind).first()
    if standing:
        return standing
    today = today_at(referral, now)
    made = Deadline.objects.create(
        referral=referral,
        kind=kind,
        due_on=due_on,
        made_at=now,
        next_alert_on=None
        if referral.state == State.ON_HOLD
        else rules.next_alert(due_on, None, today, holidays_of(referral, today)),
    )
    record(by=by, now=now, verb="deadline.added", on=made, facts={"kind": kind, "referral": referral.pk})
    return made


def meet(referral: Referral, kinds: Collection[DeadlineKind], *, by: Actor, now: datetime) -> None:
    _settle(referral, Deadline.State.MET, kinds, by, now)


def waive(
    referral: Referral, kinds: Collection[DeadlineKind] = tuple(DeadlineKind), *, by: Actor, now: datetime
) -> None:
    _settle(referral, Deadline.State.WAIVED, kinds, by, now)


def _settle(
    referral: Referral, state: Deadline.State, kinds: Collection[DeadlineKind], by: Actor, now: datetime
) -> None:
    settled = list(referral.deadlines.open().filter(kind__in=kinds))
    Deadline.objects.filter(pk__in=[d.pk for d in settled]).update(state=state, settled_at=now, next_alert_on=None)
    record_all(
        event(by=by, now=now, verb=f"deadline.{state}", on=d, facts={"kind": d.kind, "referral": referral.pk})
        for d in settled
    )


def silence(referral: Referral) -> None:
    referral.deadlines.open().update(next_alert_on=None)


def sound(referral: Referral, *, now: datetime) -> None:
    """After a hold: each open one is alerted again by the ladder, with its true number of days."""
    today = today_at(referral, now)
    holidays = holidays_of(referral, today)
    for deadline in referral.deadlines.open():
        deadline.next_alert_on = rules.next_alert(deadline.due_on, deadline.last_alert_on, today, holidays)
        deadline.save(update_fields=["next_alert_on"])


def bind(enrollment: Enrollment, *, by: Actor, now: datetime) -> None:
    """Tell the enrollment the soonest day by which its open referrals need him to be through."""
    referrals = Referral.objects.fulfilled_by(enrollment).select_related("court", "program")
    finish_by = rules.finish_by(dates_of(referral, ()) for referral in referrals)
    enrollments.bind_to_date(enrollment=enrollment, finish_by=finish_by, by=by, now=now)


@transaction.atomic
def extend(
    *,
    deadline: Deadline,
    due_on: date,
    basis: Extension.Basis,
    judge: str = "",
    told_by: str = "",
    told_on: date | None = None,
    by: User,
    now: datetime,
) -> Extension:
    """The court moved a date. Raises NotOpen, NotExtendable, NotLater, WhoToldMissing; nothing is written then."""
    referral = Referral.objects.select_for_update(of=("self",)).select_related("court", "program", "key").get(
        pk=deadline.referral_id
    )
    deadline = referral.deadlines.get(pk=deadline.pk)
    _may_extend(referral, deadline, due_on)
    if basis is Extension.Basis.ORAL and not (told_by and told_on):
        raise WhoToldMissing("Say who told you of the extension, and on which day.")
    deadline.state, deadline.settled_at, deadline.next_alert_on = Deadline.State.EXTENDED, now, None
    deadline.save(update_fields=["state", "settled_at", "next_alert_on"])
    new = add(referral, DeadlineKind(deadline.kind), due_on, by=by, now=now)
    setattr(referral, FIELD[DeadlineKind(deadline.kind)], due_on)
    referral.save(update_fields=[FIELD[DeadlineKind(deadline.kind)]])
    extension = Extension.objects.create(
        old=deadline,
        new=new,
        basis=basis,
        judge=judge,
        told_by=told_by if basis is Extension.Basis.ORAL else None,
        told_on=told_on if basis is Extension.Basis.ORAL else None,
        made_at=now,
        made_by=by,
    )
    facts = {"kind": deadline.kind, "from": deadline.due_on, "to": due_on, "basis": basis}
    record(by=by, now=now, verb="deadline.extended", on=deadline, facts=facts)
    if referral.enrollment is not None:
        bind(referral.enrollment, by=by, now=now)
    return extension


def _may_extend(referral: Referral, deadline: Deadline, due_on: date) -> None:
    if deadline.state != Deadline.State.OPEN:
        raise NotOpen("This date no longer binds. Look at the case again.")
    if deadline.kind not in FIELD:
        raise NotExtendable("Only a date that the court set can be extended by the court.")
    if due_on <= deadline.due_on:
        raise NotLater(f"An extension ends after {deadline.due_on:%B} {deadline.due_on.day}. Choose a later day.")


@transaction.atomic
def confirm_extension(*, extension: Extension, by: User, now: datetime) -> None:
    """An oral extension was confirmed by an order or a minute entry. Raises AlreadyConfirmed."""
    if not Extension.objects.unconfirmed().filter(pk=extension.pk).update(confirmed_at=now, confirmed_by=by):
        raise AlreadyConfirmed("This extension needs no confirmation any more.")
    record(by=by, now=now, verb="extension.confirmed", on=extension)


def settle_past_hearings(*, by: Actor, now: datetime) -> int:
    """A hearing that is over binds nobody; how many were settled."""
    past = [
        deadline
        for deadline in Deadline.objects.open()
        .filter(kind=DeadlineKind.HEARING, due_on__lte=now.date())
        .select_related("referral__court", "referral__program")
        if deadline.due_on < today_at(deadline.referral, now)
    ]
    Deadline.objects.filter(pk__in=[d.pk for d in past]).update(
        state=Deadline.State.MET, settled_at=now, next_alert_on=None
    )
    record_all(event(by=by, now=now, verb="deadline.met", on=d, facts={"kind": d.kind}) for d in past)
    return len(past)
