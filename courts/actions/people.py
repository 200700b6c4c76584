"""The people of a desk: an administrator lets in the first one after a call-back, who invites the others."""

from datetime import date, datetime

from django.db import models, transaction

from accounts.actions import (
    Invited,
    expire_invitation,
    give_access_again,
    mailed_token,
    make_invitation,
    sign_out_everywhere,
)
from accounts.actors import has_role
from accounts.models import Invitation, RoleGrant, User, grant, lowered
from accounts.roles import Role
from audit.actions import record
from audit.models import name_of
from core.nudge import nudge
from core.refusal import Refusal
from courts.actions.desks import Desk
from courts.models import Clerkship, DeskInvitation, Membership
from messaging.actions import Planned, plan
from messaging.models import Channel

DESK_INVITATION = "desk_invitation"
# Nobody has so many new colleagues at a time.
MOST_OPEN = 20

Seat = Clerkship | Membership


class NotServing(Refusal):
    pass


class NotAnAdministrator(Refusal):
    pass


class NotCalledBack(Refusal):
    pass


class CannotJoin(Refusal):
    """Of somebody who signs in here for something else. Whoever asks learns no more than that."""


class TooManyOpen(Refusal):
    pass


class EndedBefore(Refusal):
    pass


def seats(desk: Desk) -> models.QuerySet[Seat]:
    """Who serves there just now; the longest first."""
    found = (
        Clerkship.objects.current().filter(court=desk.court)
        if desk.court
        else Membership.objects.current().filter(agency=desk.agency)
    )
    return found.select_related("user").order_by("began_at", "pk")


def open_invitations(desk: Desk, now: datetime) -> models.QuerySet[Invitation]:
    there = Invitation.objects.open(now).filter(desk__court=desk.court, desk__agency=desk.agency, desk__isnull=False)
    return there.select_related("invited_by").order_by("made_at")


def role_at(desk: Desk) -> Role:
    return Role.CLERK if desk.court else Role.PARTNER


# --- Coming


@transaction.atomic
def invite_first(
    *, desk: Desk, email: str, called_back_on: date, called_back_at: str, by: User, now: datetime
) -> Invited | None:
    """By an administrator who rang up the court, or the agency, at a number that he found elsewhere.

    None: that person has signed in here before, for a court or an agency, and serves there from now on; also one
    whose access was ended. Raises NotAnAdministrator, NotCalledBack, CannotJoin.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise NotAnAdministrator("Only an administrator lets somebody in at a court or an agency.")
    if called_back_on > now.astimezone(desk.zone).date():
        raise NotCalledBack("Call back first: that day is still to come.")
    if not called_back_at.strip():
        raise NotCalledBack("Say whom you called, and at which number.")
    known = _known(email)
    if known is not None:
        _let_in_again(known, desk, by, now)
        called: dict[str, object] = {"user": known.pk, "called_back_on": called_back_on}
        record(by=by, now=now, verb="desk.let_in_again", on=_place(desk), facts=called)
        return None
    invited = make_invitation(email=email, roles=[role_at(desk)], by=by, now=now)
    _for(desk, invited.invitation, called_back_on=called_back_on, called_back_at=called_back_at.strip())
    facts = {"invitation": invited.invitation.pk, "called_back_on": called_back_on}
    record(by=by, now=now, verb="desk.first_invited", on=_place(desk), facts=facts)
    return invited


@transaction.atomic
def invite_colleague(*, desk: Desk, email: str, by: User, now: datetime) -> Invited | None:
    """The link goes by e-mail to the address alone. None: that person serves elsewhere, and serves here from now on.

    Raises NotServing, TooManyOpen, CannotJoin.
    """
    _serving(desk, by)
    known = _known(email)
    if known is not None:
        _join(known, desk, by, now)
        return None
    if open_invitations(desk, now).exclude(email=lowered(email)).count() >= MOST_OPEN:
        raise TooManyOpen(f"{MOST_OPEN} invitations are open already. Withdraw one that is no longer wanted.")
    token = mailed_token(email=email, made_at=now)
    invited = make_invitation(email=email, roles=[role_at(desk)], by=by, now=now, token=token)
    _for(desk, invited.invitation)
    plan([_mail(invited.invitation, now)], now=now)
    nudge("messaging.send_due")
    return invited


def _known(email: str) -> User | None:
    """Locked: of two who end him and let him in at once, one comes after the other."""
    return User.objects.select_for_update(no_key=True).filter(email=lowered(email)).first()


def _let_in_again(known: User, desk: Desk, by: User, now: datetime) -> None:
    """With the password and the second step of before."""
    roles = known.grants.current().roles()
    if desk.is_served_by(known):
        raise CannotJoin("This person serves there already.")
    if not roles <= {role_at(desk)}:
        raise CannotJoin("This address signs in here as something else. Use an address of the court or the agency.")
    if roles and not known.is_active:
        # What else they served would come back with them, and nobody has called back there.
        raise CannotJoin("This person's access was ended. Let them in again on their own page first.")
    if not roles:
        grant(known, [role_at(desk)], now=now)
    if not known.is_active:
        give_access_again(user=known, by=by, now=now)
    _begin(known, desk, by, now)


def _join(known: User, desk: Desk, by: User, now: datetime) -> None:
    roles = known.grants.current().roles()
    if desk.is_served_by(known):
        raise CannotJoin("This colleague serves here already.")
    if not known.is_active or roles != {role_at(desk)}:
        raise CannotJoin("This address can't be invited from here. Call the program: they will see to it.")
    _begin(known, desk, by, now)


def _for(desk: Desk, invitation: Invitation, **called_back: object) -> None:
    DeskInvitation.objects.create(invitation=invitation, court=desk.court, agency=desk.agency, **called_back)


def _mail(invitation: Invitation, now: datetime) -> Planned:
    return Planned(
        key=f"{DESK_INVITATION}:{invitation.pk}",
        kind=DESK_INVITATION,
        channel=Channel.EMAIL,
        about=name_of(invitation),
        due_at=now,
        expires_at=invitation.expires_at,
    )


def begin_at_the_desk(*, invitation: Invitation, user: User, now: datetime) -> None:
    """What an invitation to a desk brings beside the role, in the transaction in which it is accepted."""
    found = DeskInvitation.objects.select_related("court", "agency").filter(invitation=invitation).first()
    if found is not None:
        _begin(user, Desk(court=found.court, agency=found.agency), user, now)


def _begin(user: User, desk: Desk, by: User, now: datetime) -> None:
    seat: Seat
    if desk.court:
        seat = Clerkship.objects.create(court=desk.court, user=user, began_at=now)
    else:
        assert desk.agency is not None, "a desk is somewhere"
        seat = Membership.objects.create(agency=desk.agency, user=user, began_at=now)
    record(by=by, now=now, verb="seat.began", on=seat, facts={"user": user.pk})


@transaction.atomic
def withdraw(*, desk: Desk, invitation: Invitation, by: User, now: datetime) -> None:
    """By anybody who serves there. Raises NotServing, NotOpen."""
    _serving(desk, by)
    expire_invitation(invitation=invitation, by=by, now=now)


# --- Going


@transaction.atomic
def end(*, seat: Seat, by: User, now: datetime) -> None:
    """By himself, a colleague, or an administrator. Who serves nowhere else is disabled, and gets no mail from now on.

    His sessions end and the invitations that he made are withdrawn. Raises NotServing, EndedBefore.
    """
    desk = desk_of(seat)
    if not has_role(by, Role.ADMINISTRATOR):
        _serving(desk, by)
    user = User.objects.select_for_update().get(pk=seat.user_id)
    if not type(seat)._default_manager.filter(pk=seat.pk, ended_at=None).update(ended_at=now):
        raise EndedBefore("This has ended already.")
    record(by=by, now=now, verb="seat.ended", on=seat, facts={"user": user.pk})
    for invitation in open_invitations(desk, now).filter(invited_by=user):
        expire_invitation(invitation=invitation, by=by, now=now)
    _take_the_role(user, role_at(desk), by, now)
    sign_out_everywhere(user=user, by=by, now=now)


def _take_the_role(user: User, role: Role, by: User, now: datetime) -> None:
    kept: models.QuerySet[Seat] = Clerkship.objects.all() if role is Role.CLERK else Membership.objects.all()
    if kept.filter(user=user, ended_at=None).exists():
        return
    RoleGrant.objects.current().filter(user=user, role=role).update(ended_at=now)
    if not RoleGrant.objects.current().filter(user=user).exists():
        user.is_active = False
        user.save(update_fields=["is_active"])
        record(by=by, now=now, verb="user.disabled", on=user)


def desk_of(seat: Seat) -> Desk:
    return Desk(court=seat.court) if isinstance(seat, Clerkship) else Desk(agency=seat.agency)


def _place(desk: Desk) -> models.Model:
    place = desk.court or desk.agency
    assert place is not None, "a desk is somewhere"
    return place


def _serving(desk: Desk, by: User) -> None:
    if not desk.is_served_by(by):
        raise NotServing("You don't serve there any more. Call the program.")
