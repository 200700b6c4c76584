"""Who comes to these pages, and the evening they may see."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import OFFICE, Role
from participants.models import Restriction
from programs.models import Session

STAFF = (Role.FACILITATOR, *sorted(OFFICE))


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "roles_only let nobody else through"
    return request.user


def own(user: User) -> QuerySet[Session]:
    return Session.objects.visible_to(user).select_related("program", "cohort__policy", "module", "taught", "closed_by")


def own_session(user: User, pk: int) -> Session:
    return get_object_or_404(own(user), pk=pk)


def shut_to(user: User, session: Session) -> frozenset[int]:
    """Men whose files are shut to somebody of the office: here, too, they don't exist for him.

    Whoever leads the evening has them in the room, and sees of them what a leader sees.
    """
    if not user.roles & OFFICE or session.led.filter(user=user).exists():
        return frozenset()
    return frozenset(Restriction.objects.shut_to(user).values_list("participant", flat=True))
