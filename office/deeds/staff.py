"""Inviting somebody who is to work here, and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actions import (
    change_roles,
    end_access,
    give_access_again,
    invite,
    sign_out_colleague,
    withdraw_invitation,
)
from accounts.models import Invitation, User
from accounts.roles import Role
from office.actions import give_all_back
from office.doing import Deed, Done, declare
from office.forms import settings
from office.forms import staff as forms
from office.words import day, local_day
from programs.models import Program


def _invite(program: Program, *, email: str, roles: Sequence[Role], by: User, now: datetime) -> Done:
    invitation, link = invite(email=email, roles=roles, by=by, now=now)
    until = day(local_day(invitation.expires_at))
    return Done(f"Give {invitation.email} this link. It is shown only now, and good once, until {until}: {link}")


def _withdraw(invitation: Invitation, *, by: User, now: datetime) -> Done:
    withdraw_invitation(invitation=invitation, by=by, now=now)
    return Done("The invitation is withdrawn.")


def _roles(user: User, *, roles: Sequence[Role], by: User, now: datetime) -> Done:
    change_roles(user=user, roles=roles, by=by, now=now)
    held = ", ".join(sorted(user.grants.current().roles()))
    return Done(f"{user.name} is {held} from now on.")


def _sign_out(user: User, *, by: User, now: datetime) -> Done:
    count = sign_out_colleague(user=user, by=by, now=now)
    return Done(f"{user.name} is signed out everywhere." if count else f"{user.name} was signed in nowhere.")


def _end(user: User, *, by: User, now: datetime) -> Done:
    end_access(user=user, by=by, now=now)
    held = give_all_back(of=user, by=by, now=now)
    said = f"{user.name} signs in no more, and is signed out everywhere."
    return Done(f"{said} What was in their hands on Today is anybody's again." if held else said)


def _again(user: User, *, by: User, now: datetime) -> Done:
    give_access_again(user=user, by=by, now=now)
    return Done(f"{user.name} may sign in again, with the roles of before.")


ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

declare(
    Deed(
        noun=User,
        name="roles",
        label="Change roles",
        form=settings.ChangeRoles,
        do=_roles,
        again=True,
        offered=lambda one: one.is_active,
        roles=ADMINISTRATORS,
    ),
    Deed(
        noun=User,
        name="sign-out",
        label="Sign out everywhere",
        do=_sign_out,
        offered=lambda one: one.is_active,
        roles=ADMINISTRATORS,
        warning="On every phone and computer, at once; a calendar's address ends too. They may sign in again.",
    ),
    Deed(
        noun=User,
        name="end",
        label="End access",
        form=settings.EndAccess,
        do=_end,
        offered=lambda one: one.is_active,
        roles=ADMINISTRATORS,
        warning="At once, on every device. What they did stays in the record under their name.",
    ),
    Deed(
        noun=User,
        name="again",
        label="Let in again",
        do=_again,
        again=True,
        offered=lambda one: not one.is_active,
        roles=ADMINISTRATORS,
        warning="With the roles and the second step of before. Ask them in person first.",
    ),
    Deed(
        noun=Program,
        name="invite",
        label="Invite somebody",
        form=forms.Invite,
        do=_invite,
        again=True,
        roles=ADMINISTRATORS,
    ),
    Deed(
        noun=Invitation,
        name="withdraw",
        label="Withdraw it",
        do=_withdraw,
        offered=lambda one: one.accepted_at is None,
        roles=ADMINISTRATORS,
        warning="The link stops working.",
    ),
)
