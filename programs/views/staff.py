"""Who comes to these pages, and the evening they may see."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import OFFICE, Role
from programs.models import Session

STAFF = (Role.FACILITATOR, *sorted(OFFICE))


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "roles_only let nobody else through"
    return request.user


def own(user: User) -> QuerySet[Session]:
    return Session.objects.visible_to(user).select_related("program", "cohort__policy", "module", "taught", "closed_by")


def own_session(user: User, pk: int) -> Session:
    return get_object_or_404(own(user), pk=pk)
