"""What is done once whoever asked has the answer: nobody can tell by its time that there was something to do."""

from collections.abc import Callable

from allauth.core.context import request_context
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Work = Callable[[], object]
WAITING = "work_that_waits"


class Answered(HttpResponseRedirect):
    """Closed by the web server once its last byte is sent."""

    def __init__(self, to: str, then: Work, request: HttpRequest) -> None:
        super().__init__(to)
        self.then, self.request = then, request

    def close(self) -> None:
        try:
            # allauth's middleware, which knows the request, has ended.
            with request_context(self.request):
                self.then()
        finally:
            super().close()


def put_off(request: HttpRequest, work: Work) -> None:
    setattr(request, WAITING, work)


def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    work: Work | None = getattr(request, WAITING, None)
    return Answered(response["Location"], work, request) if work and response.has_header("Location") else response
