"""Which language a page speaks."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from core.language import LanguageMiddleware


def language_of(path: str, *, cookie: str = "", accepts: str = "") -> str:
    said: dict[str, Any] = {"headers": {"Accept-Language": accepts}} if accepts else {}
    request = RequestFactory().get(path, **said)
    if cookie:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie

    def page(_: HttpRequest) -> HttpResponse:
        return HttpResponse((translation.get_language() or "")[:2])

    answer = LanguageMiddleware(page)(request).content.decode()
    assert translation.get_language() == "en-us", "the next request on this thread is nobody's"
    return answer


@pytest.mark.parametrize("path", ["/sessions/", "/sessions/5/", "/sw.js"])
def test_the_facilitators_pages_speak_what_the_browser_asks_for(path: str) -> None:
    assert language_of(path) == "en"
    assert language_of(path, accepts="es-US,es;q=0.9,en;q=0.8") == "es"
    assert language_of(path, accepts="en-US,en;q=0.9,es;q=0.8") == "en"
    assert language_of(path, accepts="fr-FR,fr") == "en"


def test_what_was_chosen_comes_first() -> None:
    assert language_of("/sessions/", cookie="es", accepts="en-US") == "es"
    assert language_of("/sessions/", cookie="en", accepts="es-US") == "en"
    assert language_of("/sessions/", cookie="xx", accepts="es-US") == "es"


@pytest.mark.parametrize("path", ["/", "/office/", "/court/", "/account/sign-in/", "/sessions"])
def test_all_others_speak_english(path: str) -> None:
    assert language_of(path, cookie="es", accepts="es-US") == "en"
