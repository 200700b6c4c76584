"""What people see when something went wrong: rendered without a database, a person or a context."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

PAGES = {
    "400.html": "That did not arrive whole",
    "403.html": "This is not open to you",
    "403_csrf.html": "This page was open too long",
    "404.html": "There is nothing at this address",
    "500.html": "Something went wrong on our side",
}


@pytest.mark.parametrize("name", PAGES)
def test_says_what_happened_and_what_to_do(name):
    page = render_to_string(name)
    assert re.findall(r"<h1>(.*?)</h1>", page) == [PAGES[name]]
    assert re.findall(r"<title>(.*?)</title>", page) == [f"{PAGES[name]} · Onus"]
    assert '<a class="btn btn-primary" href="/">Go to the first page</a>' in page


@pytest.mark.parametrize("name", PAGES)
def test_shows_nothing_of_anybody(name):
    page = render_to_string(name, {"exception": "Referral 26-0413 of R. Alvarez", "roles": {"clerk"}, "demo": False})
    assert "Alvarez" not in page
    assert '<nav class="site-nav"' not in page


def test_500_asks_for_no_file_by_its_hashed_name(settings):
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "nowhere.Storage"}}
    assert 'href="/static/css/onus.css"' in render_to_string("500.html")


# The last one knows no request.
@pytest.mark.parametrize("name", [name for name in PAGES if name != "500.html"])
def test_where_questions_are_answered_it_names_nobody(name: str, rf: RequestFactory) -> None:
    page = render_to_string(name, request=rf.get("/q/abc/nothing/"))
    assert re.findall(r"<title>(.*?)</title>", page) == [PAGES[name]]
    assert ("Onus" in page, 'href="/"' in page) == (False, False)
