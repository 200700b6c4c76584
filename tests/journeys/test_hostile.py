"""The main pages of a house in which everybody typed scripts, in a real browser, and without the content policy."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Route

from accounts.roles import Role
from tests.access.people import signed_in
from tests.access.scene import Scene
from tests.access.table import ROWS
from tests.attacks import hostile
from tests.attacks.world import harm

pytestmark = pytest.mark.django_db
PAGES = {
    Role.ADMINISTRATOR: ("office:index", "office:person", "office:search", "office:settings", "office:proof"),
    Role.FACILITATOR: ("sessions:list", "sessions:roster", "sessions:unlisted", "sessions:canceled"),
    Role.CLERK: ("court:inbox", "court:report", "court:referrals", "court:people"),
}
THERE = "https://onus.example/"


@pytest.fixture
def scene(now: datetime) -> Iterator[Scene]:
    cache.clear()
    with harm():
        yield Scene()


def owned(chromium: Browser, html: str) -> Any:
    """What a script of theirs would have left, once the page stands; our own files aren't there to help or hinder."""

    def answer(route: Route) -> None:
        here = route.request.url == THERE
        route.fulfill(status=200 if here else 404, body=html if here else "", content_type="text/html; charset=utf-8")

    page = chromium.new_page()
    try:
        page.route("**/*", answer)
        page.goto(THERE)
        return page.evaluate("window.__owned")
    finally:
        page.close()


@pytest.mark.parametrize("role", PAGES)
def test_nothing_of_it_runs(role: Role, scene: Scene, chromium: Browser) -> None:
    user = scene.person(role)
    rows = {row.name: row for row in ROWS}
    client, ran, shown = signed_in(user), {}, 0
    for name in PAGES[role]:
        answer = client.get(reverse(name, args=list(rows[name].own(scene, user))))
        assert answer.status_code == 200
        shown += hostile.MARK in answer.content.decode()
        ran[name] = owned(chromium, answer.content.decode())
    assert ran == dict.fromkeys(PAGES[role])
    assert shown > 0


@pytest.mark.parametrize("kind", ["script", "attribute"])
def test_unescaped_it_would_run(kind: str, chromium: Browser) -> None:
    words = hostile.LETTERS[kind].replace(hostile.MARK, "img")
    assert owned(chromium, f"<p>{words}</p>") == 1
