"""A page speaks GET, HEAD and POST; whatever else comes, no view hears of it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.methods import SpokenMethods


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"heard {request.method}")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_is_heard(method: str) -> None:
    answer = SpokenMethods(page)(RequestFactory().generic(method, "/"))

    assert (answer.status_code, answer.content) == (200, f"heard {method}".encode())


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_is_not_heard(method: str) -> None:
    answer = SpokenMethods(page)(RequestFactory().generic(method, "/"))

    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "GET, HEAD, POST")
