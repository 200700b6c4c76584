"""What a browser's own pages need, and nothing beside it: reading, asking about a page, and sending a form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

SPOKEN = ("GET", "HEAD", "POST")


class SpokenMethods:
    """A page that doesn't ask for its method would answer OPTIONS or PUT as it answers GET: it never hears of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SPOKEN:
            return HttpResponseNotAllowed(SPOKEN)
        return self.get_response(request)
