from collections.abc import Callable

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse

from audit.origin import origin


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
