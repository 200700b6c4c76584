from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse

from accounts.actors import Actor, has_role, person
from accounts.endings import end_all
from accounts.joining import begin_all
from accounts.models import Invitation, User, grant, lowered
from accounts.roles import Role
from accounts.trail import tell
from core.refusal import Refusal


class NotAdministrator(Refusal):
    pass


class NoRoles(Refusal):
    pass


class AlreadyHere(Refusal):
    pass


class NotOpen(Refusal):
    """Unknown, used, expired or withdrawn: whoever asks learns no more than that."""


class Invited(NamedTuple):
    """The link is shown or sent now or never: only a hash of its token is kept."""

    invitation: Invitation
    link: str


@transaction.atomic
def invite(*, email: str, roles: Iterable[Role], by: Actor, now: datetime) -> Invited:
    """Ends an earlier invitation to the same address. Raises NotAdministrator, NoRoles, AlreadyHere."""
    _administrators_only(by)
    wanted = set(roles)
    if not wanted:
        raise NoRoles("Choose at least one role.")
    if User.objects.filter(email=lowered(email)).exists():
        raise AlreadyHere("This address signs in here already. Change that person's roles instead.")
    Invitation.objects.open(now).filter(email=lowered(email)).update(expires_at=now)
    invitation, token = Invitation.new(email=email, roles=wanted, by=person(by), now=now)
    invitation.save(force_insert=True)
    tell(by=by, now=now, verb="invitation.made", on=invitation, roles=invitation.roles)
    return Invited(invitation, f"{settings.SITE_URL}{reverse('accept_invitation', args=[token])}")


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Raises NotAdministrator, NotOpen."""
    _administrators_only(by)
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(expires_at=now):
        raise NotOpen("This invitation is no longer open: it was accepted, or its time is over.")
    tell(by=by, now=now, verb="invitation.withdrawn", on=invitation)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> User:
    """The person exists from now on, with the roles of the invitation. Raises NotOpen."""
    invitation = open_invitation(token=token, now=now, lock=True)
    user = User.objects.create_user(invitation.email, password, name=name)
    roles = [Role(role) for role in invitation.roles]
    grant(user, roles, now=now)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    tell(by=user, now=now, verb="invitation.accepted", on=invitation)
    tell(by=user, now=now, verb="user.added", on=user, roles=roles)
    begin_all(invitation=invitation, user=user, now=now)
    return user


def open_invitation(*, token: str, now: datetime, lock: bool = False) -> Invitation:
    """Raises NotOpen, also where the address has come to sign in here meanwhile."""
    found = Invitation.objects.open(now).by_token(token)
    invitation = (found.select_for_update() if lock else found).first()
    if invitation is None or User.objects.filter(email=invitation.email).exists():
        raise NotOpen("This invitation isn't valid any more. Ask whoever invited you for a new one.")
    return invitation


@transaction.atomic
def sign_out_everywhere(*, user: User, by: Actor, now: datetime) -> int:
    """End each session of theirs, this one too, and what dies with them; returns how many sessions there were.

    A session's person stands inside it, so each that is still valid is read: as many as people worked today.
    """
    theirs = [one.pk for one in Session.objects.filter(expire_date__gt=now) if _is_of(one, user)]
    Session.objects.filter(pk__in=theirs).delete()
    tell(by=by, now=now, verb="user.signed_out_everywhere", on=user, sessions=len(theirs))
    end_all(user=user, by=by, now=now)
    return len(theirs)


def _is_of(session: Session, user: User) -> bool:
    return str(session.get_decoded().get(SESSION_KEY, "")) == str(user.pk)


def _administrators_only(by: Actor) -> None:
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotAdministrator("Only an administrator can invite somebody.")
