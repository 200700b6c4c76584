"""Rows for the dates that bind, made anew by whatever they follow from."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.models import User
from audit.actions import event, record, record_all
from audit.models import Event, name_of
from core.refusal import Refusal
from courts import deadlines as rules
from courts.actions.calendars import closures_at_hand, holidays_of
from courts.actions.locks import locked
from courts.actions.notices import DEADLINE_ALERT
from courts.deadlines import CourtDates, DeadlineKind
from courts.models import Deadline, Extension, Hearing, Referral
from courts.moves import State
from courts.steps import ReportKind
from messaging.models import Message
from messaging.models import State as MessageState
from programs.actions import enrollments
from programs.models import Enrollment
from programs.wording import english_date

MET_BY_A_SEAT = (DeadlineKind.ENROLL_BY,)
MET_BY_A_FIRST_SESSION = (DeadlineKind.START_BY,)
MET_BY_COMPLETION = (DeadlineKind.COMPLETE_BY,)
MET_BY_REPORT: dict[str, tuple[DeadlineKind, ...]] = {
    ReportKind.COMPLETION: (DeadlineKind.COMPLETION_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.NONCOMPLIANCE: (DeadlineKind.NONCOMPLIANCE_REPORT,),
    ReportKind.DISCHARGE: (DeadlineKind.NONCOMPLIANCE_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.DID_NOT_BEGIN: (DeadlineKind.NO_SHOW_REPORT, DeadlineKind.PROOF_DUE_BY),
    ReportKind.NOT_ACCEPTED: (DeadlineKind.PROOF_DUE_BY,),
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
# Reached once, they stay reached, whatever the court sets as their date afterwards.
REACHED_ONCE = (*MET_BY_A_SEAT, *MET_BY_A_FIRST_SESSION, *MET_BY_COMPLETION, DeadlineKind.PROOF_DUE_BY)


class NotOpen(Refusal):
    pass


class NotLater(Refusal):
    pass


class NotExtendable(Refusal):
    pass


class BeforeTheOrder(Refusal):
    pass


class NotYetTold(Refusal):
    pass


class WhoToldMissing(Refusal):
    pass


class AlreadyConfirmed(Refusal):
    pass


def today_at(referral: Referral, now: datetime) -> date:
    return now.astimezone(referral.zone).date()


def next_hearing(referral: Referral, now: datetime) -> date | None:
    """The day of the next one, today's among them: of some the hour isn't known."""
    standing = referral.hearings.filter(canceled_at=None).values_list("at", flat=True)
    days = (at.astimezone(referral.zone).date() for at in standing)
    return min((day for day in days if day >= today_at(referral, now)), default=None)


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


def _row(referral: Referral, kind: DeadlineKind, due_on: date, now: datetime) -> Deadline:
    """A row, not yet saved; silent while its referral is on hold."""
    made = Deadline(referral=referral, kind=kind, due_on=due_on, made_at=now)
    made.next_alert_on = None if referral.state == State.ON_HOLD else _next_alert(made, referral, now)
    return made


def _next_alert(deadline: Deadline, referral: Referral, now: datetime) -> date:
    today = today_at(referral, now)
    return rules.next_alert(deadline.due_on, deadline.last_alert_on, today, holidays_of(referral, today))


def drafted(referral: Referral, hearings: Iterable[Hearing], now: datetime) -> list[Deadline]:
    """Rows, not yet saved, for the dates that the court set."""
    dates = rules.binding_dates(dates_of(referral, hearings), today_at(referral, now))
    with closures_at_hand():
        return [_row(referral, due.kind, due.due_on, now) for due in dates]


def lay(referral: Referral, *, by: Actor, now: datetime) -> None:
    """Make the open rows say what the court's dates say now; those that no longer stand are waived."""
    wanted = {(d.kind, d.due_on): d for d in drafted(referral, referral.hearings.all(), now)}
    met = set(referral.deadlines.filter(state=Deadline.State.MET).values_list("kind", "due_on"))
    reached = {kind for kind, _ in met} & set(REACHED_ONCE)
    standing = {(d.kind, d.due_on): d for d in referral.deadlines.open() if d.kind in {*FIELD, DeadlineKind.HEARING}}
    gone = [deadline for key, deadline in standing.items() if key not in wanted]
    waived = {"state": Deadline.State.WAIVED, "settled_at": now, "next_alert_on": None}
    Deadline.objects.filter(pk__in=[d.pk for d in gone]).update(**waived)
    _hush(gone, "deadline waived")
    _record(gone, Deadline.State.WAIVED, by, now)
    made = Deadline.objects.bulk_create(
        d for key, d in wanted.items() if key not in standing.keys() | met and d.kind not in reached
    )
    record_all(_added(d, by, now) for d in made)


def _added(made: Deadline, by: Actor, now: datetime) -> Event:
    facts = {"kind": made.kind, "referral": made.referral_id}
    return event(by=by, now=now, verb="deadline.added", on=made, facts=facts)


def add(referral: Referral, kind: DeadlineKind, due_on: date, *, by: Actor, now: datetime) -> Deadline:
    """One more date that binds; the open row of that kind, if there is one, stays as it is."""
    standing = referral.deadlines.open().filter(kind=kind).first()
    if standing:
        return standing
    made = _row(referral, kind, due_on, now)
    made.save(force_insert=True)
    _added(made, by, now).save(force_insert=True)
    return made


def meet(referral: Referral, kinds: Collection[DeadlineKind], *, by: Actor, now: datetime) -> None:
    _settle(referral, Deadline.State.MET, kinds, by, now)


def waive(
    referral: Referral, kinds: Collection[DeadlineKind] = tuple(DeadlineKind), *, by: Actor, now: datetime
) -> None:
    _settle(referral, Deadline.State.WAIVED, kinds, by, now)


def waive_all(referrals: Collection[Referral], *, by: Actor, now: datetime) -> None:
    """Of many at once."""
    _settled(list(Deadline.objects.open().filter(referral__in=referrals)), Deadline.State.WAIVED, by, now)


def _settle(
    referral: Referral, state: Deadline.State, kinds: Collection[DeadlineKind], by: Actor, now: datetime
) -> None:
    _settled(list(referral.deadlines.open().filter(kind__in=kinds)), state, by, now)


def _settled(settled: Sequence[Deadline], state: Deadline.State, by: Actor, now: datetime) -> None:
    Deadline.objects.filter(pk__in=[d.pk for d in settled]).update(state=state, settled_at=now, next_alert_on=None)
    _hush(settled, f"deadline {state}")
    _record(settled, state, by, now)


def _hush(deadlines: Iterable[Deadline], why: str) -> None:
    """Alerts that wait go to nobody; one that is just being sent is looked at again by whoever sends it."""
    waiting = Message.objects.filter(about__in=[name_of(d) for d in deadlines], kind=DEADLINE_ALERT)
    waiting.filter(state=MessageState.QUEUED).update(state=MessageState.SKIPPED, reason=why)


def _record(settled: Iterable[Deadline], state: Deadline.State, by: Actor, now: datetime) -> None:
    record_all(
        event(
            by=by,
            now=now,
            verb=f"deadline.{state}",
            on=d,
            facts={"kind": d.kind, "referral": d.referral_id},
        )
        for d in settled
    )


def unmeet(referral: Referral, kinds: Collection[DeadlineKind], *, by: Actor, now: datetime) -> None:
    """What met them turned out not to be so: a mark was corrected, a letter came back, a report was withdrawn."""
    newest = {d.kind: d for d in referral.deadlines.filter(kind__in=kinds).order_by("id")}
    again = [d for d in newest.values() if d.state == Deadline.State.MET]
    for deadline in again:
        deadline.state, deadline.settled_at = Deadline.State.OPEN, None
        deadline.next_alert_on = None if referral.state == State.ON_HOLD else _next_alert(deadline, referral, now)
        deadline.save(update_fields=["state", "settled_at", "next_alert_on"])
    _record(again, Deadline.State.OPEN, by, now)


def silence(referral: Referral, *, by: Actor, now: datetime) -> None:
    silent = list(referral.deadlines.open())
    Deadline.objects.filter(pk__in=[d.pk for d in silent]).update(next_alert_on=None)
    _hush(silent, "on hold")
    record(by=by, now=now, verb="referral.deadlines_silent", on=referral, facts={"deadlines": len(silent)})


def sound(referral: Referral, *, by: Actor, now: datetime) -> None:
    """After a hold: each open one is alerted again by the ladder, with its true number of days."""
    loud = list(referral.deadlines.open())
    with closures_at_hand():
        for deadline in loud:
            deadline.next_alert_on = _next_alert(deadline, referral, now)
            deadline.save(update_fields=["next_alert_on"])
    record(by=by, now=now, verb="referral.deadlines_alerted", on=referral, facts={"deadlines": len(loud)})


def reset(deadline: Deadline, due_on: date, *, by: Actor, now: datetime) -> None:
    """Its court's calendar is another one: when it is alerted next, and where it moved, on which day it falls."""
    old, deadline.due_on = deadline.due_on, due_on
    if deadline.next_alert_on is not None:
        deadline.next_alert_on = _next_alert(deadline, deadline.referral, now)
    deadline.save(update_fields=["due_on", "next_alert_on"])
    if old != due_on:
        _hush([deadline], "deadline moved")
        facts = {"kind": deadline.kind, "referral": deadline.referral_id, "from": old, "to": due_on}
        record(by=by, now=now, verb="deadline.moved", on=deadline, facts=facts)


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
    """The court moved a date.

    Raises NotOpen, NotExtendable, NotLater, BeforeTheOrder, WhoToldMissing, NotYetTold.
    """
    referral = locked(deadline.referral)
    deadline = referral.deadlines.get(pk=deadline.pk)
    _may_extend(referral, deadline, due_on)
    oral = basis is Extension.Basis.ORAL
    if oral and not (told_by and told_on):
        raise WhoToldMissing("Say who told you of the extension, and on which day.")
    if oral and told_on:
        _may_be_told_on(referral, told_on, now)
    deadline.state, deadline.settled_at, deadline.next_alert_on = Deadline.State.EXTENDED, now, None
    deadline.save(update_fields=["state", "settled_at", "next_alert_on"])
    _hush([deadline], "deadline extended")
    kind = DeadlineKind(deadline.kind)
    new = add(referral, kind, due_on, by=by, now=now)
    setattr(referral, FIELD[kind], due_on)
    referral.save(update_fields=[FIELD[kind]])
    extension = Extension.objects.create(
        old=deadline,
        new=new,
        basis=basis,
        judge=judge,
        told_by=told_by if oral else None,
        told_on=told_on if oral else None,
        made_at=now,
        made_by=by,
    )
    facts = {"kind": kind, "from": deadline.due_on, "to": due_on, "basis": basis}
    record(by=by, now=now, verb="deadline.extended", on=deadline, facts=facts)
    if referral.enrollment is not None:
        bind(referral.enrollment, by=by, now=now)
    return extension


def _may_extend(referral: Referral, deadline: Deadline, due_on: date) -> None:
    if deadline.state != Deadline.State.OPEN:
        raise NotOpen("This date no longer binds. Look at the case again.")
    if deadline.kind not in FIELD:
        raise NotExtendable("Only a date that the court set can be extended by the court.")
    if referral.ordered_on and due_on < referral.ordered_on:
        ordered = english_date(referral.ordered_on)
        raise BeforeTheOrder(f"The court ordered it only on {ordered}. Choose a day after the order.")
    if due_on <= deadline.due_on:
        raise NotLater(f"An extension ends after {english_date(deadline.due_on)}. Choose a later day.")


def _may_be_told_on(referral: Referral, told_on: date, now: datetime) -> None:
    if referral.ordered_on and told_on < referral.ordered_on:
        ordered = english_date(referral.ordered_on)
        raise BeforeTheOrder(f"Nobody can extend an order before it is made, on {ordered}. Check the day.")
    if told_on > today_at(referral, now):
        raise NotYetTold("The day on which you were told is still to come. Check it.")


@transaction.atomic
def confirm_extension(*, extension: Extension, by: User, now: datetime) -> None:
    """An oral extension was confirmed by an order or a minute entry. Raises AlreadyConfirmed."""
    if not Extension.objects.unconfirmed().filter(pk=extension.pk).update(confirmed_at=now, confirmed_by=by):
        raise AlreadyConfirmed("This extension needs no confirmation any more.")
    record(by=by, now=now, verb="extension.confirmed", on=extension)


@transaction.atomic
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
    _hush(past, "deadline met")
    _record(past, Deadline.State.MET, by, now)
    return len(past)
