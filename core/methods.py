"""What a browser's own pages need, and nothing beside it: reading, asking about a page, sending a form, in UTF-8."""

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
        # Whoever asks may name another coding, of which some give what no database takes, or fail on reading.
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            return HttpResponse(status=415)
        return self.get_response(request)
