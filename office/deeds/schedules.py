"""What can be done to a schedule: one evening, a whole day, a cohort."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from core import clock
from office.doing import Deed, Done, declare
from office.forms import schedules as forms
from office.subjects import page
from office.words import day, moment
from programs.actions import cohorts, schedules
from programs.models import Cohort, Enrollment, Module, Program, Session

State = Session.State


def _calls(to_call: Sequence[Enrollment]) -> str:
    """A sentence more, where somebody must be called."""
    if not to_call:
        return ""
    # An initial ends with the full stop.
    return f" To be called: {', '.join(man.participant.called for man in to_call)}"


def _behind(sessions: Sequence[Session]) -> str:
    more = len(sessions)
    return f" {more} later {'week' if more == 1 else 'weeks'} moved too." if more else ""


def _cancel(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.cancel_session(session=session, by=by, now=now, **said)
    held = f" It is held on {moment(done.replacement.starts_at)} instead." if done.replacement else ""
    return Done(f"Canceled; nobody's absence.{held}{_behind(done.moved)}{_calls(done.to_call)}")


def _move(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.move_session(session=session, by=by, now=now, **said)
    at = moment(done.sessions[0].starts_at)
    return Done(f"It is held on {at} now.{_behind(done.sessions[1:])}{_calls(done.to_call)}")


def _swap(session: Session, *, other: Session, why: str, by: User, now: datetime) -> Done:
    done = schedules.swap_weeks(one=session, other=other, why=why, by=by, now=now)
    weeks = " and ".join(f"week {one.module.week} on {day(one.on)}" for one in done.sessions)
    return Done(f"Swapped: {weeks}.{_calls(done.to_call)}")


def _double(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.double_up(session=session, by=by, now=now, **said)
    (doubled,) = done.sessions
    at = moment(doubled.starts_at)
    held = f"Week {doubled.module.week} is held on {at}, beside the other one."
    return Done(held + _calls(done.to_call), then=page(doubled))


def _place(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.change_place(session=session, by=by, now=now, **said)
    (first, *_) = done.sessions
    return Done(f"It is held at {first.place or first.link} now.{_also(done.sessions)}{_calls(done.to_call)}")


def _leaders(session: Session, *, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.change_leaders(session=session, by=by, now=now, **said)
    names = ", ".join(user.name for user in said["leaders"])
    return Done(f"Led by {names} now.{_also(done.sessions)}")


def _also(sessions: Sequence[Session]) -> str:
    more = len(sessions) - 1
    return f" {more} later {'week' if more == 1 else 'weeks'} too." if more else ""


def _seats(cohort: Cohort, *, capacity: int, by: User, now: datetime) -> Done:
    schedules.change_capacity(cohort=cohort, capacity=capacity, by=by, now=now)
    return Done(f"{cohort.name} has {capacity} seats now.")


def _merge(cohort: Cohort, *, into: Cohort, anyway: bool, by: User, now: datetime) -> Done:
    done = schedules.merge(cohort=cohort, into=into, anyway=anyway, by=by, now=now)
    men = "One man sits" if len(done.moved) == 1 else f"{len(done.moved)} men sit"
    return Done(f"{men} in {into.name} now; {cohort.name} is over.{_calls(done.to_call)}", then=page(into))


def _close(cohort: Cohort, *, by: User, now: datetime) -> Done:
    done = schedules.close_cohort(cohort=cohort, by=by, now=now)
    return Done(f"{cohort.name} is over.{_calls(done.to_call)}")


def _cancel_day(program: Program, *, on: date, by: User, now: datetime, **said: Any) -> Done:
    done = schedules.cancel_day(program=program, on=on, by=by, now=now, **said)
    number = len(done.canceled)
    sessions = "One session is" if number == 1 else f"{number} sessions are"
    return Done(
        f"{sessions} canceled; nobody's absence.{_calls(done.to_call)}",
        then=reverse("office:day", args=[program.pk, on]),
    )


def _add_makeup(record: Cohort | Module, *, by: User, now: datetime, **said: Any) -> Done:
    added = cohorts.add_makeup_session(by=by, now=now, **said)
    return Done(f"Week {added.module.week} can be made up on {moment(added.starts_at)}.", then=page(added))


def _planned(session: Session) -> bool:
    return session.state == State.PLANNED


def _to_come(session: Session) -> bool:
    return _planned(session) and session.starts_at > clock.now()


def _week_to_come(session: Session) -> bool:
    return _to_come(session) and session.cohort_id is not None


def _may_be_doubled(session: Session) -> bool:
    return session.cohort_id is not None and (_to_come(session) or session.state == State.CANCELED)


def _open(cohort: Cohort) -> bool:
    return cohort.closed_at is None


declare(
    Deed(
        noun=Session, name="cancel", label="Cancel the session", form=forms.CancelSession, do=_cancel, offered=_planned
    ),
    Deed(noun=Session, name="move", label="Move the session", form=forms.MoveSession, do=_move, offered=_to_come),
    Deed(
        noun=Session,
        name="swap",
        label="Swap with another week",
        form=forms.SwapWeeks,
        do=_swap,
        offered=_week_to_come,
        aside=True,
    ),
    Deed(
        noun=Session,
        name="double",
        label="Double up on one day",
        form=forms.DoubleUp,
        do=_double,
        offered=_may_be_doubled,
        aside=True,
    ),
    Deed(
        noun=Session,
        name="place",
        label="Change the place",
        form=forms.ChangePlace,
        do=_place,
        offered=_to_come,
        aside=True,
    ),
    Deed(
        noun=Session,
        name="leaders",
        label="Change who leads",
        form=forms.ChangeLeaders,
        do=_leaders,
        offered=_to_come,
        aside=True,
    ),
    Deed(noun=Cohort, name="makeup", label="Add a make-up session", form=forms.AddMakeup, do=_add_makeup, aside=True),
    Deed(noun=Module, name="makeup", label="Add a make-up session", form=forms.AddMakeup, do=_add_makeup, aside=True),
    Deed(
        noun=Cohort,
        name="seats",
        label="Change the seats",
        form=forms.ChangeSeats,
        do=_seats,
        offered=_open,
        aside=True,
    ),
    Deed(
        noun=Cohort,
        name="merge",
        label="Merge into another cohort",
        form=forms.Merge,
        do=_merge,
        offered=_open,
        aside=True,
        warning="Everybody who sits here moves, and this cohort is over. Marks and weeks stay theirs.",
    ),
    Deed(
        noun=Cohort,
        name="close",
        label="Close the cohort",
        do=_close,
        offered=_open,
        aside=True,
        warning="Sessions that are still planned are canceled. Nobody may sit in it any more.",
    ),
    Deed(
        noun=Program,
        name="cancel-day",
        label="Cancel a whole day",
        form=forms.CancelDay,
        do=_cancel_day,
        aside=True,
        warning="Sessions at which somebody was marked are left out: they took place.",
    ),
)
