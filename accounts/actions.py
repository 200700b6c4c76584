from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.actors import Actor, has_role, person
from accounts.endings import end_all
from accounts.joining import begin_all
from accounts.models import Invitation, RoleGrant, User, grant, lowered
from accounts.places import handle, sessions_of
from accounts.roles import STAFF, Role
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


class LastAdministrator(Refusal):
    pass


class NothingChanged(Refusal):
    pass


class Invited(NamedTuple):
    """The link is shown or sent now or never: only a hash of its token is kept."""

    invitation: Invitation
    link: str


@transaction.atomic
def invite(*, email: str, roles: Iterable[Role], by: Actor, now: datetime) -> Invited:
    """Ends an earlier invitation to the same address. Raises NotAdministrator, NoRoles, AlreadyHere."""
    _administrators_only(by)
    return make_invitation(email=email, roles=roles, by=by, now=now)


@transaction.atomic
def make_invitation(*, email: str, roles: Iterable[Role], by: Actor, now: datetime, token: str = "") -> Invited:
    """For an app above that has its own rule of who may, and has asked it. Raises NoRoles, AlreadyHere.

    `token`: one that can be made again, where the link goes by a mail that is written later.
    """
    wanted = set(roles)
    if not wanted:
        raise NoRoles("Choose at least one role.")
    if User.objects.filter(email=lowered(email)).exists():
        raise AlreadyHere("This address signs in here already. Change that person's roles instead.")
    Invitation.objects.open(now).filter(email=lowered(email)).update(expires_at=now)
    invitation, token = Invitation.new(email=email, roles=wanted, by=person(by), now=now, token=token)
    invitation.save(force_insert=True)
    tell(by=by, now=now, verb="invitation.made", on=invitation, roles=invitation.roles)
    return Invited(invitation, invitation_link(token))


def mailed_token(*, email: str, made_at: datetime) -> str:
    """Made again from what stands in the row and a key of this installation; nobody else can."""
    said = f"{lowered(email)}:{made_at.astimezone(UTC).isoformat()}"
    return salted_hmac("accounts.invitation", said, algorithm="sha256").hexdigest()


def invitation_link(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('accept_invitation', args=[token])}"


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Raises NotAdministrator, NotOpen."""
    _administrators_only(by)
    expire_invitation(invitation=invitation, by=by, now=now)


@transaction.atomic
def expire_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """For an app above, as `make_invitation`. Raises NotOpen."""
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
    """End each session of theirs, this one too, and what dies with them; returns how many sessions there were."""
    theirs = [one.pk for one in sessions_of(user, now)]
    Session.objects.filter(pk__in=theirs).delete()
    tell(by=by, now=now, verb="user.signed_out_everywhere", on=user, sessions=len(theirs))
    end_all(user=user, by=by, now=now)
    return len(theirs)


@transaction.atomic
def end_place(*, user: User, place: str, by: User, now: datetime) -> bool:
    """End one session of theirs, by its handle. False: it has ended already."""
    return _end(user, [one.pk for one in sessions_of(user, now) if handle(one.pk) == place], by=by, now=now) > 0


@transaction.atomic
def end_other_places(*, user: User, here: str, by: User, now: datetime) -> int:
    """All but the session whose handle is `here`; returns how many. A calendar's address goes on."""
    return _end(user, [one.pk for one in sessions_of(user, now) if handle(one.pk) != here], by=by, now=now)


def _end(user: User, keys: list[str], *, by: User, now: datetime) -> int:
    Session.objects.filter(pk__in=keys).delete()
    if keys:
        tell(by=by, now=now, verb="user.signed_out_elsewhere", on=user, sessions=len(keys))
    return len(keys)


@transaction.atomic
def sign_out_colleague(*, user: User, by: User, now: datetime) -> int:
    """For a phone that was lost; returns how many sessions there were. Raises NotAdministrator."""
    _administrators_only(by, "sign out somebody else")
    return sign_out_everywhere(user=user, by=by, now=now)


@transaction.atomic
def change_roles(*, user: User, roles: Iterable[Role], by: Actor, now: datetime) -> None:
    """What they are among the staff; a clerk's or a partner's role begins and ends with their court's or agency's.

    Raises NotAdministrator, NoRoles, NothingChanged, LastAdministrator; nothing is written then.
    """
    _administrators_only(by, "change what somebody may do here")
    wanted = set(roles) & STAFF
    administrators = _administrators()
    current = user.grants.current()
    held = current.roles()
    if not wanted and not held - STAFF:
        raise NoRoles("Without a role nobody comes in. Choose one, or end their access instead.")
    if wanted == held & STAFF:
        raise NothingChanged("These are the roles they have already. Change one, or leave it as it is.")
    if Role.ADMINISTRATOR in held - wanted:
        _one_remains(administrators, user)
    current.filter(role__in=(held & STAFF) - wanted).update(ended_at=now)
    grant(user, sorted(wanted - held), now=now)
    changed = [sorted(held & STAFF), sorted(wanted)]
    tell(by=by, now=now, verb="user.roles_changed", on=user, changed={"roles": changed})
    user.__dict__.pop("roles", None)


@transaction.atomic
def end_access(*, user: User, by: Actor, now: datetime) -> None:
    """They sign in no more, and are signed out everywhere at once; what they did stays theirs.

    Raises NotAdministrator, NothingChanged, LastAdministrator; nothing is written then.
    """
    _administrators_only(by, "end somebody's access")
    administrators = _administrators()
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise NothingChanged("They can't sign in any more already. There is nothing more to do.")
    if Role.ADMINISTRATOR in user.grants.current().roles():
        _one_remains(administrators, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    tell(by=by, now=now, verb="user.access_ended", on=user)
    sign_out_everywhere(user=user, by=by, now=now)
    # Last: it may be themselves, by whom nothing is written from here on.
    user.is_active = False


@transaction.atomic
def give_access_again(*, user: User, by: Actor, now: datetime) -> None:
    """With the roles and the second factor that they had. Raises NotAdministrator, NoRoles, NothingChanged."""
    _administrators_only(by, "let somebody in again")
    if not user.grants.current().exists():
        raise NoRoles("No role is left to them. Open their court or agency, call back there, and invite them again.")
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise NothingChanged("They can sign in already. There is nothing more to do.")
    user.is_active = True
    tell(by=by, now=now, verb="user.access_given_again", on=user)


def _administrators() -> set[int]:
    """Locked until the transaction ends: two who take each other's role away would else leave none."""
    active = RoleGrant.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True).order_by("id")
    return {one.user_id for one in active.select_for_update(of=("self",))}


def _one_remains(administrators: set[int], user: User) -> None:
    if administrators <= {user.pk}:
        raise LastAdministrator("Nobody else is administrator. Give another person that role first.")


def _administrators_only(by: Actor, what: str = "invite somebody") -> None:
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotAdministrator(f"Only an administrator can {what}.")
