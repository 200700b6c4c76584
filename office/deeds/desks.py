"""The people of courts and agencies: the first one comes in after a call-back, and anybody's time can be ended."""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.roles import Role
from courts.actions import agencies, people
from courts.actions.desks import Desk
from courts.models import Agency, Clerkship, Court, Membership
from office.doing import Deed, Done, declare
from office.forms import desks as forms
from office.subjects import page
from office.words import day, local_day
from programs.models import Program

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
CALL_BACK = (
    "Whoever comes in sees every report of this desk. Call back before you invite anybody. "
    "By the same way somebody whose time here was ended is let in again."
)
AT_ONCE = (
    "Signed out everywhere at once. Who serves nowhere else can't sign in any more, and gets no mail. "
    "Let in again is who is invited again, at the court or the agency."
)


def _invite(
    place: Court | Agency, *, email: str, called_back_on: date, called_back_at: str, by: User, now: datetime
) -> Done:
    desk = Desk(court=place) if isinstance(place, Court) else Desk(agency=place)
    invited = people.invite_first(
        desk=desk, email=email, called_back_on=called_back_on, called_back_at=called_back_at, by=by, now=now
    )
    if invited is None:
        return Done(f"{email} has signed in here before, and serves there from now on, with the password of before.")
    invitation, link = invited
    until = day(local_day(invitation.expires_at))
    return Done(f"Give {invitation.email} this link. It is shown only now, and good once, until {until}: {link}")


def _add(program: Program, *, by: User, now: datetime, **said: Any) -> Done:
    agency = agencies.add_agency(by=by, now=now, **said)
    return Done(f"{agency.name} is known from now on. Call there, then invite the first one.", then=page(agency))


def _end(seat: Clerkship | Membership, *, by: User, now: datetime) -> Done:
    people.end(seat=seat, by=by, now=now)
    return Done(f"{seat.user.name} no longer serves there.")


def _is_current(seat: Clerkship | Membership) -> bool:
    return seat.ended_at is None


declare(
    Deed(
        noun=Program,
        name="agency",
        label="Add an agency",
        form=forms.AddAgency,
        do=_add,
        aside=True,
        roles=ADMINISTRATORS,
    ),
    *(
        Deed(
            noun=noun,
            name="invite",
            label=label,
            form=forms.InviteFirst,
            do=_invite,
            again=True,
            warning=CALL_BACK,
            roles=ADMINISTRATORS,
        )
        for noun, label in ((Court, "Invite its clerk"), (Agency, "Invite somebody there"))
    ),
    *(
        Deed(noun=noun, name="end", label="End", do=_end, offered=_is_current, warning=AT_ONCE, roles=ADMINISTRATORS)
        for noun in (Clerkship, Membership)
    ),
)
