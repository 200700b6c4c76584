"""A number that no row can have is found nowhere."""

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from core.row_numbers import RowNumbers

GUARD = RowNumbers(lambda request: HttpResponse())


@pytest.mark.parametrize("number", [2**63, 10**60])
def test_too_great(number: int) -> None:
    with pytest.raises(Http404):
        GUARD.process_view(RequestFactory().get("/"), None, [], {"slug": "a", "pk": number})


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1])
def test_may_be_one(number: int) -> None:
    GUARD.process_view(RequestFactory().get("/"), None, [], {"slug": "9" * 60, "pk": number})
