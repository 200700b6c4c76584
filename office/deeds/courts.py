"""What can be done about how a court is set up: its caption, what it wants, the days on which it is closed."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.actions import courts as actions
from courts.actions import disposed
from courts.models import Closure, Court
from office.doing import Deed, Done, declare
from office.forms import settings as forms
from office.subjects import page
from office.words import day
from programs.models import Program


def _add(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    court = actions.add_court(by=by, now=now, **said)
    return Done(f"{court.name} is known from now on. Invite its clerk next.", then=page(court))


def _change(court: Court, *, by: User, now: datetime, **said: Any) -> Done:
    actions.change_court(court=court, by=by, now=now, **said)
    return Done("Changed. Reports that were issued stay as they are.", then=page(court))


def _close_on(court: Court, *, on: date, name: str, everywhere: bool, by: User, now: datetime) -> Done:
    actions.close_on(court=None if everywhere else court, state=court.state, on=on, name=name, by=by, now=now)
    whose = f"Every court of {court.state}" if everywhere else court.name
    return Done(f"{whose} is closed on {day(on)}: no business day.", then=page(court))


def _all_closed_on(program: Program, *, on: date, name: str, by: User, now: datetime) -> Done:
    made = actions.close_on(court=None, state=program.state, on=on, name=name, by=by, now=now)
    return Done(f"Every court of {program.state} is closed on {day(on)}: no business day.", then=page(made))


def _open_after_all(closure: Closure, *, by: User, now: datetime) -> Done:
    actions.open_after_all(closure=closure, by=by, now=now)
    return Done(f"{day(closure.on)} is a business day again.", then=page(closure))


def _let_in(court: Court, *, by: User, now: datetime, **said: Any) -> Done:
    disposed.let_in(court=court, by=by, now=now, **said)
    # The same whether the number had to stay out or not.
    return Done("Noted. Whoever bears this name can come in under this number now.", then=page(court))


declare(
    Deed(noun=Program, name="court", label="Add a court", form=forms.AddCourt, do=_add, aside=True),
    Deed(
        noun=Program,
        name="closure",
        label="Courts of its state closed on a day",
        form=forms.StateClosed,
        do=_all_closed_on,
        aside=True,
    ),
    Deed(noun=Court, name="change", label="Change what it wants", form=forms.ChangeCourt, do=_change, first=True),
    Deed(noun=Court, name="closure", label="Closed on a day", form=forms.CloseOn, do=_close_on),
    Deed(
        noun=Court,
        name="let-in",
        label="Let somebody in under a number",
        form=forms.LetIn,
        do=_let_in,
        roles=frozenset({Role.ADMINISTRATOR}),
        aside=True,
        warning="Only where a referral was refused because its number can’t be taken in, and it is about another man "
        "than before: call the court and ask.",
    ),
    Deed(
        noun=Closure,
        name="back",
        label="Open after all",
        do=_open_after_all,
        offered=lambda one: one.ended_at is None,
    ),
)
