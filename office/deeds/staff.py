"""Inviting somebody who is to work here, and taking it back."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actions import invite, withdraw_invitation
from accounts.models import Invitation, User
from accounts.roles import Role
from office.doing import Deed, Done, declare
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


declare(
    Deed(noun=Program, name="invite", label="Invite somebody", form=forms.Invite, do=_invite),
    Deed(
        noun=Invitation,
        name="withdraw",
        label="Withdraw it",
        do=_withdraw,
        offered=lambda one: one.accepted_at is None,
        warning="The link stops working.",
    ),
)
