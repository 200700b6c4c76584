"""The button at the foot of the facilitators' pages."""

import re
from typing import Any

import pytest
from django.conf import settings

from tests.programs.evening import Evening, at, clock_at, evening

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def tonight() -> Any:
    running = evening(1)
    with clock_at(at(running.session, 5)):
        yield running


def choose(tonight: Evening, language: str, path: str = "/sessions/") -> Any:
    return tonight.client.post("/sessions/language/", {"language": language, "next": path})


def offered(page: Any) -> list[str]:
    return re.findall(r'name="language" value="(\w+)"', page.content.decode())


def test_each_page_offers_the_other_one(tonight: Evening) -> None:
    for path in ("/sessions/", tonight.address, f"{tonight.address}unlisted/", "/sessions/calendar/"):
        assert offered(tonight.client.get(path)) == ["es"]
        assert offered(tonight.client.get(path, headers={"Accept-Language": "es"})) == ["en"]


def test_it_is_kept_for_a_year_and_out_of_reach_of_scripts(tonight: Evening) -> None:
    cookie = choose(tonight, "es").cookies[COOKIE]

    assert cookie.value == "es"
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (365 * 24 * 60 * 60, True, "Lax")
    page = tonight.client.get(tonight.address).content.decode()
    assert '<html lang="es-US" ' in page
    choose(tonight, "en")
    assert '<html lang="en-US" ' in tonight.client.get(tonight.address).content.decode()


@pytest.mark.parametrize("language", ["", "fr", "es; Path=/office"])
def test_another_language_changes_nothing(tonight: Evening, language: str) -> None:
    response = choose(tonight, language)

    assert (response.status_code, COOKIE in response.cookies) == (302, False)


def test_it_leads_back(tonight: Evening) -> None:
    for path in ("/sessions/", "/sessions/calendar/", tonight.address, f"{tonight.address}unlisted/"):
        assert choose(tonight, "es", path).headers["Location"] == path


def test_from_the_answer_to_a_form_it_leads_to_its_roster(tonight: Evening) -> None:
    for path in (f"{tonight.address}close/", tonight.row(tonight.men[0]), f"{tonight.address}unlisted/add/"):
        assert choose(tonight, "es", path).headers["Location"] == tonight.address


@pytest.mark.parametrize(
    "path", ["", "//evil.example/", "https://evil.example/sessions/", "/office/", "/sessions/unsent/"]
)
def test_it_leads_nowhere_else(tonight: Evening, path: str) -> None:
    assert choose(tonight, "es", path).headers["Location"] == "/sessions/"
