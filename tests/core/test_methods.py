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


@pytest.mark.parametrize("coding", ["unicode_escape", "utf-7", "hex", "latin-1"])
def test_another_coding_is_not_read(coding: str) -> None:
    request = RequestFactory().generic(
        "POST", "/", b"name=\\ud800", f"multipart/form-data; boundary=x; charset={coding}"
    )

    assert SpokenMethods(page)(request).status_code == 415


@pytest.mark.parametrize("said", ["text/plain", "text/plain; charset=UTF-8", "text/plain; charset=utf8", ""])
def test_ours_is_read(said: str) -> None:
    assert SpokenMethods(page)(RequestFactory().generic("POST", "/", b"x", said)).status_code == 200


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_is_not_heard(method: str) -> None:
    answer = SpokenMethods(page)(RequestFactory().generic(method, "/"))

    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "GET, HEAD, POST")
