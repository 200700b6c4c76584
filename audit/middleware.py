from collections.abc import Callable, Mapping
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from audit.actions import record
from audit.origin import origin
from core import clock

REFUSED = frozenset({403, 404})


class OriginMiddleware:
    """What a request writes down came from this address; behind proxies, from the one before ours (`ONUS_PROXIES`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = origin.set(get_client_ip(request) or "")
        try:
            return self.get_response(request)
        finally:
            origin.reset(before)


class RefusalMiddleware:
    """Who asked for what is not theirs, or isn't there: by then whatever the request wrote has been rolled back.

    Of who isn't signed in there is nobody to name: such a request stands in the proxy's log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match, user = request.resolver_match, request.user
        if response.status_code in REFUSED and match is not None and isinstance(user, User) and user.is_active:
            ids = ids_in(match.kwargs)
            record(
                by=user,
                now=clock.now(),
                verb="request.refused",
                on=page_of(match.view_name, ids),
                facts={"page": match.view_name, **ids, "method": request.method, "status": response.status_code},
            )
        return response


def page_of(view_name: str, ids: Mapping[str, str]) -> str:
    """A page as the trail names it; for want of a record, which may not exist."""
    return ":".join([view_name, *ids.values()])[:64]


def ids_in(kwargs: Mapping[str, Any]) -> dict[str, str]:
    """The numbers in an address. Words in one may be what somebody gets in by."""
    return {name: str(value) for name, value in kwargs.items() if str(value).isdecimal()}
