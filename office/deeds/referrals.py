"""What can be done about a referral, its dates and those who are told."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from accounts.models import User
from courts.actions import deadlines, filing, recipients, reports, states
from courts.kinds import ReferralKind
from courts.models import Court, Deadline, Extension, Recipient, Referral
from courts.moves import WITH_ENROLLMENT, State
from courts.steps import ReportKind
from office.doing import Deed, Done, declare
from office.forms import referrals as forms
from office.forms.filing import FileCase
from office.subjects import home
from office.words import day


def _in(*wanted: State) -> Callable[[Referral], bool]:
    return lambda referral: referral.state in wanted


def _accept(referral: Referral, *, answers: dict[str, bool], by: User, now: datetime) -> Done:
    enrollment = states.accept(referral=referral, answers=answers, by=by, now=now)
    waits = {"intake": " Plan his intake.", "waiting": " He waits for a seat."}
    return Done(f"Accepted.{waits.get(enrollment.state, '')}")


def _decline(referral: Referral, *, why: str, by: User, now: datetime) -> Done:
    states.decline(referral=referral, why=why, by=by, now=now)
    self_referred = referral.kind == ReferralKind.SELF
    return Done("Declined. Nothing binds any more." if self_referred else "Declined. Tell the court by a report.")


def _hold(referral: Referral, *, by: User, now: datetime, **said: Any) -> Done:
    held = states.hold(referral=referral, by=by, now=now, **said)
    return Done(f"On hold: no reminders, deadlines silent. Look again on {day(held.review_on)}.")


def _resume(referral: Referral, *, by: User, now: datetime) -> Done:
    states.resume(referral=referral, by=by, now=now)
    return Done("Taken up again. Deadlines count with their true number of days.")


def _begin_report(referral: Referral, *, kind: ReportKind, by: User, now: datetime) -> Done:
    report = reports.begin(referral=referral, kind=kind, by=by, now=now)
    return Done("In review. Read it, then issue it or withdraw it.", then=home(report))


def _close(referral: Referral, *, by: User, now: datetime, **said: Any) -> Done:
    states.close(referral=referral, by=by, now=now, **said)
    return Done("Closed. Nothing more goes to the court.")


def _reopen(referral: Referral, *, why: str, by: User, now: datetime) -> Done:
    states.reopen(referral=referral, why=why, by=by, now=now)
    return Done("Opened again.")


def _file(referral: Referral, *, court: Court, by: User, now: datetime, **said: Any) -> Done:
    filing.file(referral=referral, court=court, by=by, now=now, **said)
    return Done(f"Filed. The clerk of {court.name} sees this referral from now on.")


def _extend(deadline: Deadline, *, by: User, now: datetime, **said: Any) -> Done:
    extension = deadlines.extend(deadline=deadline, by=by, now=now, **said)
    confirm = " Confirm it when the order comes." if extension.basis == Extension.Basis.ORAL else ""
    return Done(f"Extended to {day(extension.new.due_on)}.{confirm}")


def _confirm_extension(extension: Extension, *, by: User, now: datetime) -> Done:
    deadlines.confirm_extension(extension=extension, by=by, now=now)
    return Done("Extension confirmed.")


def _confirm_recipient(recipient: Recipient, *, by: User, now: datetime) -> Done:
    recipients.confirm(recipient=recipient, by=by, now=now)
    return Done("Confirmed. Reports may go there.")


def _end_recipient(recipient: Recipient, *, by: User, now: datetime) -> Done:
    recipients.end(recipient=recipient, by=by, now=now)
    return Done("Ended. No more reports go there.")


def _release(recipient: Recipient, *, begins_on: date, ends_on: date | None, by: User, now: datetime) -> Done:
    recipients.record_release(recipient=recipient, begins_on=begins_on, ends_on=ends_on, by=by, now=now)
    return Done("Release recorded.")


def _to_be_confirmed(recipient: Recipient) -> bool:
    by_address = recipient.channel != Recipient.Channel.PORTAL
    return by_address and recipient.ended_at is None and recipient.confirmed_at is None


declare(
    Deed(
        noun=Referral,
        name="accept",
        label="Accept",
        form=forms.Accept,
        do=_accept,
        offered=_in(State.RECEIVED),
        first=True,
    ),
    Deed(noun=Referral, name="decline", label="Decline", form=forms.Why, do=_decline, offered=_in(State.RECEIVED)),
    Deed(noun=Referral, name="resume", label="Take up again", do=_resume, offered=_in(State.ON_HOLD), first=True),
    Deed(
        noun=Referral,
        name="hold",
        label="Put on hold",
        form=forms.Hold,
        do=_hold,
        offered=_in(State.ACCEPTED, State.ENROLLED),
    ),
    Deed(
        noun=Referral,
        name="begin-report",
        label="Begin a report",
        form=forms.BeginReport,
        do=_begin_report,
        offered=_in(*WITH_ENROLLMENT, State.DECLINED),
        aside=True,
    ),
    Deed(
        noun=Referral,
        name="file",
        label="Note that it was filed",
        form=FileCase,
        do=_file,
        offered=filing.may_be_filed,
        aside=True,
        warning="From now on the court's clerk sees this referral and gets its reports. "
        "Those that went out before stay with whom they went to.",
    ),
    Deed(
        noun=Referral,
        name="close",
        label="Close the referral",
        form=forms.Close,
        do=_close,
        offered=lambda referral: referral.state != State.CLOSED,
        warning="It closes only when the report that its reason owes the court has been delivered.",
    ),
    Deed(
        noun=Referral,
        name="reopen",
        label="Open again",
        form=forms.Why,
        do=_reopen,
        offered=_in(State.CLOSED, State.DECLINED),
    ),
    Deed(
        noun=Deadline,
        name="extend",
        label="Extend",
        form=forms.Extend,
        do=_extend,
        offered=lambda one: one.state == Deadline.State.OPEN and one.kind in deadlines.FIELD,
    ),
    Deed(
        noun=Extension,
        name="confirm",
        label="Confirm by an order",
        do=_confirm_extension,
        offered=lambda one: one.basis == Extension.Basis.ORAL and one.confirmed_at is None,
        first=True,
    ),
    Deed(
        noun=Recipient,
        name="confirm",
        label="Confirm by call-back",
        do=_confirm_recipient,
        offered=_to_be_confirmed,
        warning="Call back at a number that you know from elsewhere, not at the one that stands in the letter.",
    ),
    Deed(
        noun=Recipient,
        name="end",
        label="End",
        do=_end_recipient,
        offered=lambda recipient: recipient.ended_at is None,
        warning="No more reports go there. End only one that no longer applies: all parties are copied.",
        aside=True,
    ),
    Deed(
        noun=Recipient,
        name="release",
        label="Record a release",
        form=forms.Release,
        do=_release,
        offered=lambda recipient: recipient.ended_at is None,
        aside=True,
    ),
)
