"""A number in an address that no row can have: a database breaks off at it, and it is simply not found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

GREATEST = 2**63 - 1


def is_row_number(text: str) -> bool:
    """Whether somebody typed, or sent, a number that a row may have."""
    return text.isascii() and text.isdigit() and len(text) < len(str(GREATEST))


class RowNumbers:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Before any view asks for it. Raises Http404."""
        if any(isinstance(one, int) and one > GREATEST for one in kwargs.values()):
            raise Http404
